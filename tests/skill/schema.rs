//! Amazon's JSON schema of what a skill may send.
//!
//! The schema is under Amazon's own licence, so it is no part of this project. It is looked for beside the checkout and
//! under `ALEXA_SMART_HOME_SCHEMA`; where it is absent the check is skipped, and in continuous integration it fails.
//! It can be had from <https://github.com/alexa-samples/alexa-smarthome>.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use alexa_for_particle::alexa::discovery::Category;
use jsonschema::{Draft, Validator};
use particle_simulator::Home;
use serde_json::{Value as Json, json};
use strum::VariantNames as _;

use crate::world::{World, event, event_with};

/// Interfaces that the schema does not know though Amazon documents them, each with the reason. Their capabilities and
/// properties are taken out of a message before the rest of it is checked.
///
/// An error in such a namespace is checked as if it were a general one.
const UNKNOWN_INTERFACES: &[(&str, &str)] = &[
    (
        "Alexa.HumiditySensor",
        "documented and live, but in no revision of the schema",
    ),
    (
        "Alexa.Safety",
        "documented as the namespace of errors of garage doors, but in no revision of the schema",
    ),
    (
        "Alexa.PlaybackStateReporter",
        "documented and live, but in no revision of the schema",
    ),
];

/// Categories that Amazon documents and the schema lacks. They are checked as if they were `OTHER`.
const UNKNOWN_CATEGORIES: &[&str] = &[
    "AIR_CONDITIONER",
    "AIR_FRESHENER",
    "AIR_PURIFIER",
    "AIR_QUALITY_MONITOR",
    "AUTO_ACCESSORY",
    "BLUETOOTH_SPEAKER",
    "CHRISTMAS_TREE",
    "COFFEE_MAKER",
    "DISHWASHER",
    "DRYER",
    "HEADPHONES",
    "HUB",
    "PRINTER",
    "REMOTE",
    "ROUTER",
    "SECURITY_SYSTEM",
    "SLOW_COOKER",
    "VACUUM_CLEANER",
    "VEHICLE",
    "WASHER",
    "WATER_HEATER",
];

/// The schema has these bounds for the setpoints of a thermostat whatever their scale, and so refuses 104 °F and 295 K.
/// What is beyond is checked as if it were a bound.
const SETPOINTS: [f64; 2] = [-100.0, 100.0];

static SCHEMA: LazyLock<Option<Json>> = LazyLock::new(|| {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/alexa-smarthome/alexa_smart_home_message_schema.json");
    let path = std::env::var_os("ALEXA_SMART_HOME_SCHEMA").map_or(beside, PathBuf::from);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(error) if std::env::var_os("CI").is_none() => {
            // Not `eprintln!`: the test runner would keep that to itself.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: no answer is checked against Amazon's message schema: {}: {error}",
                path.display()
            );
            None
        }
        Err(error) => panic!(
            "Amazon's message schema is needed under CI: {}: {error}",
            path.display()
        ),
    }
});

static VALIDATORS: LazyLock<Mutex<HashMap<(String, String), &'static Validator>>> =
    LazyLock::new(Mutex::default);

/// Fails where Amazon's schema refuses a message.
pub(crate) fn check(message: &Json) {
    if let Some(Err(problems)) = SCHEMA.as_ref().map(|schema| validate(schema, message)) {
        panic!("Amazon's schema refuses the answer:\n{problems}\n{message:#}");
    }
}

/// The schema is one big choice; the branch is picked by the header, so that an error names what is wrong.
fn validate(schema: &Json, message: &Json) -> Result<(), String> {
    validate_whole(schema, &without_unknown(message.clone()))
}

fn validate_whole(schema: &Json, message: &Json) -> Result<(), String> {
    let name = |field: &str| {
        message
            .pointer(&format!("/event/header/{field}"))
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let key = (name("namespace"), name("name"));
    let mut validators = VALIDATORS.lock().unwrap();
    let validator = match validators.get(&key) {
        Some(validator) => *validator,
        None => {
            let mut branches = Vec::new();
            branches_for(schema, &key, &mut branches);
            if branches.is_empty() {
                return Err(format!("no message is called {}.{}", key.0, key.1));
            }
            let branch = json!({ "definitions": schema["definitions"], "anyOf": branches });
            let validator: &'static Validator = Box::leak(Box::new(
                jsonschema::options()
                    .with_draft(Draft::Draft4)
                    .build(&branch)
                    .unwrap(),
            ));
            validators.insert(key, validator);
            validator
        }
    };
    let problems: Vec<String> = validator
        .iter_errors(message)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

fn without_unknown(mut message: Json) -> Json {
    let known = |part: &Json, field: &str| {
        UNKNOWN_INTERFACES
            .iter()
            .all(|(interface, _)| part[field] != *interface)
    };
    if let Some(Json::Array(properties)) = message.pointer_mut("/context/properties") {
        properties.retain(|property| known(property, "namespace"));
        for property in properties {
            if property["namespace"] == "Alexa.ThermostatController" {
                hold_setpoint(&mut property["value"]);
            }
        }
    }
    let is_known = message
        .pointer("/event/header")
        .is_none_or(|header| known(header, "namespace"));
    if !is_known {
        for (place, general) in [
            ("/event/header/namespace", "Alexa"),
            ("/event/payload/type", "INTERNAL_ERROR"),
        ] {
            if let Some(place) = message.pointer_mut(place) {
                *place = json!(general);
            }
        }
    }
    let endpoints = message
        .pointer_mut("/event/payload/endpoints")
        .and_then(Json::as_array_mut);
    for endpoint in endpoints.into_iter().flatten() {
        let categories = endpoint["displayCategories"].as_array_mut();
        for category in categories.into_iter().flatten() {
            if UNKNOWN_CATEGORIES.iter().any(|name| category == name) {
                *category = json!("OTHER");
            }
        }
        if let Some(Json::Array(capabilities)) = endpoint.get_mut("capabilities") {
            capabilities.retain(|capability| known(capability, "interface"));
        }
    }
    message
}

