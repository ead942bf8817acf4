//! Presenting an access token: every way, and every way to get it wrong.

use reqwest::{
    Method,
    header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE},
};
use serde_json::json;

use crate::client::{Answer, Cloud, TOKEN_EXPIRED, TOKEN_INVALID, answer, says};

const NO_TOKEN: &str =
    r#"{"error":"invalid_request","error_description":"The access token was not found"}"#;
const MALFORMED: &str =
    r#"{"error":"invalid_request","error_description":"Malformed auth header"}"#;
const TWO_METHODS: &str = r#"{"error":"invalid_request","error_description":"Only one method may be used to authenticate at a time (Auth header,  GET or POST)."}"#;
const NO_FORM: &str = r#"{"error":"invalid_request","error_description":"When putting the token in the body, content type must be application/x-www-form-urlencoded."}"#;

#[tokio::test]
async fn the_header_decides() {
    let cloud = Cloud::sample().await;
    let token = cloud.simulator.token();
    let cases = [
        (None, says(400, NO_TOKEN)),
        (Some("Bearer".to_owned()), says(400, MALFORMED)),
        (Some("Bearer ".to_owned()), says(400, MALFORMED)),
        (Some(format!("Basic {token}")), says(400, MALFORMED)),
        (Some(format!("bearer {token}")), says(400, MALFORMED)),
        (Some(token.clone()), says(400, MALFORMED)),
        (
            Some("Bearer 0000000000000000000000000000000000000000".to_owned()),
            says(401, TOKEN_INVALID),
        ),
        (
            Some(format!("Bearer {}", token.to_uppercase())),
            says(401, TOKEN_INVALID),
        ),
    ];
    for (header, expected) in cases {
        let mut request = cloud.unsigned(Method::GET, "/v1/devices");
        if let Some(header) = &header {
            request = request.header(AUTHORIZATION, header);
        }
        assert_eq!(answer(request).await, expected, "{header:?}");
    }
    for header in [
        format!("Bearer {token}"),
        format!("Bearer {token} and more"),
        format!("My Bearer {token}"),
    ] {
        let request = cloud
            .unsigned(Method::GET, "/v1/user")
            .header(AUTHORIZATION, &header);
        assert_eq!(answer(request).await.status, 200, "{header}");
    }
}

#[tokio::test]
async fn every_route_but_the_token_endpoint_asks_for_a_token() {
    let cloud = Cloud::sample().await;
    let routes = [
        (Method::GET, "/v1/devices"),
        (Method::GET, "/v1/devices/desk_lamp"),
        (Method::PUT, "/v1/devices/desk_lamp"),
        (Method::GET, "/v1/devices/desk_lamp/power"),
        (Method::POST, "/v1/devices/desk_lamp/setPower"),
        (Method::PUT, "/v1/devices/desk_lamp/ping"),
        (Method::GET, "/v1/user"),
        (Method::GET, "/v1/access_tokens/current"),
        (Method::DELETE, "/v1/access_tokens/current"),
    ];
    for (method, path) in routes {
        assert_eq!(
            answer(cloud.unsigned(method.clone(), path)).await,
            says(400, NO_TOKEN),
            "{method} {path}"
        );
    }
    // An unknown device does not tell a stranger that it is unknown.
    assert_eq!(
        answer(cloud.unsigned(Method::GET, "/v1/devices/nowhere")).await,
        says(400, NO_TOKEN)
    );
}

#[tokio::test]
async fn a_form_may_carry_the_token_and_nothing_else_may() {
    let cloud = Cloud::sample().await;
    let token = cloud.simulator.token();
    let call = || cloud.unsigned(Method::POST, "/v1/devices/desk_lamp/setPower");
    let form = [("access_token", token.as_str()), ("arg", "on")];

    assert_eq!(answer(call().form(&form)).await.status, 200);
    assert_eq!(
        answer(call().json(&json!({ "access_token": token, "arg": "on" }))).await,
        says(400, NO_FORM)
    );
    assert_eq!(
        answer(call().bearer_auth(&token).form(&form)).await,
        says(400, TWO_METHODS)
    );
}

