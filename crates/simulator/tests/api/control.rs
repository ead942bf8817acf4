//! The control API: what it changes, what it shows, what it says of mistakes.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use particle_simulator::{Fault, Kind, Target, When};
use reqwest::{Method, header::HOST};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::client::{Answer, Cloud, LAMP, answer, says};

impl Cloud {
    async fn control(&self, method: Method, path: &str, body: &Value) -> Answer {
        answer(
            self.unsigned(method, &format!("/simulator/v1/{path}"))
                .json(body),
        )
        .await
    }

    async fn state(&self) -> Value {
        let answer = self.control(Method::GET, "state", &Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    }
}

#[tokio::test]
async fn the_state_is_all_there_is_to_know() {
    let client = "[[client]]\nid = \"skill-1\"\nsecret = \"hush\"\ntype = \"installed\"";
    let top = format!("keep_alive = \"1h\"\n{client}");
    let cloud = Cloud::lamp(&top, "fault = \"silent\"").await;
    let calls = When::default().only([Kind::Function]).times(3);
    cloud
        .simulator
        .set_fault_when(Target::Cloud, Fault::Returns(-2), calls);
    cloud.get("/v1/devices").await;
    cloud
        .simulator
        .set_fault(Target::Device(LAMP.to_owned()), None);
    cloud.call("lamp", "setPower", "on").await;
    let expected = json!({
        "simulator": env!("CARGO_PKG_VERSION"),
        "settings": {
            "certificate": null,
            "dialect": "current",
            "timeout": "30s",
            "keep_alive": "1h",
            "oauth": {
                "access_token_life": "90days",
                "refresh_token_life": "14days",
                "refresh_token_starts": "access-end",
                "code_life": "30s",
                "code_once": true,
                "bind_redirect": false,
                "question_mark": true,
                "raw_state": true,
                "bare_denial": true,
                "basic": true,
                "plain_redirects": false,
                "lock_after": 10,
                "lock_time": "30m",
                "rate_limit": 100,
            },
        },
        "ahead": "0s",
        "fault": { "fault": { "returns": -2 }, "when": { "only": ["function"], "times": 2 } },
        "devices": [{
            "id": LAMP,
            "name": "lamp",
            "firmware": "dimmer",
            "online": true,
            "fault": null,
            "variables": { "brightness": 100, "power": false },
        }],
        "clients": ["skill-1"],
        "connections": 1,
        "handshakes": 0,
        "requests": 2,
    });
    assert_eq!(cloud.state().await, expected);
}

/// What is asked for, and what the state shows then.
#[tokio::test]
async fn orders_are_carried_out() {
    let cloud = Cloud::lamp("", "").await;
    let cases = [
        (
            (
                Method::PUT,
                "devices/lamp/fault",
                json!({ "fault": "silent" }),
            ),
            ("/devices/0/fault", json!({ "fault": "silent" })),
        ),
        (
            (
                Method::PUT,
                "fault",
                json!({ "fault": { "slow": { "median": "1ms", "p99": "1s" } }, "when": { "times": 9 } }),
            ),
            (
                "/fault",
                json!({ "fault": { "slow": { "median": "1ms", "p99": "1s" } }, "when": { "times": 9 } }),
            ),
        ),
        (
            (Method::DELETE, "fault", Value::Null),
            ("/fault", Value::Null),
        ),
        (
            (
                Method::DELETE,
                &format!("devices/{LAMP}/fault"),
                Value::Null,
            ),
            ("/devices/0/fault", Value::Null),
        ),
        (
            (
                Method::PUT,
                "devices/lamp/fault",
                json!({ "fault": "safe-mode" }),
            ),
            ("/devices/0/fault", json!({ "fault": "safe-mode" })),
        ),
        (
            (Method::DELETE, "faults", Value::Null),
            ("/devices/0/fault", Value::Null),
        ),
        (
            (Method::PUT, "devices/lamp/online", json!(false)),
            ("/devices/0/online", json!(false)),
        ),
        (
            (Method::PUT, "devices/lamp/variables/brightness", json!(7)),
            ("/devices/0/variables/brightness", json!(7)),
        ),
        (
            (
                Method::PUT,
                "settings",
                json!({ "dialect": "legacy", "timeout": "2s" }),
            ),
            ("/settings/dialect", json!("legacy")),
        ),
        (
            (Method::PUT, "settings", json!({ "keep_alive": "60s" })),
            ("/settings/keep_alive", json!("1m")),
        ),
        (
            (Method::PUT, "settings", json!({ "keep_alive": null })),
            ("/settings/keep_alive", Value::Null),
        ),
        (
            (
                Method::PUT,
                "settings",
                json!({ "oauth": { "access_token_life": "1h", "refresh_token_starts": "issue" } }),
            ),
            ("/settings/oauth/refresh_token_starts", json!("issue")),
        ),
        (
            (Method::PUT, "ahead", json!("91d")),
            ("/ahead", json!("91days")),
        ),
        (
            (Method::PUT, "ahead", json!("1h 30m")),
            ("/ahead", json!("1h 30m")),
        ),
        // What nobody names stays as it is.
        (
            (Method::PUT, "settings", json!({ "oauth": {} })),
            ("/settings/oauth/access_token_life", json!("1h")),
        ),
        (
            (Method::PUT, "settings", json!({ "timeout": "3s" })),
            ("/settings/dialect", json!("legacy")),
        ),
    ];
    for ((method, path, body), (pointer, expected)) in cases {
        assert_eq!(
            cloud.control(method, path, &body).await,
            says(204, ""),
            "{path} {body}"
        );
        let state = cloud.state().await;
        assert_eq!(state.pointer(pointer), Some(&expected), "{path} {body}");
    }
    assert!(
        cloud.simulator.requests().is_empty(),
        "orders are on no record"
    );
}

#[tokio::test]
async fn the_record_is_shown_and_forgotten() {
    let cloud = Cloud::lamp("", "").await;
    cloud.call("lamp", "setPower", "on").await;
    let shown = cloud.control(Method::GET, "requests", &Value::Null).await;
    let shown: Value = serde_json::from_str(&shown.body).unwrap();
    assert_eq!(shown, json!(cloud.simulator.requests()));
    assert_eq!(shown[0]["return_value"], 1);
    let forgotten = cloud
        .control(Method::DELETE, "requests", &Value::Null)
        .await;
    assert_eq!(forgotten.status, 204);
    assert!(cloud.simulator.requests().is_empty());
}

#[tokio::test]
async fn no_fault_strikes_an_order() {
    let cloud = Cloud::lamp("timeout = \"1h\"", "").await;
    for fault in Fault::all() {
        // This one leaves nobody to ask.
        if *fault == Fault::Refused {
            continue;
        }
        cloud.simulator.set_fault(Target::Cloud, Some(*fault));
        let lifted = cloud.control(Method::DELETE, "fault", &Value::Null).await;
        assert_eq!(lifted, says(204, ""), "{fault}");
    }
}

#[tokio::test]
async fn what_is_refused_by_order_ends_in_time() {
    let cloud = Cloud::lamp("", "").await;
    let refused = json!({ "fault": "refused", "when": { "for": "20ms" } });
    let answer = cloud.control(Method::PUT, "fault", &refused).await;
    assert_eq!(answer, says(204, ""));
    while cloud
        .signed(Method::GET, "/v1/devices")
        .send()
        .await
        .is_err()
    {}
    // What it has left is told as long as there is anything left.
    assert_eq!(cloud.state().await["fault"], Value::Null);
}

#[tokio::test]
async fn the_time_that_is_left_is_told() {
    let cloud = Cloud::lamp("", "").await;
    let hour = When::default().lasting(Duration::from_secs(3600));
    cloud
        .simulator
        .set_fault_when(Target::Cloud, Fault::Offline, hour);
    let state = cloud.state().await;
    let left = state["fault"]["when"]["for"].as_str().unwrap();
    assert!(left.starts_with("59m 59s"), "{left}");
}

#[tokio::test]
async fn a_mistake_is_named_with_its_mend() {
    let cloud = Cloud::lamp("", "").await;
    let cases = [
        (
            (
                Method::PUT,
                "devices/porch/fault",
                json!({ "fault": "silent" }),
            ),
            404,
            "no device has the id or the name `porch`; there are: lamp",
        ),
        (
            (Method::DELETE, "devices/porch/fault", Value::Null),
            404,
            "no device has the id or the name `porch`; there are: lamp",
        ),
        (
            (Method::PUT, "devices/porch/online", json!(true)),
            404,
            "no device has the id or the name `porch`; there are: lamp",
        ),
        (
            (Method::PUT, "fault", json!({ "fault": "sad" })),
            400,
            "the body cannot be read: unknown variant `sad`, expected one of `offline`, ",
        ),
        (
            (Method::PUT, "fault", json!("silent")),
            400,
            "the body cannot be read: invalid type: string \"silent\", expected an object with a fault at line 1 column 8; \
             write it like {\"fault\":\"silent\",\"when\":{\"only\":[\"function\"],\"times\":2}}",
        ),
        (
            (Method::PUT, "fault", json!({ "fault": "refused" })),
            400,
            "while connections are refused, nobody can ask for their end: say when it is to be, \
             as with \"when\":{\"for\":\"10s\"}",
        ),
        (
            (
                Method::PUT,
                "devices/lamp/fault",
                json!({ "fault": "refused" }),
            ),
            400,
            "connections are refused by the cloud, not by a device: set `refused` for the cloud",
        ),
        (
            (Method::PUT, "devices/lamp/online", json!("no")),
            400,
            "the body cannot be read: invalid type: string \"no\", expected a boolean",
        ),
        (
            (Method::PUT, "devices/lamp/variables/level", json!(1)),
            404,
            "`lamp` has no variable `level`; there are: brightness, power",
        ),
        (
            (Method::PUT, "devices/lamp/variables/power", json!("on")),
            400,
            "variable `power` of `lamp` is of type bool, and \"on\" is not; it is false now",
        ),
        (
            (Method::PUT, "settings", json!({ "dialect": "new" })),
            400,
            "the body cannot be read: unknown variant `new`, expected one of `current`, `documented`, `legacy`",
        ),
        (
            (Method::PUT, "ahead", json!("91 moons")),
            400,
            "the body cannot be read: `91 moons` is no duration such as `300ms`, `2s` or `1h`; \
             write it like \"91days\"",
        ),
        (
            (Method::PUT, "tokens/guess/expired", Value::Null),
            404,
            "there is no such access token; it may have been revoked",
        ),
        (
            (Method::PUT, "clients/skill/expired", Value::Null),
            404,
            "no OAuth client has the id `skill`; there is none",
        ),
        (
            (Method::PUT, "settings", json!({ "color": 1 })),
            400,
            "the body cannot be read: unknown field `color`, expected one of `certificate`, `dialect`, `timeout`, `keep_alive`, `oauth`",
        ),
        (
            (Method::PUT, "settings", json!({ "certificate": "expired" })),
            400,
            "what serves http shows no certificate: start the simulator with TLS",
        ),
        (
            (Method::PUT, "settings", json!({ "oauth": { "color": 1 } })),
            400,
            "the body cannot be read: unknown field `color`, expected one of `access_token_life`, ",
        ),
        (
            (Method::POST, "state", Value::Null),
            404,
            "there is no such request; ",
        ),
        (
            (Method::GET, "weather", Value::Null),
            404,
            "there is no such request; ",
        ),
    ];
    for ((method, path, body), status, expected) in cases {
        let answer = cloud.control(method, path, &body).await;
        assert_eq!(answer.status, status, "{path} {body}: {answer:?}");
        let said: Value = serde_json::from_str(&answer.body).unwrap();
        let error = said["error"].as_str().unwrap();
        assert!(error.starts_with(expected), "{path} {body}: {error}");
    }
}

#[tokio::test]
async fn orders_come_from_this_machine() {
    let cloud = Cloud::lamp("", "").await;
    let cases = [
        ("localhost:1234", 200),
        ("127.0.0.1", 200),
        ("[::1]:1234", 200),
        ("rebound.example:1234", 403),
        ("192.0.2.1", 403),
    ];
    for (host, status) in cases {
        let request = cloud.unsigned(Method::GET, "/simulator/v1/state");
        let answer = answer(request.header(HOST, host)).await;
        assert_eq!(answer.status, status, "{host}: {answer:?}");
    }
}

/// The commands of the README, and where the state shows what each did.
#[tokio::test]
async fn the_readmes_examples_work() {
    if Command::new("curl")
        .arg("--version")
        .output()
        .await
        .is_err()
    {
        assert!(
            std::env::var_os("CI").is_none(),
            "README's examples are to be checked where CI is set, but there is no curl"
        );
        // Not `println!`: the test runner would keep that to itself.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED: README's examples, for there is no curl"
        );
        return;
    }
    let cloud = Cloud::sample().await;
    let porch = "/devices/2";
    let shown = [
        ("/simulator".to_owned(), json!(env!("CARGO_PKG_VERSION"))),
        (format!("{porch}/fault"), json!({ "fault": "silent" })),
        (format!("{porch}/fault"), Value::Null),
        (
            "/fault".to_owned(),
            json!({ "fault": "rate-limited", "when": { "only": ["function"], "times": 2 } }),
        ),
        (
            "/fault".to_owned(),
            json!({ "fault": { "slow": { "median": "200ms", "p99": "2s" } } }),
        ),
        ("/fault".to_owned(), Value::Null),
        (format!("{porch}/online"), json!(false)),
        (format!("{porch}/variables/temperature"), json!(21.5)),
        ("/settings/keep_alive".to_owned(), json!("1m")),
        ("/settings/oauth/code_life".to_owned(), json!("5m")),
        ("/ahead".to_owned(), json!("91days")),
        ("/clients".to_owned(), json!([])),
        ("/requests".to_owned(), json!(0)),
        ("/requests".to_owned(), json!(0)),
        ("/requests".to_owned(), json!(0)),
    ];
    let (_, block) = README.split_once("```sh\nSIMULATOR=").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let commands: Vec<_> = block.lines().skip(1).collect();
    assert_eq!(commands.len(), shown.len());
    for (command, (pointer, expected)) in commands.into_iter().zip(shown) {
        let strict = command.replacen("curl", "curl --silent --show-error --fail-with-body", 1);
        let output = Command::new("sh")
            .args(["-c", &strict])
            .env(
                "SIMULATOR",
                format!("{}/simulator/v1", cloud.simulator.url()),
            )
            .output()
            .await
            .unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        let state = cloud.state().await;
        assert_eq!(state.pointer(&pointer), Some(&expected), "{command}");
    }
}

const README: &str = include_str!("../../README.md");
