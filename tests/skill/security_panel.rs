//! Alarm systems: who may disarm them, who may have them guard less, and what may be described.

use alexa_for_particle::alexa::directive;
use alexa_for_particle::description::Description;
use particle_simulator::Home;
use serde_json::{Value as Json, json};

use crate::world::{World, event_with, outcome, properties, stable};

const PANEL: &str = "cafe00000000000000000041";

/// The simulated firmware keeps the one PIN that it takes where it keeps its state.
const HOME: &str = r#"
[[device]]
id = "cafe00000000000000000041"
functions = { arm = { stores = "state" }, disarm = { stores = "state", of = ["PIN 1357"] } }
variables = { state = "DISARMED" }
notes = """
[alexa.security_panel.arm]
function = "arm"
variable = "state"
errors = { -1 = "UNAUTHORIZED" }
[alexa.security_panel.arm.states]
ARMED_AWAY = "AWAY"
ARMED_STAY = "STAY"
ARMED_NIGHT = "NIGHT"
DISARMED = { function = "disarm", argument = "PIN {pin}", says = ["DISARMED", "PIN 1357"] }
"""
"#;

async fn home(with_pin: bool) -> World {
    let home = if with_pin {
        HOME.to_owned()
    } else {
        let own =
            r#"{ function = "disarm", argument = "PIN {pin}", says = ["DISARMED", "PIN 1357"] }"#;
        assert!(HOME.contains(own));
        HOME.replace(own, "\"DISARMED\"")
    };
    World::with(Home::parse(&home).unwrap()).await
}

fn directive(file: &str, payload: Json) -> String {
    event_with(
        file,
        &[("/endpoint/cookie", json!({})), ("/payload", payload)],
    )
}

async fn arm(world: &World, state: &str) -> (Json, Vec<String>) {
    let event = directive(
        "SecurityPanelController.Arm",
        json!({ "armState": format!("ARMED_{state}") }),
    );
    world.requests();
    let (response, _) = world.send(&event).await;
    let called = world.requests().into_iter();
    let called = called.filter(|request| request.starts_with("POST"));
    (response, called.collect())
}

fn disarm(pin: &str) -> String {
    let authorization = json!({ "type": "FOUR_DIGIT_PIN", "value": pin });
    let payload = json!({ "authorization": authorization });
    directive("SecurityPanelController.Disarm", payload)
}

#[tokio::test]
async fn it_guards_no_less_before_it_is_disarmed() {
    let world = home(false).await;
    for (state, expected) in [
        ("STAY", "Arm.Response"),
        ("NIGHT", "Arm.Response"),
        ("AWAY", "Arm.Response"),
        ("AWAY", "Arm.Response"),
        ("STAY", "AUTHORIZATION_REQUIRED"),
        ("NIGHT", "AUTHORIZATION_REQUIRED"),
    ] {
        let (response, called) = arm(&world, state).await;
        assert_eq!(outcome(&response), expected, "{state}");
        let told = expected == "Arm.Response";
        assert_eq!(called.len(), usize::from(told), "{state}: {called:?}");
        if told {
            assert_eq!(properties(&response)["armState"], format!("ARMED_{state}"));
            assert_eq!(response["event"]["payload"], json!({}));
        }
    }
    let (response, _) = world
        .send(&directive("SecurityPanelController.Disarm", json!({})))
        .await;
    assert_eq!(outcome(&response), "Response");
    assert_eq!(properties(&response)["armState"], "DISARMED");
    let (response, _) = arm(&world, "STAY").await;
    assert_eq!(outcome(&response), "Arm.Response");
}

/// Whoever may not disarm could otherwise have it guard less; more it may guard at any time.
#[tokio::test]
async fn it_guards_no_less_while_its_state_is_not_known() {
    let world = home(false).await;
    assert!(
        world
            .simulator
            .set_variable(PANEL, "state", json!("exploded"))
    );
    let (response, called) = arm(&world, "STAY").await;
    assert_eq!((outcome(&response), called.len()), ("NOT_READY", 0));
    let (response, _) = arm(&world, "AWAY").await;
    assert_eq!(outcome(&response), "Arm.Response");
}

