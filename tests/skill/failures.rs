//! What Alexa is told when something fails in ways that are no row of `docs/reliability.md`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::skill::Skill;
use particle_simulator::{Fault, Home, Target};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use crate::world::{World, event, event_with, outcome, properties};

const EVENTS: [&str; 4] = [
    "Discovery.Discover",
    "PowerController.TurnOn",
    "BrightnessController.AdjustBrightness",
    "Alexa.ReportState",
];

#[tokio::test]
async fn one_device_that_fails_costs_no_other() {
    let found = async |world: &World| {
        let (response, _) = world.send_file("Discovery.Discover").await;
        let endpoints = response.pointer("/event/payload/endpoints").unwrap();
        let endpoints = endpoints.as_array().unwrap().iter();
        let names = endpoints.map(|endpoint| endpoint["friendlyName"].as_str().unwrap().to_owned());
        names.filter(|name| name != "Web led").collect::<Vec<_>>()
    };
    let others = found(&World::sample().await).await;
    for fault in [
        Fault::Offline,
        Fault::StaleOnline,
        Fault::SafeMode,
        Fault::NullFunctions,
        Fault::Forbidden,
    ] {
        let world = World::sample().await;
        world
            .simulator
            .set_fault(Target::Device("web_led".to_owned()), Some(fault));
        assert_eq!(found(&world).await, others, "{fault:?}");
        let (response, _) = world.send_file("PowerController.TurnOn").await;
        assert_eq!(outcome(&response), "Response", "{fault:?}");
    }
}

