//! The authorization endpoint: what it checks, its pages, and what it sends to the client.

use std::cell::RefCell;

use percent_encoding::percent_decode_str;
use proptest::{
    prelude::{Strategy, any, prop, prop_oneof},
    test_runner::{Config, TestRunner},
};
use reqwest::{
    Method,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE, WWW_AUTHENTICATE,
        X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};
use serde_json::{Value, json};
use tokio::runtime;

use crate::{
    browser::{Browser, Page},
    client::{Answer, Cloud, answer, http, says},
};

const CALLBACK: &str = "https://skill.example/callback";
const OTHER: &str = "https://skill.example/other?vendor=1";

/// A home with a client that may be answered at two URIs.
fn home(top: &str) -> String {
    format!(
        r#"{top}
        [[client]]
        id = "skill-1"
        secret = "hush"
        name = "A skill"
        redirect_uri = ["{CALLBACK}", "{OTHER}"]

        [[client]]
        id = "skill-2"
        secret = "hush"
        redirect_uri = "{CALLBACK}"

        [[client]]
        id = "tool-1"
        secret = "hush"
        type = "installed"
        "#
    )
}

const ASK: [(&str, &str); 3] = [
    ("response_type", "code"),
    ("client_id", "skill-1"),
    ("redirect_uri", CALLBACK),
];

/// What is asked with one parameter changed, or left out where the value is empty.
fn with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = ASK.into_iter().filter(|(other, _)| *other != name);
    others
        .chain(Some((name, value)).filter(|_| !value.is_empty()))
        .collect()
}

/// The code in what is sent to the client.
fn code(location: &str) -> &str {
    let (_, code) = location.split_once("?code=").unwrap();
    code.split('&').next().unwrap()
}

async fn exchange(cloud: &Cloud, client: &str, code: &str, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![("grant_type", "authorization_code"), ("code", code)];
    form.extend_from_slice(more);
    let request = cloud.unsigned(Method::POST, "/oauth/token");
    answer(request.basic_auth(client, Some("hush")).form(&form)).await
}

fn invalid_grant(description: &str) -> Answer {
    let body = json!({ "error": "invalid_grant", "error_description": description });
    says(400, &body.to_string())
}

#[tokio::test]
async fn what_is_asked_is_checked_before_anybody_signs_in() {
    let cloud = Cloud::home(&home("")).await;
    let response_type = (
        "invalid_request",
        "Invalid response_type parameter (must be \"code\")",
    );
    let client_id = ("invalid_request", "Invalid or missing client_id parameter");
    let redirect_uri = (
        "invalid_request",
        "Invalid or missing redirect_uri parameter",
    );
    let mismatch = ("invalid_request", "redirect_uri does not match");
    let unknown = ("invalid_client", "Invalid client credentials");
    let cases = [
        (vec![], response_type),
        (with("response_type", ""), response_type),
        (with("response_type", "token"), response_type),
        (with("client_id", ""), client_id),
        (with("redirect_uri", ""), redirect_uri),
        (with("client_id", "nobody"), unknown),
        (with("client_id", "maker@example.com"), unknown),
        (with("client_id", "tool-1"), mismatch),
        (with("client_id", "particle"), mismatch),
        (
            with("redirect_uri", "https://skill.example/callback/"),
            mismatch,
        ),
        (
            with("redirect_uri", "http://skill.example/callback"),
            mismatch,
        ),
        (
            with("redirect_uri", "https://skill.example/callback?x=1"),
            mismatch,
        ),
        (
            with("redirect_uri", "https://evil.example/callback"),
            mismatch,
        ),
    ];
    for (parameters, (error, description)) in cases {
        let page = Browser::new(&cloud).open(&parameters).await;
        let expected = json!({ "error": error, "error_description": description });
        assert_eq!(
            (page.status.as_u16(), page.body),
            (400, expected.to_string()),
            "{parameters:?}"
        );
        let challenge = page.headers.get(WWW_AUTHENTICATE);
        assert_eq!(
            challenge.is_some(),
            error == "invalid_client",
            "{parameters:?}"
        );
        assert_eq!(page.headers[CACHE_CONTROL], "no-store", "{parameters:?}");
    }
}

