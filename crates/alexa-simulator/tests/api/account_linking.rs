//! The account-linking configuration: what is refused and why, what is told of it, and its versions.

use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::client::{Developer, answer, with};

fn request() -> Value {
    json!({ "accountLinkingRequest": {
        "type": "AUTH_CODE",
        "authorizationUrl": "https://relay.example/authorize",
        "accessTokenUrl": "https://api.particle.io/oauth/token",
        "accessTokenScheme": "HTTP_BASIC",
        "clientId": "alexa-1234",
        "clientSecret": "hush",
        "scopes": ["profile"],
        "domains": ["particle.io"],
        "defaultTokenExpirationInSeconds": 7_776_000,
        "skipOnEnablement": false,
    } })
}

async fn skill() -> (Developer, String) {
    let developer = Developer::new().await;
    let skill = developer.skill().await;
    let path = format!("/v1/skills/{skill}/stages/development/accountLinkingClient");
    (developer, path)
}

#[tokio::test]
async fn a_configuration_is_looked_through() {
    let (developer, path) = skill().await;
    let long = "x".repeat(501);
    let sixteen: Vec<_> = (0..16).map(|n| format!("scope{n}")).collect();
    let cases = [
        ("type", Value::Null, "MISSING_REQUIRED_PROPERTY"),
        ("type", json!("IMPLICIT"), "INVALID_ENUM_VALUE"),
        ("authorizationUrl", Value::Null, "MISSING_REQUIRED_PROPERTY"),
        ("authorizationUrl", json!(""), "INVALID_STRING_LENGTH"),
        (
            "authorizationUrl",
            json!("http://relay.example/authorize"),
            "INVALID_URL_FORMAT",
        ),
        (
            "authorizationUrl",
            json!("https://relay.example:8443/authorize"),
            "INVALID_URL_FORMAT",
        ),
        (
            "authorizationUrl",
            json!("relay.example"),
            "INVALID_URL_FORMAT",
        ),
        ("authorizationUrl", json!(7), "INVALID_DATA_TYPE"),
        (
            "accessTokenUrl",
            json!("http://api.particle.io/oauth/token"),
            "INVALID_URL_FORMAT",
        ),
        (
            "accessTokenUrl",
            json!(format!("https://{}", "x".repeat(2000))),
            "INVALID_STRING_LENGTH",
        ),
        ("accessTokenScheme", json!("BASIC"), "INVALID_ENUM_VALUE"),
        ("clientId", json!(""), "INVALID_STRING_LENGTH"),
        ("clientId", json!(long), "INVALID_STRING_LENGTH"),
        ("clientSecret", Value::Null, "MISSING_REQUIRED_PROPERTY"),
        ("clientSecret", json!(long), "INVALID_STRING_LENGTH"),
        ("scopes", Value::Null, "MISSING_REQUIRED_PROPERTY"),
        ("scopes", json!([]), "INVALID_ARRAY_SIZE"),
        ("scopes", json!(sixteen), "INVALID_ARRAY_SIZE"),
        ("scopes", json!("profile"), "INVALID_DATA_TYPE"),
        ("scopes", json!([""]), "INVALID_STRING_LENGTH"),
        ("domains", json!(sixteen), "INVALID_ARRAY_SIZE"),
        (
            "defaultTokenExpirationInSeconds",
            json!("3600"),
            "INVALID_DATA_TYPE",
        ),
        (
            "defaultTokenExpirationInSeconds",
            json!(-1),
            "INVALID_INTEGER_VALUE",
        ),
        ("skipOnEnablement", json!("perhaps"), "INVALID_DATA_TYPE"),
        (
            "voiceForwardAccountLinking",
            json!("ON"),
            "INVALID_ENUM_VALUE",
        ),
        (
            "authorizationUrlsByPlatform",
            json!([{ "platformType": "Windows", "platformAuthorizationUrl": "https://relay.example" }]),
            "INVALID_ENUM_VALUE",
        ),
        ("secret", json!("hush"), "UNEXPECTED_PROPERTY"),
    ];
    for (name, value, code) in cases {
        let body = with(
            request(),
            &format!("/accountLinkingRequest/{name}"),
            value.clone(),
        );
        let refused = developer.put(&path, &body).await;
        assert_eq!(refused.status, 400, "{name}: {value}");
        assert_eq!(refused.violations(), [code], "{name}: {value}");
        assert_eq!(
            refused.body["message"],
            "Account linking information is not valid."
        );
        let detail = &refused.body["violations"][0];
        assert!(
            detail["message"]
                .as_str()
                .unwrap()
                .contains("$.accountLinkingRequest"),
            "{detail}"
        );
        assert!(
            !detail.to_string().contains(&long) || name != "clientSecret",
            "{detail}"
        );
    }
    assert_eq!(developer.get(&path).await.status, 404);
}

