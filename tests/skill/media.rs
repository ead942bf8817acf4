//! Televisions, players and speakers: what takes a device of another kind than the sample home's.

use particle_simulator::Home;
use serde_json::{Value as Json, json};

use crate::world::{World, event, outcome, properties};

const ID: &str = "000000000000000000000001";

/// A world of one device with these lines of a home's file.
async fn world(device: &str) -> World {
    let home = format!("[[device]]\nid = \"{ID}\"\nname = \"it\"\n{device}\n");
    World::with(Home::parse(&home).unwrap()).await
}

/// Sends a directive without a cookie.
async fn send(world: &World, directive: &str, payload: Json) -> Json {
    let mut event: Json = serde_json::from_str(&event("Alexa.ReportState")).unwrap();
    let (namespace, name) = directive.rsplit_once('.').unwrap();
    event["directive"]["header"]["namespace"] = json!(namespace);
    event["directive"]["header"]["name"] = json!(name);
    event["directive"]["endpoint"] =
        json!({ "endpointId": ID, "scope": event["directive"]["endpoint"]["scope"] });
    event["directive"]["payload"] = payload;
    world.send(&event.to_string()).await.0
}

/// What the functions of the device were told, in their order.
fn told(world: &World) -> Vec<String> {
    let calls = world.requests().into_iter();
    let calls = calls.filter_map(|request| {
        let call = request.strip_prefix(&format!("POST /v1/devices/{ID}/"))?;
        Some(call.split(" → ").next()?.to_owned())
    });
    calls.collect()
}

/// One capability of a discovered device.
async fn declared(world: &World, interface: &str) -> Json {
    let (response, _) = world.send_file("Discovery.Discover").await;
    let capabilities = response.pointer("/event/payload/endpoints/0/capabilities");
    let capabilities = capabilities.and_then(Json::as_array).unwrap();
    let capability = capabilities
        .iter()
        .find(|capability| capability["interface"] == interface);
    world.requests();
    capability.cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_speaker_needs_no_description() {
    let world = world(
        "functions = { setVolume = { stores = \"volume\" }, setMute = { stores = \"muted\" } }\nvariables = { volume = 40, muted = \"off\" }",
    )
    .await;
    let muted = send(&world, "Alexa.Speaker.SetMute", json!({ "mute": true })).await;
    assert_eq!(properties(&muted)["muted"], json!(true));
    let louder = json!({ "volume": 10, "volumeDefault": true });
    let louder = send(&world, "Alexa.Speaker.AdjustVolume", louder).await;
    assert_eq!(properties(&louder)["volume"], json!(50));
    assert_eq!(told(&world), ["setMute \"on\"", "setVolume \"50\""]);
    let report = send(&world, "Alexa.ReportState", json!({})).await;
    assert_eq!(properties(&report)["muted"], json!(true));
}

#[tokio::test]
async fn a_speaker_without_a_mute_has_none() {
    let world =
        world("functions = { setVolume = { stores = \"volume\" } }\nvariables = { volume = 40 }")
            .await;
    let speaker = declared(&world, "Alexa.Speaker").await;
    assert_eq!(
        speaker["properties"]["supported"],
        json!([{ "name": "volume" }])
    );
    let muted = send(&world, "Alexa.Speaker.SetMute", json!({ "mute": true })).await;
    assert_eq!(outcome(&muted), "INVALID_DIRECTIVE");
    assert_eq!(told(&world), [""; 0]);
}