/// Alexa takes no answer with an empty one; `send` holds each answer to her schema.
#[tokio::test]
async fn a_correlation_token_that_is_none_is_left_out() {
    let world = World::sample().await;
    for file in ["PowerController.TurnOn", "Alexa.ReportState"] {
        for token in [json!(""), json!(5), json!(null)] {
            let event = event_with(file, &[("/header/correlationToken", token.clone())]);
            let (response, _) = world.send(&event).await;
            assert_ne!(outcome(&response), "INVALID_DIRECTIVE", "{file} {token}");
            let header = &response["event"]["header"];
            assert_eq!(header.get("correlationToken"), None, "{file} {token}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_no_success() {
    let world = World::sample().await;
    world.simulator.set_fault(
        Target::Device("desk_lamp".to_owned()),
        Some(Fault::Returns(-1)),
    );
    let (response, _) = world.send_file("PowerController.TurnOn").await;
    assert_eq!(outcome(&response), "INVALID_VALUE");
    // Firmware that returns 0, or a measurement, has not refused.
    for returned in [0, 1, 1000] {
        world.simulator.set_fault(
            Target::Device("desk_lamp".to_owned()),
            Some(Fault::Returns(returned)),
        );
        let (response, _) = world.send_file("PowerController.TurnOn").await;
        assert_eq!(outcome(&response), "Response", "{returned}");
    }
}

#[tokio::test]
async fn an_unreachable_device_reports_so() {
    let world = World::sample().await;
    let (response, _) = world.send_file("Alexa.ReportState.offline").await;
    assert_eq!(
        properties(&response),
        json!({ "connectivity": { "value": "UNREACHABLE" } })
    );
}

/// The cloud itself would wait 30 seconds for the device.
#[tokio::test]
async fn our_own_deadline_comes_before_the_clouds() {
    for event in &EVENTS[1..] {
        let world = World::sample().await.within(Duration::from_millis(300));
        world.simulator.set_fault(
            Target::Device("desk_lamp".to_owned()),
            Some(Fault::StaleOnline),
        );
        let (response, record) = world.send_file(event).await;
        match outcome(&response) {
            "ENDPOINT_UNREACHABLE" => {
                let error = record.error.unwrap();
                assert_eq!(error, "no reply within the time Alexa allows", "{event}");
            }
            "StateReport" => assert!(record.calls.iter().all(|call| call.status.is_none())),
            other => panic!("{event}: {other}"),
        }
    }
}

/// What arrives in time is reported, and what does not is left out.
#[tokio::test]
async fn half_an_answer_is_an_answer() {
    let notes = "[alexa]\\npower = 'setPower'\\ntemperature = 'gone'\\n";
    let home = format!(
        "[[device]]\nid = \"000000000000000000000001\"\nnotes = \"{notes}\"\nfunctions = {{ setPower = {{ stores = \"setPower\" }} }}\nvariables = {{ setPower = \"on\" }}\n"
    );
    let world = World::with(Home::parse(&home).unwrap()).await;
    let event = event("Alexa.ReportState.without-cookie");
    let event = event.replace("cafe00000000000000000001", "000000000000000000000001");
    let (response, _) = world.send(&event).await;
    assert_eq!(
        properties(&response),
        json!({ "powerState": "ON", "connectivity": { "value": "OK" } })
    );
}

/// When nobody waits for the answer any more, nothing is sent: above all no function call.
#[tokio::test]
async fn what_comes_too_late_is_not_begun() {
    for event in EVENTS {
        let world = World::sample().await.within(Duration::ZERO);
        let (response, record) = world.send_file(event).await;
        assert_eq!(world.requests(), [""; 0], "{event}");
        assert!(
            ["Discover.Response", "ENDPOINT_UNREACHABLE", "StateReport"]
                .contains(&outcome(&response))
        );
        // What was not begun is no call: it would be counted, and taken for a fast one.
        assert_eq!((record.particle_calls, record.calls.len()), (0, 0));
    }
}

/// The cookie names what the firmware had at discovery; a call that finds nothing of that name did nothing.
#[tokio::test]
async fn changed_firmware_is_found_out_on_use() {
    let world = World::sample().await;
    let event = event("PowerController.TurnOn").replace("setPower", "toggle");
    let (response, _) = world.send(&event).await;
    assert_eq!(outcome(&response), "Response");
    let lamp = "/v1/devices/cafe00000000000000000001";
    assert_eq!(
        world.requests(),
        [
            format!("POST {lamp}/toggle \"on\" → 404"),
            format!("GET {lamp} → 200"),
            format!("POST {lamp}/setPower \"on\" → 200, returned 1"),
        ]
    );
}

/// Only where the cloud says in its own words that there is no such function is it known that none ran. Then what the device
/// has now is looked up, but what was sent once is not sent again, whatever else has changed.
#[tokio::test]
async fn the_same_call_is_never_sent_twice() {
    for (said, expected, requests) in [
        ("Device did not respond", "INTERNAL_ERROR", "POST"),
        ("Device is offline", "INTERNAL_ERROR", "POST"),
        (
            "no Route matched with those values",
            "INTERNAL_ERROR",
            "POST",
        ),
        (
            "Function setPower not found",
            "FIRMWARE_OUT_OF_DATE",
            "POST GET",
        ),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let methods = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&methods);
        let error = json!({ "ok": false, "error": said });
        let device = json!({
            "id": "cafe00000000000000000001", "online": true,
            "functions": ["setPower", "setBrightness", "new"], "variables": { "power": "bool" },
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                let (mut line, mut method, mut length) = (String::new(), String::new(), 0);
                while stream.read_line(&mut line).await.unwrap() > 2 {
                    let line = std::mem::take(&mut line).to_ascii_lowercase();
                    if let Some(announced) = line.strip_prefix("content-length: ") {
                        length = announced.trim().parse().unwrap();
                    }
                    if method.is_empty() {
                        method = line.split(' ').next().unwrap().to_ascii_uppercase();
                    }
                }
                stream.read_exact(&mut vec![0; length]).await.unwrap();
                let (status, body) = match method.as_str() {
                    "POST" => (404, error.to_string()),
                    _ => (200, device.to_string()),
                };
                seen.lock().unwrap().push(method);
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} -\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let skill = Skill::new(url.parse().unwrap(), Authorities::default()).unwrap();
        let deadline = Deadline::after(Duration::from_secs(20));
        let answer = skill
            .answer(&event("PowerController.TurnOn"), deadline)
            .await;
        let response = serde_json::to_value(answer.unwrap().response).unwrap();
        assert_eq!(outcome(&response), expected, "{said}");
        assert_eq!(methods.lock().unwrap().join(" "), requests, "{said}");
    }
}

/// A second of each call, and a second and a half for all of them.
#[tokio::test]
async fn all_calls_of_a_directive_share_its_time() {
    let slow = Fault::Slow(Duration::from_secs(1).into());
    for (event, expected) in [
        (
            "BrightnessController.AdjustBrightness",
            "ENDPOINT_UNREACHABLE",
        ),
        (
            "PowerController.TurnOn.without-cookie",
            "ENDPOINT_UNREACHABLE",
        ),
        ("Alexa.ReportState.without-cookie", "UNREACHABLE"),
    ] {
        let world = World::sample().await.within(Duration::from_millis(1500));
        assert!(world.simulator.set_fault(Target::Cloud, Some(slow)));
        let (response, _) = world.send_file(event).await;
        let told = match properties(&response).pointer("/connectivity/value") {
            Some(connectivity) => connectivity.as_str().unwrap().to_owned(),
            None => outcome(&response).to_owned(),
        };
        assert_eq!(told, expected, "{event}");
    }
}

/// A lamp that cannot tell its brightness has nothing to dim from.
#[tokio::test]
async fn nothing_is_moved_from_an_unknown_place() {
    let home = "[[device]]\nid = \"000000000000000000000001\"\nfunctions = { setBrightness = { stores = \"hidden\" } }\nvariables = { hidden = 0 }";
    let world = World::with(Home::parse(home).unwrap()).await;
    let event = event("BrightnessController.AdjustBrightness");
    let event = event.replace("cafe00000000000000000001", "000000000000000000000001");
    let (response, _) = world.send(&event.replace("v1", "none")).await;
    assert_eq!(outcome(&response), "FIRMWARE_OUT_OF_DATE");
    assert_eq!(
        world.requests(),
        ["GET /v1/devices/000000000000000000000001 → 200"]
    );
}
