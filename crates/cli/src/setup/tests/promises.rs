//! What `up`, `doctor` and `down` promise, each broken off at every call, or with somebody else at work beside them.

use std::collections::BTreeSet;

use alexa_simulator::Operation;
use linking::account_linking::AccountLinkingRequest;
use linking::check::{Mode, Status};
use linking::region::Region;
use particle_simulator::{Home, Simulator as Cloud};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::desk::{Desk, failures, plan, with_relay};
use super::line::{Line, Meddling};
use crate::setup::steps::Plan;

const MANIFEST: &str = "/manifest";
const LINKING: &str = "/accountLinkingClient";

/// With a relay, and with more than one stack to be made or to be deleted.
fn two_regions() -> Plan {
    Plan {
        regions: vec![Region::NorthAmerica, Region::Europe],
        ..with_relay()
    }
}

/// Whatever there is stands in the file, so that another run finds it, and nobody's link has lost its client.
async fn is_noted(desk: &Desk, when: &str) {
    let state = desk.file().state;
    for skill in desk.alexa.skills() {
        let noted = state.skill.as_ref().map(ToString::to_string);
        assert_eq!(noted.as_ref(), Some(&skill.id), "{when}: the skill");
    }
    let made = desk.clients().await;
    for client in &made {
        let kept = state.client.iter().map(|kept| &kept.id);
        let mut noted = kept.chain(&state.orphans).map(ToString::to_string);
        assert!(
            noted.any(|noted| noted == *client),
            "{when}: {client} is not noted in {state:?}"
        );
    }
    for linking in desk.alexa.skills().iter().flat_map(|s| &s.account_linking) {
        let used = &linking.client_id;
        assert!(made.contains(used), "{when}: Alexa uses {used} of {made:?}");
    }
    for region in desk.services.aws.world().stacks.keys() {
        assert!(
            state.regions.contains(region),
            "{when}: the stack in {region} is not noted"
        );
    }
}

/// There is one of everything, and the doctor has no complaint.
async fn is_whole(desk: &Desk, when: &str) {
    is_noted(desk, when).await;
    let skills = desk.alexa.skills();
    assert_eq!(skills.len(), 1, "{when}");
    let clients = desk.clients().await;
    assert_eq!(clients.len(), 1, "{when}: {clients:?}");
    let state = desk.file().state;
    assert!(state.orphans.is_empty(), "{when}: {state:?}");
    assert!(state.client.unwrap().linked, "{when}");
    assert_eq!(desk.services.aws.world().stacks.len(), 2, "{when}");
    let findings = desk.doctor(None).await;
    assert_eq!(
        failures(&findings),
        [] as [&str; 0],
        "{when}: {findings:#?}"
    );
}

fn is_gone(desk: &Desk, when: &str) {
    assert!(desk.alexa.skills().is_empty(), "{when}");
    assert!(desk.services.aws.world().stacks.is_empty(), "{when}");
    assert!(!desk.state_path().exists(), "{when}");
}

/// How often the skill was made at Alexa.
fn skills_made(desk: &Desk) -> usize {
    let requests = desk.alexa.requests();
    let made = requests.iter().filter(|request| {
        request.operation == Some(Operation::CreateSkillForVendor) && request.status == Some(202)
    });
    made.count()
}

#[tokio::test]
async fn up_goes_on_wherever_it_broke_off() {
    let plan = two_regions();
    let mut call = 0;
    loop {
        call += 1;
        let desk = Desk::new().await;
        let line = Line::new(&desk).await;
        line.cut_at(call);
        let (outcome, told) = line.up(&plan).await;
        let when = format!("cut at call {call}, after {told:?}");
        if line.calls() < call {
            // There is no such call any more.
            outcome.unwrap().unwrap();
            break;
        }
        assert!(outcome.is_err(), "{when}");
        is_noted(&desk, &when).await;

        let (outcome, _) = desk.up(&plan).await;
        assert!(outcome.is_ok(), "{when}: {outcome:?}");
        is_whole(&desk, &when).await;
        assert_eq!(skills_made(&desk), 1, "{when}");
        desk.down(true).await;
        is_gone(&desk, &when);
        assert!(desk.clients().await.is_empty(), "{when}");
    }
    assert!(call > 15, "{call} calls are too few to be all of them");
}

