//! Thermostats of all shapes: what they are told, what Alexa is told, and what a report says in each mode.

#![expect(
    clippy::indexing_slicing,
    reason = "the helpers of tests fail as tests do"
)]

use particle_simulator::{Fault, Home, Target};
use serde_json::{Value as Json, json};

use crate::world::{World, event, outcome, properties};

const DEVICE: &str = "000000000000000000000001";

/// One setpoint in Celsius, as the sketch of a beginner has it.
const SINGLE: &str = r#"
target = { function = "setTarget", variable = "target" }
mode = { function = "setMode", variable = "mode", modes = ["heat", "cool", "auto", "off"] }
range = [5, 30]
precision = 0.5
"#;

/// The same in Fahrenheit, with whole degrees.
const FAHRENHEIT: &str = r#"
target = { function = "setTarget", variable = "target" }
unit = "F"
range = [45, 90]
precision = 1
"#;

/// Two setpoints, with a function each.
const DUAL: &str = r#"
lower = { function = "setLower", variable = "lower" }
upper = { function = "setUpper", variable = "upper" }
mode = { function = "setMode", variable = "mode", modes = ["heat", "cool", "auto", "eco", "off"] }
range = [5, 30]
precision = 0.5
apart = 2
"#;

/// Two setpoints with one function, which nothing else tells.
const BOTH: &str = r#"
lower = { variable = "lower" }
upper = { variable = "upper" }
both = { function = "setRange", argument = "{upper};{lower}" }
mode = { function = "setMode", variable = "mode", modes = ["heat", "cool", "auto", "eco", "off"] }
range = [5, 30]
apart = 2
"#;

/// Three setpoints.
const TRIPLE: &str = r#"
target = { function = "setTarget", variable = "target" }
lower = { function = "setLower", variable = "lower" }
upper = { function = "setUpper", variable = "upper" }
mode = { function = "setMode", variable = "mode", modes = ["heat", "cool", "auto", "eco", "off"] }
"#;

const NOTHING_BUT_MODES: &str = r#"mode = { function = "setMode", modes = ["heat", "off"] }"#;

/// A device with this description, functions for everything, and other values of some variables.
async fn thermostat(description: &str, variables: &Json) -> World {
    let home = format!(
        r#"
[[device]]
id = "{DEVICE}"
functions = {{ setTarget = {{ stores = "target" }}, setLower = {{ stores = "lower" }}, setUpper = {{ stores = "upper" }}, setRange = {{ stores = "range" }}, setMode = {{ stores = "mode" }} }}
variables = {{ target = 20.0, lower = 18.0, upper = 24.0, range = "", mode = "auto" }}
notes = """
[alexa]
[alexa.thermostat]
{description}
"""
"#
    );
    let world = World::with(Home::parse(&home).unwrap()).await;
    for (name, value) in variables.as_object().unwrap() {
        assert!(world.simulator.set_variable(DEVICE, name, value.clone()));
    }
    world
}

/// Sends one directive and gives what Alexa was told and what the device was asked, in short.
async fn ask(world: &World, directive: &str, payload: &Json) -> (String, String) {
    let mut event: Json = serde_json::from_str(&event("Alexa.ReportState")).unwrap();
    let namespace = match directive {
        "ReportState" => "Alexa",
        _ => "Alexa.ThermostatController",
    };
    event["directive"]["header"]["namespace"] = namespace.into();
    event["directive"]["header"]["name"] = directive.into();
    event["directive"]["endpoint"] = json!({
        "endpointId": DEVICE,
        "scope": event["directive"]["endpoint"]["scope"],
    });
    event["directive"]["payload"] = payload.clone();
    let (response, _) = world.send(&event.to_string()).await;
    (told(&response), asked(&world.requests()))
}

fn told(response: &Json) -> String {
    let payload = &response["event"]["payload"];
    if payload.get("type").is_none() {
        let properties = properties(response);
        let properties = properties.as_object().unwrap().iter();
        let short = |(name, value): (&String, &Json)| match value {
            Json::String(text) => format!("{name} {text}"),
            value => format!("{name} {}", degrees(value)),
        };
        let properties = properties.filter(|(name, _)| *name != "connectivity");
        return properties.map(short).collect::<Vec<_>>().join(", ");
    }
    let mut told = outcome(response).to_owned();
    if let Some(range) = payload.get("validRange") {
        let [least, most] = ["minimumValue", "maximumValue"].map(|end| degrees(&range[end]));
        told += &format!(" {least} to {most}");
    }
    if let Some(delta) = payload.get("minimumTemperatureDelta") {
        told += &format!(" {}", degrees(delta));
    }
    told
}

