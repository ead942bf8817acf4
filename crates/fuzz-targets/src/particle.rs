//! Answers of a cloud that is not what it says it is.

use alexa_for_particle::profile::Profiles;
use serde_json::{Value as Json, json};

use crate::choices::Choices;
use crate::cloud::{Body, Script};
use crate::directive::said;
use crate::mutation;
use crate::seeds;
use crate::world::World;

/// Sends an event while every body of the cloud is nearly right, or not at all.
#[must_use]
pub fn particle(bytes: &[u8]) -> Vec<Json> {
    let mut choices = Choices::of(bytes);
    let event = choices.of_all(seeds::events()).to_string();
    let said = said(&mut choices);
    let mut whole = json!(described(&mut choices));
    let devices = json!([whole, device()]);
    let mut body = |usual: Json| body(usual, &mut choices);
    let list = body(devices);
    let device = body(whole.take());
    let script = Script {
        list,
        device,
        variable: body(json!({ "name": "v", "result": said, "coreInfo": { "online": true } })),
        description: body(json!({ "result": "[alexa]\npower = \"led\"" })),
        function: body(json!({ "id": ID, "connected": true, "return_value": 1 })),
        ping: body(json!({ "online": true, "ok": true })),
    };
    World::with(script, |world| {
        let answers = world.send(&event).into_iter().collect();
        // What a device says is remembered, and would be heard in the next run.
        world.renew(Profiles::default());
        answers
    })
}

/// The device of most events.
const ID: &str = "cafe00000000000000000001";

/// A device as the cloud tells of it.
pub(crate) fn device() -> Json {
    json!({
        "id": ID, "name": "desk_lamp", "owner": "maker@example.com", "last_heard": "2026-11-22T10:00:00.000Z",
        "last_handshake_at": null, "product_id": 32, "online": true, "connected": true, "platform_id": 32,
        "cellular": false, "notes": null, "functions": ["setPower", "setBrightness"],
        "variables": { "power": "bool", "brightness": "int32", "temperature": "double" }, "status": "normal",
        "serial_number": "P046AF450000001", "system_firmware_version": "6.1.0", "groups": ["workshop"],
    })
}

/// One with notes, or with a variable that describes it.
fn described(choices: &mut Choices<'_>) -> Json {
    let mut device = device();
    device["id"] = json!("cafe00000000000000000002");
    match choices.below(3) {
        0 => {}
        1 => {
            device["variables"] = json!({ "alexa": "string" });
            device["last_handshake_at"] = json!("2026-11-22T10:00:00.000Z");
        }
        _ => device["notes"] = json!("[alexa]\npower = \"led\""),
    }
    device
}

fn body(mut usual: Json, choices: &mut Choices<'_>) -> Body {
    const STATUSES: [u16; 16] = [
        200, 200, 200, 200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 429, 500,
    ];
    if choices.is_empty() {
        return Body::good(&usual);
    }
    let status = match choices.rarely(32) {
        true => 0,
        false => *choices.of_all(&STATUSES),
    };
    let bytes = match choices.below(8) {
        0 => choices.bytes(64).to_vec(),
        1 if status >= 300 => error(choices).to_string().into_bytes(),
        _ => {
            mutation::mutate(&mut usual, choices);
            mutation::write(&usual, choices).into_bytes()
        }
    };
    // This status ends with its head.
    let bytes = if status == 204 { Vec::new() } else { bytes };
    Body { status, bytes }
}

fn error(choices: &mut Choices<'_>) -> Json {
    let errors = [
        json!({ "error": "invalid_token", "error_description": "The access token provided has expired." }),
        json!({ "ok": false, "error": "timed out" }),
        json!({ "ok": false, "error": "Device not found." }),
        json!({ "ok": false, "error": "Function blahblah not found" }),
        json!({ "error": "Permission Denied", "info": "I didn't recognize that device name or ID" }),
    ];
    choices.of_all(&errors).clone()
}
