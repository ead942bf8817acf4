//! Variables: values in their types, and the ways in which they cannot be read.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Cloud, LAMP, answer, says};

#[tokio::test]
async fn the_result_has_the_variables_type() {
    let variables = "variables = { count = -5, whole = 21.0, name = \"a \\\"b\\\"\", open = true, empty = \"\" }";
    let cloud = Cloud::lamp("", variables).await;
    let cases = [
        ("count", "int32", "-5", "-5"),
        ("whole", "double", "21.0", "21"),
        ("name", "string", r#""a \"b\"""#, r#"a "b""#),
        ("open", "bool", "true", "true"),
        ("empty", "string", r#""""#, ""),
    ];
    let types = cloud.get_json("/v1/devices/lamp").await["variables"].clone();
    for (name, type_name, result, raw) in cases {
        assert_eq!(types[name], type_name);
        let body = cloud.get(&format!("/v1/devices/lamp/{name}")).await.body;
        let start = format!(
            r#"{{"name":"{name}","result":{result},"coreInfo":{{"name":"lamp","deviceID":"{LAMP}","#
        );
        assert!(body.starts_with(&start), "{body}");
        let bare = cloud.signed(Method::GET, &format!("/v1/devices/lamp/{name}?format=raw"));
        assert_eq!(answer(bare).await, says(200, raw));
    }
}

#[tokio::test]
async fn a_legacy_answer_has_the_fields_of_its_time() {
    let cloud = Cloud::lamp("dialect = \"legacy\"", "").await;
    let body = cloud.get_json("/v1/devices/lamp/brightness").await;
    assert_eq!(
        (&body["cmd"], &body["result"]),
        (&json!("VarReturn"), &json!(100))
    );
    let mut fields: Vec<_> = body["coreInfo"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "connected",
            "deviceID",
            "last_app",
            "last_handshake_at",
            "last_heard",
            "product_id"
        ]
    );
}

#[tokio::test]
async fn an_unknown_variable_is_not_found() {
    let cases = [
        (
            "current",
            r#"{"ok":false,"error":"Unknown Variable: NOPE"}"#,
        ),
        (
            "documented",
            r#"{"ok":false,"error":"Unknown Variable: NOPE"}"#,
        ),
        ("legacy", r#"{"ok":false,"error":"Variable not found"}"#),
    ];
    for (dialect, body) in cases {
        let cloud = Cloud::lamp(&format!("dialect = \"{dialect}\""), "").await;
        assert_eq!(
            cloud.get("/v1/devices/lamp/NOPE").await,
            says(404, body),
            "{dialect}"
        );
    }
}

#[tokio::test]
async fn a_variable_of_an_offline_device_times_out() {
    let cases = [
        ("current", r#"{"ok":false,"error":"timed out"}"#),
        ("documented", r#"{"ok":false,"error":"timed out"}"#),
        ("legacy", r#"{"error":"Timed out."}"#),
    ];
    for (dialect, body) in cases {
        let cloud = Cloud::lamp(&format!("dialect = \"{dialect}\""), "online = false").await;
        assert_eq!(
            cloud.get("/v1/devices/lamp/power").await,
            says(408, body),
            "{dialect}"
        );
    }
}

#[tokio::test]
async fn a_variable_set_by_hand_keeps_its_type() {
    let cloud = Cloud::lamp("", "").await;
    let set = |name, value: Value| cloud.simulator.set_variable("lamp", name, value);
    assert!(set("brightness", json!(7)));
    assert!(!set("brightness", json!(7.5)));
    assert!(!set("brightness", json!("7")));
    assert!(!set("nothing", json!(7)));
    assert!(
        !cloud
            .simulator
            .set_variable("nowhere", "brightness", json!(7))
    );
    assert_eq!(
        cloud.get_json("/v1/devices/lamp/brightness").await["result"],
        7
    );
}
