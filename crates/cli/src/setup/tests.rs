//! `up`, `doctor` and `down` with Alexa, Particle and the relay on loopback, and AWS in memory.

mod accounts;
mod adopted;
mod aws;
mod by_hand;
mod changes;
mod desk;
mod jar;
mod line;
mod promises;
mod relay;
mod rows;
mod secret;
mod sight;
mod skills;

use linking::account_linking::Scheme;
use linking::check::Status;
use linking::region::Region;
use secrecy::ExposeSecret as _;
use serde_json::json;

use self::aws::Memory;
use self::desk::{Desk, STACK, failures, plan, steps};
use super::steps::Plan;

#[tokio::test]
async fn from_nothing_to_a_skill_that_can_be_linked_and_back() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    let (outcome, told) = desk.made(&plan).await;
    assert_eq!(
        steps(&told),
        [
            "sign-ins", "skill", "stack", "endpoint", "client", "linking"
        ]
    );
    assert_eq!(outcome.name, "My Particle Home");
    let secret = outcome.secret.unwrap();

    let skill = &desk.alexa.skills()[0];
    let manifest = skill.manifest.as_ref().unwrap();
    assert_eq!(
        manifest.pointer("/manifest/apis/smartHome/endpoint/uri"),
        Some(&json!(Memory::arn(Region::NorthAmerica)))
    );
    let linking = skill.account_linking.as_ref().unwrap();
    assert_eq!(
        linking.client_secret.expose_secret(),
        secret.expose_secret()
    );
    assert_eq!(desk.clients().await.len(), 1);

    // Everything is as it should be, and one dummy request was enough to see it.
    desk.changes();
    let findings = desk.doctor(Some(secret.clone())).await;
    assert_eq!(failures(&findings), [] as [&str; 0], "{findings:#?}");
    let right = findings
        .iter()
        .find(|finding| finding.id == "client-secret")
        .unwrap();
    assert_eq!(right.status, Status::Pass);
    let tokens = desk.cloud.take_requests();
    let tokens = tokens
        .iter()
        .filter(|request| request.method == "POST")
        .count();
    assert_eq!(tokens, 1);

    // The secret is nowhere but at Alexa.
    let noted = std::fs::read_to_string(desk.state_path()).unwrap();
    let told = told.join("\n") + &format!("{findings:?}");
    for text in [&noted, &told] {
        assert!(!text.contains(secret.expose_secret()), "{text}");
        assert!(!text.contains(&desk.cloud.token()), "{text}");
    }

    // A second run changes nothing.
    desk.changes();
    let (_, again) = desk.made(&plan).await;
    assert_eq!(desk.changes(), [] as [String; 0]);
    assert!(again[2].ends_with("nothing to change"), "{again:?}");
    assert!(again[4].contains("is kept"), "{again:?}");

    let told = desk.down(false).await;
    assert_eq!(steps(&told), ["linking", "stack", "client"]);
    assert!(desk.clients().await.is_empty());
    assert!(desk.alexa.skills()[0].account_linking.is_none());
    assert!(desk.file().state.skill.is_some());
    // And up again, with the skill that stayed.
    desk.made(&plan).await;
    assert_eq!(desk.alexa.skills().len(), 1);
    let told = desk.down(true).await;
    assert_eq!(steps(&told), ["linking", "skill", "stack", "client"]);
    assert!(desk.alexa.skills().is_empty());
    assert!(desk.services.aws.world().stacks.is_empty());
    assert!(!desk.state_path().exists());
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let desk = Desk::new().await;
    let dry = Plan {
        dry_run: true,
        ..plan(&[Region::NorthAmerica])
    };
    let (outcome, told) = desk.up(&dry).await;
    assert!(outcome.unwrap().is_none());
    assert_eq!(
        steps(&told),
        [
            "sign-ins", "skill", "stack", "endpoint", "client", "linking"
        ]
    );
    assert!(
        told[1..].iter().all(|line| line.contains("would be")),
        "{told:?}"
    );
    // And where everything is there, neither.
    desk.made(&plan(&[Region::NorthAmerica])).await;
    desk.changes();
    let deployments = desk.services.aws.world().deployments;
    let (outcome, told) = desk
        .up(&Plan {
            rotate: true,
            ..dry
        })
        .await;
    assert!(outcome.unwrap().is_none());
    assert!(told[4].contains("every link would end"), "{told:?}");
    assert_eq!(desk.changes(), [] as [String; 0]);
    assert_eq!(desk.services.aws.world().deployments, deployments);
}

