//! What each kind of request leads to.

use relay::redirect::Host;
use serde_json::json;

use crate::browser::{
    CALLBACK, VENDOR, ask, authorize, cookies, event, header, location, redirect_uri, request, sent,
};

const PITANGUI: &str = "https://pitangui.amazon.com/api/skill/link/M1EXAMPLE00001";

#[test]
fn a_customer_is_sent_to_particle_and_back() {
    let answer = ask(&event("authorize"));
    assert_eq!(
        location(&answer),
        Some(
            format!(
                "https://api.particle.io/oauth/authorize?client_id=alexa-1234&response_type=code&scope=profile\
                 &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
                 &redirect_uri={CALLBACK}&state=MT1BJTJCYiUyMGMlM0Q"
            )
            .as_str()
        )
    );
    assert_eq!(answer.response.status_code, 302);
    assert_eq!(
        answer.response.cookies,
        [
            "__Host-ps=MT1BJTJCYiUyMGMlM0Q; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax",
            "__Host-ps2=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"
        ]
    );

    let answer = ask(&event("callback"));
    assert_eq!(
        location(&answer),
        Some(
            "https://layla.amazon.com/api/skill/link/M1EXAMPLE00001?state=A%2Bb%20c%3D\
             &code=decafbaddecafbaddecafbaddecafbaddecafbad"
        )
    );
    // It is of no more use.
    let taken_back = ["__Host-ps", "__Host-ps2"]
        .map(|name| format!("{name}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"));
    assert_eq!(answer.response.cookies, taken_back);
    assert_eq!(ask(&event("denied")).response.cookies, taken_back);
}

#[test]
fn each_of_alexas_hosts_gets_its_customers_back() {
    for host in Host::ALL {
        for (state, back) in [("&state=s", "state=s&"), ("&state=", "state=&"), ("", "")] {
            let query = format!("redirect_uri={}{state}", redirect_uri(host));
            let packed = ask(&request("/authorize", &query));
            let packed = sent(&packed, "state").unwrap();
            let answer = ask(&request("/callback", &format!("code=c&state={packed}")));
            let host = host.name();
            assert_eq!(
                location(&answer),
                Some(format!("https://{host}/api/skill/link/{VENDOR}?{back}code=c").as_str())
            );
        }
    }
}

/// Particle's denial has no state, but a code.
#[test]
fn a_denial_is_no_code_and_finds_its_way_by_the_cookie() {
    let answer = ask(&event("denied"));
    assert_eq!(
        location(&answer),
        Some(
            "https://layla.amazon.com/api/skill/link/M1EXAMPLE00001?state=A%2Bb%20c%3D&error=access_denied"
        )
    );

    let packed = "MD1z";
    for (query, cookies, place) in [
        // A server that gives the state back.
        (
            "error=access_denied&state=MD1z",
            json!(null),
            format!("{PITANGUI}?state=s&error=access_denied"),
        ),
        // What the address says is nearer than what the browser kept.
        (
            "error=access_denied&state=MD1z",
            json!(["__Host-ps=MT1v"]),
            format!("{PITANGUI}?state=s&error=access_denied"),
        ),
        (
            "error=invalid_scope",
            json!(["other=1", format!("__Host-ps={packed}")]),
            format!("{PITANGUI}?state=s&error=invalid_scope"),
        ),
        (
            "error=invalid_scope",
            json!([format!("other=1; __Host-ps={packed}")]),
            format!("{PITANGUI}?state=s&error=invalid_scope"),
        ),
        // Alexa is not told what no OAuth server may say.
        (
            "error=%0d%0aSet-Cookie:x&code=500",
            json!([format!("__Host-ps={packed}")]),
            format!("{PITANGUI}?state=s&error=server_error"),
        ),
        (
            "error=&code=500",
            json!([format!("__Host-ps={packed}")]),
            format!("{PITANGUI}?state=s&error=server_error"),
        ),
        // Nor is the code lost that came without its state.
        (
            "code=c",
            json!([format!("__Host-ps={packed}")]),
            format!("{PITANGUI}?state=s&code=c"),
        ),
        (
            "code=c&state=damaged",
            json!([format!("__Host-ps={packed}")]),
            format!("{PITANGUI}?state=s&code=c"),
        ),
    ] {
        let mut event = request("/callback", query);
        event["cookies"] = cookies;
        assert_eq!(location(&ask(&event)), Some(place.as_str()), "{query}");
    }
}

