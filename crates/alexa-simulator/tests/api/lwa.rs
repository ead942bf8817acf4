//! Login with Amazon: which check comes first, and what a token is good for.

use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::client::{Developer, answer, manifest, with};

#[tokio::test]
async fn the_first_check_that_fails_decides() {
    let developer = Developer::new().await;
    let id = developer.simulator.client_id();
    let secret = developer.simulator.client_secret();
    let client = [
        ("client_id", id.as_str()),
        ("client_secret", secret.expose_secret()),
    ];
    let missing = |name: &str| {
        (
            400,
            "invalid_request",
            format!("The request is missing a required parameter : {name}"),
        )
    };
    let grant = |name: &str| {
        (
            400,
            "invalid_grant",
            format!("The request has an invalid grant parameter : {name}"),
        )
    };
    let cases: [(&[(&str, &str)], _); 10] = [
        (&[], missing("grant_type")),
        (
            &[("grant_type", "password")],
            (
                400,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server"
                    .to_owned(),
            ),
        ),
        (
            &[("grant_type", "refresh_token"), ("client_id", "")],
            missing("client_id"),
        ),
        (
            &[("grant_type", "refresh_token"), ("client_secret", "")],
            missing("client_secret"),
        ),
        (
            &[("grant_type", "refresh_token"), ("client_secret", "guess")],
            (
                401,
                "invalid_client",
                "Client authentication failed".to_owned(),
            ),
        ),
        (&[("grant_type", "refresh_token")], missing("refresh_token")),
        (
            &[("grant_type", "refresh_token"), ("refresh_token", "guess")],
            grant("refresh_token"),
        ),
        (
            &[("grant_type", "authorization_code"), ("code", "guess")],
            grant("code"),
        ),
        (
            &[("grant_type", "client_credentials"), ("scope", "profile")],
            (
                400,
                "invalid_scope",
                "An unknown scope was requested".to_owned(),
            ),
        ),
        (
            &[
                ("grant_type", "client_credentials"),
                ("scope", "alexa:skill_messaging"),
            ],
            (
                400,
                "unauthorized_client",
                "Not authorized for requested operation".to_owned(),
            ),
        ),
    ];
    for (form, (status, error, description)) in cases {
        let others = client
            .iter()
            .filter(|(name, _)| form.iter().all(|(given, _)| given != name));
        let form: Vec<_> = form.iter().chain(others).copied().collect();
        let refused = developer.token(&form).await;
        assert_eq!(refused.status, status, "{form:?}");
        assert_eq!(
            refused.body,
            json!({ "error": error, "error_description": description }),
            "{form:?}"
        );
    }
    let as_text = developer
        .unsigned(Method::POST, "/auth/o2/token")
        .body("grant_type=refresh_token");
    assert_eq!(answer(as_text).await.body["error"], "invalid_request");
}

#[tokio::test]
async fn a_refresh_token_gives_access_in_every_way_to_ask() {
    let developer = Developer::new().await;
    let simulator = &developer.simulator;
    let (id, secret, refresh) = (
        simulator.client_id(),
        simulator.client_secret(),
        simulator.refresh_token(),
    );
    let (secret, refresh) = (secret.expose_secret(), refresh.expose_secret());
    let whole = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", &id),
        ("client_secret", secret),
    ];
    let post = || developer.unsigned(Method::POST, "/auth/o2/token");
    let json: serde_json::Map<_, _> = whole
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    for request in [
        post().form(&whole),
        post().json(&json),
        post().form(&whole[..2]).basic_auth(&id, Some(secret)),
    ] {
        let granted = answer(request).await;
        assert_eq!(granted.status, 200, "{granted:?}");
        assert_eq!(granted.body["refresh_token"], refresh);
        assert_eq!(
            (&granted.body["token_type"], &granted.body["expires_in"]),
            (&json!("bearer"), &json!(3600))
        );
        assert!(granted.header("cache-control").contains("no-store"));
        let token = granted.body["access_token"].as_str().unwrap();
        assert!(token.starts_with("Atza|"));
        let vendors = developer
            .unsigned(Method::GET, "/v1/vendors")
            .bearer_auth(token);
        assert_eq!(answer(vendors).await.status, 200);
    }
    simulator.revoke_refresh_tokens();
    assert_eq!(developer.token(&whole).await.body["error"], "invalid_grant");
    assert_eq!(
        developer.record()[0],
        "POST /auth/o2/token (refresh_token) → 200"
    );
}

#[tokio::test]
async fn a_skill_vouches_for_itself_once_it_has_a_permission() {
    let developer = Developer::new().await;
    let permission = json!([{ "name": "alexa::async_event:write" }]);
    let created = developer
        .create(&with(manifest(), "/permissions", permission))
        .await;
    let skill = created.body["skillId"].as_str().unwrap().to_owned();
    let credentials = developer
        .get(&format!("/v1/skills/{skill}/credentials"))
        .await;
    let client = &credentials.body["skillMessagingCredentials"];
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "alexa:skill_messaging"),
        ("client_id", client["clientId"].as_str().unwrap()),
        ("client_secret", client["clientSecret"].as_str().unwrap()),
    ];
    let granted = developer.token(&form).await;
    assert_eq!(granted.status, 200, "{granted:?}");
    assert_eq!(granted.body["scope"], "alexa:skill_messaging");
    assert!(granted.body["refresh_token"].is_null());
    let token = granted.body["access_token"].as_str().unwrap();
    let vendors = developer
        .unsigned(Method::GET, "/v1/vendors")
        .bearer_auth(token);
    assert_eq!(answer(vendors).await.status, 403);

    let manifest = json!({ "manifest": manifest() });
    developer
        .put(
            &format!("/v1/skills/{skill}/stages/development/manifest"),
            &manifest,
        )
        .await;
    assert_eq!(developer.token(&form).await.body["error"], "invalid_client");
}
