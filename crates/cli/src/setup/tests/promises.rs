//! What `up`, `doctor` and `down` promise, each broken off at every call, or with somebody else at work beside them.

use std::collections::BTreeSet;

use alexa_simulator::Operation;
use axum::http::StatusCode;
use linking::account_linking::AccountLinkingRequest;
use linking::check::{Mode, Status};
use linking::particle::Client;
use linking::particle::under_way::UnderWay;
use linking::region::Region;
use particle_simulator::{Home, Simulator as Cloud};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::desk::{Desk, STACK, failures, plan, with_relay};
use super::line::{Cut, Line, Meddling};
use crate::setup::lost::Lost;
use crate::setup::steps::Plan;

const MANIFEST: &str = "/manifest";
const LINKING: &str = "/accountLinkingClient";
const CLIENTS: &str = "/v1/clients";

/// With a relay, and with more than one stack to be made or to be deleted.
fn two_regions() -> Plan {
    Plan {
        regions: vec![Region::NorthAmerica, Region::Europe],
        ..with_relay()
    }
}

/// Whatever there is stands in the file, so that another run finds it, and nobody's link has lost its client.
///
/// But for a skill of whose making nobody heard: its name is taken, and the next run finds it by that.
async fn is_noted(desk: &Desk, cut: Cut, when: &str) {
    let state = desk.file().state;
    for skill in desk.alexa.skills() {
        let noted = state.skill.as_ref().map(ToString::to_string);
        let is_unheard_of = matches!(cut, Cut::Answer) && noted.is_none();
        assert!(
            noted.as_ref() == Some(&skill.id) || is_unheard_of,
            "{when}: the skill"
        );
    }
    let made = desk.clients().await;
    let listed = desk.particle().clients().await.unwrap();
    let under_way = state.under_way.iter();
    let under_way: Vec<&str> = under_way
        .flat_map(|under_way| under_way.candidates(&listed))
        .map(|client| client.id.as_str())
        .collect();
    for client in &made {
        let kept = state.client.iter().map(|kept| &kept.id);
        let mut noted = kept.chain(&state.orphans).map(ToString::to_string);
        assert!(
            noted.any(|noted| noted == *client) || under_way.contains(&client.as_str()),
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
    is_noted(desk, Cut::Call, when).await;
    let skills = desk.alexa.skills();
    assert_eq!(skills.len(), 1, "{when}");
    let clients = desk.clients().await;
    assert_eq!(clients.len(), 1, "{when}: {clients:?}");
    let state = desk.file().state;
    assert!(state.orphans.is_empty(), "{when}: {state:?}");
    assert_eq!(state.under_way, None, "{when}");
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

/// Goes on some time later, by the command that is named where a skill was made of which nobody heard.
async fn goes_on(desk: &Desk, plan: Plan, when: &str) {
    for skill in desk.alexa.skills() {
        // Until then it has no name.
        let id = skill.id.parse().unwrap();
        desk.services.smapi.settled(&id).await.unwrap();
    }
    let (outcome, _) = desk.up(&plan).await;
    let Err(error) = outcome else {
        return;
    };
    let refused = format!("{error:#}");
    let option = refused.split_once("add `--skill ");
    let (_, rest) = option.unwrap_or_else(|| panic!("{when}: {refused}"));
    let (skill, _) = rest.split_once('`').unwrap();
    assert_eq!(desk.file().state.skill, None, "{when}");
    let plan = Plan {
        skill: Some(skill.parse().unwrap()),
        ..plan
    };
    let (outcome, _) = desk.up(&plan).await;
    assert!(outcome.is_ok(), "{when}: {outcome:?}");
}

#[tokio::test]
async fn up_goes_on_wherever_it_broke_off() {
    for cut in [Cut::Call, Cut::Answer] {
        let calls = up_is_cut(cut).await;
        assert!(calls > 15, "{calls} calls are too few to be all of them");
    }
}

/// Cuts it at every call there is, and gives how many there are.
async fn up_is_cut(cut: Cut) -> usize {
    let plan = two_regions();
    let mut call = 0;
    loop {
        call += 1;
        let desk = Desk::new().await;
        let line = Line::new(&desk).await;
        line.cut_at(cut, call);
        let (outcome, told) = line.up(&plan).await;
        let when = format!("{cut:?} cut at call {call}, after {told:?}");
        if line.calls() < call {
            // There is no such call any more.
            outcome.unwrap().unwrap();
            return call;
        }
        assert!(outcome.is_err(), "{when}");
        is_noted(&desk, cut, &when).await;

        // Whoever gives up leaves nothing behind, either.
        let other = Desk::new().await;
        let line = Line::new(&other).await;
        line.cut_at(cut, call);
        assert!(line.up(&plan).await.0.is_err(), "{when}");
        other.down(true).await;
        assert_eq!(other.clients().await, [] as [String; 0], "{when}");
        assert!(other.services.aws.world().stacks.is_empty(), "{when}");

        goes_on(&desk, two_regions(), &when).await;
        is_whole(&desk, &when).await;
        assert_eq!(skills_made(&desk), 1, "{when}");
        desk.down(true).await;
        is_gone(&desk, &when);
        assert!(desk.clients().await.is_empty(), "{when}");
    }
}

#[tokio::test]
async fn a_rotation_goes_on_wherever_it_broke_off() {
    for cut in [Cut::Call, Cut::Answer] {
        let calls = rotation_is_cut(cut).await;
        assert!(calls > 15, "{calls} calls are too few to be all of them");
    }
}

async fn rotation_is_cut(cut: Cut) -> usize {
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
        line.cut_at(cut, call);
        let (outcome, told) = line.up(&rotate).await;
        let when = format!("{cut:?} cut at call {call}, after {told:?}");
        if line.calls() < call {
            outcome.unwrap().unwrap();
            assert_ne!(desk.clients().await, before);
            return call;
        }
        assert!(outcome.is_err(), "{when}");
        is_noted(&desk, cut, &when).await;

        // Without --rotate: nothing else has to end for it.
        let (outcome, _) = desk.up(&plan).await;
        assert!(outcome.is_ok(), "{when}: {outcome:?}");
        is_whole(&desk, &when).await;
    }
}

#[tokio::test]
async fn down_goes_on_wherever_it_broke_off() {
    for cut in [Cut::Call, Cut::Answer] {
        let calls = down_is_cut(cut).await;
        assert!(calls > 7, "{calls} calls are too few to be all of them");
    }
}

async fn down_is_cut(cut: Cut) -> usize {
    let mut call = 0;
    loop {
        call += 1;
        let desk = Desk::new().await;
        desk.made(&two_regions()).await;
        let line = Line::new(&desk).await;
        line.cut_at(cut, call);
        let (outcome, told) = line.down(true).await;
        let when = format!("{cut:?} cut at call {call}, after {told:?}");
        if line.calls() < call {
            outcome.unwrap();
            is_gone(&desk, &when);
            return call;
        }
        assert!(outcome.is_err(), "{when}");
        is_noted(&desk, cut, &when).await;
        let noted: BTreeSet<Region> = desk.file().state.regions.into_iter().collect();
        let there = desk.services.aws.world().stacks.keys().copied().collect();
        let unheard: Vec<_> = noted.difference(&there).collect();
        assert!(unheard.len() <= usize::from(matches!(cut, Cut::Answer)));

        let again = desk.down(true).await;
        let gone = again.iter().filter(|line| line.contains("was not there"));
        assert_eq!(gone.count(), unheard.len(), "{when}: {again:?}");
        is_gone(&desk, &when);
        assert!(desk.clients().await.is_empty(), "{when}");
    }
}

/// What looks like a client that was made for nothing, and is in use.
#[tokio::test]
async fn a_client_that_a_skill_uses_is_not_taken_for_a_lost_one() {
    for (name, clients) in [
        // This one's, which somebody has noted elsewhere.
        (None, 1),
        // One of another set-up, of the same people's.
        (Some("Another Home"), 2),
    ] {
        let desk = Desk::new().await;
        let here = || plan(&[Region::NorthAmerica]);
        desk.made(&here()).await;
        let mut file = desk.file();
        let used = file.state.client.take().unwrap().id;
        let vendor = file.state.vendor.clone().unwrap();
        let redirect_uri = Region::NorthAmerica.redirect_uri(&vendor);
        file.state.under_way = Some(UnderWay::new(STACK, &redirect_uri, &[]));
        if name.is_some() {
            file.state.skill = None;
        }
        file.save().unwrap();

        let name = name.map(str::to_owned);
        desk.made(&Plan { name, ..here() }).await;
        let left = desk.clients().await;
        assert_eq!(left.len(), clients);
        assert_eq!(desk.file().state.under_way, None);
        for skill in desk.alexa.skills() {
            let linking = skill.account_linking.unwrap();
            assert!(left.contains(&linking.client_id), "{left:?}");
        }
        // Neither is it when this one is taken down.
        let mut file = desk.file();
        file.state.client.take_if(|client| client.id == used);
        file.state.under_way = Some(UnderWay::new(STACK, &redirect_uri, &[]));
        file.save().unwrap();
        desk.down(true).await;
        assert_eq!(desk.clients().await, [used.to_string()]);
    }
}

#[tokio::test]
async fn a_client_that_was_lost_is_foretold_and_deleted() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    desk.made(&plan).await;
    let vendor = desk.file().state.vendor.unwrap();
    let redirect_uri = Region::NorthAmerica.redirect_uri(&vendor);
    let particle = desk.particle();
    let mut file = desk.file();
    let listed = particle.clients().await.unwrap();
    file.state.under_way = Some(UnderWay::new(STACK, &redirect_uri, &listed));
    file.save().unwrap();
    let lost = particle.create_client(STACK, &redirect_uri).await.unwrap();
    let dry = Plan {
        dry_run: true,
        ..super::desk::plan(&[Region::NorthAmerica])
    };
    let (outcome, told) = desk.up(&dry).await;
    assert!(outcome.unwrap().is_none());
    let foretold = format!("client: {} would be deleted", lost.id);
    assert!(
        told.iter().any(|line| line.starts_with(&foretold)),
        "{told:?}"
    );
    assert_eq!(desk.clients().await.len(), 2);
    let (_, told) = desk.made(&plan).await;
    let deleted = format!("client: deleted {}", lost.id);
    assert!(told.last().unwrap().starts_with(&deleted), "{told:?}");
    assert_eq!(desk.clients().await.len(), 1);
}

#[tokio::test]
async fn a_client_of_which_particle_tells_too_little_is_left_to_the_user() {
    let desk = Desk::new().await;
    let mut state = desk.file().state;
    state.under_way = Some(UnderWay::new(STACK, "https://x.example/callback", &[]));
    let listed = json!([
        {"id": "lights-1", "name": STACK, "type": "web"},
        {"id": "lights-2", "name": STACK, "type": "web", "redirect_uri": "https://x.example/callback"}
    ]);
    let listed: Vec<Client> = serde_json::from_value(listed).unwrap();
    let lost = Lost::find(&state, &listed, &desk.services.smapi).await;
    let lost = lost.unwrap();
    assert_eq!(lost.clients, ["lights-2".parse().unwrap()]);
    let advice: Vec<String> = lost.advice().collect();
    assert_eq!(advice.len(), 1);
    assert!(
        advice[0].starts_with("lights-1 may have been made for nothing"),
        "{advice:?}"
    );
}

#[tokio::test]
async fn what_particle_refuses_to_make_is_not_looked_for() {
    let desk = Desk::new().await;
    let line = Line::new(&desk).await;
    line.meddle(CLIENTS, Meddling::Refused(StatusCode::TOO_MANY_REQUESTS));
    let (outcome, told) = line.up(&plan(&[Region::NorthAmerica])).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(
        refused.contains("Particle wants no more calls"),
        "{told:?}: {refused}"
    );
    assert_eq!(desk.file().state.under_way, None);
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