#[test]
fn what_leads_nowhere_is_a_page_that_repeats_nothing() {
    let alexas = redirect_uri(Host::Pitangui);
    let long = "x".repeat(4097);
    let bad = [
        ("/authorize", String::new(), 400, "NO_REDIRECT"),
        ("/authorize", "state=secret".to_owned(), 400, "NO_REDIRECT"),
        (
            "/authorize",
            "redirect_uri=https%3A%2F%2Fsecret.example%2F".to_owned(),
            400,
            "REDIRECT_NOT_ALEXAS",
        ),
        (
            "/authorize",
            "redirect_uri=".to_owned(),
            400,
            "REDIRECT_NOT_ALEXAS",
        ),
        (
            "/authorize",
            "redirect_uri=https%3A%2F%2Fpitangui.amazon.com%2Fapi%2Fskill%2Flink%2FM1E".to_owned(),
            400,
            "REDIRECT_OF_ANOTHER_VENDOR",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}%2F"),
            400,
            "REDIRECT_OF_ANOTHER_VENDOR",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}").replace(VENDOR, "M1SECRET"),
            400,
            "REDIRECT_OF_ANOTHER_VENDOR",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}").replace("https", "http"),
            400,
            "REDIRECT_NOT_ALEXAS",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}").replace("pitangui", "PITANGUI"),
            400,
            "REDIRECT_NOT_ALEXAS",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}&redirect_uri=https%3A%2F%2Fsecret.example"),
            400,
            "REPEATED_PARAMETER",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}&redirect%5Furi%5B%5D=https%3A%2F%2Fsecret.example"),
            400,
            "REPEATED_PARAMETER",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}&state=1&state=2"),
            400,
            "REPEATED_PARAMETER",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}&state=1&state[x]=2"),
            400,
            "REPEATED_PARAMETER",
        ),
        (
            "/authorize",
            format!("redirect_uri={alexas}&state={long}"),
            400,
            "STATE_TOO_LONG",
        ),
        ("/callback", "state=MD1z".to_owned(), 400, "NO_CODE"),
        ("/callback", "code=&state=MD1z".to_owned(), 400, "NO_CODE"),
        (
            "/callback",
            "code=secret&code=2&state=MD1z".to_owned(),
            400,
            "REPEATED_PARAMETER",
        ),
        ("/callback", "code=secret".to_owned(), 400, "STATE_LOST"),
        // Unpacked, "0xs" where "0=s" is meant.
        (
            "/callback",
            "code=secret&state=MHhz".to_owned(),
            400,
            "STATE_LOST",
        ),
        (
            "/callback",
            "code=secret&state=secret".to_owned(),
            400,
            "STATE_LOST",
        ),
        (
            "/callback",
            "error=secret&error_description=secret&code=500".to_owned(),
            400,
            "STATE_LOST",
        ),
        ("/", "secret".to_owned(), 404, "NO_SUCH_PAGE"),
        (
            "/authorize/",
            format!("redirect_uri={alexas}"),
            404,
            "NO_SUCH_PAGE",
        ),
        ("/secret", String::new(), 404, "NO_SUCH_PAGE"),
    ];
    for (path, query, status, reason) in bad {
        let answer = ask(&request(path, &query));
        let page = answer.response.body.as_deref().unwrap();
        assert_eq!(json!(answer.record.reason), json!(reason), "{path}?{query}");
        assert_eq!(answer.response.status_code, status, "{reason}");
        assert_eq!(location(&answer), None, "{reason}");
        assert!(answer.response.cookies.is_empty(), "{reason}");
        assert!(page.starts_with("<!doctype html>"), "{reason}");
        assert!(
            !page.contains("secret") && !page.contains("SECRET"),
            "{page}"
        );
    }
}

