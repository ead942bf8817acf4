//! The ready-made kinds: what each expands to, and that it works.

use alexa_for_particle::description::Description;
use alexa_for_particle::endpoint::{Endpoint, Resolved, Told};
use alexa_for_particle::particle::Device;
use alexa_for_particle::profile::Profiles;
use particle_simulator::{Fault, Home, Target};
use serde_json::{Value as Json, json};

use crate::world::{World, event_with, outcome};

/// One of each kind, as a user would write it.
pub(crate) const KINDS: &str = r#"
[[alexa]]
id = "blind"
[alexa.blind]
function = "move"
variable = "position"
tilt = { function = "tilt", variable = "tilt" }

[[alexa]]
id = "shutter"
shutter = { function = "shutter", open = "up", closed = "down" }

[[alexa]]
id = "garage"
[alexa.garage_door]
function = "door"
variable = "door"
closed = "close"
opening = "refused"
errors = { -2 = "OBSTACLE_DETECTED" }

[[alexa]]
id = "fan"
[alexa.fan]
power = "fan"
speed = { function = "setFan", variable = "fanSpeed" }
oscillate = { function = "swing", on = 1, off = 0 }
direction = { function = "turn", reverse = "backward" }

[[alexa]]
id = "outlet"
outlet = "relay"

[[alexa]]
id = "pins"
power = { tinker = "D7" }
brightness = { tinker = "A5" }
"#;

/// What a kind stands for, in the language itself.
#[test]
fn each_kind_expands_to_capabilities() {
    let Description {
        endpoints,
        mistakes,
    } = Description::in_notes(KINDS).unwrap();
    assert_eq!(mistakes, []);
    let expanded: serde_json::Map<_, _> = endpoints
        .iter()
        .map(|endpoint| {
            let capabilities: Vec<_> = endpoint
                .capabilities
                .iter()
                .map(|capability| json!({ capability.entry().key: capability.description().unwrap() }))
                .collect();
            let expanded = json!({ "category": endpoint.category, "capabilities": capabilities });
            (endpoint.id.clone().unwrap(), expanded)
        })
        .collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_json_snapshot!("kinds", expanded);
    });
}

/// What discovery puts into a cookie, a directive must find in it, or it costs a call more.
#[test]
fn each_description_survives_the_cookie() {
    let awning = "[[alexa]]\nid = \"awning\"\n[alexa.range]\nnames = \"reach\"\nfunction = \"awning\"\nvariable = \"reach\"\nactions = { raise = \"-12.5\", lower = \"+25\", open = 100 }\nstates = { closed = 0, open = [1, 100] }\nstep = 2.5\n";
    let notes = format!("{KINDS}\n{awning}");
    let device: Device = serde_json::from_value(
        json!({ "id": "cafe00000000000000000001", "online": true, "functions": [], "variables": {}, "notes": notes }),
    )
    .unwrap();
    let resolved = Resolved::of(&device, Told::Nothing, &Profiles::default());
    assert_eq!((resolved.endpoints.len(), &resolved.mistakes), (7, &vec![]));
    for endpoint in resolved.endpoints {
        let cookie = endpoint.cookie();
        let again = Endpoint::from_cookie(&endpoint.id, &cookie).unwrap();
        assert_eq!(again.cookie(), cookie);
    }
}

/// What a description says beside the words of a kind counts before what the kind says.
#[test]
fn whatever_a_kind_says_can_be_said_otherwise() {
    let description = "[alexa.fan]\nspeed = { function = \"f\", range = [0, 100], presets = { turbo = 100 }, names = \"power\" }\n";
    let Description {
        endpoints,
        mistakes,
    } = Description::in_notes(description).unwrap();
    assert_eq!(mistakes, []);
    let speed = endpoints[0].capabilities[0].description().unwrap();
    assert_eq!(speed["names"], json!(["power"]));
    assert_eq!(speed["range"], json!([0, 100, 1]));
    assert_eq!(speed["presets"], json!({ "turbo": 100 }));
}

async fn garage(opening: &str) -> World {
    let home = format!(
        "[[device]]\nid = \"cafe00000000000000000013\"\nname = \"garage\"\nfirmware = \"garage-door\"\nnotes = '''\n[alexa]\ngarage_door = {{ function = \"door\", variable = \"door\", closed = \"close\", errors = {{ -2 = \"OBSTACLE_DETECTED\" }}{opening} }}\n'''\n"
    );
    World::with(Home::parse(&home).unwrap()).await
}

async fn ask(world: &World, mode: &str) -> (Json, Vec<String>) {
    let event = event_with(
        "ModeController.SetMode",
        &[
            ("/header/instance", json!("mode.position")),
            ("/endpoint/endpointId", json!("cafe00000000000000000013")),
            ("/endpoint/cookie", json!({})),
            ("/payload/mode", json!(mode)),
        ],
    );
    world.requests();
    let (response, _) = world.send(&event).await;
    let calls = world.requests().into_iter();
    (
        response,
        calls.filter(|call| call.starts_with("POST")).collect(),
    )
}

#[tokio::test]
async fn a_garage_door_opens_only_where_it_may() {
    for (opening, answer, calls) in [
        ("", "Response", 1),
        (", opening = \"allowed\"", "Response", 1),
        (", opening = \"refused\"", "CLOUD_CONTROL_DISABLED", 0),
    ] {
        let world = garage(opening).await;
        let (response, called) = ask(&world, "open").await;
        assert_eq!(
            (outcome(&response), called.len()),
            (answer, calls),
            "{opening}"
        );
        let (response, called) = ask(&world, "closed").await;
        assert_eq!(
            (outcome(&response), called.len()),
            ("Response", 1),
            "{opening}"
        );
    }
}

#[tokio::test]
async fn an_obstacle_is_told_as_one() {
    let world = garage("").await;
    ask(&world, "open").await;
    world.simulator.set_fault(
        Target::Device("garage".to_owned()),
        Some(Fault::Returns(-2)),
    );
    let (response, called) = ask(&world, "closed").await;
    assert_eq!(called.len(), 1);
    assert_eq!(
        response.pointer("/event/header/namespace").unwrap(),
        "Alexa.Safety"
    );
    assert_eq!(outcome(&response), "OBSTACLE_DETECTED");
}
