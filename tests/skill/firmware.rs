//! Firmware that cannot change, driven as it is by the descriptions in `tests/descriptions/`.

use particle_simulator::Home;
use serde_json::{Value as Json, json};

use crate::world::{World, outcome, properties};

/// A directive and what must come of it.
struct Step {
    /// The endpoint's part of the id.
    part: &'static str,
    /// Interface and directive, without "Alexa.".
    directive: &'static str,
    payload: &'static str,
    /// The properties of the answer but for connectivity, or the type of the error.
    answer: &'static str,
    /// The calls to the device, without the way to it.
    calls: &'static [&'static str],
}

const fn step(
    part: &'static str,
    directive: &'static str,
    payload: &'static str,
    answer: &'static str,
    calls: &'static [&'static str],
) -> Step {
    Step {
        part,
        directive,
        payload,
        answer,
        calls,
    }
}

const DEVICE: &str = "cafe00000000000000000001";

/// A device with this firmware, described in its notes.
async fn described(firmware: &str, description: &str) -> World {
    let home = format!(
        "[[device]]\nid = \"{DEVICE}\"\nname = \"board\"\nplatform = \"argon\"\nfirmware = \"{firmware}\"\nnotes = '''\n{description}'''\n"
    );
    World::with(Home::parse(&home).unwrap()).await
}

async fn drive(firmware: &str, description: &str, steps: &[Step]) {
    let world = described(firmware, description).await;
    let (response, record) = world.send_file("Discovery.Discover").await;
    assert_eq!(record.remarks, [""; 0], "{firmware}");
    let endpoints = response.pointer("/event/payload/endpoints").unwrap();
    let endpoints = endpoints.as_array().unwrap();
    world.requests();
    for Step {
        part,
        directive,
        payload,
        answer,
        calls,
    } in steps
    {
        let id = match *part {
            "" => DEVICE.to_owned(),
            part => format!("{DEVICE}:{part}"),
        };
        let endpoint = endpoints
            .iter()
            .find(|endpoint| endpoint["endpointId"] == id)
            .unwrap();
        let (interface, name) = directive.split_once('.').unwrap();
        let namespace = match interface {
            "Alexa" => interface.to_owned(),
            interface => format!("Alexa.{interface}"),
        };
        let event = json!({ "directive": {
            "header": { "namespace": namespace, "name": name, "messageId": "1", "payloadVersion": "3", "correlationToken": "correlation-token-here==" },
            "endpoint": {
                "scope": { "type": "BearerToken", "token": world.simulator.token() },
                "endpointId": id,
                "cookie": endpoint["cookie"],
            },
            "payload": serde_json::from_str::<Json>(payload).unwrap(),
        } });
        let (response, _) = world.send(&event.to_string()).await;
        let mut told = properties(&response);
        if let Json::Object(told) = &mut told {
            told.remove("connectivity");
        }
        let told = match outcome(&response) {
            "Response" | "StateReport" => told.to_string(),
            error => error.to_owned(),
        };
        assert_eq!(told, *answer, "{firmware}: {part} {directive} {payload}");
        // Reads go out together, and arrive as they may.
        let mut called: Vec<_> = world
            .requests()
            .iter()
            .map(|request| request.replace(&format!("/v1/devices/{DEVICE}/"), ""))
            .collect();
        called.sort();
        assert_eq!(called, *calls, "{firmware}: {part} {directive} {payload}");
    }
}