#[tokio::test]
async fn three_regions_have_three_functions_and_one_skill() {
    let desk = Desk::new().await;
    let regions = [Region::Europe, Region::NorthAmerica, Region::FarEast];
    desk.made(&plan(&regions)).await;
    assert_eq!(desk.services.aws.world().stacks.len(), 3);
    let skills = desk.alexa.skills();
    let manifest = skills[0].manifest.as_ref().unwrap();
    for region in regions {
        let uri = format!(
            "/manifest/apis/smartHome/regions/{}/endpoint/uri",
            region.code()
        );
        assert_eq!(manifest.pointer(&uri), Some(&json!(Memory::arn(region))));
    }
    // The redirect URI is that of the first one.
    let particle = desk.services.particle.as_ref().unwrap();
    let clients = particle.clients().await.unwrap();
    let client = clients.iter().find(|client| client.name == STACK).unwrap();
    assert!(client.redirect_uri.all()[0].contains("layla.amazon.com"));
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
    assert_eq!(desk.down(true).await.len(), 6);
}

#[tokio::test]
async fn a_deployment_that_failed_is_tried_again() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    desk.services.aws.world().broken = true;
    let (outcome, _) = desk.up(&plan).await;
    assert!(outcome.is_err());
    desk.made(&plan).await;
    assert_eq!(desk.alexa.skills().len(), 1);
}

#[tokio::test]
async fn a_client_that_works_is_replaced_only_when_that_is_asked_for() {
    let desk = Desk::new().await;
    let kept = plan(&[Region::NorthAmerica]);
    let (first, _) = desk.made(&kept).await;
    let before = desk.clients().await;
    // Without its note, too, since all links hang on it.
    let mut file = desk.file();
    file.state.client = None;
    file.save().unwrap();
    desk.made(&kept).await;
    assert_eq!(desk.clients().await, before);

    // Another redirect URI cannot be given to it.
    let moved = plan(&[Region::Europe, Region::NorthAmerica]);
    let (outcome, _) = desk.up(&moved).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(
        refused.contains("`up --rotate` makes a new client"),
        "{refused}"
    );
    assert_eq!(desk.clients().await, before);

    let rotated = Plan {
        rotate: true,
        ..moved
    };
    let (second, told) = desk.made(&rotated).await;
    let after = desk.clients().await;
    assert_eq!(after.len(), 1);
    assert_ne!(after, before);
    assert!(told.last().unwrap().contains(&before[0]), "{told:?}");
    let (first, second) = (first.secret.unwrap(), second.secret.unwrap());
    assert_ne!(first.expose_secret(), second.expose_secret());
    assert_eq!(failures(&desk.doctor(Some(second)).await), [] as [&str; 0]);
    assert_eq!(failures(&desk.doctor(Some(first)).await), ["client-kept"]);
}

#[tokio::test]
async fn a_rotation_that_broke_off_deletes_no_client_that_is_used() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    desk.made(&plan).await;
    let used = desk.clients().await;
    let mut file = desk.file();
    file.state.orphans = vec![used[0].parse().unwrap()];
    file.save().unwrap();
    desk.made(&plan).await;
    assert_eq!(desk.clients().await, used);
}