#[tokio::test]
async fn a_rotation_goes_on_wherever_it_broke_off() {
    let plan = two_regions();
    let rotate = Plan {
        rotate: true,
        ..two_regions()
    };
    let mut call = 0;
    loop {
        call += 1;
        let desk = Desk::new().await;
        desk.made(&plan).await;
        let before = desk.clients().await;
        let line = Line::new(&desk).await;
        line.cut_at(call);
        let (outcome, told) = line.up(&rotate).await;
        let when = format!("cut at call {call}, after {told:?}");
        if line.calls() < call {
            outcome.unwrap().unwrap();
            assert_ne!(desk.clients().await, before);
            break;
        }
        assert!(outcome.is_err(), "{when}");
        is_noted(&desk, &when).await;

        // Without --rotate: nothing else has to end for it.
        let (outcome, _) = desk.up(&plan).await;
        assert!(outcome.is_ok(), "{when}: {outcome:?}");
        is_whole(&desk, &when).await;
    }
    assert!(call > 15, "{call} calls are too few to be all of them");
}

#[tokio::test]
async fn down_goes_on_wherever_it_broke_off() {
    let mut call = 0;
    loop {
        call += 1;
        let desk = Desk::new().await;
        desk.made(&two_regions()).await;
        let line = Line::new(&desk).await;
        line.cut_at(call);
        let (outcome, told) = line.down(true).await;
        let when = format!("cut at call {call}, after {told:?}");
        if line.calls() < call {
            outcome.unwrap();
            is_gone(&desk, &when);
            break;
        }
        assert!(outcome.is_err(), "{when}");
        is_noted(&desk, &when).await;
        let noted: BTreeSet<Region> = desk.file().state.regions.into_iter().collect();
        let there = desk.services.aws.world().stacks.keys().copied().collect();
        assert_eq!(noted, there, "{when}");

        let again = desk.down(true).await;
        assert!(
            !again.iter().any(|line| line.contains("was not there")),
            "{when}: {again:?}"
        );
        is_gone(&desk, &when);
        assert!(desk.clients().await.is_empty(), "{when}");
    }
    assert!(call > 7, "{call} calls are too few to be all of them");
}

