//! The token endpoint: which check comes first, and what a pair of tokens is good for.

use reqwest::{
    Method,
    header::{CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS},
};
use serde_json::{Value, json};

use crate::client::{Answer, Cloud, answer, says};

const PASSWORD: [(&str, &str); 5] = [
    ("grant_type", "password"),
    ("client_id", "particle"),
    ("client_secret", "particle"),
    ("username", "maker@example.com"),
    ("password", "particle"),
];

/// The password grant with one field changed, or left out where the value is empty.
fn with<'a>(field: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = PASSWORD.into_iter().filter(|(name, _)| *name != field);
    others
        .chain(Some((field, value)).filter(|_| !value.is_empty()))
        .collect()
}

fn refused(error: &str, description: &str) -> Answer {
    says(
        400,
        &json!({ "error": error, "error_description": description }).to_string(),
    )
}

async fn token(cloud: &Cloud, form: &[(&str, &str)]) -> Answer {
    answer(cloud.unsigned(Method::POST, "/oauth/token").form(form)).await
}

async fn granted(cloud: &Cloud, form: &[(&str, &str)]) -> Value {
    let answer = token(cloud, form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn the_first_check_that_fails_decides() {
    let cloud = Cloud::sample().await;
    let missing = "Missing parameters. \"username\" and \"password\" are required";
    let cases = [
        (
            vec![],
            refused("invalid_request", "Invalid or missing grant_type parameter"),
        ),
        (
            with("grant_type", ""),
            refused("invalid_request", "Invalid or missing grant_type parameter"),
        ),
        (
            with("grant_type", "telepathy"),
            refused("invalid_request", "Invalid or missing grant_type parameter"),
        ),
        (
            with("client_id", ""),
            refused("invalid_client", "Invalid or missing client_id parameter"),
        ),
        (
            with("client_id", "it"),
            refused("invalid_client", "Invalid or missing client_id parameter"),
        ),
        (
            with("client_id", "a client"),
            refused("invalid_client", "Invalid or missing client_id parameter"),
        ),
        (
            with("client_secret", ""),
            refused("invalid_client", "Missing client_secret parameter"),
        ),
        (
            with("client_secret", "guess"),
            refused("invalid_client", "Client credentials are invalid"),
        ),
        (
            with("client_id", "nobody"),
            refused("invalid_client", "Client credentials are invalid"),
        ),
        (with("username", ""), refused("invalid_client", missing)),
        (with("password", ""), refused("invalid_client", missing)),
        (
            with("username", "other@example.com"),
            refused("invalid_grant", "User credentials are invalid"),
        ),
        (
            with("password", "guess"),
            refused("invalid_grant", "User credentials are invalid"),
        ),
        (
            with("grant_type", "refresh_token"),
            refused("invalid_request", "No \"refresh_token\" parameter"),
        ),
    ];
    for (form, expected) in cases {
        assert_eq!(token(&cloud, &form).await, expected, "{form:?}");
    }
}

#[tokio::test]
async fn only_a_posted_form_is_read() {
    let cloud = Cloud::sample().await;
    let expected = refused(
        "invalid_request",
        "Method must be POST with application/x-www-form-urlencoded encoding",
    );
    let fields =
        serde_json::Map::from_iter(PASSWORD.map(|(name, value)| (name.to_owned(), value.into())));
    let requests = [
        cloud.unsigned(Method::GET, "/oauth/token"),
        cloud.unsigned(Method::POST, "/oauth/token"),
        cloud.unsigned(Method::PUT, "/oauth/token").form(&PASSWORD),
        cloud.unsigned(Method::POST, "/oauth/token").json(&fields),
    ];
    for request in requests {
        assert_eq!(answer(request).await, expected);
    }
}

#[tokio::test]
async fn a_password_buys_a_pair_of_tokens() {
    let cloud = Cloud::sample().await;
    let response = cloud
        .unsigned(Method::POST, "/oauth/token")
        .form(&PASSWORD)
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()[PRAGMA], "no-cache");
    assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");

    let pair: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(
        (&pair["token_type"], &pair["expires_in"]),
        (&json!("bearer"), &json!(7_776_000))
    );
    let bearer = pair["access_token"].as_str().unwrap();
    let probe = cloud
        .unsigned(Method::GET, "/v1/access_tokens/current")
        .bearer_auth(bearer);
    let probe: Value = serde_json::from_str(&answer(probe).await.body).unwrap();
    assert_eq!(probe["client"], "particle");
    assert!(probe["expires_at"].is_string());
}

#[tokio::test]
async fn a_token_without_end_has_no_refresh_token() {
    let cloud = Cloud::sample().await;
    let forever = granted(&cloud, &with("expires_in", "0")).await;
    assert_eq!(forever["expires_in"], 0);
    assert!(forever.get("refresh_token").is_none());
    assert_eq!(
        granted(&cloud, &with("expires_in", "3600")).await["expires_in"],
        3600
    );
}

#[tokio::test]
async fn a_client_may_sign_in_by_header_and_bearers_are_ignored() {
    let cloud = Cloud::sample().await;
    let user = [
        ("grant_type", "password"),
        ("username", "maker@example.com"),
        ("password", "particle"),
    ];
    let post = || cloud.unsigned(Method::POST, "/oauth/token");
    assert_eq!(
        answer(post().basic_auth("particle", Some("particle")).form(&user))
            .await
            .status,
        200
    );
    assert_eq!(
        answer(post().bearer_auth("null").form(&PASSWORD))
            .await
            .status,
        200
    );
    // The header wins over the body.
    let refused = post()
        .basic_auth("particle", Some("guess"))
        .form(&PASSWORD)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 400);
    assert_eq!(
        refused.headers()[WWW_AUTHENTICATE],
        "Basic realm=\"Service\""
    );
}

#[tokio::test]
async fn a_refresh_token_works_once_for_its_own_client() {
    let cloud = Cloud::sample().await;
    let first = granted(&cloud, &PASSWORD).await;
    let refresh = |client: &'static str, token: &Value| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", client),
            ("client_secret", client),
        ];
        let token = token.as_str().unwrap().to_owned();
        fields
            .map(|(name, value)| (name, value.to_owned()))
            .into_iter()
            .chain([("refresh_token", token)])
            .collect::<Vec<_>>()
    };
    let post = async |form: Vec<(&str, String)>| {
        answer(cloud.unsigned(Method::POST, "/oauth/token").form(&form)).await
    };

    let invalid = refused("invalid_grant", "Invalid refresh token");
    assert_eq!(
        post(refresh("particle-api", &first["refresh_token"])).await,
        invalid
    );
    let second: Value = serde_json::from_str(
        &post(refresh("particle", &first["refresh_token"]))
            .await
            .body,
    )
    .unwrap();
    assert_ne!(second["access_token"], first["access_token"]);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(
        post(refresh("particle", &first["refresh_token"])).await,
        invalid
    );
}
