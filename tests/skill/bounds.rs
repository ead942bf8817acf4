//! What is longer than it can be is not read, not repeated and not logged.

use std::time::Duration;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::record::Level;
use alexa_for_particle::skill::Skill;
use particle_simulator::Home;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::world::{World, event, event_with, outcome};

/// Longer than any name, message id or error of Alexa's.
const LONG: usize = 100_000;

#[tokio::test]
async fn a_log_record_is_short_whatever_the_directive_says() {
    let world = World::sample().await;
    let long = "x".repeat(LONG);
    for place in [
        "/header/namespace",
        "/header/name",
        "/header/messageId",
        "/header/payloadVersion",
        "/endpoint/endpointId",
    ] {
        for (kind, other) in [("well-formed", json!({})), ("no directive", json!(7))] {
            let parts = [(place, json!(long)), ("/endpoint/scope", scope(&other))];
            let event = event_with("PowerController.TurnOn", &parts);
            let (response, record) = world.send(&event).await;
            let line = record.line(Level::Debug).unwrap();
            assert!(line.len() < 4096, "{kind}, {place}: {} bytes", line.len());
            let answer = response.to_string();
            assert!(
                answer.len() < 4096,
                "{kind}, {place}: {} bytes",
                answer.len()
            );
        }
    }
}

fn scope(other: &serde_json::Value) -> serde_json::Value {
    match other.is_object() {
        true => {
            json!({ "type": "BearerToken", "token": "decafbaddecafbaddecafbaddecafbaddecafbad" })
        }
        false => other.clone(),
    }
}

/// Each of many devices is asked for twice, and no call succeeds.
#[tokio::test]
async fn a_log_record_is_short_however_many_calls_fail() {
    let devices: String = (0..300)
        .map(|device| format!("[[device]]\nid = \"cafe{device:020}\"\nfirmware = \"dimmer\"\n"))
        .collect();
    let home = format!(
        "list = \"brief\"\nfault = \"bad-gateway\"\nfault_when = {{ only = [\"device\"] }}\n{devices}"
    );
    let world = World::with(Home::parse(&home).unwrap()).await;
    let (_, record) = world.send_file("Discovery.Discover").await;
    assert_eq!(record.particle_calls, 601);
    let line = record.line(Level::Debug).unwrap();
    assert!(line.len() < 32_768, "{} bytes", line.len());
}

/// Each variable of a cookie may say something that is no value.
#[tokio::test]
async fn a_log_record_is_short_however_many_variables_say_nonsense() {
    const VARIABLES: usize = 60;
    let id = "cafe00000000000000000001";
    let variables: String = (0..VARIABLES)
        .map(|variable| format!("v{variable} = \"?\"\n"))
        .collect();
    let home = format!("[[device]]\nid = \"{id}\"\n[device.variables]\n{variables}");
    let world = World::with(Home::parse(&home).unwrap()).await;
    let ranges: Vec<_> = (0..VARIABLES)
        .map(|range| json!({ "names": format!("n{range}"), "variable": format!("v{range}") }))
        .collect();
    let cookie = json!({ "v1": json!({ "range": ranges }).to_string() });
    let event = event_with("Alexa.ReportState", &[("/endpoint/cookie", cookie)]);
    let (_, record) = world.send(&event).await;
    assert_eq!(record.particle_calls, VARIABLES);
    assert_eq!(record.remarks.len(), 21);
    assert_eq!(record.remarks.last().unwrap(), "and 40 more");
}

/// Each binding of a cookie can cost a call.
#[tokio::test]
async fn a_cookie_longer_than_alexa_keeps_is_none() {
    let world = World::sample().await;
    let sensors: Vec<_> = (0..500)
        .map(|sensor| json!({ "names": format!("n{sensor}"), "variable": format!("v{sensor}") }))
        .collect();
    let cookie = json!({ "v1": json!({ "range": sensors }).to_string() });
    let event = event_with("Alexa.ReportState", &[("/endpoint/cookie", cookie)]);
    let (response, record) = world.send(&event).await;
    assert_eq!(outcome(&response), "StateReport");
    assert!(record.particle_calls < 10, "{}", record.particle_calls);
}

/// What is told twice Alexa would not take.
#[tokio::test]
async fn a_cookie_with_the_same_twice_is_none() {
    let world = World::sample().await;
    let lock = json!({ "function": "f", "variable": "v" });
    for (locks, is_read) in [(json!([lock]), true), (json!([lock, lock]), false)] {
        let bindings = json!({ "lock": locks });
        let cookie = json!({ "v1": bindings.to_string() });
        let event = event_with("Alexa.ReportState", &[("/endpoint/cookie", cookie)]);
        let _ = world.send(&event).await;
        let requests = world.requests();
        let reads_it = requests
            .iter()
            .filter_map(|request| request.split(' ').nth(1))
            .any(|path| path.ends_with("/v"));
        assert_eq!(reads_it, is_read, "{requests:?}");
    }
}

/// Alexa would refuse all devices for one that is told twice.
#[tokio::test]
async fn a_device_that_is_listed_twice_is_discovered_once() {
    let device =
        json!({ "id": "cafe00000000000000000001", "functions": ["setPower"], "variables": {} });
    let other = json!({ "id": "cafe00000000000000000002", "functions": null, "variables": null });
    // To a look at the other device the cloud says the same, which is then no device.
    for listed in [json!([device, device]), json!([device, other, device])] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let one = device.to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let read = stream.read(&mut request).await.unwrap();
                let is_list = request
                    .get(..read)
                    .unwrap()
                    .starts_with(b"GET /v1/devices HTTP");
                let body = if is_list {
                    listed.to_string()
                } else {
                    one.clone()
                };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let skill = Skill::new(url.parse().unwrap(), Authorities::default()).unwrap();
        let deadline = Deadline::after(Duration::from_secs(5));
        let answer = skill.answer(&event("Discovery.Discover"), deadline).await;
        let response = serde_json::to_value(answer.unwrap().response).unwrap();
        let endpoints = &response["event"]["payload"]["endpoints"];
        assert_eq!(endpoints.as_array().map(Vec::len), Some(1), "{endpoints}");
    }
}
