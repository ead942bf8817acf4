//! Devices: how they are listed, shown, changed and pinged.

use particle_simulator::{Fault, Target};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Cloud, LAMP, PERMISSION_DENIED, answer, says};

#[tokio::test]
async fn a_device_shows_all_that_is_known_of_it() {
    let cloud = Cloud::lamp("", "notes = \"On the desk.\"\nproduct_id = 4711").await;
    let list = cloud.get_json("/v1/devices").await;
    let mut device = list[0].clone();
    for time in ["last_heard", "last_handshake_at"] {
        let time = device.as_object_mut().unwrap().remove(time).unwrap();
        assert_eq!(
            time.as_str().unwrap().len(),
            "2026-05-28T14:46:07.586Z".len(),
            "{time}"
        );
    }
    let expected = json!({
        "id": LAMP,
        "name": "lamp",
        "owner": "maker@example.com",
        "last_app": null,
        "last_ip_address": "192.0.2.10",
        "product_id": 4711,
        "online": true,
        "connected": true,
        "platform_id": 32,
        "cellular": false,
        "notes": "On the desk.",
        "functions": ["setPower", "setBrightness"],
        "variables": { "brightness": "int32", "power": "bool" },
        "status": "normal",
        "serial_number": "SIM00000000001A",
        "mac_wifi": "00:00:00:00:00:1A",
        "system_firmware_version": "6.2.0",
        "firmware_updates_enabled": true,
        "firmware_updates_forced": false,
    });
    assert_eq!(device, expected);
    assert_eq!(
        cloud.get_json(&format!("/v1/devices/{LAMP}")).await,
        list[0]
    );
    assert_eq!(cloud.get_json("/v1/devices/lamp").await, list[0]);
}

#[tokio::test]
async fn a_cellular_device_has_a_card_instead_of_an_address() {
    let cloud = Cloud::sample().await;
    let relays = cloud.get_json("/v1/devices/workshop_relays").await;
    assert_eq!(relays["cellular"], true);
    assert_eq!(relays["platform_id"], 13);
    assert_eq!(relays["product_id"], 13);
    assert!(
        relays["iccid"].is_string()
            && relays["imei"].is_string()
            && relays.get("mac_wifi").is_none()
    );
}

#[tokio::test]
async fn references_are_exact() {
    let cloud = Cloud::lamp("", "").await;
    for reference in [
        "nowhere",
        "LAMP",
        "00000000000000000000001A",
        "0000000000000000000000ff",
    ] {
        let path = format!("/v1/devices/{reference}");
        let denied = says(403, PERMISSION_DENIED);
        assert_eq!(cloud.get(&path).await, denied);
        assert_eq!(cloud.get(&format!("{path}/power")).await, denied);
        assert_eq!(cloud.call(reference, "setPower", "on").await, denied);
        assert_eq!(cloud.put(&format!("{path}/ping"), &[]).await, denied);
        assert_eq!(cloud.put(&path, &[("notes", "x")]).await, denied);
        assert_eq!(cloud.put(&path, &[("signal", "1")]).await, denied);
    }
}