#[tokio::test]
async fn account_linking_is_changed_only_with_the_secret() {
    let desk = Desk::new().await;
    let without = plan(&[Region::NorthAmerica]);
    let (outcome, _) = desk.made(&without).await;
    let secret = outcome.secret.unwrap();
    let skill = desk.file().state.skill.unwrap();
    let smapi = &desk.services.smapi;
    let seen = smapi.account_linking(&skill).await.unwrap().unwrap();
    let mut linking = seen.value.clone();
    linking.scopes = vec!["customers:create".to_owned()];
    let request = linking::account_linking::AccountLinkingRequest {
        linking,
        client_secret: "wrong".into(),
        skip_on_enablement: false,
    };
    smapi
        .put_account_linking(&skill, &request, None)
        .await
        .unwrap();
    assert_eq!(failures(&desk.doctor(None).await), ["scopes"]);

    let (outcome, _) = desk.up(&without).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(refused.contains("differs in scopes"), "{refused}");
    assert!(refused.contains("set PARTICLE_CLIENT_SECRET"), "{refused}");

    let with = Plan {
        secret: Some(secret.clone()),
        ..without
    };
    let (_, told) = desk.made(&with).await;
    assert!(told[5].starts_with("linking: set: scopes"), "{told:?}");
    let summary = desk.alexa.skill(skill.as_str()).unwrap();
    let linking = summary.account_linking.unwrap();
    assert_eq!(
        linking.client_secret.expose_secret(),
        secret.expose_secret()
    );
}

#[tokio::test]
async fn a_skill_of_the_same_name_is_not_made_twice() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    desk.made(&plan).await;
    let skill = desk.file().state.skill.unwrap();
    desk.file().remove().unwrap();
    let (outcome, _) = desk.up(&plan).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(
        refused.contains(&format!("add `--skill {skill}`")),
        "{refused}"
    );
    let adopting = Plan {
        skill: Some(skill.clone()),
        ..plan
    };
    desk.made(&adopting).await;
    assert_eq!(desk.file().state.skill, Some(skill));
    assert_eq!(desk.alexa.skills().len(), 1);
}

#[tokio::test]
async fn all_sign_ins_that_are_missing_are_said_at_once() {
    let mut desk = Desk::new().await;
    desk.services.particle = Err("no access token for Particle".to_owned());
    desk.alexa.expire_access_tokens();
    let (outcome, told) = desk.up(&plan(&[Region::NorthAmerica])).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(refused.contains("- not signed in at Amazon"), "{refused}");
    assert!(
        refused.contains("- no access token for Particle"),
        "{refused}"
    );
    assert!(told.is_empty());
    // The doctor looks at what is left.
    let findings = desk.doctor(None).await;
    let mut seen = findings
        .iter()
        .filter(|finding| finding.status != Status::Skip);
    let account = seen.next().unwrap();
    assert_eq!((account.id, account.status), ("aws-account", Status::Pass));
    assert_eq!(seen.next(), None, "{findings:#?}");
}

#[tokio::test]
async fn a_token_that_was_taken_for_the_secret_is_told_and_not_shown() {
    let desk = Desk::new().await;
    desk.made(&plan(&[Region::NorthAmerica])).await;
    let findings = desk.doctor(Some(desk.cloud.token().into())).await;
    let finding = findings
        .iter()
        .find(|finding| finding.id == "client-secret");
    assert!(
        finding.unwrap().seen.contains("is an access token"),
        "{findings:#?}"
    );
    assert!(!format!("{findings:?}").contains(&desk.cloud.token()));
}

#[tokio::test]
async fn a_scheme_that_works_is_kept() {
    let desk = Desk::sound().await;
    let mut oauth = desk.cloud.oauth();
    oauth.basic = false;
    desk.cloud.set_oauth(oauth);
    let body = Scheme::RequestBodyCredentials;
    desk.link(|linking| linking.access_token_scheme = body)
        .await;
    let (_, told) = desk.made(&desk::with_relay()).await;
    assert_eq!(told.last().unwrap(), "linking: is set");
    let findings = desk.doctor(desk.secret.clone()).await;
    assert_eq!(failures(&findings), [] as [&str; 0]);
}

#[tokio::test]
async fn a_check_has_one_line_whatever_a_tool_complains_of() {
    let desk = Desk::sound().await;
    desk.services.aws.world().complaint = Some("Traceback:\n  File x\n\nNo credentials");
    let findings = desk.doctor(desk.secret.clone()).await;
    let stack = findings.iter().find(|finding| finding.id == "stack");
    let stack = stack.unwrap();
    assert_eq!(stack.status, Status::Skip);
    assert!(
        stack
            .seen
            .contains("said: Traceback: File x No credentials)"),
        "{stack:?}"
    );
}