#[tokio::test]
async fn the_wrapper_is_part_of_the_body() {
    let (developer, path) = skill().await;
    for body in [
        request()["accountLinkingRequest"].take(),
        json!({}),
        json!([]),
    ] {
        let refused = developer.put(&path, &body).await;
        assert_eq!(refused.status, 400, "{body}");
        assert_eq!(
            refused.violations(),
            ["Parsing error due to empty body."],
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_is_accepted_is_told_without_secrets() {
    let (developer, path) = skill().await;
    let with =
        |name: &str, value| with(request(), &format!("/accountLinkingRequest/{name}"), value);
    let cases = [
        request(),
        with("accessTokenScheme", json!("REQUEST_BODY_CREDENTIALS")),
        with("skipOnEnablement", json!("false")),
        with("reciprocalAccessTokenUrl", json!("")),
        with(
            "reciprocalAccessTokenUrl",
            json!("https://relay.example/reciprocal"),
        ),
        with("voiceForwardAccountLinking", json!("DISABLED")),
        with("redirectUrls", json!(["https://app.example/linked"])),
        with(
            "authorizationUrlsByPlatform",
            json!([{ "platformType": "iOS", "platformAuthorizationUrl": "https://relay.example/ios" }]),
        ),
        with("domains", Value::Null),
        with("authorizationUrl", json!("http://127.0.0.1:8080/authorize")),
        with(
            "authorizationUrl",
            json!("https://localhost:8443/authorize"),
        ),
    ];
    for body in cases {
        let put = developer.put(&path, &body).await;
        assert_eq!((put.status, &put.body), (204, &Value::Null), "{body}");
        let got = developer.get(&path).await;
        assert_eq!(got.header("etag"), put.header("etag"));
        let told = got.body.as_object().unwrap();
        for (name, value) in body["accountLinkingRequest"].as_object().unwrap() {
            let hidden = matches!(
                name.as_str(),
                "clientSecret" | "skipOnEnablement" | "reciprocalAccessTokenUrl"
            );
            assert_eq!(told.get(name), Some(value).filter(|_| !hidden), "{name}");
        }
    }
    let skill = &developer.simulator.skills()[0];
    let linking = skill.account_linking.as_ref().unwrap();
    assert_eq!(linking.client_secret.expose_secret(), "hush");
    assert!(!format!("{skill:?}").contains("hush"));
}

#[tokio::test]
async fn versions_are_told_apart() {
    let (developer, path) = skill().await;
    let token = developer.simulator.access_token();
    let put = |expected: String| {
        let request_ = developer
            .unsigned(Method::PUT, &path)
            .bearer_auth(token.expose_secret());
        answer(request_.header("If-Match", expected).json(&request()))
    };
    assert_eq!(put("anything".to_owned()).await.status, 412);
    let first = developer
        .put(&path, &request())
        .await
        .header("etag")
        .to_owned();
    let second = put(first.clone()).await;
    assert_eq!(second.status, 204);
    assert_ne!(second.header("etag"), first);
    assert_eq!(put(first).await.status, 412);
    assert_eq!(developer.delete(&path).await.status, 204);
    assert_eq!(developer.delete(&path).await.status, 404);
    assert_eq!(developer.get(&path).await.status, 404);
}