fn hold_setpoint(setpoint: &mut Json) {
    let [least, most] = SETPOINTS;
    let degrees = setpoint.get("scale").and(setpoint.get("value"));
    if let Some(degrees) = degrees.and_then(Json::as_f64) {
        setpoint["value"] = json!(degrees.clamp(least, most));
    }
}

fn branches_for(schema: &Json, (namespace, name): &(String, String), branches: &mut Vec<Json>) {
    let allows = |field: &str, value: &str| {
        let allowed = schema.pointer(&format!(
            "/properties/event/properties/header/properties/{field}/enum"
        ));
        allowed
            .and_then(Json::as_array)
            .is_some_and(|allowed| allowed.iter().any(|allowed| allowed == value))
    };
    if allows("namespace", namespace) && allows("name", name) {
        branches.push(schema.clone());
    }
    for branch in schema
        .get("oneOf")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        branches_for(branch, &(namespace.clone(), name.clone()), branches);
    }
}

#[test]
fn the_check_can_fail() {
    let Some(schema) = SCHEMA.as_ref() else {
        return;
    };
    let header = json!({ "namespace": "Alexa", "name": "Response", "messageId": "1", "payloadVersion": "3" });
    let property = |value: Json| {
        json!({
            "namespace": "Alexa.BrightnessController", "name": "brightness", "value": value,
            "timeOfSample": "2026-11-22T10:00:00.000Z", "uncertaintyInMilliseconds": 0,
        })
    };
    let message = |value: Json| json!({ "event": { "header": header, "payload": {} }, "context": { "properties": [property(value)] } });
    assert_eq!(validate(schema, &message(json!(50))), Ok(()));
    assert!(validate(schema, &message(json!(50.5))).is_err());
    assert!(validate(schema, &message(json!(101))).is_err());
    assert!(
        validate(
            schema,
            &json!({ "event": { "header": header, "payload": {} }, "surprise": 1 })
        )
        .is_err()
    );
    assert!(
        validate(
            schema,
            &json!({ "event": { "header": { "namespace": "Alexa", "name": "Nonsense" } } })
        )
        .is_err()
    );
}

/// What the exceptions are for is run, and none of them is idle.
#[tokio::test]
async fn each_exception_of_values_is_needed() {
    let device = "cafe00000000000000000001";
    let sends = async |description: &str, event: &str| {
        let home = format!(
            "[[device]]\nid = \"{device}\"\nname = \"it\"\nfunctions = {{ f = {{ stores = \"v\" }} }}\nvariables = {{ v = 295.0 }}\nnotes = '''\n{description}\n'''\n"
        );
        let world = World::with(Home::parse(&home).unwrap()).await;
        // Checked with the exceptions as it is sent.
        let (response, _) = world.send(event).await;
        let whole = SCHEMA
            .as_ref()
            .map(|schema| validate_whole(schema, &response).is_ok());
        (response, whole.unwrap_or(true))
    };
    for category in Category::VARIANTS {
        let description = format!("[alexa]\ncategory = \"{category}\"\npower = \"f\"");
        let (response, known) = sends(&description, &event("Discovery.Discover")).await;
        let shown = response.pointer("/event/payload/endpoints/0/displayCategories");
        assert_eq!(shown, Some(&json!([category])));
        if SCHEMA.is_some() {
            assert_eq!(known, !UNKNOWN_CATEGORIES.contains(category), "{category}");
        }
    }
    let asked = [
        ("/endpoint/endpointId", json!(device)),
        ("/endpoint/cookie", json!({})),
    ];
    let report = event_with("Alexa.ReportState", &asked);
    let set = |degrees: f64, scale: &str| {
        let setpoint = json!({ "targetSetpoint": { "value": degrees, "scale": scale } });
        let payload = ("/payload", setpoint);
        let asked: Vec<_> = asked.iter().cloned().chain([payload]).collect();
        event_with("ThermostatController.SetTargetTemperature", &asked)
    };
    for (unit, event, outcome) in [
        ("K", report.clone(), "StateReport"),
        ("K", set(295.0, "KELVIN"), "Response"),
        ("F", set(104.0, "FAHRENHEIT"), "Response"),
        ("F", set(120.0, "FAHRENHEIT"), "Response"),
    ] {
        let description = format!(
            "[alexa.thermostat]\nunit = \"{unit}\"\nrange = [40, 400]\ntarget = {{ function = \"f\", variable = \"v\" }}"
        );
        let (response, known) = sends(&description, &event).await;
        assert_eq!(crate::world::outcome(&response), outcome);
        if SCHEMA.is_some() {
            assert!(!known, "{response}");
        }
    }
    // A sensor has no such bounds in the schema.
    let description = "[alexa]\ntemperature = { variable = \"v\", unit = \"K\" }";
    let (_, known) = sends(description, &report).await;
    assert!(known);
}
