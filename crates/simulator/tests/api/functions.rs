//! Functions: how they are called, what they answer, and what the record keeps.

use particle_simulator::Call;
use reqwest::{Method, RequestBuilder, header::CONTENT_TYPE};
use serde_json::json;

use crate::client::{Cloud, LAMP, answer, says};

#[tokio::test]
async fn the_argument_may_be_spelled_in_many_ways() {
    let cloud = Cloud::lamp(
        "",
        "variables = { word = \"\" }\nfunctions = { say = { stores = \"word\" } }",
    )
    .await;
    type Spelling = fn(RequestBuilder) -> RequestBuilder;
    let spellings: [(Spelling, &str); 9] = [
        (|call| call.form(&[("arg", "a b&c=d")]), "a b&c=d"),
        (|call| call.form(&[("args", "on")]), "on"),
        (|call| call.json(&json!({ "arg": "ü€😀" })), "ü€😀"),
        (|call| call.json(&json!({ "args": "on" })), "on"),
        (|call| call.json(&json!({ "args": 7 })), "7"),
        (
            |call| call.form(&[("arg", "documented"), ("args", "sent")]),
            "documented",
        ),
        (|call| call.json(&json!({})), ""),
        (|call| call.json(&json!({ "arg": null })), ""),
        (|call| call, ""),
    ];
    for (spelling, argument) in spellings {
        cloud
            .simulator
            .set_variable("lamp", "word", json!("before"));
        assert_eq!(
            answer(spelling(cloud.signed(Method::POST, "/v1/devices/lamp/say")))
                .await
                .status,
            200
        );
        assert_eq!(
            cloud.simulator.variable("lamp", "word"),
            Some(json!(argument))
        );
        let recorded = cloud.simulator.take_requests();
        assert_eq!(
            recorded[0].call,
            Call::Function {
                name: "say".to_owned(),
                argument: argument.to_owned()
            }
        );
    }
}

