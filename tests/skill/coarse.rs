//! Firmware that holds fewer values than Alexa asks for: what it is told, and that an answer says what a report will.

use particle_simulator::Home;
use serde_json::{Value as Json, json};

use crate::world::{World, event_with, properties};

const DEVICE: &str = "cafe00000000000000000001";

/// A directive, its payload, and what the function is told.
type Step = (&'static str, &'static str, &'static str);

/// A capability, and directives in turn.
const CASES: &[(&str, &[Step])] = &[
    (
        "range = { id = \"r\", names = [\"speed\"], range = [0, 100], scale = [0, 3], KEEP }",
        &[
            (
                "RangeController.AdjustRangeValue",
                r#"{"rangeValueDelta":10,"rangeValueDeltaDefault":false}"#,
                "1",
            ),
            (
                "RangeController.AdjustRangeValue",
                r#"{"rangeValueDelta":10,"rangeValueDeltaDefault":true}"#,
                "2",
            ),
            ("RangeController.SetRangeValue", r#"{"rangeValue":40}"#, "1"),
            (
                "RangeController.AdjustRangeValue",
                r#"{"rangeValueDelta":-5,"rangeValueDeltaDefault":false}"#,
                "0",
            ),
            (
                "RangeController.AdjustRangeValue",
                r#"{"rangeValueDelta":-5,"rangeValueDeltaDefault":false}"#,
                "0",
            ),
        ],
    ),
    (
        "brightness = { scale = [0.0, 1.0], KEEP }",
        &[
            (
                "BrightnessController.SetBrightness",
                r#"{"brightness":40}"#,
                "0.4",
            ),
            (
                "BrightnessController.AdjustBrightness",
                r#"{"brightnessDelta":15}"#,
                "0.55",
            ),
        ],
    ),
    (
        "brightness = { scale = [0, 7], KEEP }",
        &[
            (
                "BrightnessController.SetBrightness",
                r#"{"brightness":50}"#,
                "4",
            ),
            (
                "BrightnessController.AdjustBrightness",
                r#"{"brightnessDelta":5}"#,
                "5",
            ),
        ],
    ),
    (
        "color_temperature = { unit = \"mired\", range = [2000, 6535], KEEP }",
        &[
            (
                "ColorTemperatureController.SetColorTemperature",
                r#"{"colorTemperatureInKelvin":7000}"#,
                "153",
            ),
            (
                "ColorTemperatureController.SetColorTemperature",
                r#"{"colorTemperatureInKelvin":3456}"#,
                "289",
            ),
            (
                "ColorTemperatureController.IncreaseColorTemperature",
                "{}",
                "253",
            ),
        ],
    ),
    (
        "color = { argument = \"{hue}\", KEEP }",
        &[(
            "ColorController.SetColor",
            r#"{"color":{"hue":349.5,"saturation":0.2471,"brightness":1.0}}"#,
            "350",
        )],
    ),
    (
        "color = { KEEP }",
        &[(
            "ColorController.SetColor",
            r#"{"color":{"hue":349.5,"saturation":0.2471,"brightness":1.0}}"#,
            "350,25,100",
        )],
    ),
];

fn event(name: &str, payload: Json) -> String {
    let instance = if name.starts_with("Range") {
        json!("range.r")
    } else {
        Json::Null
    };
    let (namespace, directive) = name.split_once('.').unwrap();
    let namespace = if namespace == "Alexa" {
        namespace.to_owned()
    } else {
        format!("Alexa.{namespace}")
    };
    event_with(
        "RangeController.SetRangeValue",
        &[
            ("/header/namespace", json!(namespace)),
            ("/header/name", json!(directive)),
            ("/header/instance", instance),
            ("/endpoint/endpointId", json!(DEVICE)),
            ("/endpoint/cookie", json!({})),
            ("/payload", payload),
        ],
    )
}

#[tokio::test]
async fn an_answer_says_what_a_report_will() {
    for (capability, directives) in CASES {
        let keep = "function = \"keep\", variable = \"kept\"";
        let capability = capability.replace("KEEP", keep);
        let home = format!(
            "[[device]]\nid = \"{DEVICE}\"\nname = \"it\"\nfunctions = {{ keep = {{ stores = \"kept\" }} }}\nvariables = {{ kept = \"0\" }}\nnotes = '''\n[alexa]\n{capability}\n'''\n"
        );
        let world = World::with(Home::parse(&home).unwrap()).await;
        for (name, payload, told) in *directives {
            world.requests();
            let payload = serde_json::from_str(payload).unwrap();
            let (response, _) = world.send(&event(name, payload)).await;
            let called = world.requests().pop().unwrap();
            assert!(
                called.contains(&format!("/keep {told:?} → 200")),
                "{capability}: {name}: {called}"
            );
            let (report, _) = world.send(&event("Alexa.ReportState", json!({}))).await;
            assert_eq!(
                properties(&response),
                properties(&report),
                "{capability}: {name}"
            );
        }
    }
}