fn degrees(value: &Json) -> String {
    let scale = value["scale"].as_str().unwrap();
    format!("{} {}", value["value"].as_f64().unwrap(), &scale[..1])
}

/// The variables that were read, in no order, and the calls in theirs.
fn asked(requests: &[String]) -> String {
    let start = format!("/v1/devices/{DEVICE}/");
    let mut reads = Vec::new();
    let mut calls = Vec::new();
    for request in requests {
        let Some((method, rest)) = request.split_once(&start) else {
            continue;
        };
        let what = rest.split(" → ").next().unwrap().replace('"', "");
        match method {
            "GET " => reads.push(what + "?"),
            _ => calls.push(what),
        }
    }
    reads.sort();
    reads.extend(calls);
    reads.join(", ")
}

fn celsius(value: f64) -> Json {
    json!({ "value": value, "scale": "CELSIUS" })
}

fn fahrenheit(value: f64) -> Json {
    json!({ "value": value, "scale": "FAHRENHEIT" })
}

fn kelvin(value: f64) -> Json {
    json!({ "value": value, "scale": "KELVIN" })
}

fn target(value: &Json) -> Json {
    json!({ "targetSetpoint": value })
}

fn two(lower: &Json, upper: &Json) -> Json {
    json!({ "lowerSetpoint": lower, "upperSetpoint": upper })
}

fn three(target: &Json, lower: &Json, upper: &Json) -> Json {
    json!({ "targetSetpoint": target, "lowerSetpoint": lower, "upperSetpoint": upper })
}

/// Sends each payload to a thermostat of its own.
async fn check(directive: &str, cases: &[(&str, Json, Json, &str, &str)]) {
    for (description, variables, payload, told, asked) in cases {
        let world = thermostat(description, variables).await;
        let answer = ask(&world, directive, payload).await;
        assert_eq!(
            (answer.0.as_str(), answer.1.as_str()),
            (*told, *asked),
            "{directive} {payload} with {variables} to {description}"
        );
    }
}

