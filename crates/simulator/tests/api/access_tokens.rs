//! The account's id, the list of its access tokens, and their end.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Cloud, TOKEN_INVALID, answer, says};

const PASSWORD: [(&str, &str); 6] = [
    ("grant_type", "password"),
    ("client_id", "particle-api"),
    ("client_secret", "particle-api"),
    ("username", "maker@example.com"),
    ("password", "particle"),
    ("expires_in", "60"),
];

impl Cloud {
    /// The access token of a sign-in that lasts for a minute.
    async fn sign_in(&self) -> String {
        let request = self.unsigned(Method::POST, "/oauth/token").form(&PASSWORD);
        let pair: Value = serde_json::from_str(&answer(request).await.body).unwrap();
        let token = pair.get("access_token").and_then(Value::as_str);
        token.unwrap().to_owned()
    }
}

#[tokio::test]
async fn the_account_has_an_id() {
    let cloud = Cloud::home("username = \"other@example.com\"").await;
    let expected = json!({ "id": "5e55104a70f7a1115e55104a", "email": "other@example.com" });
    assert_eq!(cloud.get_json("/v1/user/identify").await, expected);
}

#[tokio::test]
async fn all_tokens_are_listed_for_name_and_password() {
    let cloud = Cloud::lamp("", "").await;
    let token = cloud.sign_in().await;
    let request = cloud.unsigned(Method::GET, "/v1/access_tokens");
    let list = answer(request.basic_auth("maker@example.com", Some("particle"))).await;
    let mut list: Vec<Value> = serde_json::from_str(&list.body).unwrap();
    list.sort_by_key(|row| row["expires_at"].is_string());
    let expires_at = list[1]["expires_at"].clone();
    assert!(expires_at.is_string());
    let expected = json!([
        { "token": cloud.simulator.token(), "expires_at": null, "client": "particle" },
        { "token": token, "expires_at": expires_at, "client": "particle-api" },
    ]);
    assert_eq!(json!(list), expected);
}

#[tokio::test]
async fn a_token_that_was_made_older_ends_sooner() {
    let cloud = Cloud::lamp("", "").await;
    let token = cloud.sign_in().await;
    let end = async || {
        let probe = cloud.unsigned(Method::GET, "/v1/access_tokens/current");
        let told = answer(probe.bearer_auth(&token)).await;
        let told: Value = serde_json::from_str(&told.body).unwrap();
        humantime::parse_rfc3339(told["expires_at"].as_str().unwrap()).unwrap()
    };
    let before = end().await;
    let half = Duration::from_secs(30);
    cloud.simulator.advance(half);
    assert_eq!(end().await, before - half);
}

#[tokio::test]
async fn the_list_is_for_its_owner() {
    let refused = |status, error| {
        says(
            status,
            &json!({ "ok": false, "errors": [error] }).to_string(),
        )
    };
    let cases = [
        (
            "",
            "maker@example.com",
            "guess",
            "",
            refused(401, "Bad password"),
        ),
        (
            "",
            "other@example.com",
            "particle",
            "",
            refused(400, "Unknown user"),
        ),
        (
            "otp = \"123456\"",
            "maker@example.com",
            "particle",
            "",
            refused(401, "Bad OTP"),
        ),
        (
            "otp = \"123456\"",
            "maker@example.com",
            "particle",
            "?otp=1",
            refused(401, "Bad OTP"),
        ),
        (
            "sso = true",
            "maker@example.com",
            "particle",
            "",
            refused(403, "SSO user"),
        ),
    ];
    for (home, name, password, query, expected) in cases {
        let cloud = Cloud::lamp(home, "").await;
        let request = cloud.unsigned(Method::GET, &format!("/v1/access_tokens{query}"));
        let told = answer(request.basic_auth(name, Some(password))).await;
        assert_eq!(told, expected, "{home} {name} {password} {query}");
    }
    let cloud = Cloud::lamp("otp = \"123456\"", "").await;
    let request = cloud.unsigned(Method::GET, "/v1/access_tokens?otp=123456");
    let told = answer(request.basic_auth("maker@example.com", Some("particle"))).await;
    assert_eq!(told.status, 200);
    // A token does not show tokens.
    assert_eq!(
        cloud.get("/v1/access_tokens").await,
        refused(400, "Unknown user")
    );
}

#[tokio::test]
async fn whoever_knows_a_token_ends_it() {
    let cloud = Cloud::lamp("", "").await;
    let token = cloud.sign_in().await;
    let ok = says(200, r#"{"ok":true}"#);
    for unknown in [&token, &token, "guess"] {
        let request = cloud.unsigned(Method::DELETE, &format!("/v1/access_tokens/{unknown}"));
        assert_eq!(answer(request).await, ok);
    }
    let probe = cloud
        .unsigned(Method::GET, "/v1/devices")
        .bearer_auth(&token);
    assert_eq!(answer(probe).await, says(401, TOKEN_INVALID));
    assert_eq!(cloud.get("/v1/devices").await.status, 200);
    let lines = cloud.record();
    assert_eq!(lines[1..4], ["DELETE /v1/access_tokens/(token) → 200"; 3]);
}

#[tokio::test]
async fn all_tokens_end_together() {
    let cloud = Cloud::lamp("", "").await;
    let token = cloud.sign_in().await;
    let anonymous = cloud.unsigned(Method::DELETE, "/v1/access_tokens");
    assert_eq!(answer(anonymous).await.status, 400);
    let request = cloud.unsigned(Method::DELETE, "/v1/access_tokens");
    let ended = answer(request.bearer_auth(&token)).await;
    assert_eq!(ended, says(200, r#"{"ok":true}"#));
    assert_eq!(cloud.get("/v1/devices").await, says(401, TOKEN_INVALID));
}