#[tokio::test]
async fn the_query_may_carry_the_token_of_an_old_account() {
    let path = |cloud: &Cloud| format!("/v1/devices?access_token={}", cloud.simulator.token());

    let new = Cloud::lamp("", "").await;
    assert_eq!(
        answer(new.unsigned(Method::GET, &path(&new))).await,
        says(400, NO_TOKEN)
    );
    assert_eq!(
        answer(new.signed(Method::GET, &path(&new))).await.status,
        200
    );

    let old = Cloud::lamp("query_token = true", "").await;
    assert_eq!(
        answer(old.unsigned(Method::GET, &path(&old))).await.status,
        200
    );
    assert_eq!(
        answer(old.signed(Method::GET, &path(&old))).await,
        says(400, TWO_METHODS)
    );
}

#[tokio::test]
async fn a_token_ends_when_it_expires() {
    let cloud = Cloud::lamp("fault = \"token-expired\"", "").await;
    assert_eq!(cloud.get("/v1/devices").await, says(401, TOKEN_EXPIRED));
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked() {
    let cloud = Cloud::sample().await;
    let current = cloud.get("/v1/access_tokens/current").await;
    assert_eq!(
        current,
        says(
            200,
            r#"{"expires_at":null,"client":"particle","scopes":[],"orgs":[]}"#
        )
    );
    let revoked = answer(cloud.signed(Method::DELETE, "/v1/access_tokens/current")).await;
    assert_eq!(revoked, says(200, r#"{"ok":true}"#));
    assert_eq!(
        cloud.get("/v1/access_tokens/current").await,
        says(401, TOKEN_INVALID)
    );
}

#[tokio::test]
async fn the_user_is_the_homes_owner() {
    let cloud = Cloud::sample().await;
    let devices = cloud.get_json("/v1/devices").await;
    let count = |cellular: bool| {
        let has = |device: &&serde_json::Value| device["cellular"] == cellular;
        devices.as_array().unwrap().iter().filter(has).count()
    };
    let Answer { status, body } = cloud.get("/v1/user").await;
    assert_eq!(status, 200);
    assert_eq!(
        body,
        format!(
            concat!(
                r#"{{"username":"maker@example.com","subscription_ids":[],"#,
                r#""account_info":{{"first_name":"Sim","last_name":"Maker","business_account":false}},"#,
                r#""mfa":{{"enabled":false}},"scim_provisioned":false,"no_password":false,"#,
                r#""wifi_device_count":{},"cellular_device_count":{}}}"#
            ),
            count(false),
            count(true)
        )
    );
}

#[tokio::test]
async fn answers_carry_the_clouds_headers() {
    let cloud = Cloud::sample().await;
    let devices = cloud
        .signed(Method::GET, "/v1/devices")
        .send()
        .await
        .unwrap();
    let headers = devices.headers();
    assert_eq!(headers[CONTENT_TYPE], "application/json; charset=utf-8");
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(
        headers["x-request-id"]
            .to_str()
            .unwrap()
            .split('-')
            .map(str::len)
            .collect::<Vec<_>>(),
        [8, 4, 4, 4, 12]
    );
    assert!(!headers.contains_key(CACHE_CONTROL));

    let refused = cloud
        .unsigned(Method::GET, "/v1/devices")
        .bearer_auth("nobody")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(refused.headers()[PRAGMA], "no-cache");
    assert!(!refused.headers().contains_key(WWW_AUTHENTICATE));
    assert_ne!(refused.headers()["x-request-id"], headers["x-request-id"]);
}

#[tokio::test]
async fn an_unknown_route_is_not_found() {
    let cloud = Cloud::sample().await;
    let not_found = says(404, r#"{"ok":false,"error":"Not Found"}"#);
    let routes = [
        (Method::GET, "/"),
        (Method::GET, "/v1/nothing"),
        (Method::GET, "/v1/devices/events"),
        (Method::POST, "/v1/devices"),
        (Method::PUT, "/v1/devices/desk_lamp/pong"),
        (Method::DELETE, "/v1/user"),
    ];
    for (method, path) in routes {
        assert_eq!(
            answer(cloud.signed(method.clone(), path)).await,
            not_found,
            "{method} {path}"
        );
    }
}
