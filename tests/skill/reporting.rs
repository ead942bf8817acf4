//! Which properties an endpoint says it has, and whether it says that they can be asked for: where a report holds one.

use particle_simulator::Home;
use serde_json::{Value as Json, json};

use crate::world::{World, event_with, outcome};

const ID: &str = "000000000000000000000001";

/// A thermostat of two setpoints, with these modes.
macro_rules! dual {
    ($lower:literal, $upper:literal, $mode:literal) => {
        concat!(
            "thermostat = { lower = { function = 'f', variable = '",
            $lower,
            "' }, upper = { function = 'f', variable = '",
            $upper,
            "' }, mode = { function = 'f', ",
            $mode,
            " } }"
        )
    };
}

/// What is described, the properties that are declared, and whether they can be asked for.
const CASES: &[(&str, &[&str], bool)] = &[
    ("power = 'f'", &["powerState"], false),
    (
        "power = { function = 'f', variable = 'on' }",
        &["powerState"],
        true,
    ),
    (
        "speaker = { volume = { function = 'f', variable = 'level' }, mute = { function = 'f', variable = 'on' } }",
        &["volume", "muted"],
        true,
    ),
    (
        "speaker = { volume = { function = 'f', variable = 'level' }, mute = 'f' }",
        &["volume", "muted"],
        true,
    ),
    (
        "speaker = { volume = 'f', mute = { function = 'f', variable = 'on' } }",
        &["volume", "muted"],
        true,
    ),
    (
        "speaker = { volume = 'f', mute = 'f' }",
        &["volume", "muted"],
        false,
    ),
    (
        "equalizer = { bass = { function = 'f', variable = 'level' }, treble = 'f', mode = { function = 'f', modes = ['tv', 'music'] } }",
        &["bands", "mode"],
        true,
    ),
    (
        "equalizer = { bass = 'f', mode = { function = 'f', variable = 'sound', modes = ['tv', 'music'] } }",
        &["bands", "mode"],
        true,
    ),
    (
        "equalizer = { bass = 'f', treble = 'f', mode = { function = 'f', modes = ['tv', 'music'] } }",
        &["bands", "mode"],
        false,
    ),
    (
        "input = { function = 'f', inputs = ['TV', 'DVD'] }",
        &["input"],
        false,
    ),
    (
        "channel = { function = 'f', variable = 'level' }",
        &["channel"],
        true,
    ),
    (
        "security_panel = { arm = { function = 'f', variable = 'armed', states = ['away', 'disarmed'] }, fire = 'level' }",
        &["armState", "fireAlarm"],
        true,
    ),
    (
        "seek = { function = 'f', variable = 'level' }",
        &["positionMilliseconds"],
        false,
    ),
    ("thermostat = { target = 'f' }", &["targetSetpoint"], false),
    (
        "thermostat = { target = { function = 'f', variable = 'level' }, mode = 'f' }",
        &["targetSetpoint", "thermostatMode"],
        true,
    ),
    (
        "thermostat = { target = 'f', mode = { function = 'f', variable = 'mode' } }",
        &["targetSetpoint", "thermostatMode"],
        true,
    ),
    (
        "thermostat = { target = 'f', mode = 'f' }",
        &["targetSetpoint", "thermostatMode"],
        false,
    ),
    // One of two setpoints is the target, where there is a mode that makes it count.
    (
        dual!("level", "most", "variable = 'mode'"),
        &[
            "targetSetpoint",
            "lowerSetpoint",
            "upperSetpoint",
            "thermostatMode",
        ],
        true,
    ),
    (
        dual!("level", "most", "modes = ['heat', 'off']"),
        &[
            "targetSetpoint",
            "lowerSetpoint",
            "upperSetpoint",
            "thermostatMode",
        ],
        true,
    ),
    (
        dual!(
            "level",
            "most",
            "variable = 'mode', modes = ['auto', 'off']"
        ),
        &["lowerSetpoint", "upperSetpoint", "thermostatMode"],
        true,
    ),
    (
        "thermostat = { lower = { function = 'f' }, upper = { function = 'f', variable = 'most' }, mode = { function = 'f', variable = 'mode', modes = ['heat', 'off'] } }",
        &[
            "targetSetpoint",
            "lowerSetpoint",
            "upperSetpoint",
            "thermostatMode",
        ],
        true,
    ),
    (
        "thermostat = { lower = { function = 'f' }, upper = { function = 'f', variable = 'most' }, mode = { function = 'f', variable = 'mode', modes = ['cool', 'off'] } }",
        &[
            "targetSetpoint",
            "lowerSetpoint",
            "upperSetpoint",
            "thermostatMode",
        ],
        true,
    ),
    (
        "thermostat = { lower = { function = 'f' }, upper = { function = 'f' }, mode = { function = 'f', modes = ['heat', 'cool'] } }",
        &[
            "targetSetpoint",
            "lowerSetpoint",
            "upperSetpoint",
            "thermostatMode",
        ],
        false,
    ),
];

