//! What decides which endpoints a device has, and in which order.

use alexa_for_particle::profile::Profiles;
use particle_simulator::{Fault, Home, Target};
use serde_json::{Value as Json, json};

use crate::world::{World, outcome};

const DISCOVER: &str = "Discovery.Discover";
const TOKEN: &str = "decafbaddecafbaddecafbaddecafbaddecafbad";

/// A device of this id that describes itself as a lamp, with more keys for it.
fn lamp(more: &str) -> Home {
    Home::parse(&format!(
        r#"
[[device]]
id = "cafe00000000000000000001"
name = "lamp"
functions = {{ setPower = {{ stores = "power" }}, relay = {{ stores = "relay0" }} }}
variables = {{ power = "on", relay0 = "1", alexa = "[alexa]\nname = \"From firmware\"\npower = \"relay\"" }}
{more}
"#
    ))
    .unwrap()
}

const PROFILE: &str = "[[profile]]\nfunctions = [\"relay\"]\n[[profile.alexa]]\nname = \"From profile\"\npower = \"relay\"\n";

async fn names(world: &World) -> Vec<String> {
    let (response, _) = world.send_file(DISCOVER).await;
    let endpoints = response.pointer("/event/payload/endpoints").unwrap();
    let name = |endpoint: &Json| endpoint["friendlyName"].as_str().unwrap().to_owned();
    endpoints.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn the_first_source_that_says_something_counts() {
    for (home, profiles, name) in [
        (
            lamp("notes = \"[alexa]\\nname = \\\"From notes\\\"\\npower = \\\"relay\\\"\""),
            PROFILE,
            "From notes",
        ),
        (lamp(""), PROFILE, "From firmware"),
        (silent_of_itself(), PROFILE, "From profile"),
        (silent_of_itself(), "", "Lamp"),
    ] {
        let world = World::with(home)
            .await
            .with_profiles(Profiles::read(profiles));
        assert_eq!(names(&world).await, [name]);
    }
}

/// The lamp with firmware that does not describe itself.
fn silent_of_itself() -> Home {
    Home::parse(
        r#"
[[device]]
id = "cafe00000000000000000001"
name = "lamp"
functions = { setPower = { stores = "power" }, relay = { stores = "relay0" } }
variables = { power = "on", relay0 = "1" }
"#,
    )
    .unwrap()
}

#[tokio::test]
async fn a_device_is_asked_for_its_description_once_after_each_handshake() {
    const READ: &str = "GET /v1/devices/cafe00000000000000000001/alexa → 200";
    let world = World::with(lamp("")).await;
    for (handshake, reads) in [(false, 1), (false, 0), (true, 1), (false, 0)] {
        if handshake {
            world.simulator.set_online("lamp", false);
            world.simulator.set_online("lamp", true);
        }
        world.requests();
        assert_eq!(names(&world).await, ["From firmware"]);
        let requests = world.requests();
        assert_eq!(
            requests.iter().filter(|request| *request == READ).count(),
            reads,
            "{requests:?}"
        );
    }
}

#[tokio::test]
async fn a_directive_without_a_cookie_finds_what_the_firmware_says() {
    let world = World::with(lamp("")).await;
    let event = json!({ "directive": {
        "header": { "namespace": "Alexa.PowerController", "name": "TurnOff", "messageId": "1", "payloadVersion": "3", "correlationToken": "correlation-token-here==" },
        "endpoint": { "scope": { "type": "BearerToken", "token": TOKEN }, "endpointId": "cafe00000000000000000001", "cookie": {} },
        "payload": {},
    } });
    let (response, _) = world.send(&event.to_string()).await;
    assert_eq!(outcome(&response), "Response");
    let requests = world.requests();
    assert_eq!(
        requests.last().unwrap(),
        "POST /v1/devices/cafe00000000000000000001/relay \"off\" → 200, returned 1"
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_left_out_rather_than_guessed() {
    for online in [true, false] {
        let world = World::with(lamp("")).await;
        if online {
            world
                .simulator
                .set_fault(Target::Device("lamp".to_owned()), Some(Fault::Offline));
        } else {
            world.simulator.set_online("lamp", false);
        }
        let (_, record) = world.send_file(DISCOVER).await;
        assert_eq!(names(&world).await, [""; 0]);
        assert_eq!(
            record.remarks,
            [
                "the variable `alexa` of cafe00000000000000000001 could not be read, so it is left out"
            ]
        );
    }
}

#[tokio::test]
async fn odd_names_are_remarked_without_being_told() {
    let home = Home::parse(
        r#"
[[device]]
id = "cafe00000000000000000001"
name = "echo_lamp"
firmware = "dimmer"
[[device]]
id = "cafe00000000000000000002"
name = "Echo lamp"
firmware = "dimmer"
"#,
    )
    .unwrap();
    let (_, record) = World::with(home).await.send_file(DISCOVER).await;
    assert_eq!(
        record.remarks,
        [
            "the name of cafe00000000000000000001 begins with a wake word",
            "the name of cafe00000000000000000002 begins with a wake word",
            "endpoints of the same name: cafe00000000000000000001, cafe00000000000000000002",
        ]
    );
}