#[tokio::test]
async fn what_alexa_only_says_that_she_took_is_seen() {
    for (resource, complaint) in [
        (MANIFEST, "Alexa took the manifest, but"),
        (LINKING, "Alexa took the account linking, and has none"),
    ] {
        let desk = Desk::new().await;
        let line = Line::new(&desk).await;
        line.meddle(resource, Meddling::Swallowed);
        let (outcome, told) = line.up(&two_regions()).await;
        let refused = format!("{:#}", outcome.unwrap_err());
        assert!(refused.contains(complaint), "{refused}: {told:?}");
        desk.made(&two_regions()).await;
        is_whole(&desk, resource).await;
    }

    // Where there was another account linking before.
    let desk = Desk::sound().await;
    let changed = vec!["customers:create".to_owned()];
    desk.link(|linking| linking.scopes = changed).await;
    let line = Line::new(&desk).await;
    line.meddle(LINKING, Meddling::Swallowed);
    let plan = Plan {
        secret: desk.secret.clone(),
        ..with_relay()
    };
    let (outcome, _) = line.up(&plan).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(
        refused.contains("Alexa took the account linking, but"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_somebody_changes_meanwhile_is_not_overwritten() {
    let desk = Desk::sound().await;
    desk.alexa.set_polls(0);
    let skill = desk.skill();
    let smapi = &desk.services.smapi;
    let protocol = "/manifest/apis/smartHome/protocolVersion";
    let name = "/manifest/publishingInformation/locales/en-US/name";
    let manifest = smapi.manifest(&skill).await.unwrap().value;
    let mut theirs = serde_json::to_value(manifest).unwrap();
    *theirs.pointer_mut(name).unwrap() = json!("Somebody's");
    desk.manifest(protocol, json!("2")).await;
    let line = Line::new(&desk).await;
    line.meddle(MANIFEST, Meddling::Overtaken(theirs));
    let (outcome, told) = line.up(&with_relay()).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(refused.contains("meanwhile"), "{refused}: {told:?}");
    let left = smapi.manifest(&skill).await.unwrap().value;
    let left = serde_json::to_value(left).unwrap();
    assert_eq!(left.pointer(name), Some(&json!("Somebody's")));

    let linking = smapi.account_linking(&skill).await.unwrap().unwrap().value;
    let mut theirs = AccountLinkingRequest {
        linking,
        client_secret: desk.secret.clone().unwrap(),
        skip_on_enablement: false,
    };
    theirs.linking.scopes = vec!["somebodys".to_owned()];
    desk.link(|linking| linking.scopes = vec!["customers:create".to_owned()])
        .await;
    let theirs = serde_json::to_value(theirs).unwrap();
    line.meddle(LINKING, Meddling::Overtaken(theirs));
    let plan = Plan {
        secret: desk.secret.clone(),
        ..with_relay()
    };
    let (outcome, told) = line.up(&plan).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(refused.contains("meanwhile"), "{refused}: {told:?}");
    let left = smapi.account_linking(&skill).await.unwrap().unwrap().value;
    assert_eq!(left.scopes, ["somebodys"]);
}

#[tokio::test]
async fn a_deployment_that_did_not_come_about_is_told_to_nobody() {
    for status in ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"] {
        let desk = Desk::new().await;
        let line = Line::new(&desk).await;
        line.ends(status);
        let (outcome, told) = line.up(&two_regions()).await;
        let refused = format!("{:#}", outcome.unwrap_err());
        let complaint = format!("in us-east-1 is {status}: no rights");
        assert!(refused.contains(&complaint), "{refused}: {told:?}");
        let skills = desk.alexa.skills();
        let manifest = skills[0].manifest.as_ref().unwrap();
        let endpoint = manifest.pointer("/manifest/apis/smartHome/endpoint");
        assert_eq!(endpoint, None);
        assert!(desk.clients().await.is_empty());
    }
}

#[tokio::test]
async fn the_first_region_alone_has_the_relay() {
    for (regions, relay, wanted) in [
        (
            [Region::NorthAmerica, Region::Europe, Region::FarEast],
            true,
            ["on", "off", "off"],
        ),
        (
            [Region::FarEast, Region::NorthAmerica, Region::Europe],
            true,
            ["on", "off", "off"],
        ),
        (
            [Region::Europe, Region::FarEast, Region::NorthAmerica],
            false,
            ["off", "off", "off"],
        ),
    ] {
        let desk = Desk::new().await;
        let all = if relay { with_relay() } else { plan(&[]) };
        desk.made(&Plan {
            regions: regions.to_vec(),
            ..all
        })
        .await;
        let world = desk.services.aws.world();
        let relays = regions.map(|region| world.stacks[&region].parameters["LinkRelay"].clone());
        assert_eq!(relays, wanted, "{regions:?}");
    }
}

#[tokio::test]
async fn the_secret_is_sent_to_particle_and_nowhere_else() {
    for mode in [Mode::Maker, Mode::Product] {
        let mut desk = Desk::sound().await;
        desk.mode = mode;
        let other = Cloud::start(Home::parse("").unwrap()).await.unwrap();
        let url = format!("{}/oauth/token", other.url());
        desk.link(|linking| linking.access_token_url = url).await;
        let secret = desk.secret.clone().unwrap();
        desk.changes();
        let findings = desk.doctor(Some(secret.clone())).await;
        let asked = other.take_requests();
        assert!(
            asked.iter().all(|request| request.method == "GET"),
            "{asked:?}"
        );
        assert!(!format!("{asked:?}").contains(secret.expose_secret()));
        let status = |id: &str| {
            let finding = findings.iter().find(|finding| finding.id == id);
            finding.unwrap().status
        };
        assert_eq!(status("client-secret"), Status::Skip, "{findings:#?}");
        let url = match mode {
            Mode::Maker => Status::Fail,
            Mode::Product => Status::Pass,
        };
        assert_eq!(status("access-token-url"), url, "{findings:#?}");
    }
}