#[tokio::test]
async fn the_device_that_connected_last_comes_first() {
    let cloud = Cloud::sample().await;
    let names = async || {
        let list = cloud.get_json("/v1/devices").await;
        list.as_array()
            .unwrap()
            .iter()
            .map(|device| device["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let listed = names().await;
    assert_eq!(
        listed[..6],
        [
            "desk_lamp",
            "web_led",
            "porch",
            "workshop_relays",
            "greenhouse",
            "bench"
        ]
    );
    assert_eq!(listed[listed.len() - 2..], ["bedroom_lamp", "attic"]);
    cloud.simulator.set_online("attic", true);
    assert_eq!(names().await[0], "attic");
}

#[tokio::test]
async fn an_offline_device_is_described_in_three_ways() {
    let cases = [
        (
            "",
            json!(["setPower", "setBrightness"]),
            json!({ "brightness": "int32", "power": "bool" }),
        ),
        ("offline_describe = \"empty\"", json!([]), json!({})),
        ("offline_describe = \"null\"", Value::Null, Value::Null),
    ];
    for (setting, functions, variables) in cases {
        let cloud = Cloud::lamp("", setting).await;
        assert_eq!(
            cloud.get_json("/v1/devices/lamp").await["functions"],
            json!(["setPower", "setBrightness"])
        );
        cloud.simulator.set_online("lamp", false);
        let device = cloud.get_json("/v1/devices").await[0].clone();
        assert_eq!(device["online"], false, "{setting}");
        assert_eq!(device["connected"], false, "{setting}");
        assert_eq!(device["functions"], functions, "{setting}");
        assert_eq!(device["variables"], variables, "{setting}");
    }
}

#[tokio::test]
async fn the_brief_list_leaves_out_what_the_device_itself_shows() {
    let cloud = Cloud::lamp("list = \"brief\"", "notes = \"On the desk.\"").await;
    let list = cloud.get_json("/v1/devices").await;
    let mut fields: Vec<_> = list[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "cellular",
            "connected",
            "id",
            "last_app",
            "last_heard",
            "last_ip_address",
            "name",
            "platform_id",
            "product_id",
            "status"
        ]
    );
    assert_eq!(
        cloud.get_json("/v1/devices/lamp").await["notes"],
        "On the desk."
    );
}

#[tokio::test]
async fn a_device_without_a_name_is_known_by_its_id() {
    let cloud = Cloud::home(&format!("[[device]]\nid = \"{LAMP}\"\nfirmware = \"led\"")).await;
    assert_eq!(
        cloud.get_json(&format!("/v1/devices/{LAMP}")).await["name"],
        Value::Null
    );
    let called = format!(r#"{{"id":"{LAMP}","name":null,"connected":true,"return_value":1}}"#);
    assert_eq!(cloud.call(LAMP, "led", "on").await, says(200, &called));
}

#[tokio::test]
async fn names_and_notes_can_be_changed() {
    let cloud = Cloud::lamp("", "").await;
    let path = format!("/v1/devices/{LAMP}");
    let updated = async |form: &[(&str, &str)]| {
        let answer = cloud.put(&path, form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut body: Value = serde_json::from_str(&answer.body).unwrap();
        assert!(
            body.as_object_mut()
                .unwrap()
                .remove("updated_at")
                .unwrap()
                .is_string()
        );
        body
    };
    assert_eq!(
        updated(&[("name", "new_lamp")]).await,
        json!({ "id": LAMP, "name": "new_lamp" })
    );
    assert_eq!(
        updated(&[("notes", "[alexa]\n")]).await,
        json!({ "id": LAMP, "notes": "[alexa]\n" })
    );
    let device = cloud.get_json("/v1/devices/new_lamp").await;
    assert_eq!(
        (&device["name"], &device["notes"]),
        (&json!("new_lamp"), &json!("[alexa]\n"))
    );
    updated(&[("notes", "")]).await;
    assert_eq!(
        cloud.get_json("/v1/devices/new_lamp").await["notes"],
        Value::Null
    );
    assert_eq!(
        cloud.put(&path, &[]).await,
        says(400, r#"{"ok":false,"error":"no field to update"}"#)
    );
}

#[tokio::test]
async fn signaling_needs_the_device() {
    let cloud = Cloud::lamp("timeout = \"10ms\"", "").await;
    let signal = async || cloud.put("/v1/devices/lamp", &[("signal", "1")]).await;
    let signaling = format!(r#"{{"id":"{LAMP}","connected":true,"signaling":true}}"#);
    let unheard = says(
        500,
        r#"{"ok":false,"code":500,"errors":[{"error":"Timed out, didn't hear back from device service"}]}"#,
    );
    assert_eq!(signal().await, says(200, &signaling));
    cloud
        .simulator
        .set_fault(Target::Device("lamp".to_owned()), Some(Fault::Silent));
    assert_eq!(signal().await, unheard);
    cloud.simulator.set_online("lamp", false);
    assert_eq!(signal().await, unheard);
}

#[tokio::test]
async fn ping_tells_whether_the_device_answers() {
    let cloud = Cloud::lamp("timeout = \"10ms\"", "").await;
    let ping = async || {
        answer(
            cloud
                .signed(Method::PUT, "/v1/devices/lamp/ping")
                .json(&json!({})),
        )
        .await
    };
    assert_eq!(ping().await, says(200, r#"{"online":true,"ok":true}"#));
    cloud
        .simulator
        .set_fault(Target::Device("lamp".to_owned()), Some(Fault::Silent));
    assert_eq!(ping().await, says(200, r#"{"online":false,"ok":true}"#));
    cloud.simulator.set_online("lamp", false);
    assert_eq!(ping().await, says(200, r#"{"online":false,"ok":true}"#));
}
