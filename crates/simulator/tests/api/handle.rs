//! The handle: the record, live requests, connections, pins, and the end of serving.

use std::time::Duration;

use particle_simulator::{Home, PinMode, Simulator};
use reqwest::Method;
use serde_json::json;

use crate::client::{Cloud, LAMP, answer, http};

#[tokio::test]
async fn the_record_tells_each_request_once_and_no_secret() {
    let cloud = Cloud::sample().await;
    let token = cloud.simulator.token();
    cloud
        .get(&format!("/v1/devices?access_token={token}"))
        .await;
    cloud.get("/v1/devices/porch").await;
    cloud.get("/v1/devices/porch/temperature?format=raw").await;
    cloud.put("/v1/devices/porch/ping", &[]).await;
    cloud
        .put(
            "/v1/devices/porch",
            &[("name", "veranda"), ("notes", "a \"b\"")],
        )
        .await;
    cloud.get(&format!("/v1/access_tokens/{token}")).await;
    let login = [
        ("grant_type", "password"),
        ("password", "opensesame"),
        ("client_secret", "hush"),
    ];
    answer(cloud.unsigned(Method::POST, "/oauth/token").form(&login)).await;
    let client = [
        ("name", "x"),
        ("type", "web"),
        ("redirect_uri", "https://confidential.example/"),
    ];
    let made = answer(cloud.signed(Method::POST, "/v1/clients").form(&client)).await;
    let made: serde_json::Value = serde_json::from_str(&made.body).unwrap();
    let client_secret = made["client"]["secret"].as_str().unwrap();
    cloud.get("/v1/clients").await;
    cloud.put("/v1/clients/x-1001", &[("name", "y")]).await;
    answer(cloud.signed(Method::DELETE, "/v1/clients/x-1001")).await;
    let list = cloud.unsigned(Method::GET, "/v1/access_tokens?otp=opensesame");
    answer(list.basic_auth("maker@example.com", Some("opensesame"))).await;
    answer(cloud.unsigned(Method::DELETE, "/v1/access_tokens/opensesame")).await;

    let lines = cloud.record();
    assert_eq!(
        lines,
        [
            "GET /v1/devices → 200",
            "GET /v1/devices/porch → 200",
            "GET /v1/devices/porch/temperature → 200",
            "PUT /v1/devices/porch/ping → 200",
            r#"PUT /v1/devices/porch name="veranda" notes="a \"b\"" → 200"#,
            "GET /v1/access_tokens/(token) → 404",
            "POST /oauth/token (password) → 400",
            "POST /v1/clients → 200",
            "GET /v1/clients → 200",
            "PUT /v1/clients/x-1001 → 200",
            "DELETE /v1/clients/x-1001 → 204",
            "GET /v1/access_tokens → 401",
            "DELETE /v1/access_tokens/(token) → 200",
        ]
    );
    let everything = format!(
        "{:?} {}",
        cloud.simulator.requests(),
        json!(cloud.simulator.requests())
    );
    for secret in [&token, client_secret, "opensesame", "hush", "confidential"] {
        assert!(!everything.contains(secret), "{everything}");
    }
    assert_eq!(cloud.simulator.take_requests().len(), lines.len());
    assert!(cloud.simulator.requests().is_empty());
}

#[tokio::test]
async fn a_request_as_json_names_the_call() {
    let cloud = Cloud::lamp("", "").await;
    cloud.call("lamp", "setPower", "on").await;
    cloud.get("/v1/devices").await;
    let expected = json!([
        {
            "method": "POST",
            "path": "/v1/devices/lamp/setPower",
            "device": LAMP,
            "call": { "function": { "name": "setPower", "argument": "on" } },
            "return_value": 1,
            "status": 200,
        },
        { "method": "GET", "path": "/v1/devices", "device": null, "call": "list", "return_value": null, "status": 200 },
    ]);
    assert_eq!(json!(cloud.simulator.requests()), expected);
}

#[tokio::test]
async fn subscribers_hear_of_requests_as_they_end() {
    let cloud = Cloud::sample().await;
    let mut live = cloud.simulator.subscribe();
    cloud.call("web_led", "led", "off").await;
    assert_eq!(
        live.recv().await.unwrap().to_string(),
        r#"POST /v1/devices/web_led/led "off" → 200, returned 0"#
    );
}

#[tokio::test]
async fn connections_are_kept_and_counted() {
    let cloud = Cloud::sample().await;
    assert_eq!(cloud.simulator.connections(), 0);
    for _ in 0..5 {
        cloud.get("/v1/devices").await;
    }
    assert_eq!(cloud.simulator.connections(), 1);
    let simulator = &cloud.simulator;
    simulator.set_keep_alive(Some(Duration::from_millis(1)));
    simulator.hung_up().await;
    assert_eq!(simulator.connections(), 1);
}

#[tokio::test]
async fn pins_show_what_tinker_did() {
    let cloud = Cloud::sample().await;
    cloud.call("bench", "digitalwrite", "D7,HIGH").await;
    let pin = cloud.simulator.pin("bench", "D7").unwrap();
    assert_eq!((pin.mode, pin.level), (PinMode::Output, 255));
    assert!(cloud.simulator.apply_signal("bench", "A0", 1234));
    cloud.call("bench", "analogread", "A0").await;
    assert_eq!(cloud.simulator.requests()[1].return_value, Some(1234));
    assert!(cloud.simulator.pin("bench", "D99").is_none());
    assert!(cloud.simulator.pin("desk_lamp", "D7").is_none());
}

#[tokio::test]
async fn it_serves_until_the_last_handle_is_dropped() {
    let cloud = Cloud::sample().await;
    let url = cloud.simulator.url();
    let other = cloud.simulator.clone();
    drop(cloud);
    http().get(&url).send().await.unwrap();
    drop(other);
    assert_unreachable(&url).await;
}

#[tokio::test]
async fn shutting_down_ends_serving_whoever_holds_a_handle() {
    let cloud = Cloud::sample().await;
    cloud.get("/v1/devices").await;
    cloud.simulator.shutdown();
    assert_unreachable(&cloud.simulator.url()).await;
}

/// The listener goes at the next chance it gets to run; until then, connections are accepted and dropped.
async fn assert_unreachable(url: &str) {
    let address = url.strip_prefix("http://").unwrap();
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn only_this_machine_is_served() {
    for address in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0"] {
        let error = Simulator::listen(Home::sample(), address.parse().unwrap())
            .await
            .unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the simulator listens on loopback addresses only"),
            "{error}"
        );
    }
    let simulator = Simulator::listen(Home::sample(), "127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    assert!(simulator.url().starts_with("http://127.0.0.1:"));
}