#[test]
fn an_event_that_lacks_something_is_refused() {
    let mut nameless = event("authorize");
    nameless["requestContext"]["domainName"] = json!(null);
    let mut misnamed = event("authorize");
    misnamed["requestContext"]["domainName"] = json!("evil.example/?x=");
    for (event, status) in [
        (nameless.to_string(), 500),
        (misnamed.to_string(), 500),
        ("{}".to_owned(), 400),
        ("[]".to_owned(), 400),
        ("\"secret\"".to_owned(), 400),
    ] {
        let answer = crate::browser::relay().answer(&event);
        assert_eq!(answer.response.status_code, status, "{event}");
        assert_eq!(location(&answer), None);
    }
}

/// The `Host` header is what the client says; where the customer comes back to is what Lambda says.
#[test]
fn the_relays_own_address_is_lambdas_word() {
    let mut event = event("authorize");
    event["headers"]["host"] = json!("evil.example");
    event["headers"]["x-forwarded-host"] = json!("evil.example");
    assert_eq!(sent(&ask(&event), "redirect_uri"), Some(CALLBACK));
    for (domain, address) in [
        ("127.0.0.1:8080", "http%3A%2F%2F127.0.0.1%3A8080%2Fcallback"),
        ("localhost", "http%3A%2F%2Flocalhost%2Fcallback"),
        (
            "link.example.com",
            "https%3A%2F%2Flink.example.com%2Fcallback",
        ),
    ] {
        event["requestContext"]["domainName"] = json!(domain);
        assert_eq!(sent(&ask(&event), "redirect_uri"), Some(address));
    }
}

#[test]
fn it_can_only_be_looked_at() {
    for name in ["authorize", "callback", "denied", "healthz"] {
        let get = ask(&event(name));
        let mut event = event(name);
        event["requestContext"]["http"]["method"] = json!("HEAD");
        let head = ask(&event);
        assert_eq!(head.response.body, None, "{name}");
        assert_eq!(head.response.headers, get.response.headers, "{name}");
        assert_eq!(head.response.status_code, get.response.status_code);
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", ""] {
            event["requestContext"]["http"]["method"] = json!(method);
            let answer = ask(&event);
            assert_eq!(answer.response.status_code, 405, "{method} {name}");
            assert_eq!(header(&answer, "allow"), Some("GET, HEAD"));
            assert_eq!(location(&answer), None, "{method} {name}");
        }
    }
    let answer = ask(&event("healthz"));
    assert_eq!(answer.response.status_code, 200);
    assert_eq!(answer.response.body.as_deref(), Some("ok\n"));
}

#[test]
fn nothing_is_kept_framed_or_passed_on() {
    let lost = request("/callback", "code=c");
    for event in [
        event("authorize"),
        event("callback"),
        event("healthz"),
        lost,
    ] {
        let answer = ask(&event);
        for (name, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(header(&answer, name), Some(value));
        }
        let policy = header(&answer, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
    }
}

/// A browser drops a cookie that is too long, so there are two. None of an earlier attempt may stay in their place, and a
/// part is not taken for the whole.
#[test]
fn a_long_state_is_in_two_cookies() {
    // 3,000 bytes are 4,000 characters when they are packed, and two of them are the relay's.
    for (length, kept) in [(0, 1), (2998, 1), (2999, 2), (4096, 2)] {
        let state = "x".repeat(length);
        let answer = ask(&authorize(Host::Layla, &state));
        assert_eq!(answer.response.cookies.len(), 2, "set or taken back");
        let browser = cookies(&answer);
        assert_eq!(browser.len(), kept, "{length}");
        let denied = |cookies: &[String]| {
            let mut event = request("/callback", "error=access_denied&code=500");
            event["cookies"] = json!(cookies);
            ask(&event)
        };
        let back = denied(&browser);
        assert_eq!(sent(&back, "state"), Some(state.as_str()));
        assert!(browser.len() == 1 || location(&denied(&browser[..1])).is_none());
        assert_eq!(location(&denied(&browser[1..])), None);
        let short = authorize(Host::Layla, "short");
        let second = browser.get(1).cloned();
        let mixed: Vec<String> = cookies(&ask(&short)).into_iter().chain(second).collect();
        assert_eq!(sent(&denied(&mixed), "state"), Some("short"));
    }
}
