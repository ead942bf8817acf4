//! A skill that somebody set up by hand, and that `up` goes on with: what works is taken as it is, and what `up` did not
//! make ends by nobody's doing but theirs.

use linking::account_linking::{AccountLinking, AccountLinkingRequest, authorization_url};
use linking::id::SkillId;
use linking::manifest::Manifest;
use linking::region::Region::NorthAmerica;
use serde_json::json;

use super::desk::{Desk, failures, plan, with_relay};
use super::line::Line;
use crate::setup::removal::{self, Extent};
use crate::setup::steps::Plan;

impl Desk {
    /// A skill that links accounts with an OAuth client of its own, and that client.
    async fn by_hand(&self) -> (SkillId, String) {
        let smapi = &self.services.smapi;
        let vendor = self.alexa.vendor_id().parse().unwrap();
        let manifest = Manifest::new(Some("Mine"), &[NorthAmerica]);
        let skill = smapi.create(&vendor, &manifest).await.unwrap();
        smapi.settled(&skill).await.unwrap();
        let redirect_uri = NorthAmerica.redirect_uri(&vendor);
        let made = self.particle().create_client("mine", &redirect_uri).await;
        let made = made.unwrap();
        let cloud = self.cloud.url();
        let linking = AccountLinking {
            scopes: vec!["mine".to_owned()],
            default_token_expiration_in_seconds: None,
            ..AccountLinking::with(
                &cloud,
                authorization_url(&cloud),
                &made.id,
                vec!["else.example".to_owned()],
            )
        };
        let request = AccountLinkingRequest {
            linking,
            client_secret: made.secret,
            skip_on_enablement: false,
        };
        let put = smapi.put_account_linking(&skill, &request, None);
        put.await.unwrap();
        (skill, made.id.to_string())
    }

    async fn has_client(&self, id: &str) -> bool {
        let listed = self.particle().clients().await.unwrap();
        listed.iter().any(|listed| listed.id == id)
    }

    /// What `down` says will be lost, and what will stay.
    async fn foretold(&self, skill: bool) -> (String, String) {
        let (file, extent) = (self.file(), Extent { skill });
        let found = removal::look(&self.services, &file).await.unwrap();
        let losses = removal::losses(&file, &found, extent);
        let stays = removal::stays(&file, &found, extent);
        (losses.join("\n"), stays.join("\n"))
    }
}

fn adopting(skill: &SkillId) -> Plan {
    Plan {
        skill: Some(skill.clone()),
        ..plan(&[NorthAmerica])
    }
}

#[tokio::test]
async fn account_linking_that_up_has_not_set_is_not_ended_with_the_rest() {
    for all in [false, true] {
        let desk = Desk::new().await;
        let (skill, client) = desk.by_hand().await;
        let before = desk.alexa.skills()[0].account_linking.clone().unwrap();
        desk.services.aws.world().broken = true;
        desk.up(&adopting(&skill)).await.0.unwrap_err();

        let ends = format!("the account linking of {skill}: every user's link ends");
        let (losses, stays) = desk.foretold(all).await;
        assert_eq!(losses.contains(&ends), all, "{losses}");
        let kept =
            format!("The account linking of {skill} stays: it is with the OAuth client {client}");
        assert_eq!(stays.contains(&kept), !all, "{stays}");
        let told = desk.down(all).await.join("\n");
        assert!(desk.has_client(&client).await, "{told}");
        if all {
            assert!(desk.alexa.skills().is_empty(), "{told}");
        } else {
            let after = desk.alexa.skills()[0].account_linking.clone().unwrap();
            assert_eq!(after.client_id, before.client_id, "{told}");
            let said = format!("linking: stays for {skill}, with the OAuth client {client}");
            assert!(told.contains(&said), "{told}");
        }
    }
}

