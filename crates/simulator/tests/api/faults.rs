//! Faults: each of them as a client meets it, and whether the device did what it was told.

use std::time::{Duration, Instant};

use particle_simulator::{Fault, Target};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::client::{Cloud, PERMISSION_DENIED, TOKEN_EXPIRED, TOKEN_INVALID, answer, says};

fn lamp() -> Target {
    Target::Device("lamp".to_owned())
}

#[tokio::test]
async fn faults_that_answer_in_the_clouds_place_do_nothing_else() {
    let html = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    let cases = [
        (
            Fault::TokenExpired,
            says(401, TOKEN_EXPIRED),
            "application/json; charset=utf-8",
        ),
        (
            Fault::TokenInvalid,
            says(401, TOKEN_INVALID),
            "application/json; charset=utf-8",
        ),
        (
            Fault::Forbidden,
            says(403, PERMISSION_DENIED),
            "application/json; charset=utf-8",
        ),
        (
            Fault::RateLimited,
            says(429, r#"{"ok":false,"error":"Too many requests"}"#),
            "application/json; charset=utf-8",
        ),
        (Fault::ServerError, says(502, html), "text/html"),
        (
            Fault::NotJson,
            says(200, "Down for maintenance, back soon."),
            "text/plain; charset=utf-8",
        ),
    ];
    for (fault, expected, content_type) in cases {
        let cloud = Cloud::faulty_lamp(fault).await;
        assert_eq!(
            cloud.call("lamp", "setPower", "on").await,
            expected,
            "{fault:?}"
        );
        assert!(!cloud.lamp_is_on(), "{fault:?}");
        let call = format!(
            r#"POST /v1/devices/lamp/setPower "on" → {}"#,
            expected.status.as_u16()
        );
        assert_eq!(cloud.record(), [call]);

        // The fault is the device's, and the list is not about one device.
        assert_eq!(cloud.get("/v1/devices").await.status, 200, "{fault:?}");
        cloud.simulator.set_fault(Target::Cloud, Some(fault));
        let list = cloud
            .signed(Method::GET, "/v1/devices")
            .send()
            .await
            .unwrap();
        assert_eq!(list.headers()[CONTENT_TYPE], content_type, "{fault:?}");
        assert_eq!(
            (list.status(), list.text().await.unwrap()),
            (expected.status, expected.body),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn an_offline_device_fails_at_once() {
    let cloud = Cloud::lamp("timeout = \"1h\"", "fault = \"offline\"").await;
    assert_eq!(
        cloud.call("lamp", "setPower", "on").await,
        says(400, r#"{"ok":false,"error":"timed out"}"#)
    );
    assert_eq!(cloud.get_json("/v1/devices").await[0]["online"], false);
    assert!(!cloud.lamp_is_on());
    cloud.simulator.set_fault(lamp(), None);
    assert_eq!(cloud.get_json("/v1/devices").await[0]["online"], true);
}

#[tokio::test]
async fn a_silent_device_takes_all_of_the_clouds_patience() {
    for fault in [Fault::Silent, Fault::StaleOnline] {
        let cloud = Cloud::faulty_lamp(fault).await;
        let started = Instant::now();
        assert_eq!(
            cloud.call("lamp", "setPower", "on").await,
            says(400, r#"{"ok":false,"error":"timed out"}"#)
        );
        assert_eq!(
            cloud.get("/v1/devices/lamp/power").await,
            says(408, r#"{"ok":false,"error":"timed out"}"#)
        );
        assert!(started.elapsed() >= Duration::from_millis(20), "{fault:?}");
        assert_eq!(
            cloud.get_json("/v1/devices").await[0]["online"],
            true,
            "{fault:?}"
        );
        assert!(!cloud.lamp_is_on(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_stale_flag_says_online_of_a_device_that_is_not() {
    let cloud = Cloud::faulty_lamp(Fault::StaleOnline).await;
    cloud.simulator.set_online("lamp", false);
    assert_eq!(cloud.get_json("/v1/devices/lamp").await["online"], true);
    assert_eq!(
        cloud.put("/v1/devices/lamp/ping", &[]).await,
        says(200, r#"{"online":false,"ok":true}"#)
    );
}

#[tokio::test]
async fn a_silent_cloud_answers_nothing_at_all() {
    let cloud = Cloud::lamp("timeout = \"10ms\"\nfault = \"silent\"", "").await;
    for path in ["/v1/devices", "/v1/user", "/v1/devices/lamp/power"] {
        assert_eq!(
            cloud.get(path).await,
            says(408, r#"{"ok":false,"error":"timed out"}"#),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_request_that_the_client_gave_up_is_on_record() {
    let cloud = Cloud::lamp("timeout = \"1h\"", "fault = \"silent\"").await;
    let mut live = cloud.simulator.subscribe();
    let line = r#"POST /v1/devices/lamp/setPower "on" → no answer"#;
    tokio::select! {
        answer = cloud.call("lamp", "setPower", "on") => panic!("it answered: {answer:?}"),
        () = until(|| cloud.record() == [line]) => {}
    }
    assert_eq!(live.recv().await.unwrap().to_string(), line);
}

/// Lets the simulator run until this is so.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn safe_mode_hides_what_the_firmware_offered() {
    let cloud = Cloud::faulty_lamp(Fault::SafeMode).await;
    let device = cloud.get_json("/v1/devices/lamp").await;
    assert_eq!(device["status"], "safe_mode");
    assert_eq!(device["online"], true);
    assert_eq!(
        (&device["functions"], &device["variables"]),
        (&json!([]), &json!({}))
    );
    let no_function = says(404, r#"{"ok":false,"error":"Function setPower not found"}"#);
    assert_eq!(cloud.call("lamp", "setPower", "on").await, no_function);
    let no_variable = says(404, r#"{"ok":false,"error":"Unknown Variable: power"}"#);
    assert_eq!(cloud.get("/v1/devices/lamp/power").await, no_variable);
    assert!(!cloud.lamp_is_on());
}

#[tokio::test]
async fn null_functions_are_unknown_and_work() {
    let cloud = Cloud::faulty_lamp(Fault::NullFunctions).await;
    let device = cloud.get_json("/v1/devices").await[0].clone();
    assert_eq!(
        (&device["functions"], &device["variables"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(cloud.call("lamp", "setPower", "on").await.status, 200);
    assert!(cloud.lamp_is_on());
}

#[tokio::test]
async fn a_slow_answer_comes() {
    let cloud = Cloud::faulty_lamp(Fault::Slow(Duration::from_millis(30))).await;
    let started = Instant::now();
    assert_eq!(cloud.call("lamp", "setPower", "on").await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(30));
}

#[tokio::test]
async fn what_answers_too_late_was_done_all_the_same() {
    let cloud = Cloud::faulty_lamp(Fault::Slow(Duration::from_secs(3600))).await;
    tokio::select! {
        answer = cloud.call("lamp", "setPower", "on") => panic!("it answered: {answer:?}"),
        () = until(|| cloud.lamp_is_on()) => {}
    }
    let line = r#"POST /v1/devices/lamp/setPower "on" → no answer, returned 1"#;
    assert_eq!(cloud.record(), [line]);
}

#[tokio::test]
async fn a_device_may_refuse_every_call() {
    let cloud = Cloud::faulty_lamp(Fault::Returns(-7)).await;
    cloud.call("lamp", "setPower", "on").await;
    cloud.call("lamp", "nothing", "on").await;
    assert_eq!(
        cloud.record(),
        [
            r#"POST /v1/devices/lamp/setPower "on" → 200, returned -7"#,
            r#"POST /v1/devices/lamp/nothing "on" → 404"#,
        ]
    );
    assert!(!cloud.lamp_is_on());
}

#[tokio::test]
async fn a_cloud_wide_fault_befalls_devices_that_have_none() {
    let cloud = Cloud::sample().await;
    cloud
        .simulator
        .set_fault(Target::Cloud, Some(Fault::Offline));
    cloud.simulator.set_fault(
        Target::Device("cafe00000000000000000003".to_owned()),
        Some(Fault::SafeMode),
    );
    let list = cloud.get_json("/v1/devices").await;
    for device in list.as_array().unwrap() {
        assert_eq!(
            device["online"] == json!(true),
            device["name"] == json!("porch"),
            "{device}"
        );
    }
    assert!(
        !cloud
            .simulator
            .set_fault(Target::Device("nowhere".to_owned()), Some(Fault::Offline))
    );
}

#[tokio::test]
async fn an_unknown_device_has_no_fault_but_the_clouds() {
    let cloud = Cloud::faulty_lamp(Fault::ServerError).await;
    assert_eq!(
        answer(cloud.signed(Method::GET, "/v1/devices/nowhere")).await,
        says(403, PERMISSION_DENIED)
    );
    cloud
        .simulator
        .set_fault(Target::Cloud, Some(Fault::TokenExpired));
    assert_eq!(
        answer(cloud.signed(Method::GET, "/v1/devices/nowhere")).await,
        says(401, TOKEN_EXPIRED)
    );
}
