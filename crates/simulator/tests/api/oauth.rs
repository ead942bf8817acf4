//! The token endpoint: which check comes first, and what a pair of tokens is good for.

use std::time::Duration;

use particle_simulator::OAuth;
use reqwest::{
    Method,
    header::{CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS},
};
use serde_json::{Value, json};

use crate::client::{Answer, Cloud, TOKEN_EXPIRED, answer, says};

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

/// A home with a client of each type.
const CLIENTS: &str = r#"
[[client]]
id = "skill-1"
secret = "hush"
name = "A skill"
redirect_uri = "https://skill.example/callback"

[[client]]
id = "tool-1"
secret = "hush"
type = "installed"
"#;

/// What one of those asks for.
fn by<'a>(client: &'a str, grant: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("grant_type", grant),
        ("client_id", client),
        ("client_secret", "hush"),
    ];
    form.extend_from_slice(more);
    form
}

const USER: [(&str, &str); 2] = [("username", "maker@example.com"), ("password", "particle")];

#[tokio::test]
async fn the_first_check_that_fails_decides() {
    let cloud = Cloud::home(&format!("oauth.lock_after = 0\n{CLIENTS}")).await;
    let unauthorised = refused(
        "invalid_client",
        "The grant type is unauthorised for this client_id",
    );
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
        (
            with("grant_type", "client_credentials"),
            unauthorised.clone(),
        ),
        // Before what the grant asks for is looked at.
        (by("skill-1", "password", &[]), unauthorised.clone()),
        (
            by("skill-1", "client_credentials", &[]),
            unauthorised.clone(),
        ),
        (by("skill-1", "urn:custom:mfa-otp", &[]), unauthorised),
        (
            by(
                "tool-1",
                "client_credentials",
                &[("scope", "customer=a@example.com")],
            ),
            refused(
                "invalid_scope",
                "Only clients of a product act for its customers",
            ),
        ),
        (
            by("tool-1", "urn:custom:mfa-otp", &[("otp", "123456")]),
            refused("invalid_request", "You must provide otp and mfa token."),
        ),
        (
            by(
                "tool-1",
                "urn:custom:mfa-otp",
                &[("otp", "123456"), ("mfa_token", "guess")],
            ),
            refused("invalid_grant", "Invalid MFA token"),
        ),
        (
            by("tool-1", "refresh_token", &[("refresh_token", "guess")]),
            refused("invalid_grant", "Invalid refresh token"),
        ),
    ];
    for (form, expected) in cases {
        let request = cloud.unsigned(Method::POST, "/oauth/token").form(&form);
        let response = request.send().await.unwrap();
        let headers = response.headers().clone();
        let challenge = headers
            .get(WWW_AUTHENTICATE)
            .map(|value| value.to_str().unwrap());
        let told = Answer {
            status: response.status(),
            body: response.text().await.unwrap(),
        };
        assert_eq!(told, expected, "{form:?}");
        assert_eq!(headers[CACHE_CONTROL], "no-store", "{form:?}");
        assert_eq!(headers[PRAGMA], "no-cache", "{form:?}");
        let blames_client = expected.body.contains("invalid_client");
        let expected = blames_client.then_some("Basic realm=\"Service\"");
        assert_eq!(challenge, expected, "{form:?}");
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
async fn the_client_says_how_long_its_token_is_to_hold() {
    let cloud = Cloud::home("oauth.access_token_life = \"1h\"").await;
    let far = "2999-01-01T00:00:00Z";
    let cases = [
        (vec![], 3600..=3600),
        (vec![("expires_in", "60")], 60..=60),
        (vec![("expires_in", "0")], 0..=0),
        (vec![("expires_in", "soon")], 3600..=3600),
        (vec![("expires_at", "2000-01-01T00:00:00Z")], 0..=0),
        (vec![("expires_at", far)], 10_000_000_000..=100_000_000_000),
        (vec![("expires_in", "60"), ("expires_at", far)], 60..=60),
    ];
    for (more, expected) in cases {
        let form: Vec<_> = PASSWORD.into_iter().chain(more).collect();
        let pair = granted(&cloud, &form).await;
        let seconds = pair["expires_in"].as_u64().unwrap();
        assert!(expected.contains(&seconds), "{form:?}: {seconds}");
    }
    let endless = Cloud::home("oauth.access_token_life = \"0s\"").await;
    assert_eq!(granted(&endless, &PASSWORD).await["expires_in"], 0);
}

#[tokio::test]
async fn a_scope_is_kept_and_limits_nothing() {
    let cloud = Cloud::home(CLIENTS).await;
    let form = by("tool-1", "client_credentials", &[("scope", "any thing")]);
    let first = granted(&cloud, &form).await;
    assert_eq!(first["scope"], "any thing");
    let refresh = first["refresh_token"].as_str().unwrap();
    let form = by("tool-1", "refresh_token", &[("refresh_token", refresh)]);
    let second = granted(&cloud, &form).await;
    assert_eq!(second["scope"], "any thing");
    let probe = cloud
        .unsigned(Method::GET, "/v1/user")
        .bearer_auth(second["access_token"].as_str().unwrap());
    assert_eq!(answer(probe).await.status, 200);
    let form = by("tool-1", "client_credentials", &[]);
    assert!(granted(&cloud, &form).await.get("scope").is_none());
}

#[tokio::test]
async fn a_second_factor_is_asked_for() {
    let cloud = Cloud::home(&format!("otp = \"123456\"\n{CLIENTS}")).await;
    let form = by(
        "tool-1",
        "password",
        &[USER[0], USER[1], ("expires_in", "60"), ("scope", "x")],
    );
    let half = token(&cloud, &form).await;
    assert_eq!(half.status, 403);
    let half: Value = serde_json::from_str(&half.body).unwrap();
    let mfa_token = half["mfa_token"].as_str().unwrap();
    let expected = json!({
        "error": "mfa_required",
        "error_description": "Multi-factor authentication required",
        "mfa_token": mfa_token,
    });
    assert_eq!(half, expected);

    let otp = |otp| {
        let more = [("mfa_token", mfa_token), ("otp", otp)];
        by("tool-1", "urn:custom:mfa-otp", &more)
    };
    let wrong = refused("invalid_grant", "Invalid OTP");
    assert_eq!(token(&cloud, &otp("654321")).await, wrong);
    // The wrong one costs nothing but time.
    let pair = granted(&cloud, &otp("123456")).await;
    assert_eq!(
        (&pair["expires_in"], &pair["scope"]),
        (&json!(60), &json!("x"))
    );
    let used = refused("invalid_grant", "Invalid MFA token");
    assert_eq!(token(&cloud, &otp("123456")).await, used);

    let user: Value = cloud.get_json("/v1/user").await;
    assert_eq!(user["mfa"]["enabled"], true);
}

#[tokio::test]
async fn who_signs_in_elsewhere_has_no_password_here() {
    let cloud = Cloud::home("sso = true").await;
    let sso = json!({ "error": "sso_user", "error_description": "sso_user" });
    let expected = says(403, &sso.to_string());
    assert_eq!(token(&cloud, &PASSWORD).await, expected);
    assert_eq!(token(&cloud, &with("password", "guess")).await, expected);
    assert_eq!(cloud.get_json("/v1/user").await["no_password"], true);
}

#[tokio::test]
async fn a_client_that_is_gone_leaves_its_access_tokens() {
    let cloud = Cloud::home(CLIENTS).await;
    let pair = granted(&cloud, &by("tool-1", "client_credentials", &[])).await;
    let gone = cloud.signed(Method::DELETE, "/v1/clients/tool-1");
    assert_eq!(answer(gone).await.status, 204);
    let refresh = pair["refresh_token"].as_str().unwrap();
    let form = by("tool-1", "refresh_token", &[("refresh_token", refresh)]);
    assert_eq!(
        token(&cloud, &form).await,
        refused("invalid_client", "Client credentials are invalid")
    );
    let probe = cloud
        .unsigned(Method::GET, "/v1/access_tokens/current")
        .bearer_auth(pair["access_token"].as_str().unwrap());
    let probe: Value = serde_json::from_str(&answer(probe).await.body).unwrap();
    assert_eq!(probe["client"], "tool-1");
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

const TOO_OFTEN: &str =
    r#"{"error":"rate_limit_exceeded","error_description":"rate_limit_exceeded"}"#;

#[tokio::test]
async fn who_fails_too_often_waits() {
    let cloud = Cloud::lamp("", "").await;
    let simulator = &cloud.simulator;
    let wrong = with("password", "guess");
    let fail = async |times: usize| {
        for _ in 0..times {
            assert_eq!(token(&cloud, &wrong).await.status, 400);
        }
    };
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    fail(9).await;
    granted(&cloud, &PASSWORD).await;
    fail(10).await;
    // Even the right password does not help.
    assert_eq!(token(&cloud, &PASSWORD).await, says(429, TOO_OFTEN));
    let anything = cloud.unsigned(Method::GET, "/oauth/token");
    assert_eq!(answer(anything).await, says(429, TOO_OFTEN));
    // It is the token endpoint that is locked.
    assert_eq!(cloud.get("/v1/devices").await.status, 200);

    simulator.advance(minutes(29));
    assert_eq!(token(&cloud, &PASSWORD).await, says(429, TOO_OFTEN));
    simulator.advance(minutes(1));
    granted(&cloud, &PASSWORD).await;

    fail(10).await;
    simulator.forget_failures();
    granted(&cloud, &PASSWORD).await;

    fail(10).await;
    let forget = cloud.unsigned(Method::DELETE, "/simulator/v1/failures");
    assert_eq!(answer(forget).await, says(204, ""));
    granted(&cloud, &PASSWORD).await;

    simulator.set_oauth(OAuth {
        lock_after: 0,
        ..simulator.oauth()
    });
    fail(30).await;
    granted(&cloud, &PASSWORD).await;
}

#[tokio::test]
async fn a_second_factor_that_is_due_is_no_failure() {
    let cloud = Cloud::home("otp = \"123456\"\noauth.lock_after = 2").await;
    for _ in 0..3 {
        assert_eq!(token(&cloud, &PASSWORD).await.status, 403);
    }
}

#[tokio::test]
async fn who_asks_too_often_waits() {
    let cloud = Cloud::home("oauth.rate_limit = 3").await;
    for _ in 0..3 {
        granted(&cloud, &PASSWORD).await;
    }
    assert_eq!(token(&cloud, &PASSWORD).await, says(429, TOO_OFTEN));
    cloud.simulator.advance(Duration::from_secs(5 * 60));
    granted(&cloud, &PASSWORD).await;
}

#[tokio::test]
async fn tokens_end_when_they_are_told_to() {
    let cloud = Cloud::home(CLIENTS).await;
    let form = by("tool-1", "client_credentials", &[]);
    let access = async || {
        let pair = granted(&cloud, &form).await;
        pair["access_token"].as_str().unwrap().to_owned()
    };
    let (first, second, third) = (access().await, access().await, access().await);
    let hold = async |tokens: [&str; 3]| {
        let mut hold = Vec::new();
        for token in tokens {
            let probe = cloud.unsigned(Method::GET, "/v1/user").bearer_auth(token);
            let told = answer(probe).await;
            hold.push(told.status == 200);
            assert!(
                hold.ends_with(&[true]) || told == says(401, TOKEN_EXPIRED),
                "{told:?}"
            );
        }
        hold
    };
    let all = [first.as_str(), &second, &third];
    assert_eq!(hold(all).await, [true, true, true]);
    assert!(cloud.simulator.expire_access_token(&first));
    assert!(!cloud.simulator.expire_access_token("guess"));
    assert_eq!(hold(all).await, [false, true, true]);
    let order = async |path: &str| {
        let path = format!("/simulator/v1/{path}/expired");
        assert_eq!(
            answer(cloud.unsigned(Method::PUT, &path)).await,
            says(204, "")
        );
    };
    order(&format!("tokens/{second}")).await;
    assert_eq!(hold(all).await, [false, false, true]);
    order("clients/tool-1").await;
    assert_eq!(hold(all).await, [false, false, false]);
    assert_eq!(cloud.simulator.expire_access_tokens_of("tool-1"), 0);
    access().await;
    assert_eq!(cloud.simulator.expire_access_tokens_of("tool-1"), 1);
    // The owner's own is another's.
    assert_eq!(cloud.get("/v1/devices").await.status, 200);
}

/// The walk of a link through its life, in both readings of what a refresh token's is.
#[tokio::test]
async fn a_token_is_refreshed_when_its_time_is_over() {
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    let cases = [
        ("access-end", 103, None),
        ("access-end", 105, Some("Refresh token has expired")),
        ("issue", 13, None),
        ("issue", 91, Some("Refresh token has expired")),
    ];
    for (starts, age, error) in cases {
        let top = format!("oauth.refresh_token_starts = \"{starts}\"\n{CLIENTS}");
        let cloud = Cloud::home(&top).await;
        let pair = granted(&cloud, &by("tool-1", "client_credentials", &[])).await;
        cloud.simulator.advance(days(age));
        let probe = cloud
            .unsigned(Method::GET, "/v1/user")
            .bearer_auth(pair["access_token"].as_str().unwrap());
        let holds = answer(probe).await.status == 200;
        assert_eq!(holds, age < 90, "{starts} {age}");
        let refresh = pair["refresh_token"].as_str().unwrap();
        let form = by("tool-1", "refresh_token", &[("refresh_token", refresh)]);
        match error {
            Some(error) => {
                let expected = refused("invalid_grant", error);
                assert_eq!(token(&cloud, &form).await, expected, "{starts} {age}");
            }
            None => {
                let next = granted(&cloud, &form).await;
                let probe = cloud
                    .unsigned(Method::GET, "/v1/user")
                    .bearer_auth(next["access_token"].as_str().unwrap());
                assert_eq!(answer(probe).await.status, 200, "{starts} {age}");
            }
        }
    }
}

/// As behind a proxy that drops it.
#[tokio::test]
async fn a_switch_overlooks_the_header() {
    let form = by("skill-1", "authorization_code", &[("code", "x")]);
    for (switch, said) in [
        ("", "Invalid code"),
        (
            "oauth.basic = false",
            "Invalid or missing client_id parameter",
        ),
    ] {
        let cloud = Cloud::home(&format!("{switch}\n{CLIENTS}")).await;
        let request = cloud.unsigned(Method::POST, "/oauth/token");
        let bare = [("grant_type", "authorization_code"), ("code", "x")];
        let signed = request.basic_auth("skill-1", Some("hush")).form(&bare);
        let refusal: Value = serde_json::from_str(&answer(signed).await.body).unwrap();
        assert_eq!(refusal["error_description"], said);
        let refusal: Value = serde_json::from_str(&token(&cloud, &form).await.body).unwrap();
        assert_eq!(refusal["error_description"], "Invalid code");
    }
}
