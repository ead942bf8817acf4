//! Each file of `events/`, answered against the sample home.

use alexa_for_particle::particle::Authorities;
use alexa_for_particle::record::Level;
use serde_json::{Value as Json, json};

use crate::world::{World, outcome, properties, stable};

#[test]
fn each_event_is_answered() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::glob!("../../events", "*.json", |path| {
            let event = std::fs::read_to_string(path).unwrap();
            let (response, record, requests) = runtime.block_on(async {
                let world = World::sample().await;
                let (response, record) = world.send(&event).await;
                (response, record, world.requests())
            });
            assert_eq!(record.particle_calls, requests.len(), "the record counts the calls");
            let mut log: Json = serde_json::from_str(&record.line(Level::Debug).unwrap()).unwrap();
            for (field, text) in [("timestamp", "[now]"), ("milliseconds", "[a few]")] {
                log[field] = json!(text);
            }
            for call in log.get_mut("calls").and_then(Json::as_array_mut).into_iter().flatten() {
                call["ms"] = json!("[a few]");
            }
            insta::assert_json_snapshot!("event", json!({ "particle": requests, "alexa": stable(response), "log": log }));
        });
    });
}

#[tokio::test]
async fn what_is_no_object_is_no_directive() {
    use alexa_for_particle::deadline::Deadline;
    use alexa_for_particle::skill::Skill;

    let skill = Skill::new(
        "https://api.particle.io".parse().unwrap(),
        Authorities::default(),
    )
    .unwrap();
    for event in ["null", "[]", "\"TurnOn\"", "7", "{", ""] {
        let answer = skill
            .answer(event, Deadline::after(std::time::Duration::from_secs(1)))
            .await;
        assert!(answer.is_err(), "{event:?} got an answer");
    }
}

#[tokio::test]
async fn an_object_that_defies_reading_is_answered_all_the_same() {
    let deep = "[".repeat(300) + &"]".repeat(300);
    let world = World::sample().await;
    for event in [
        format!(
            r#"{{"directive":{{"header":{{"namespace":"A","name":"B","messageId":"1","payloadVersion":3}},"payload":{deep}}}}}"#
        ),
        r#"{"version":"1.0","request":{"number":1e999}}"#.to_owned(),
        r#"{"version":"1.0","request":{"text":"\ud800"}}"#.to_owned(),
    ] {
        let (response, _) = world.send(&event).await;
        assert_eq!(outcome(&response), "INVALID_DIRECTIVE", "{event}");
    }
    assert_eq!(world.requests(), [""; 0]);
}

#[test]
fn a_directive_does_not_print_its_secrets() {
    for file in std::fs::read_dir(crate::world::events()).unwrap() {
        let event = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let Ok(directive) =
            serde_json::from_str::<alexa_for_particle::alexa::directive::Event>(&event)
        else {
            continue;
        };
        let printed = format!("{directive:?}");
        for secret in crate::world::secrets(&event) {
            assert!(!printed.contains(&secret), "{printed}");
        }
    }
}

/// A conversation: what was commanded is what is reported afterwards.
#[tokio::test]
async fn commands_and_reports_agree() {
    let world = World::sample().await;
    for (event, reported) in [
        (
            "Alexa.ReportState",
            json!({ "brightness": 40, "powerState": "OFF", "connectivity": { "value": "OK" } }),
        ),
        (
            "PowerController.TurnOn",
            json!({ "brightness": 40, "powerState": "ON", "connectivity": { "value": "OK" } }),
        ),
        (
            "BrightnessController.SetBrightness",
            json!({ "brightness": 75, "powerState": "ON", "connectivity": { "value": "OK" } }),
        ),
        (
            "BrightnessController.AdjustBrightness",
            json!({ "brightness": 50, "powerState": "ON", "connectivity": { "value": "OK" } }),
        ),
        (
            "PowerController.TurnOff",
            json!({ "brightness": 50, "powerState": "OFF", "connectivity": { "value": "OK" } }),
        ),
    ] {
        let (response, _) = world.send_file(event).await;
        assert_ne!(outcome(&response), "ErrorResponse", "{event}");
        let (report, _) = world.send_file("Alexa.ReportState").await;
        assert_eq!(properties(&report), reported, "after {event}");
        let reported = reported.as_object().unwrap();
        for (name, value) in properties(&response).as_object().unwrap() {
            assert_eq!(
                Some(value),
                reported.get(name),
                "{event} claims another {name}"
            );
        }
    }
}