#[tokio::test]
async fn what_is_declared_is_what_is_told() {
    for (description, supported, retrievable) in CASES {
        let home = format!(
            r#"
[[device]]
id = "{ID}"
name = "it"
functions = {{ f = {{ stores = "x" }} }}
variables = {{ x = "", on = "on", level = 9, most = 12, sound = "tv", armed = "away", mode = "auto" }}
notes = """
[alexa]
{description}
"""
"#
        );
        let world = World::with(Home::parse(&home).unwrap()).await;
        let (response, _) = world.send_file("Discovery.Discover").await;
        let capability = response.pointer("/event/payload/endpoints/0/capabilities/1");
        let declared = &capability.unwrap()["properties"];
        let names = declared["supported"].as_array().unwrap().iter();
        let names: Vec<_> = names.filter_map(|name| name["name"].as_str()).collect();
        assert_eq!(
            (names.as_slice(), &declared["retrievable"]),
            (*supported, &json!(retrievable)),
            "{description}"
        );

        // What counts of two setpoints depends on the mode, so that each is told at one time or another.
        let mut told = Vec::new();
        for mode in ["auto", "heat", "cool"] {
            assert!(world.simulator.set_variable(ID, "mode", mode.into()));
            let report = event_with(
                "Alexa.ReportState.without-cookie",
                &[("/endpoint/endpointId", ID.into())],
            );
            let (response, _) = world.send(&report).await;
            let properties = response.pointer("/context/properties");
            let properties = properties.and_then(Json::as_array).unwrap();
            let of_it = properties
                .iter()
                .filter(|property| property["namespace"] == capability.unwrap()["interface"]);
            told.extend(of_it.filter_map(|property| property["name"].as_str().map(str::to_owned)));
        }
        assert_eq!(!told.is_empty(), *retrievable, "{description}: {told:?}");
        assert!(
            told.iter().all(|name| supported.contains(&name.as_str())),
            "{description}: {told:?}"
        );
    }
}

/// Only what can show a colour is said to show one.
#[tokio::test]
async fn a_light_without_a_white_is_in_the_mode_that_it_has() {
    let white = "color_temperature = { function = 'f', variable = 'white' }";
    for (capabilities, error) in [
        (white.to_owned(), "INVALID_VALUE"),
        (
            format!("{white}\ncolor = 'g'"),
            "NOT_SUPPORTED_IN_CURRENT_MODE",
        ),
    ] {
        let home = format!(
            "[[device]]\nid = \"{ID}\"\nname = \"it\"\nfunctions = {{ f = {{ stores = \"white\" }}, g = {{ stores = \"white\" }} }}\nvariables = {{ white = 0 }}\nnotes = \"\"\"\n[alexa]\n{capabilities}\n\"\"\"\n"
        );
        let world = World::with(Home::parse(&home).unwrap()).await;
        let event = event_with(
            "ColorTemperatureController.IncreaseColorTemperature",
            &[
                ("/endpoint/endpointId", json!(ID)),
                ("/endpoint/cookie", json!({})),
            ],
        );
        let (response, _) = world.send(&event).await;
        assert_eq!(outcome(&response), error, "{capabilities}");
    }
}