#[tokio::test]
async fn an_account_is_linked() {
    let cloud = Cloud::home(&home("")).await;
    let mut browser = Browser::new(&cloud);
    let mut ask = with("state", "a state");
    // Those of PKCE, which the cloud does not know.
    ask.extend([
        ("scope", "smart home"),
        ("code_challenge", "x"),
        ("code_challenge_method", "S256"),
    ]);
    let page = browser.open(&ask).await;
    assert_eq!(
        (page.status.as_u16(), page.heading()),
        (200, "Sign in to Particle")
    );
    assert!(
        page.body
            .contains("<strong>A skill</strong> asks you to sign in.")
    );

    let owner = [("username", "maker@example.com"), ("password", "particle")];
    let page = browser.send(&page, &owner).await;
    assert_eq!(
        (page.status.as_u16(), page.heading()),
        (200, "A skill wants access to your devices")
    );
    assert!(page.body.contains("maker@example.com"));
    assert!(page.body.contains(CALLBACK));

    let location = browser
        .send(&page, &[("decision", "allow")])
        .await
        .location();
    let code = code(&location);
    assert!(
        code.len() == 40 && code.chars().all(|digit| digit.is_ascii_hexdigit()),
        "{code}"
    );
    assert_eq!(location, format!("{CALLBACK}?code={code}&state=a%20state"));

    let pair = exchange(&cloud, "skill-1", code, &[]).await;
    assert_eq!(pair.status, 200, "{pair:?}");
    let pair: Value = serde_json::from_str(&pair.body).unwrap();
    assert_eq!(
        (&pair["expires_in"], &pair["scope"]),
        (&json!(7_776_000), &json!("smart home"))
    );
    let probe = cloud
        .unsigned(Method::GET, "/v1/access_tokens/current")
        .bearer_auth(pair["access_token"].as_str().unwrap());
    let probe: Value = serde_json::from_str(&answer(probe).await.body).unwrap();
    assert_eq!(probe["client"], "skill-1");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", pair["refresh_token"].as_str().unwrap()),
    ];
    let request = cloud.unsigned(Method::POST, "/oauth/token");
    let next = answer(request.basic_auth("skill-1", Some("hush")).form(&refresh)).await;
    assert_eq!(next.status, 200, "{next:?}");

    let lines = cloud.record();
    let expected = [
        "GET /oauth/authorize → 200",
        "POST /oauth/authorize/sign-in → 200",
        "POST /oauth/authorize/sign-in → 302",
        "POST /oauth/token (authorization_code) → 200",
        "GET /v1/access_tokens/current → 200",
        "POST /oauth/token (refresh_token) → 200",
    ];
    assert_eq!(lines, expected);
    let record = format!(
        "{:?} {}",
        cloud.simulator.requests(),
        json!(cloud.simulator.requests())
    );
    let access = pair["access_token"].as_str().unwrap();
    for secret in [
        code,
        "a state",
        "a%20state",
        "a+state",
        "hush",
        access,
        page.ticket(),
    ] {
        assert!(!record.contains(secret), "{secret} is in {record}");
    }
}