#[tokio::test]
async fn account_linking_that_works_is_taken_as_it_is() {
    let mut desk = Desk::new().await;
    let (skill, client) = desk.by_hand().await;
    for dry_run in [true, false] {
        let plan = Plan {
            dry_run,
            ..adopting(&skill)
        };
        let (outcome, told) = desk.up(&plan).await;
        outcome.unwrap();
        let last = told.last().unwrap();
        assert!(
            last.starts_with("linking: is set; domains, default"),
            "{told:?}"
        );
    }
    let linking = desk.alexa.skills()[0].account_linking.clone().unwrap();
    assert_eq!(linking.client_id, client);
    let findings = desk.doctor(None).await;
    assert_eq!(failures(&findings), [] as [&str; 0], "{findings:#?}");

    // With the secret all of it is set, but for what was a choice.
    let secret = Some(linking.client_secret);
    let plan = Plan {
        secret: secret.clone(),
        ..adopting(&skill)
    };
    let (_, told) = desk.made(&plan).await;
    let last = told.last().unwrap();
    assert!(last.ends_with("scope mine"), "{told:?}");
    let smapi = &desk.services.smapi;
    let set = smapi.account_linking(&skill).await.unwrap().unwrap().value;
    assert_eq!(set.domains, ["127.0.0.1"]);
    assert_eq!(set.scopes, ["mine"]);

    // What keeps links from working is refused before anything else is changed.
    desk.secret = secret;
    let scopes = vec!["customers:create".to_owned()];
    desk.link(|linking| linking.scopes = scopes).await;
    let deployments = desk.services.aws.world().deployments;
    for dry_run in [true, false] {
        let plan = Plan {
            dry_run,
            ..adopting(&skill)
        };
        let refused = format!("{:#}", desk.up(&plan).await.0.unwrap_err());
        for words in [
            "differs in scopes, and",
            "Nothing was changed: set PARTICLE",
        ] {
            assert!(refused.contains(words), "{refused}");
        }
    }
    assert_eq!(desk.services.aws.world().deployments, deployments);
}

#[tokio::test]
async fn a_client_that_up_did_not_make_is_deleted_by_nobody() {
    let desk = Desk::new().await;
    let (skill, client) = desk.by_hand().await;
    desk.made(&adopting(&skill)).await;
    let (losses, stays) = desk.foretold(false).await;
    assert!(losses.contains("every user's link ends"), "{losses}");
    assert!(!losses.contains(&client), "{losses}");
    let kept = format!("{client} stays, since `up` did not make it");
    assert!(stays.contains(&kept), "{stays}");

    let rotate = |dry_run| Plan {
        rotate: true,
        dry_run,
        ..plan(&[NorthAmerica])
    };
    for dry_run in [true, false] {
        let (outcome, told) = desk.up(&rotate(dry_run)).await;
        outcome.unwrap();
        assert!(told.join("\n").contains(&kept), "{told:?}");
        assert!(desk.has_client(&client).await);
    }
    // The one that it made itself goes, which is foretold.
    let own = desk.clients().await.remove(0);
    let (_, told) = desk.up(&rotate(true)).await;
    let goes = format!("client: {own} would be deleted");
    assert!(told.join("\n").contains(&goes), "{told:?}");
    desk.made(&rotate(false)).await;
    assert!(!desk.has_client(&own).await);
    let told = desk.down(true).await;
    assert!(desk.has_client(&client).await, "{told:?}");

    // And so when everything is taken down at once.
    let desk = Desk::new().await;
    let (skill, client) = desk.by_hand().await;
    desk.made(&adopting(&skill)).await;
    let told = desk.down(true).await;
    assert!(
        told.join("\n").contains("stays, since `up` did not"),
        "{told:?}"
    );
    assert!(desk.has_client(&client).await);
    assert!(!desk.state_path().exists());
}

#[tokio::test]
async fn a_client_that_was_deleted_by_hand_is_not_said_to_be_deleted() {
    let desk = Desk::sound().await;
    let client = desk.clients().await.remove(0);
    desk.particle().delete_client(&client).await.unwrap();
    let told = desk.down(true).await;
    let gone = format!("client: {client} was gone already");
    assert_eq!(*told.last().unwrap(), gone);
}

/// A skill that is published goes on with the client that it was certified with.
#[tokio::test]
async fn a_client_that_a_published_skill_uses_is_not_deleted() {
    let desk = Desk::sound().await;
    let skill = desk.skill();
    let client = desk.clients().await.remove(0);
    let line = Line::new(&desk).await;
    let stages = ["development", "live"];
    let stages = stages.map(|stage| json!({ "skillId": skill, "stage": stage }));
    line.tell("/v1/skills", json!({ "skills": stages }));
    let live = json!({ "accountLinkingResponse": { "clientId": client } });
    line.tell("/live/accountLinkingClient", live);
    let rotate = |dry_run| Plan {
        rotate: true,
        dry_run,
        ..with_relay()
    };
    for (dry_run, stays) in [(true, "would stay"), (false, "stays")] {
        let (outcome, told) = line.up(&rotate(dry_run)).await;
        outcome.unwrap();
        let kept = format!("client: {client} {stays}: {skill} uses it at its stage live");
        assert!(told.contains(&kept), "{told:?}");
    }
    let (outcome, told) = line.down(false).await;
    outcome.unwrap();
    assert!(desk.has_client(&client).await, "{told:?}");
}
