//! Two skills of one developer: what belongs to one is not taken away for the other, nor what only seems to be gone.

use linking::account_linking::AccountLinkingRequest;
use linking::id::SkillId;
use linking::manifest::Manifest;
use linking::region::Region::NorthAmerica;

use super::desk::{Desk, SECRET, failures, with_relay};
use super::line::Line;
use crate::setup::steps::Plan;

impl Desk {
    /// Another skill of the same developer, which is not linked.
    async fn other_skill(&self) -> SkillId {
        let smapi = &self.services.smapi;
        let vendor = self.alexa.vendor_id().parse().unwrap();
        let manifest = Manifest::new(Some("Other"), &[NorthAmerica]);
        let id = smapi.create(&vendor, &manifest).await.unwrap();
        smapi.settled(&id).await.unwrap();
        id
    }

    /// Another skill, which is linked as this one is.
    async fn twin(&self) -> SkillId {
        let other = self.other_skill().await;
        let smapi = &self.services.smapi;
        let linking = smapi.account_linking(&self.skill()).await.unwrap();
        let request = AccountLinkingRequest {
            linking: linking.unwrap().value,
            client_secret: self.secret.clone().unwrap(),
            skip_on_enablement: false,
        };
        let put = smapi.put_account_linking(&other, &request, None);
        put.await.unwrap();
        other
    }

    /// What is there, for a comparison.
    fn linked(&self) -> Vec<Option<String>> {
        let skills = self.alexa.skills().into_iter();
        let linked = skills.map(|skill| Some(skill.account_linking?.client_id));
        linked.collect()
    }
}

fn rotate() -> Plan {
    Plan {
        rotate: true,
        ..with_relay()
    }
}

#[tokio::test]
async fn a_set_up_is_not_given_to_another_skill() {
    let desk = Desk::sound().await;
    let first = desk.skill();
    let other = desk.other_skill().await;
    let named = || Plan {
        skill: Some(other.clone()),
        ..with_relay()
    };
    let refused = desk.refusal(named()).await;
    for words in [
        &format!("this set-up is that of the skill {first}"),
        "Nothing was changed",
        "with `down`",
        &format!("`up --skill {other} --state FILE --stack NAME`"),
    ] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    // When nothing is left but the skill, another can take its place.
    desk.down(false).await;
    desk.made(&named()).await;
    assert_eq!(desk.skill(), other);
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
}

#[tokio::test]
async fn a_stack_that_serves_a_skill_is_not_given_to_another() {
    let desk = Desk::sound().await;
    let first = desk.skill();
    let other = desk.other_skill().await;
    let noted = desk.file();
    noted.remove().unwrap();
    let another_new_one = Plan {
        name: Some("Third".to_owned()),
        ..with_relay()
    };
    let named = Plan {
        skill: Some(other),
        ..with_relay()
    };
    for plan in [another_new_one, named] {
        let refused = desk.refusal(plan).await;
        for words in [
            &format!("the stack lights in us-east-1 serves the skill {first}"),
            "--stack",
            &format!("`up --skill {first}`"),
        ] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
    // One that is gone needs it no more.
    desk.services.smapi.delete(&first).await.unwrap();
    desk.made(&Plan {
        name: Some("Third".to_owned()),
        ..with_relay()
    })
    .await;
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
}

#[tokio::test]
async fn a_client_that_another_skill_uses_is_not_deleted() {
    let desk = Desk::sound().await;
    let other = desk.twin().await;
    let shared = desk.clients().await.remove(0);
    let (_, told) = desk.made(&rotate()).await;
    let stays = format!("client: {shared} stays: {other} uses it");
    assert!(told.contains(&stays), "{told:?}");
    assert_eq!(desk.clients().await.len(), 2);
    let told = desk.down(true).await;
    assert!(told.contains(&stays), "{told:?}");
    assert_eq!(desk.clients().await, [shared]);
    assert!(!desk.state_path().exists());

    // As soon as nobody uses it, it goes.
    let desk = Desk::sound().await;
    let other = desk.twin().await;
    desk.made(&rotate()).await;
    let smapi = &desk.services.smapi;
    smapi.delete_account_linking(&other).await.unwrap();
    desk.made(&with_relay()).await;
    assert_eq!(desk.clients().await.len(), 1);
}

#[tokio::test]
async fn what_only_seems_to_be_gone_is_not_replaced() {
    for (hidden, told) in [
        ("/accountLinkingClient", "has no account linking"),
        ("/status", "Alexa lists the skill"),
    ] {
        let desk = Desk::sound().await;
        let before = (desk.clients().await, desk.linked(), desk.file().state);
        let line = Line::new(&desk).await;
        line.hide(hidden);
        for dry_run in [true, false] {
            let plan = Plan {
                dry_run,
                ..with_relay()
            };
            let (outcome, _) = line.up(&plan).await;
            let refused = format!("{:#}", outcome.unwrap_err());
            for words in [told, "Nothing was changed"] {
                assert!(refused.contains(words), "{words}: {refused}");
            }
        }
        let after = (desk.clients().await, desk.linked(), desk.file().state);
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn account_linking_that_is_gone_is_set_anew_with_the_same_client() {
    let desk = Desk::sound().await;
    let before = desk.linked();
    let smapi = &desk.services.smapi;
    smapi.delete_account_linking(&desk.skill()).await.unwrap();
    let given = |secret| Plan {
        secret,
        ..with_relay()
    };
    for secret in [None, Some(SECRET.into())] {
        let (outcome, _) = desk.up(&given(secret)).await;
        let refused = format!("{:#}", outcome.unwrap_err());
        for words in ["PARTICLE_CLIENT_SECRET", "`up --rotate`"] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
    desk.made(&given(desk.secret.clone())).await;
    assert_eq!(desk.linked(), before);
    // Or with another one, where the secret is lost.
    smapi.delete_account_linking(&desk.skill()).await.unwrap();
    desk.made(&rotate()).await;
    assert_ne!(desk.linked(), before);
    assert_eq!(desk.clients().await.len(), 1);
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
}

#[tokio::test]
async fn a_skill_that_there_is_gets_the_name_that_is_given() {
    let desk = Desk::sound().await;
    let name = "/manifest/publishingInformation/locales/en-CA/name";
    desk.alexa.set_polls(0);
    desk.manifest(name, "Chez moi".into()).await;
    desk.changes();
    // Which stays as it is where none is given.
    let (_, told) = desk.made(&with_relay()).await;
    assert_eq!(told[3], "endpoint: is set to the function's alias");
    let named = |dry_run| Plan {
        name: Some("The Shed".to_owned()),
        dry_run,
        ..with_relay()
    };
    let (_, told) = desk.up(&named(true)).await;
    assert_eq!(told[3], "endpoint: would be changed: name");
    assert_eq!(desk.changes(), [] as [String; 0]);
    let (outcome, told) = desk.made(&named(false)).await;
    assert_eq!(told[3], "endpoint: changed: name");
    assert_eq!(outcome.name, "The Shed");
    let manifest = desk.alexa.skills()[0].manifest.clone().unwrap();
    let locales = manifest.pointer("/manifest/publishingInformation/locales");
    let locales = locales.unwrap().as_object().unwrap();
    assert!(locales.len() > 1);
    for (locale, texts) in locales {
        assert_eq!(texts["name"], "The Shed", "{locale}");
    }
    let (_, told) = desk.made(&named(false)).await;
    assert_eq!(told[3], "endpoint: is set to the function's alias");
}