#[tokio::test]
async fn the_return_value_is_the_devices() {
    let cloud = Cloud::lamp("", "").await;
    let returned = |value| {
        says(
            200,
            &format!(r#"{{"id":"{LAMP}","name":"lamp","connected":true,"return_value":{value}}}"#),
        )
    };
    assert_eq!(cloud.call("lamp", "setPower", "on").await, returned(1));
    assert_eq!(cloud.call(LAMP, "setBrightness", "101").await, returned(-1));
    assert_eq!(cloud.simulator.variable("lamp", "power"), Some(json!(true)));
    assert_eq!(
        cloud.record(),
        [
            r#"POST /v1/devices/lamp/setPower "on" → 200, returned 1"#,
            r#"POST /v1/devices/00000000000000000000001a/setBrightness "101" → 200, returned -1"#,
        ]
    );
    assert_eq!(cloud.simulator.requests()[0].device.as_deref(), Some(LAMP));
}

#[tokio::test]
async fn raw_is_the_bare_integer() {
    let cloud = Cloud::lamp("", "").await;
    let call = |path| cloud.signed(Method::POST, path);
    let in_query = call("/v1/devices/lamp/setPower?format=raw").form(&[("arg", "on")]);
    let in_form = call("/v1/devices/lamp/setPower").form(&[("arg", "never"), ("format", "raw")]);
    assert_eq!(answer(in_query).await, says(200, "1"));
    assert_eq!(answer(in_form).await, says(200, "-1"));
}

#[tokio::test]
async fn names_are_exact_and_may_be_reserved_elsewhere() {
    let cloud = Cloud::lamp(
        "",
        "variables = { n = 0 }\nfunctions = { ping = { stores = \"n\" } }",
    )
    .await;
    let unknown = says(404, r#"{"ok":false,"error":"Function setpower not found"}"#);
    assert_eq!(cloud.call("lamp", "setpower", "on").await, unknown);
    assert_eq!(cloud.call("lamp", "ping", "5").await.status, 200);
    assert_eq!(cloud.simulator.variable("lamp", "n"), Some(json!(5)));
}

#[tokio::test]
async fn a_declared_function_does_what_the_home_file_says() {
    let cloud = Cloud::home(&format!(
        r#"
        [[device]]
        id = "{LAMP}"
        name = "lamp"

        [device.variables]
        fan = 1
        target = 20.5
        away = false
        mode = "off"
        volume = 40
        door = "closed"
        state = '{{"lamp":{{"level":10,"color":"red","on":true}}}}'

        [device.functions]
        setFan = {{ stores = "fan", within = [0, 3] }}
        setTarget = {{ stores = "target" }}
        setAway = {{ stores = "away" }}
        setMode = {{ stores = "mode", of = ["heat", "cool", "off"], returns = 0 }}
        louder = {{ adds = "volume", within = [0, 100] }}
        warmer = {{ adds = "target" }}
        openDoor = {{ sets = {{ door = "open", away = false }}, returns = 7 }}
        setLevel = {{ stores = "state", pointer = "/lamp/level", within = [0, 255] }}
        setColor = {{ stores = "state", pointer = "/lamp/color" }}
        switch = {{ stores = "state", pointer = "/lamp/on" }}
        "#
    ))
    .await;
    let lamp = |level: u8, color: &str, on: bool| json!({ "lamp": { "level": level, "color": color, "on": on } });
    let steps = [
        ("setFan", "3", 1, "fan", json!(3)),
        ("setFan", "4", -1, "fan", json!(3)),
        ("setFan", "-1", -1, "fan", json!(3)),
        ("setFan", "fast", -1, "fan", json!(3)),
        ("setTarget", "21", 1, "target", json!(21.0)),
        ("setTarget", "warm", -1, "target", json!(21.0)),
        ("setAway", "true", 1, "away", json!(true)),
        ("setAway", "gone", -1, "away", json!(true)),
        ("setMode", "heat", 0, "mode", json!("heat")),
        ("setMode", "auto", -1, "mode", json!("heat")),
        ("setMode", "Cool", -1, "mode", json!("heat")),
        ("louder", "15", 1, "volume", json!(55)),
        ("louder", "-10", 1, "volume", json!(45)),
        ("louder", "100", 1, "volume", json!(100)),
        ("louder", "a bit", -1, "volume", json!(100)),
        ("warmer", "-0.5", 1, "target", json!(20.5)),
        ("openDoor", "whatever", 7, "door", json!("open")),
        ("openDoor", "", 7, "away", json!(false)),
        ("setLevel", "200", 1, "state", lamp(200, "red", true)),
        ("setLevel", "256", -1, "state", lamp(200, "red", true)),
        ("setLevel", "bright", -1, "state", lamp(200, "red", true)),
        ("setColor", "7", 1, "state", lamp(200, "7", true)),
        ("switch", "off", 1, "state", lamp(200, "7", false)),
    ];
    for (function, argument, returned, variable, value) in steps {
        cloud.call("lamp", function, argument).await;
        assert_eq!(
            cloud.simulator.take_requests()[0].return_value,
            Some(returned),
            "{function} {argument}"
        );
        let mut now = cloud.simulator.variable("lamp", variable).unwrap();
        if variable == "state" {
            now = serde_json::from_str(now.as_str().unwrap()).unwrap();
        }
        assert_eq!(now, value, "{function} {argument}");
    }
}

#[tokio::test]
async fn the_dialect_words_the_answers() {
    let success =
        |fields| format!(r#"{{"id":"{LAMP}",{fields}"connected":true,"return_value":1}}"#);
    let cases = [
        (
            "current",
            400,
            r#"{"ok":false,"error":"timed out"}"#,
            r#""name":"lamp","#,
        ),
        (
            "legacy",
            400,
            r#"{"ok":false,"error":"Timed out."}"#,
            r#""last_app":"","#,
        ),
        ("documented", 408, r#"{"ok":false,"error":"timed out"}"#, ""),
    ];
    for (dialect, status, offline, fields) in cases {
        let cloud = Cloud::lamp(&format!("dialect = \"{dialect}\""), "").await;
        assert_eq!(
            cloud.call("lamp", "setPower", "on").await,
            says(200, &success(fields)),
            "{dialect}"
        );
        assert_eq!(
            cloud.call("lamp", "nothing", "").await,
            says(404, r#"{"ok":false,"error":"Function nothing not found"}"#)
        );
        cloud.simulator.set_online("lamp", false);
        assert_eq!(
            cloud.call("lamp", "setPower", "on").await,
            says(status, offline),
            "{dialect}"
        );
        // What the device does not have is not known while it cannot be asked.
        assert_eq!(
            cloud.call("lamp", "nothing", "").await,
            says(status, offline),
            "{dialect}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let cloud = Cloud::lamp("", "").await;
    let call = cloud
        .signed(Method::POST, "/v1/devices/lamp/setPower")
        .header(CONTENT_TYPE, "application/json");
    assert_eq!(
        answer(call.body("{\"arg\":")).await,
        says(400, r#"{"ok":false,"error":"the request body is no JSON"}"#)
    );
    assert_eq!(
        cloud.simulator.variable("lamp", "power"),
        Some(json!(false))
    );
}
