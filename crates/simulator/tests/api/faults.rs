//! Faults: each of them as a client meets it, and whether the device did what it was told.

use std::time::{Duration, Instant};

use particle_simulator::{Dialect, Fault, Kind, Target, When};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
};
use serde_json::{Value, json};

use crate::client::{Answer, Cloud, PERMISSION_DENIED, TOKEN_EXPIRED, TOKEN_INVALID, answer, says};

fn lamp() -> Target {
    Target::Device("lamp".to_owned())
}

#[tokio::test]
async fn faults_that_answer_in_the_clouds_place_do_nothing_else() {
    const JSON: &str = "application/json; charset=utf-8";
    let cases = [
        (Fault::TokenExpired, says(401, TOKEN_EXPIRED), JSON),
        (Fault::TokenInvalid, says(401, TOKEN_INVALID), JSON),
        (
            Fault::Unauthorized,
            page(401, "401 Authorization Required"),
            "text/html",
        ),
        (Fault::Forbidden, says(403, PERMISSION_DENIED), JSON),
        (
            Fault::RateLimited,
            says(429, r#"{"ok":false,"error":"Too many requests"}"#),
            JSON,
        ),
        (
            Fault::RetryAfter(Duration::from_millis(1500)),
            says(429, r#"{"ok":false,"error":"Too many requests"}"#),
            JSON,
        ),
        (
            Fault::InternalError,
            says(500, r#"{"ok":false,"error":"Internal server error"}"#),
            JSON,
        ),
        (Fault::BadGateway, page(502, "502 Bad Gateway"), "text/html"),
        (
            Fault::Unavailable,
            page(503, "503 Service Temporarily Unavailable"),
            "text/html",
        ),
        (
            Fault::GatewayTimeout,
            page(504, "504 Gateway Time-out"),
            "text/html",
        ),
        (Fault::Html, page(200, "Welcome"), "text/html"),
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
        let retry_after = list.headers().get(RETRY_AFTER);
        let announced = matches!(fault, Fault::RetryAfter(_)).then_some("2");
        assert_eq!(retry_after.map(|time| time.to_str().unwrap()), announced);
        assert_eq!(
            (list.status(), list.text().await.unwrap()),
            (expected.status, expected.body),
            "{fault:?}"
        );
    }
}

/// A page as gateways send it.
fn page(status: u16, title: &str) -> Answer {
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n\
         <center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    says(status, &page)
}

#[tokio::test]
async fn a_redirect_leads_to_another_host_and_the_record_shows_who_follows() {
    let cloud = Cloud::faulty_lamp(Fault::Redirect).await;
    let call = cloud
        .signed(Method::POST, "/v1/devices/lamp/setPower")
        .form(&[("arg", "on")]);
    let port = cloud.simulator.url().rsplit_once(':').unwrap().1.to_owned();
    let elsewhere = format!("//localhost:{port}/v1/devices/lamp/setPower");
    let careful = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let response = careful
        .build()
        .unwrap()
        .execute(call.try_clone().unwrap().build().unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()[LOCATION], elsewhere);

    let once = When::default().times(1);
    cloud
        .simulator
        .set_fault_when(lamp(), Fault::Redirect, once);
    call.send().await.unwrap();
    assert_eq!(
        cloud.record(),
        [
            r#"POST /v1/devices/lamp/setPower "on" → 302"#,
            r#"POST /v1/devices/lamp/setPower "on" → 302"#,
            "GET /v1/devices/lamp/setPower → 400",
        ]
    );
    assert!(!cloud.lamp_is_on());
}

#[tokio::test]
async fn a_wrong_type_is_json_of_another_shape() {
    let cloud = Cloud::lamp("", "").await;
    cloud
        .simulator
        .set_fault(Target::Cloud, Some(Fault::WrongType));
    let cases = [
        ("/v1/devices", "/values/0/name", json!("lamp")),
        ("/v1/devices/lamp", "/name", json!({})),
        (
            "/v1/devices/lamp",
            "/functions",
            json!({ "values": ["setPower", "setBrightness"] }),
        ),
        ("/v1/devices/lamp", "/notes", json!(["nothing"])),
        ("/v1/devices/lamp/brightness", "/result", json!("one")),
        ("/v1/devices/lamp/power", "/result", json!("perhaps")),
        ("/v1/devices/lamp/power", "/coreInfo", json!(1)),
    ];
    for (path, pointer, expected) in cases {
        let answer = cloud.get_json(path).await;
        assert_eq!(answer.pointer(pointer), Some(&expected), "{path}: {answer}");
    }
    let returned = cloud.call("lamp", "setPower", "on").await;
    assert_eq!(returned.status, 200);
    assert!(
        returned.body.ends_with(r#""return_value":"one"}"#),
        "{returned:?}"
    );
    assert!(cloud.lamp_is_on());
}

#[tokio::test]
async fn a_fault_strikes_the_calls_it_is_for() {
    let cases = [
        (Kind::List, Method::GET, "/v1/devices"),
        (Kind::Device, Method::GET, "/v1/devices/lamp"),
        (Kind::Function, Method::POST, "/v1/devices/lamp/setPower"),
        (Kind::Variable, Method::GET, "/v1/devices/lamp/power"),
        (Kind::Ping, Method::PUT, "/v1/devices/lamp/ping"),
        (Kind::Update, Method::PUT, "/v1/devices/lamp"),
        (Kind::Account, Method::GET, "/v1/user"),
        (Kind::Account, Method::GET, "/v1/access_tokens/current"),
        (Kind::Account, Method::GET, "/v1/user/identify"),
        (Kind::Account, Method::GET, "/v1/access_tokens"),
        (Kind::Account, Method::DELETE, "/v1/access_tokens/guess"),
        (Kind::Authorize, Method::GET, "/oauth/authorize"),
        (Kind::Authorize, Method::POST, "/oauth/authorize"),
        (Kind::Authorize, Method::POST, "/oauth/authorize/sign-in"),
        (Kind::Clients, Method::GET, "/v1/clients"),
        (Kind::Clients, Method::POST, "/v1/clients"),
        (Kind::Clients, Method::PUT, "/v1/clients/x"),
        (Kind::Clients, Method::DELETE, "/v1/clients/x"),
        (Kind::Token, Method::POST, "/oauth/token"),
    ];
    let cloud = Cloud::lamp("", "").await;
    for (struck, _, _) in &cases {
        let only = When::default().only([*struck]);
        cloud
            .simulator
            .set_fault_when(Target::Cloud, Fault::Unavailable, only);
        for (kind, method, path) in &cases {
            let status = answer(cloud.signed(method.clone(), path)).await.status;
            assert_eq!(status == 503, kind == struck, "{struck:?}: {method} {path}");
        }
        // What is no request of the API is of no kind.
        assert_eq!(cloud.get("/v2/devices").await.status, 404);
    }
}

#[tokio::test]
async fn a_fault_strikes_as_often_as_it_is_told() {
    let cloud = Cloud::lamp("", "").await;
    let twice = When::default().only([Kind::Variable]).times(2);
    cloud
        .simulator
        .set_fault_when(lamp(), Fault::RateLimited, twice);
    let mut statuses = Vec::new();
    for path in ["power", "brightness", "power", "power"] {
        statuses.push(
            cloud
                .get(&format!("/v1/devices/lamp/{path}"))
                .await
                .status
                .as_u16(),
        );
        assert_eq!(cloud.get("/v1/devices/lamp").await.status, 200);
        assert_eq!(cloud.get("/v1/devices").await.status, 200);
    }
    assert_eq!(statuses, [429, 429, 200, 200]);
    assert_eq!(cloud.simulator.struck(lamp()), 2);
    assert_eq!(cloud.simulator.struck(Target::Cloud), 0);
}

#[tokio::test]
async fn a_list_that_shows_a_fault_is_struck_by_it() {
    let cloud = Cloud::lamp("", "").await;
    let once = When::default().times(1);
    cloud.simulator.set_fault_when(lamp(), Fault::Offline, once);
    assert_eq!(cloud.get_json("/v1/devices").await[0]["online"], false);
    assert_eq!(cloud.get_json("/v1/devices").await[0]["online"], true);
}

#[tokio::test]
async fn a_fault_is_over_after_its_time() {
    let cloud = Cloud::lamp("", "").await;
    let spell = When::default().lasting(Duration::from_millis(50));
    let started = Instant::now();
    cloud
        .simulator
        .set_fault_when(Target::Cloud, Fault::Unavailable, spell);
    while cloud.get("/v1/devices").await.status == 503 {}
    assert!(started.elapsed() >= Duration::from_millis(50));
    assert_eq!(cloud.get("/v1/devices").await.status, 200);
}

#[tokio::test]
async fn a_home_may_begin_with_a_fault_for_some_calls() {
    let when = "fault = \"safe-mode\"\nfault_when = { only = [\"function\"], times = 1 }";
    let cloud = Cloud::lamp("", when).await;
    assert_eq!(cloud.get_json("/v1/devices/lamp").await["status"], "normal");
    assert_eq!(cloud.call("lamp", "setPower", "on").await.status, 404);
    assert_eq!(cloud.call("lamp", "setPower", "on").await.status, 200);
}

#[tokio::test]
async fn where_a_devices_fault_does_not_strike_the_clouds_does() {
    let cloud = Cloud::lamp("fault = \"unavailable\"", "").await;
    let calls = When::default().only([Kind::Function]);
    cloud
        .simulator
        .set_fault_when(lamp(), Fault::InternalError, calls);
    assert_eq!(cloud.call("lamp", "setPower", "on").await.status, 500);
    assert_eq!(cloud.get("/v1/devices/lamp/power").await.status, 503);
    cloud.simulator.lift_faults();
    assert_eq!(cloud.call("lamp", "setPower", "on").await.status, 200);
    assert_eq!(cloud.get("/v1/devices/lamp/power").await.status, 200);
}

#[tokio::test]
async fn the_dialect_may_change_while_it_runs() {
    let cloud = Cloud::lamp("", "online = false").await;
    let cases = [
        (Dialect::Current, 400, r#"{"ok":false,"error":"timed out"}"#),
        (
            Dialect::Documented,
            408,
            r#"{"ok":false,"error":"timed out"}"#,
        ),
        (Dialect::Legacy, 400, r#"{"ok":false,"error":"Timed out."}"#),
    ];
    for (dialect, status, body) in cases {
        cloud.simulator.set_dialect(dialect);
        let answer = cloud.call("lamp", "setPower", "on").await;
        assert_eq!(answer, says(status, body), "{dialect:?}");
    }
}

#[tokio::test]
async fn each_fault_can_be_set_for_each_target_that_it_can_befall() {
    let cloud = Cloud::lamp("", "").await;
    for fault in Fault::all() {
        let done = cloud.simulator.set_fault(lamp(), Some(*fault));
        assert_eq!(done, fault.befalls_devices(), "{fault}");
        let done = cloud.simulator.set_fault(Target::Cloud, Some(*fault));
        assert!(done, "{fault}");
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
    let cloud = Cloud::faulty_lamp(Fault::Slow(Duration::from_millis(30).into())).await;
    let started = Instant::now();
    assert_eq!(cloud.call("lamp", "setPower", "on").await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(30));
}

#[tokio::test]
async fn what_answers_too_late_was_done_all_the_same() {
    let cloud = Cloud::faulty_lamp(Fault::Slow(Duration::from_secs(3600).into())).await;
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
    let cloud = Cloud::faulty_lamp(Fault::BadGateway).await;
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