#[tokio::test]
async fn setpoints_are_set_in_the_firmwares_unit() {
    let as_it_is = || json!({});
    check(
        "SetTargetTemperature",
        &[
            (
                SINGLE,
                as_it_is(),
                target(&celsius(21.5)),
                "targetSetpoint 21.5 C",
                "setTarget 21.5",
            ),
            (
                SINGLE,
                as_it_is(),
                target(&celsius(21.3)),
                "targetSetpoint 21.5 C",
                "setTarget 21.5",
            ),
            (
                SINGLE,
                as_it_is(),
                target(&fahrenheit(70.0)),
                "targetSetpoint 21 C",
                "setTarget 21",
            ),
            (
                SINGLE,
                as_it_is(),
                target(&fahrenheit(86.0)),
                "targetSetpoint 30 C",
                "setTarget 30",
            ),
            (
                SINGLE,
                as_it_is(),
                target(&kelvin(295.15)),
                "targetSetpoint 22 C",
                "setTarget 22",
            ),
            (
                FAHRENHEIT,
                as_it_is(),
                target(&celsius(21.0)),
                "targetSetpoint 70 F",
                "setTarget 70",
            ),
            (
                FAHRENHEIT,
                as_it_is(),
                target(&kelvin(293.15)),
                "targetSetpoint 68 F",
                "setTarget 68",
            ),
            (
                DUAL,
                as_it_is(),
                two(&celsius(19.0), &celsius(22.0)),
                "lowerSetpoint 19 C, upperSetpoint 22 C",
                "lower?, setUpper 22, setLower 19",
            ),
            (
                DUAL,
                as_it_is(),
                two(&fahrenheit(66.0), &fahrenheit(70.0)),
                "lowerSetpoint 19 C, upperSetpoint 21 C",
                "lower?, setUpper 21, setLower 19",
            ),
            (
                DUAL,
                json!({ "lower": 18.0, "upper": 22.0 }),
                two(&celsius(25.0), &celsius(28.0)),
                "lowerSetpoint 25 C, upperSetpoint 28 C",
                "lower?, setUpper 28, setLower 25",
            ),
            (
                DUAL,
                json!({ "lower": 25.0, "upper": 28.0 }),
                two(&celsius(18.0), &celsius(22.0)),
                "lowerSetpoint 18 C, upperSetpoint 22 C",
                "lower?, setLower 18, setUpper 22",
            ),
            (
                &DUAL.replace(", variable = \"lower\"", ""),
                as_it_is(),
                two(&celsius(19.0), &celsius(22.0)),
                "lowerSetpoint 19 C, upperSetpoint 22 C",
                "setLower 19, setUpper 22",
            ),
            (
                BOTH,
                as_it_is(),
                two(&celsius(19.0), &celsius(22.25)),
                "lowerSetpoint 19 C, upperSetpoint 22.3 C",
                "setRange 22.3;19",
            ),
            (
                TRIPLE,
                as_it_is(),
                target(&celsius(21.0)),
                "targetSetpoint 21 C",
                "setTarget 21",
            ),
            (
                TRIPLE,
                as_it_is(),
                two(&celsius(19.0), &celsius(22.0)),
                "lowerSetpoint 19 C, upperSetpoint 22 C",
                "lower?, setUpper 22, setLower 19",
            ),
            (
                TRIPLE,
                as_it_is(),
                three(&celsius(20.0), &celsius(19.0), &celsius(22.0)),
                "targetSetpoint 20 C, lowerSetpoint 19 C, upperSetpoint 22 C",
                "lower?, setTarget 20, setUpper 22, setLower 19",
            ),
            (
                TRIPLE,
                as_it_is(),
                target(&celsius(99.0)),
                "targetSetpoint 99 C",
                "setTarget 99",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_a_thermostat_cannot_take_is_refused_before_any_call() {
    let as_it_is = || json!({});
    let scheduled = json!({ "targetSetpoint": celsius(21.0), "schedule": { "duration": "PT2H" } });
    let unscheduled = json!({ "targetSetpoint": celsius(21.0), "schedule": null });
    check(
        "SetTargetTemperature",
        &[
            (
                SINGLE,
                as_it_is(),
                target(&celsius(30.3)),
                "TEMPERATURE_VALUE_OUT_OF_RANGE 5 C to 30 C",
                "",
            ),
            (
                SINGLE,
                as_it_is(),
                target(&celsius(4.0)),
                "TEMPERATURE_VALUE_OUT_OF_RANGE 5 C to 30 C",
                "",
            ),
            (
                SINGLE,
                as_it_is(),
                target(&celsius(1e300)),
                "TEMPERATURE_VALUE_OUT_OF_RANGE 5 C to 30 C",
                "",
            ),
            (
                FAHRENHEIT,
                as_it_is(),
                target(&celsius(33.0)),
                "TEMPERATURE_VALUE_OUT_OF_RANGE 45 F to 90 F",
                "",
            ),
            (
                NOTHING_BUT_MODES,
                as_it_is(),
                target(&celsius(21.0)),
                "INVALID_DIRECTIVE",
                "",
            ),
            (
                DUAL,
                as_it_is(),
                two(&celsius(19.0), &celsius(31.0)),
                "TEMPERATURE_VALUE_OUT_OF_RANGE 5 C to 30 C",
                "",
            ),
            (
                DUAL,
                as_it_is(),
                two(&celsius(19.0), &celsius(20.5)),
                "REQUESTED_SETPOINTS_TOO_CLOSE 2 C",
                "",
            ),
            (
                DUAL,
                as_it_is(),
                two(&celsius(22.0), &celsius(18.0)),
                "REQUESTED_SETPOINTS_TOO_CLOSE 2 C",
                "",
            ),
            (
                TRIPLE,
                as_it_is(),
                two(&celsius(22.0), &celsius(18.0)),
                "REQUESTED_SETPOINTS_TOO_CLOSE 0 C",
                "",
            ),
            (
                SINGLE,
                as_it_is(),
                two(&celsius(19.0), &celsius(22.0)),
                "DUAL_SETPOINTS_UNSUPPORTED",
                "",
            ),
            (
                SINGLE,
                as_it_is(),
                three(&celsius(20.0), &celsius(19.0), &celsius(22.0)),
                "TRIPLE_SETPOINTS_UNSUPPORTED",
                "",
            ),
            (
                TRIPLE,
                as_it_is(),
                three(&celsius(30.0), &celsius(18.0), &celsius(23.0)),
                "TEMPERATURE_VALUE_OUT_OF_RANGE 18 C to 23 C",
                "",
            ),
            (
                DUAL,
                as_it_is(),
                three(&celsius(20.0), &celsius(19.0), &celsius(22.0)),
                "TRIPLE_SETPOINTS_UNSUPPORTED",
                "",
            ),
            (
                DUAL,
                as_it_is(),
                json!({ "lowerSetpoint": celsius(19.0) }),
                "INVALID_DIRECTIVE",
                "",
            ),
            (SINGLE, as_it_is(), json!({}), "INVALID_DIRECTIVE", ""),
            (
                SINGLE,
                as_it_is(),
                target(&json!({ "value": 20, "scale": "REAUMUR" })),
                "INVALID_DIRECTIVE",
                "",
            ),
            (
                SINGLE,
                as_it_is(),
                scheduled,
                "UNWILLING_TO_SET_SCHEDULE",
                "",
            ),
            (
                SINGLE,
                as_it_is(),
                unscheduled,
                "targetSetpoint 21 C",
                "setTarget 21",
            ),
        ],
    )
    .await;
}

/// While it heats the lower one is the target, while it cools the upper one; otherwise they stay around it.
#[tokio::test]
async fn two_setpoints_can_be_given_one() {
    let mode = |mode: &str| json!({ "mode": mode });
    check("SetTargetTemperature", &[
        (DUAL, mode("heat"), target(&celsius(20.0)), "targetSetpoint 20 C", "lower?, mode?, upper?, setLower 20"),
        (DUAL, mode("heat"), target(&celsius(23.0)), "targetSetpoint 23 C", "lower?, mode?, upper?, setUpper 25, setLower 23"),
        (DUAL, mode("cool"), target(&celsius(26.0)), "targetSetpoint 26 C", "lower?, mode?, upper?, setUpper 26"),
        (DUAL, mode("cool"), target(&celsius(19.0)), "targetSetpoint 19 C", "lower?, mode?, upper?, setLower 17, setUpper 19"),
        (DUAL, mode("auto"), target(&celsius(22.0)), "lowerSetpoint 19 C, upperSetpoint 25 C", "lower?, mode?, upper?, setUpper 25, setLower 19"),
        (DUAL, mode("auto"), target(&celsius(20.0)), "lowerSetpoint 17 C, upperSetpoint 23 C", "lower?, mode?, upper?, setLower 17, setUpper 23"),
        (DUAL, mode("eco"), target(&celsius(29.0)), "lowerSetpoint 24 C, upperSetpoint 30 C", "lower?, mode?, upper?, setUpper 30, setLower 24"),
        (DUAL, mode("eco"), target(&celsius(5.0)), "lowerSetpoint 5 C, upperSetpoint 11 C", "lower?, mode?, upper?, setLower 5, setUpper 11"),
        (DUAL, mode("off"), target(&celsius(20.0)), "THERMOSTAT_IS_OFF", "lower?, mode?, upper?"),
        (DUAL, mode("auto"), target(&celsius(31.0)), "TEMPERATURE_VALUE_OUT_OF_RANGE 5 C to 30 C", ""),
        (DUAL, mode("heat"), target(&celsius(29.0)), "REQUESTED_SETPOINTS_TOO_CLOSE 2 C", "lower?, mode?, upper?"),
        (BOTH, mode("heat"), target(&celsius(20.0)), "targetSetpoint 20 C", "lower?, mode?, upper?, setRange 24;20"),
        (BOTH, mode("auto"), target(&celsius(20.0)), "lowerSetpoint 17 C, upperSetpoint 23 C", "lower?, mode?, upper?, setRange 23;17"),
        // What is written on paper only is not known: they stay as close as they may.
        ("lower = { function = \"setLower\" }\nupper = { function = \"setUpper\" }\napart = 3", json!({}), target(&celsius(20.0)), "lowerSetpoint 18.5 C, upperSetpoint 21.5 C", "setLower 18.5, setUpper 21.5"),
    ]).await;
}

#[tokio::test]
async fn an_adjustment_moves_what_is_there() {
    let mode = |mode: &str| json!({ "mode": mode });
    let by = |delta: &Json| json!({ "targetSetpointDelta": delta });
    check(
        "AdjustTargetTemperature",
        &[
            (
                SINGLE,
                json!({}),
                by(&celsius(1.5)),
                "targetSetpoint 21.5 C",
                "mode?, target?, setTarget 21.5",
            ),
            (
                SINGLE,
                json!({}),
                by(&fahrenheit(-9.0)),
                "targetSetpoint 15 C",
                "mode?, target?, setTarget 15",
            ),
            (
                SINGLE,
                json!({}),
                by(&kelvin(2.0)),
                "targetSetpoint 22 C",
                "mode?, target?, setTarget 22",
            ),
            (
                SINGLE,
                json!({ "target": 29.5 }),
                by(&celsius(5.0)),
                "targetSetpoint 30 C",
                "mode?, target?, setTarget 30",
            ),
            (
                SINGLE,
                json!({ "target": 30.0 }),
                by(&celsius(1.0)),
                "targetSetpoint 30 C",
                "mode?, target?, setTarget 30",
            ),
            (
                SINGLE,
                json!({}),
                by(&celsius(-1e300)),
                "targetSetpoint 5 C",
                "mode?, target?, setTarget 5",
            ),
            (
                SINGLE,
                mode("off"),
                by(&celsius(1.0)),
                "THERMOSTAT_IS_OFF",
                "mode?, target?",
            ),
            (
                SINGLE,
                mode("broken"),
                by(&celsius(1.0)),
                "targetSetpoint 21 C",
                "mode?, target?, setTarget 21",
            ),
            (
                FAHRENHEIT,
                json!({ "target": 68.0 }),
                by(&celsius(5.0)),
                "targetSetpoint 77 F",
                "target?, setTarget 77",
            ),
            (
                FAHRENHEIT,
                json!({ "target": 68.0 }),
                by(&kelvin(-5.0)),
                "targetSetpoint 59 F",
                "target?, setTarget 59",
            ),
            (
                DUAL,
                mode("auto"),
                by(&celsius(1.0)),
                "lowerSetpoint 19 C, upperSetpoint 25 C",
                "lower?, mode?, upper?, setUpper 25, setLower 19",
            ),
            (
                DUAL,
                mode("auto"),
                by(&celsius(-1.0)),
                "lowerSetpoint 17 C, upperSetpoint 23 C",
                "lower?, mode?, upper?, setLower 17, setUpper 23",
            ),
            (
                DUAL,
                mode("heat"),
                by(&celsius(1.0)),
                "targetSetpoint 19 C",
                "lower?, mode?, upper?, setUpper 25, setLower 19",
            ),
            (
                DUAL,
                mode("cool"),
                by(&celsius(1.0)),
                "targetSetpoint 25 C",
                "lower?, mode?, upper?, setUpper 25, setLower 19",
            ),
            (
                DUAL,
                mode("auto"),
                by(&celsius(20.0)),
                "lowerSetpoint 24 C, upperSetpoint 30 C",
                "lower?, mode?, upper?, setUpper 30, setLower 24",
            ),
            (
                DUAL,
                mode("off"),
                by(&celsius(1.0)),
                "THERMOSTAT_IS_OFF",
                "lower?, mode?, upper?",
            ),
            (
                BOTH,
                mode("auto"),
                by(&celsius(1.0)),
                "lowerSetpoint 19 C, upperSetpoint 25 C",
                "lower?, mode?, upper?, setRange 25;19",
            ),
            (
                TRIPLE,
                mode("auto"),
                by(&celsius(1.0)),
                "targetSetpoint 21 C",
                "mode?, target?, setTarget 21",
            ),
            (
                "target = { function = \"setTarget\", variable = \"range\", pointer = \"/t\" }\nmode = { function = \"setMode\", variable = \"range\", pointer = \"/m\" }",
                json!({ "range": r#"{"t":20.5,"m":"heat"}"# }),
                by(&celsius(1.0)),
                "targetSetpoint 21.5 C",
                "range?, setTarget 21.5",
            ),
            (
                NOTHING_BUT_MODES,
                json!({}),
                by(&celsius(1.0)),
                "INVALID_DIRECTIVE",
                "",
            ),
            (
                "target = { function = \"setTarget\" }",
                json!({}),
                by(&celsius(1.0)),
                "FIRMWARE_OUT_OF_DATE",
                "",
            ),
            (
                "target = { function = \"setTarget\", variable = \"mode\" }",
                json!({}),
                by(&celsius(1.0)),
                "INVALID_VALUE",
                "mode?",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn modes_and_schedules() {
    let mode = |mode: &str| json!({ "thermostatMode": { "value": mode } });
    check("SetThermostatMode", &[
        (SINGLE, json!({}), mode("HEAT"), "thermostatMode HEAT", "setMode heat"),
        (SINGLE, json!({}), json!({ "thermostatMode": "OFF" }), "thermostatMode OFF", "setMode off"),
        (SINGLE, json!({}), mode("ECO"), "UNSUPPORTED_THERMOSTAT_MODE", ""),
        (SINGLE, json!({}), json!({ "thermostatMode": { "value": "CUSTOM", "customName": "DRY" } }), "UNSUPPORTED_THERMOSTAT_MODE", ""),
        (FAHRENHEIT, json!({}), mode("HEAT"), "UNSUPPORTED_THERMOSTAT_MODE", ""),
        ("mode = { function = \"setMode\", modes = { heat = 1, off = { function = \"setRange\", argument = \"stop\" } } }", json!({}), mode("HEAT"), "thermostatMode HEAT", "setMode 1"),
        ("mode = { function = \"setMode\", modes = { heat = 1, off = { function = \"setRange\", argument = \"stop\" } } }", json!({}), mode("OFF"), "thermostatMode OFF", "setRange stop"),
    ]).await;
    check("ResumeSchedule", &[
        (SINGLE, json!({}), json!({}), "UNWILLING_TO_SET_SCHEDULE", ""),
        ("target = \"setTarget\"\nresume = \"setRange\"", json!({}), json!({}), "", "setRange "),
        ("target = \"setTarget\"\nresume = { function = \"setRange\", argument = \"resume\" }", json!({}), json!({}), "", "setRange resume"),
    ]).await;
}

#[tokio::test]
async fn a_report_says_what_counts_in_the_mode() {
    const ALL: &str = "targetSetpoint 20 C, lowerSetpoint 18 C, upperSetpoint 24 C";
    let cases = [
        (
            SINGLE,
            "heat",
            "targetSetpoint 20 C, thermostatMode HEAT".to_owned(),
        ),
        (
            SINGLE,
            "auto",
            "targetSetpoint 20 C, thermostatMode AUTO".to_owned(),
        ),
        (SINGLE, "off", "thermostatMode OFF".to_owned()),
        (SINGLE, "broken", "targetSetpoint 20 C".to_owned()),
        (FAHRENHEIT, "off", "targetSetpoint 20 F".to_owned()),
        (
            DUAL,
            "heat",
            "targetSetpoint 18 C, thermostatMode HEAT".to_owned(),
        ),
        (
            DUAL,
            "cool",
            "targetSetpoint 24 C, thermostatMode COOL".to_owned(),
        ),
        (
            DUAL,
            "auto",
            "lowerSetpoint 18 C, upperSetpoint 24 C, thermostatMode AUTO".to_owned(),
        ),
        (
            DUAL,
            "eco",
            "lowerSetpoint 18 C, upperSetpoint 24 C, thermostatMode ECO".to_owned(),
        ),
        (DUAL, "off", "thermostatMode OFF".to_owned()),
        (
            TRIPLE,
            "heat",
            "targetSetpoint 20 C, thermostatMode HEAT".to_owned(),
        ),
        (
            TRIPLE,
            "cool",
            "targetSetpoint 20 C, thermostatMode COOL".to_owned(),
        ),
        (TRIPLE, "auto", format!("{ALL}, thermostatMode AUTO")),
        (TRIPLE, "broken", ALL.to_owned()),
    ];
    for (description, mode, expected) in cases {
        let world = thermostat(description, &json!({ "mode": mode })).await;
        let (told, _) = ask(&world, "ReportState", &json!({})).await;
        assert_eq!(told, expected, "{mode}: {description}");
    }
}

/// Where the second of two calls fails, the message says what was done, and nothing is done twice: not even where the
/// cookie names a function that the firmware no longer has.
#[tokio::test]
async fn a_half_done_command_says_so() {
    let refusing = DUAL.replace(
        "\"setUpper\"",
        "\"setUpper\", errors = { 1 = \"ENDPOINT_BUSY\" }",
    );
    for (description, replaced, kind, why) in [
        (
            refusing.as_str(),
            "none",
            "ENDPOINT_BUSY",
            "the device's function returned 1",
        ),
        (
            DUAL,
            "setUpper",
            "FIRMWARE_OUT_OF_DATE",
            "the device's firmware has no such function or variable",
        ),
    ] {
        // So that the lower one goes first.
        let present = json!({ "lower": 25.0, "upper": 28.0 });
        let world = thermostat(description, &present).await;
        let (discovered, _) = world.send_file("Discovery.Discover").await;
        let cookie = discovered
            .pointer("/event/payload/endpoints/0/cookie/v1")
            .and_then(Json::as_str)
            .unwrap();
        let event = event("ThermostatController.SetTargetTemperature");
        let mut event: Json = serde_json::from_str(&event).unwrap();
        event["directive"]["endpoint"]["endpointId"] = DEVICE.into();
        event["directive"]["endpoint"]["cookie"] =
            json!({ "v1": cookie.replace(replaced, "setRoof") });
        world.requests();
        let (response, _) = world.send(&event.to_string()).await;
        assert_eq!(outcome(&response), kind);
        assert_eq!(
            response.pointer("/event/payload/message").unwrap(),
            &format!("lowerSetpoint is set, but upperSetpoint is not: {why}")
        );
        assert_eq!(world.requests().len(), 3);
    }
}

#[tokio::test]
async fn a_refusal_of_the_firmware_is_told_as_described() {
    let description =
        "target = { function = \"setTarget\", errors = { -5 = \"THERMOSTAT_IS_OFF\" } }";
    let world = thermostat(description, &json!({})).await;
    world
        .simulator
        .set_fault(Target::Cloud, Some(Fault::Returns(-5)));
    let (told, _) = ask(&world, "SetTargetTemperature", &target(&celsius(21.0))).await;
    assert_eq!(told, "THERMOSTAT_IS_OFF");
}

/// A setpoint may have a unit of its own; the others have that of the table.
#[tokio::test]
async fn a_setpoints_own_unit_wins() {
    let description = r#"
unit = "F"
lower = { function = "setLower", variable = "lower", unit = "C" }
upper = { function = "setUpper", variable = "upper" }
range = [50, 86]
apart = 9
precision = 1
"#;
    let variables = json!({ "lower": 18.0, "upper": 77.0 });
    let world = thermostat(description, &variables).await;
    for (directive, payload, expected) in [
        (
            "ReportState",
            json!({}),
            "lowerSetpoint 18 C, upperSetpoint 77 F",
        ),
        (
            "SetTargetTemperature",
            two(&celsius(20.0), &celsius(25.0)),
            "lowerSetpoint 20 C, upperSetpoint 77 F",
        ),
        (
            "SetTargetTemperature",
            two(&celsius(20.0), &celsius(24.0)),
            "REQUESTED_SETPOINTS_TOO_CLOSE 9 F",
        ),
        (
            "SetTargetTemperature",
            two(&celsius(9.0), &celsius(24.0)),
            "TEMPERATURE_VALUE_OUT_OF_RANGE 50 F to 86 F",
        ),
        (
            "AdjustTargetTemperature",
            json!({ "targetSetpointDelta": celsius(1.0) }),
            "lowerSetpoint 21 C, upperSetpoint 79 F",
        ),
        (
            "AdjustTargetTemperature",
            json!({ "targetSetpointDelta": celsius(-20.0) }),
            "lowerSetpoint 10 C, upperSetpoint 59 F",
        ),
    ] {
        let (told, _) = ask(&world, directive, &payload).await;
        assert_eq!(told, expected, "{directive} {payload}");
    }
}

#[tokio::test]
async fn well_known_names_make_a_thermostat() {
    let home = format!(
        r#"
[[device]]
id = "{DEVICE}"
functions = {{ setTargetTemperature = {{ stores = "targetTemperature" }}, setThermostatMode = {{ stores = "thermostatMode" }} }}
variables = {{ targetTemperature = 20.5, thermostatMode = "cool", temperature = 23.0 }}
"#
    );
    let world = World::with(Home::parse(&home).unwrap()).await;
    let (told, _) = ask(&world, "ReportState", &json!({})).await;
    assert_eq!(
        told,
        "targetSetpoint 20.5 C, thermostatMode COOL, temperature 23 C"
    );
    let (told, asked) = ask(&world, "SetTargetTemperature", &target(&fahrenheit(70.0))).await;
    assert_eq!(
        (told.as_str(), asked.as_str()),
        ("targetSetpoint 21.1 C", "setTargetTemperature 21.1")
    );
    let (response, _) = world.send_file("Discovery.Discover").await;
    let categories = response.pointer("/event/payload/endpoints/0/displayCategories");
    assert_eq!(categories, Some(&json!(["THERMOSTAT"])));
}

#[test]
fn a_wrong_table_is_refused_where_it_is_wrong() {
    let cases = [
        (
            "range = [5, 30]",
            "line 1, column 1: it needs a `target`, or `lower` and `upper`, or a `mode`",
        ),
        (
            "lower = { function = \"f\" }",
            "line 1, column 1: `lower` and `upper` go together; a single setpoint is `target`",
        ),
        (
            "target = \"f\"\nboth = \"g\"",
            "line 1, column 1: `both` sets `lower` and `upper`; say too which variables tell them",
        ),
        (
            "lower = { variable = \"f\" }\nupper = { function = \"f\" }",
            "line 1, column 1: `lower` and `upper` need a `function` each, or one for `both`",
        ),
        (
            "lower = { variable = \"f\" }\nupper = { variable = \"f\" }\nboth = { function = \"f\", argument = \"{lower}\" }",
            "line 4, column 37: \"{lower}\" must contain {lower} and {upper}, each once",
        ),
        (
            "target = \"f\"\nrange = [30, 5]",
            "line 3, column 9: a range is the least setpoint and the greatest, such as [5, 30]",
        ),
        (
            "target = \"f\"\nrange = 5",
            "line 3, column 9: a range is the least setpoint and the greatest, such as [5, 30]",
        ),
        (
            "target = \"f\"\nprecision = 0",
            "line 3, column 13: a precision of 0 is none; write one such as 0.5",
        ),
        (
            "target = \"f\"\napart = -1",
            "line 3, column 9: setpoints cannot have to be -1 degrees apart; write such as 2",
        ),
        (
            "target = \"f\"\nunit = \"R\"",
            "line 3, column 8: unknown unit `R`; a temperature is in \"C\", \"F\" or \"K\"",
        ),
        (
            "mode = { function = \"f\", modes = [\"heat\", \"dry\"] }",
            "line 2, column 43: unknown mode `dry`; known are auto, cool, eco, heat, off",
        ),
        (
            "mode = { function = \"f\", modes = [\"warm\", \"heat\"] }",
            "line 2, column 35: unknown mode `warm`; known are auto, cool, eco, heat, off",
        ),
        (
            "mode = { function = \"f\", modes = { warm = 1 } }",
            "line 2, column 36: unknown mode `warm`; known are auto, cool, eco, heat, off",
        ),
        (
            "target = \"f\"\nresume = { argument = \"x\" }",
            "line 3, column 10: it needs a `function`: what else would do it?",
        ),
        (
            "target = { variable = \"f\" }",
            "line 2, column 10: it needs a `function`: what else would set it?",
        ),
    ];
    for (description, expected) in cases {
        let notes = format!("[alexa.thermostat]\n{description}\n");
        let description = alexa_for_particle::description::Description::in_notes(&notes).unwrap();
        let mistakes: Vec<_> = description
            .mistakes
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(mistakes, [expected], "{notes}");
    }
}