#[tokio::test]
async fn particles_web_connected_led() {
    drive(
        "led",
        include_str!("../descriptions/led.toml"),
        &[
            step(
                "",
                "PowerController.TurnOn",
                "{}",
                r#"{"powerState":"ON"}"#,
                &[r#"POST led "on" → 200, returned 1"#],
            ),
            // It returns 0 for "off": that is no refusal.
            step(
                "",
                "PowerController.TurnOff",
                "{}",
                r#"{"powerState":"OFF"}"#,
                &[r#"POST led "off" → 200, returned 0"#],
            ),
            step("", "Alexa.ReportState", "{}", "{}", &["PUT ping → 200"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn tinker() {
    drive(
        "tinker",
        include_str!("../descriptions/tinker.toml"),
        &[
            step(
                "led",
                "PowerController.TurnOn",
                "{}",
                r#"{"powerState":"ON"}"#,
                &[r#"POST digitalwrite "D7,HIGH" → 200, returned 1"#],
            ),
            step(
                "led",
                "PowerController.TurnOff",
                "{}",
                r#"{"powerState":"OFF"}"#,
                &[r#"POST digitalwrite "D7,LOW" → 200, returned 1"#],
            ),
            step(
                "strip",
                "PowerController.TurnOn",
                "{}",
                r#"{"powerState":"ON"}"#,
                &[r#"POST digitalwrite "D2,HIGH" → 200, returned 1"#],
            ),
            step(
                "strip",
                "BrightnessController.SetBrightness",
                r#"{"brightness":50}"#,
                r#"{"brightness":50}"#,
                &[r#"POST analogwrite "A5,128" → 200, returned 1"#],
            ),
            step(
                "strip",
                "BrightnessController.AdjustBrightness",
                r#"{"brightnessDelta":5}"#,
                "FIRMWARE_OUT_OF_DATE",
                &["GET /v1/devices/cafe00000000000000000001 → 200"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn two_lights_on_one_board() {
    drive(
        "two-lights",
        include_str!("../descriptions/two-lights.toml"),
        &[
            step(
                "left",
                "PowerController.TurnOn",
                "{}",
                r#"{"powerState":"ON"}"#,
                &[r#"POST onoff "0=1" → 200, returned 1"#],
            ),
            step(
                "right",
                "PowerController.TurnOff",
                "{}",
                r#"{"powerState":"OFF"}"#,
                &[r#"POST onoff "1=0" → 200, returned 1"#],
            ),
            step(
                "right",
                "BrightnessController.SetBrightness",
                r#"{"brightness":20}"#,
                r#"{"brightness":20}"#,
                &[r#"POST setvalue "1=51" → 200, returned 1"#],
            ),
            step(
                "right",
                "Alexa.ReportState",
                "{}",
                r#"{"brightness":20}"#,
                &["GET level1 → 200"],
            ),
            step(
                "right",
                "BrightnessController.AdjustBrightness",
                r#"{"brightnessDelta":-30}"#,
                r#"{"brightness":0}"#,
                &[
                    "GET level1 → 200",
                    r#"POST setvalue "1=0" → 200, returned 1"#,
                ],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_dispatcher() {
    drive(
        "dispatcher",
        include_str!("../descriptions/dispatcher.toml"),
        &[
            step(
                "floor",
                "BrightnessController.SetBrightness",
                r#"{"brightness":75}"#,
                r#"{"brightness":75,"powerState":"ON"}"#,
                &[r#"POST do "1:brightness:75" → 200, returned 1"#],
            ),
            step(
                "floor",
                "PowerController.TurnOff",
                "{}",
                r#"{"powerState":"OFF"}"#,
                &[r#"POST do "1:power:0" → 200, returned 1"#],
            ),
            step(
                "floor",
                "Alexa.ReportState",
                "{}",
                r#"{"brightness":75,"powerState":"OFF"}"#,
                &["GET level1 → 200", "GET power1 → 200"],
            ),
            step(
                "shelf",
                "PowerController.TurnOn",
                "{}",
                r#"{"powerState":"ON"}"#,
                &[r#"POST do "0:power:1" → 200, returned 1"#],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_thermostat_that_thinks_in_fahrenheit() {
    drive(
        "old-thermostat",
        include_str!("../descriptions/old-thermostat.toml"),
        &[
            step("", "ThermostatController.SetTargetTemperature", r#"{"targetSetpoint":{"value":21.0,"scale":"CELSIUS"}}"#, r#"{"targetSetpoint":{"value":70.0,"scale":"FAHRENHEIT"}}"#, &[r#"POST setTarget "70" → 200, returned 1"#]),
            step("", "Alexa.ReportState", "{}", r#"{"targetSetpoint":{"value":70.0,"scale":"FAHRENHEIT"},"thermostatMode":"HEAT","temperature":{"value":66.5,"scale":"FAHRENHEIT"}}"#, &["GET state → 200", "GET target → 200", "GET temperature → 200"]),
            step("", "ThermostatController.AdjustTargetTemperature", r#"{"targetSetpointDelta":{"value":-1.0,"scale":"CELSIUS"}}"#, r#"{"targetSetpoint":{"value":68.0,"scale":"FAHRENHEIT"}}"#, &["GET state → 200", "GET target → 200", r#"POST setTarget "68" → 200, returned 1"#]),
            step("", "ThermostatController.SetThermostatMode", r#"{"thermostatMode":{"value":"OFF"}}"#, r#"{"thermostatMode":"OFF"}"#, &[r#"POST setTarget "off" → 200, returned 1"#]),
            step("", "Alexa.ReportState", "{}", r#"{"thermostatMode":"OFF","temperature":{"value":66.5,"scale":"FAHRENHEIT"}}"#, &["GET state → 200", "GET target → 200", "GET temperature → 200"]),
            step("", "ThermostatController.SetTargetTemperature", r#"{"targetSetpoint":{"value":40.0,"scale":"CELSIUS"}}"#, "TEMPERATURE_VALUE_OUT_OF_RANGE", &[]),
        ],
    )
    .await;
}