#[tokio::test]
async fn who_mistypes_is_asked_again() {
    let cloud = Cloud::home(&home("")).await;
    let mut browser = Browser::new(&cloud);
    let mut page = browser.open(&ASK).await;
    let wrong = "The username or the password is wrong.";
    for fields in [
        vec![],
        vec![("username", "maker@example.com")],
        vec![("username", "maker@example.com"), ("password", "guess")],
        vec![("username", "other@example.com"), ("password", "particle")],
        // One does not agree before one has signed in.
        vec![("decision", "allow")],
    ] {
        page = browser.send(&page, &fields).await;
        assert_eq!(
            (page.status.as_u16(), page.alert()),
            (403, wrong),
            "{fields:?}"
        );
        if let Some((_, username)) = fields.iter().find(|(name, _)| *name == "username") {
            assert!(
                page.body.contains(&format!("value=\"{username}\"")),
                "{fields:?}"
            );
        }
        assert!(!page.body.contains("guess"));
    }
    let owner = [("username", "maker@example.com"), ("password", "particle")];
    let page = browser.send(&page, &owner).await;
    assert_eq!(page.status, 200);
    // Who goes back and signs in once more is asked what is left to ask.
    let page = browser.send(&page, &owner).await;
    assert_eq!(page.heading(), "A skill wants access to your devices");
}