#[tokio::test]
async fn the_firmware_judges_the_pin_and_nobody_else_sees_it() {
    for (pin, expected, calls) in [
        ("1357", "Response", 1),
        ("9753", "UNAUTHORIZED", 1),
        ("97531", "UNAUTHORIZED", 0),
        ("9 53", "UNAUTHORIZED", 0),
        ("nine", "UNAUTHORIZED", 0),
    ] {
        let world = home(true).await;
        let event = disarm(pin);
        let (response, record) = world.send(&event).await;
        assert_eq!(outcome(&response), expected, "{pin}");
        let called = world.requests().into_iter();
        let called = called.filter(|request| request.starts_with("POST"));
        assert_eq!(called.count(), calls, "{pin}");
        let parsed: directive::Event = serde_json::from_str(&event).unwrap();
        for told in [
            stable(response).to_string(),
            format!("{record:?}"),
            format!("{parsed:?}"),
        ] {
            assert!(!told.contains(pin), "{pin} is told in {told}");
        }
    }
}

#[tokio::test]
async fn a_pin_is_asked_for_where_it_has_a_place() {
    for (with_pin, types) in [
        (true, json!([{ "type": "FOUR_DIGIT_PIN" }])),
        (false, Json::Null),
    ] {
        let world = home(with_pin).await;
        let (response, _) = world.send_file("Discovery.Discover").await;
        let panel = &response["event"]["payload"]["endpoints"][0]["capabilities"][1];
        assert_eq!(panel["configuration"]["supportedAuthorizationTypes"], types);
        assert_eq!(panel["properties"]["retrievable"], true);
    }
}

#[test]
fn a_mistake_in_an_alarm_system_is_shown_where_it_is() {
    const DISARM: &str =
        "it needs \"disarmed\" and one of \"away\", \"stay\" and \"night\" among its `states`";
    for (panel, expected) in [
        (
            r#"{ water = "w" }"#,
            "18: it needs `arm`, a table with `function`, `variable` and `states` that says how it is armed",
        ),
        (
            r#"{ arm = "arm" }"#,
            "26: this must be a table with `function`, `variable` and `states`, not \"arm\"",
        ),
        (
            r#"{ arm = { function = "f", variable = "v" } }"#,
            "26: it needs `states`: \"disarmed\" and one or more of \"away\", \"stay\" and \"night\": a list, or each with the firmware's word for it",
        ),
        (
            r#"{ arm = { function = "f", variable = "v", states = ["away", "stay"] } }"#,
            &format!("69: {DISARM}"),
        ),
        (
            r#"{ arm = { function = "f", variable = "v", states = ["disarmed"] } }"#,
            &format!("69: {DISARM}"),
        ),
        (
            r#"{ arm = { function = "f", states = ["away", "disarmed"] } }"#,
            "26: it needs a `variable`: Alexa takes no alarm system that cannot tell its state",
        ),
        (
            r#"{ arm = { variable = "v", states = ["away", "disarmed"] } }"#,
            "26: it needs a `function`: what else would set it?",
        ),
        (
            r#"{ arm = { function = "f", variable = "v", states = ["away", "off"] } }"#,
            "78: unknown state `off`; known are away, stay, night, disarmed",
        ),
        (
            r#"{ arm = { function = "f", variable = "v", states = { away = { argument = "{pin}" }, disarmed = 0 } } }"#,
            "69: a PIN is said only to disarm; put {pin} into the argument of \"disarmed\" alone",
        ),
        (
            r#"{ arm = { function = "f", variable = "v", states = ["away", "disarmed"] }, exit_delay = 256 }"#,
            "106: Alexa takes 0 to 255 seconds",
        ),
        (
            r#"{ arm = { function = "f", variable = "v", states = ["away", "disarmed"] }, fire = {} }"#,
            "100: it needs a `variable`: what else would tell it?",
        ),
    ] {
        let notes = format!("[alexa]\nsecurity_panel = {panel}");
        let description = Description::in_notes(&notes).unwrap();
        let mistakes: Vec<_> = description
            .mistakes
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(mistakes, [format!("line 2, column {expected}")], "{panel}");
    }
}