#[tokio::test]
async fn who_has_a_second_factor_shows_it() {
    let cloud = Cloud::home(&home("otp = \"123456\"")).await;
    let mut browser = Browser::new(&cloud);
    let page = browser.sign_in(&ASK).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("one-time-code"));
    for fields in [vec![], vec![("otp", "1")], vec![("decision", "allow")]] {
        let page = browser.send(&page, &fields).await;
        assert_eq!(
            (page.status.as_u16(), page.alert()),
            (403, "The code is wrong."),
            "{fields:?}"
        );
    }
    let page = browser.send(&page, &[("otp", " 123456 ")]).await;
    let location = browser
        .send(&page, &[("decision", "allow")])
        .await
        .location();
    assert_eq!(
        exchange(&cloud, "skill-1", code(&location), &[])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn who_signs_in_elsewhere_is_told_so() {
    let cloud = Cloud::home(&home("sso = true")).await;
    let page = Browser::new(&cloud).sign_in(&ASK).await;
    let told = "This account signs in with single sign-on, and has no password here.";
    assert_eq!((page.status.as_u16(), page.alert()), (403, told));
}

#[tokio::test]
async fn a_page_is_answered_once_and_where_it_was_shown() {
    let cloud = Cloud::home(&home("")).await;
    let mut browser = Browser::new(&cloud);
    let ended = |page: &Page| (page.status.as_u16(), page.heading().to_owned());
    let end = (400, "This sign-in has ended".to_owned());

    let page = browser.sign_in(&ASK).await;
    let elsewhere = Browser::new(&cloud)
        .send(&page, &[("decision", "allow")])
        .await;
    assert_eq!(ended(&elsewhere), end);
    let mut other = Browser::new(&cloud);
    other.open(&ASK).await;
    assert_eq!(
        ended(&other.send(&page, &[("decision", "allow")]).await),
        end
    );

    // What happened elsewhere ends nothing here; two windows of one browser do not get in each other's way.
    let second = browser.sign_in(&ASK).await;
    for page in [page, second] {
        browser
            .send(&page, &[("decision", "allow")])
            .await
            .location();
        assert_eq!(
            ended(&browser.send(&page, &[("decision", "allow")]).await),
            end
        );
    }

    let page = browser.sign_in(&ASK).await;
    answer(cloud.signed(Method::DELETE, "/v1/clients/skill-1")).await;
    assert_eq!(
        ended(&browser.send(&page, &[("decision", "allow")]).await),
        end
    );
    let forged = cloud.unsigned(Method::POST, "/oauth/authorize/sign-in");
    assert_eq!(
        answer(forged.form(&[("decision", "allow")])).await.status,
        400
    );
}

/// Whom it is sent to, what the library does, and what it ought to.
#[tokio::test]
async fn answers_are_sent_as_the_switches_say() {
    let standard = "oauth = { question_mark = false, raw_state = false, bare_denial = false }";
    let denied = "error=access_denied&error_description=The%20user%20denied%20access%20to%20your%20application";
    let state = "a+b c&d#e/ü";
    let cases = [
        (
            "",
            CALLBACK,
            "allow",
            "?code=CODE&state=a+b%20c&d#e/%C3%BC".to_owned(),
        ),
        (
            "",
            OTHER,
            "allow",
            "?code=CODE&state=a+b%20c&d#e/%C3%BC".to_owned(),
        ),
        ("", CALLBACK, "deny", format!("?{denied}&code=500")),
        (
            standard,
            CALLBACK,
            "allow",
            "?code=CODE&state=a%2Bb%20c%26d%23e%2F%C3%BC".to_owned(),
        ),
        (
            standard,
            OTHER,
            "allow",
            "&code=CODE&state=a%2Bb%20c%26d%23e%2F%C3%BC".to_owned(),
        ),
        (
            standard,
            CALLBACK,
            "deny",
            format!("?{denied}&state=a%2Bb%20c%26d%23e%2F%C3%BC"),
        ),
        // A denial that has a state has it as the code has.
        (
            "oauth.bare_denial = false",
            CALLBACK,
            "deny",
            format!("?{denied}&state=a+b%20c&d#e/%C3%BC"),
        ),
    ];
    for (top, redirect_uri, decision, expected) in cases {
        let cloud = Cloud::home(&home(top)).await;
        let mut ask = with("redirect_uri", redirect_uri);
        ask.push(("state", state));
        let location = Browser::new(&cloud).decide(&ask, decision).await;
        let answer = location.strip_prefix(redirect_uri).unwrap();
        let answer = match answer.split_once("code=") {
            Some((before, rest)) if decision == "allow" => {
                format!("{before}code=CODE{}", rest.get(40..).unwrap())
            }
            _ => answer.to_owned(),
        };
        assert_eq!(answer, expected, "{top} {redirect_uri} {decision}");
    }
    let cloud = Cloud::home(&home("")).await;
    let location = Browser::new(&cloud).decide(&ASK, "allow").await;
    assert_eq!(location, format!("{CALLBACK}?code={}", code(&location)));
}

#[tokio::test]
async fn a_code_is_its_clients_for_a_time_and_once() {
    let invalid = || invalid_grant("Invalid code");
    let cloud = Cloud::home(&home("")).await;
    let location = Browser::new(&cloud).decide(&ASK, "allow").await;
    let code = code(&location);
    assert_eq!(exchange(&cloud, "skill-2", code, &[]).await, invalid());
    // Where it was sent to is nobody's concern.
    let elsewhere = [("redirect_uri", "https://evil.example/")];
    assert_eq!(
        exchange(&cloud, "skill-1", code, &elsewhere).await.status,
        200
    );
    assert_eq!(exchange(&cloud, "skill-1", code, &[]).await, invalid());
    assert_eq!(exchange(&cloud, "skill-1", "guess", &[]).await, invalid());
    let nothing = exchange(&cloud, "skill-1", "", &[]).await;
    assert!(
        nothing.body.contains(r#"No \"code\" parameter"#),
        "{nothing:?}"
    );
    let tool = exchange(&cloud, "tool-1", code, &[]).await;
    assert!(
        tool.body.contains("The grant type is unauthorised"),
        "{tool:?}"
    );
}

#[tokio::test]
async fn a_code_is_judged_by_the_switches() {
    let elsewhere = [("redirect_uri", "https://evil.example/")];
    let here = [("redirect_uri", CALLBACK)];

    let cloud = Cloud::home(&home("oauth.code_once = false")).await;
    let location = Browser::new(&cloud).decide(&ASK, "allow").await;
    for _ in 0..3 {
        assert_eq!(
            exchange(&cloud, "skill-1", code(&location), &[])
                .await
                .status,
            200
        );
    }

    let cloud = Cloud::home(&home("oauth.bind_redirect = true")).await;
    let location = Browser::new(&cloud).decide(&ASK, "allow").await;
    for fields in [&[][..], &elsewhere] {
        assert_eq!(
            exchange(&cloud, "skill-1", code(&location), fields).await,
            invalid_grant("redirect_uri does not match")
        );
    }
    assert_eq!(
        exchange(&cloud, "skill-1", code(&location), &here)
            .await
            .status,
        200
    );

    let cloud = Cloud::home(&home("oauth.code_life = \"0s\"")).await;
    let location = Browser::new(&cloud).decide(&ASK, "allow").await;
    assert_eq!(
        exchange(&cloud, "skill-1", code(&location), &[]).await,
        invalid_grant("Code has expired")
    );
    assert_eq!(
        exchange(&cloud, "skill-2", code(&location), &[]).await,
        invalid_grant("Invalid code")
    );
}

#[tokio::test]
async fn a_page_needs_nothing_but_itself() {
    let cloud = Cloud::home(&home("otp = \"123456\"")).await;
    let mut browser = Browser::new(&cloud);
    let password = browser.open(&ASK).await;
    let otp = browser.sign_in(&ASK).await;
    let consent = browser.send(&otp, &[("otp", "123456")]).await;
    let ended = Browser::new(&cloud).send(&otp, &[]).await;
    let cookie = password.headers[SET_COOKIE].to_str().unwrap();
    let (_, attributes) = cookie.split_once(';').unwrap();
    assert_eq!(attributes, " Path=/oauth; HttpOnly; SameSite=Lax");
    assert!(otp.headers.get(SET_COOKIE).is_none());

    for (page, form_action) in [
        (password, "'self'"),
        (otp, "'self'"),
        (
            consent,
            "'self' https: http://127.0.0.1:* http://localhost:*",
        ),
        (ended, "'none'"),
    ] {
        let nonce = page.between("<style nonce=\"", "\"");
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; form-action {form_action}; \
             base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(page.headers[CONTENT_SECURITY_POLICY], *policy);
        assert_eq!(page.headers[CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(page.headers[CACHE_CONTROL], "no-store");
        assert_eq!(page.headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(page.headers[X_FRAME_OPTIONS], "DENY");
        let body = page.body.to_ascii_lowercase();
        for needless in [
            "<script",
            "<link",
            "<img",
            "<iframe",
            "src=",
            "url(",
            "@import",
            "javascript:",
        ] {
            assert!(!body.contains(needless), "{needless} in {body}");
        }
        for needed in [
            "<html lang=\"en\">",
            "<meta charset=\"utf-8\">",
            "<title>",
            "width=device-width",
        ] {
            assert!(body.contains(needed), "{needed} is not in {body}");
        }
        for input in body.split("<input ").skip(1) {
            let input = input.split('>').next().unwrap();
            let id = input
                .split_once("id=\"")
                .map(|(_, rest)| rest.split('"').next().unwrap());
            match id {
                Some(id) => assert!(body.contains(&format!("<label for=\"{id}\">")), "{input}"),
                None => assert!(input.starts_with("type=\"hidden\""), "{input}"),
            }
        }
    }
}

#[tokio::test]
async fn nothing_breaks_out_of_a_page() {
    let nasty = r#"<script>alert("1")</script>' onload='x"#;
    let cloud = Cloud::home(&home("")).await;
    let client = json!({ "name": nasty, "type": "web", "redirect_uri": "https://a.example/'{}" });
    let made = answer(cloud.signed(Method::POST, "/v1/clients").json(&client)).await;
    let made: Value = serde_json::from_str(&made.body).unwrap();
    let id = made["client"]["id"].as_str().unwrap();
    let mut browser = Browser::new(&cloud);
    let ask = [
        ("response_type", "code"),
        ("client_id", id),
        ("redirect_uri", "https://a.example/'{}"),
        ("state", nasty),
        ("scope", nasty),
    ];
    let first = browser.open(&ask).await;
    let again = browser.send(&first, &[("username", nasty)]).await;
    assert!(
        again
            .body
            .contains("value=\"&lt;script&gt;alert(&quot;1&quot;)"),
        "{}",
        again.body
    );
    let consent = browser.sign_in(&ask).await;
    assert!(
        consent.heading().starts_with("&lt;script&gt;"),
        "{}",
        consent.body
    );
    for page in [&first, &again, &consent] {
        assert!(!page.body.contains("<script"), "{}", page.body);
        assert!(!page.body.contains("alert(\""), "{}", page.body);
    }
    let location = browser
        .send(&consent, &[("decision", "allow")])
        .await
        .location();
    assert!(
        location.starts_with("https://a.example/'%7B%7D?code="),
        "{location}"
    );
}

#[tokio::test]
async fn the_handle_knows_where_to_sign_in() {
    let cloud = Cloud::home(&home("")).await;
    let urls = cloud.simulator.authorization_urls();
    let query = "response_type=code&client_id=skill-1\
                 &redirect_uri=https%3A%2F%2Fskill.example%2Fother%3Fvendor%3D1&state=x";
    let url = cloud.simulator.url();
    assert_eq!(urls[1], format!("{url}/oauth/authorize?{query}"));
    // Two of the first client's, one of the second's.
    assert_eq!(urls.len(), 3);
    for url in urls {
        assert_eq!(http().get(url).send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn what_is_asked_may_be_posted() {
    let cloud = Cloud::home(&home("")).await;
    let request = cloud.unsigned(Method::POST, "/oauth/authorize").form(&ASK);
    let page = answer(request).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Sign in to Particle"));
}

/// States with everything that has a meaning in a URI, a header or a page.
fn states() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "+",
        " ",
        "%",
        "%41",
        "%2",
        "%0d%0aset-cookie: x=1",
        "\r\n",
        "\r\nLocation: x",
        "\n",
        "\0",
        "&",
        "&code=x",
        "=",
        "#",
        "?",
        ";",
        "\"",
        "<b>",
        "'",
        "\\",
        "ü",
        "語",
        "\u{2028}",
        "\u{7f}",
        "{}",
    ];
    let piece = prop_oneof![
        prop::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Links an account with each state, and judges where the browser goes.
fn each_state(home: &str, judge: impl Fn(&str, &str)) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let cloud = runtime.block_on(Cloud::home(home));
    let config = Config {
        cases: 64,
        failure_persistence: None,
        ..Config::default()
    };
    let browser = RefCell::new(Browser::new(&cloud));
    let outcome = TestRunner::new(config).run(&states(), |state| {
        let mut ask = ASK.to_vec();
        ask.push(("state", &state));
        let location = runtime.block_on(browser.borrow_mut().decide(&ask, "allow"));
        assert!(
            location.bytes().all(|byte| byte.is_ascii_graphic()),
            "{state:?}: {location}"
        );
        judge(&state, &location);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn any_state_survives_where_it_is_encoded() {
    each_state(&home("oauth.raw_state = false"), |state, location| {
        let query = location
            .strip_prefix(CALLBACK)
            .and_then(|query| query.strip_prefix('?'));
        let pairs: Vec<_> = form_urlencoded::parse(query.unwrap().as_bytes()).collect();
        let found: Vec<_> = pairs.iter().filter(|(name, _)| name == "state").collect();
        match found.as_slice() {
            [] => assert_eq!(state, ""),
            [(_, found)] => assert_eq!(found, state),
            _ => panic!("{location}"),
        }
        assert_eq!(pairs.len(), 1 + found.len(), "{location}");
    });
}

/// Decoded once it is what the client sent, decoded once: only what no header may hold was encoded.
#[test]
fn any_state_comes_back_decoded_where_it_is_raw() {
    each_state(&home(""), |state, location| {
        let answer = location.strip_prefix(&format!("{CALLBACK}?code=")).unwrap();
        let raw = answer.get(40..).unwrap();
        if state.is_empty() {
            return assert_eq!(raw, "");
        }
        let raw = raw.strip_prefix("&state=").unwrap();
        let decoded = |text| percent_decode_str(text).collect::<Vec<_>>();
        assert_eq!(decoded(raw), decoded(state), "{raw}");
        let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"+&=#?;'\\/~-._".contains(&byte);
        if state.bytes().all(harmless) {
            assert_eq!(raw, state);
        }
    });
}
