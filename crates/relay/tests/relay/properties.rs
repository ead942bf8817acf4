//! What holds for any request.

use proptest::prelude::*;
use relay::redirect::Host;
use relay::relay::Answer;
use serde_json::json;

use crate::browser::{VENDOR, ask, authorize, cookies, location, redirect_uri, request, sent};

/// What a client may write for a value, well encoded or not: RFC 3986 admits these, and `&` ends it.
const WRITTEN: &str = "[A-Za-z0-9._~!$'()*+,;=:@/?%-]{0,400}";

/// Such a value of any length that is taken, for a state.
fn state() -> impl Strategy<Value = String> {
    let longest = "[A-Za-z0-9._~!$'()*+,;=:@/?%-]{4096}";
    // Most attempts at where one cookie ends, and at both ends.
    let lengths = prop_oneof![
        0..400_usize,
        2990..3010_usize,
        4080..=4096_usize,
        0..=4096_usize
    ];
    (longest, lengths).prop_map(|(mut state, length)| {
        state.truncate(length);
        state
    })
}

fn host() -> impl Strategy<Value = Host> {
    prop::sample::select(Host::ALL.to_vec())
}

/// All that anybody can type: good parts, bad parts, any characters.
fn query() -> impl Strategy<Value = String> {
    let good = vec![
        "redirect_uri=",
        "state=",
        "code=",
        "error=",
        "&",
        "=",
        "%0d%0aSet-Cookie: a=b",
        "\r\nLocation: https://evil.example",
        "MD1z",
        "//evil.example",
        "@evil.example/",
        "[]",
        "#",
        "\\",
    ];
    let mut good: Vec<String> = good.into_iter().map(str::to_owned).collect();
    good.extend(Host::ALL.map(|host| format!("redirect_uri={}", redirect_uri(host))));
    let part = prop_oneof![prop::sample::select(good), any::<String>()];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

/// Particle writes the state as it has decoded it.
fn as_particle_writes(value: &str) -> String {
    let text = value.replace('+', " ");
    percent_encoding::percent_decode_str(&text)
        .decode_utf8_lossy()
        .into_owned()
}

fn holds(answer: &Answer) {
    let values = answer.response.headers.values();
    let values = values.map(|value| value.to_str().unwrap().to_owned());
    for value in values.chain(answer.response.cookies.clone()) {
        assert!(
            value.bytes().all(|one| (b' '..=b'~').contains(&one)),
            "{value:?}"
        );
    }
    assert_eq!(
        answer.response.status_code == 302,
        location(answer).is_some()
    );
    if let Some(location) = location(answer) {
        let places = Host::ALL.map(|host| {
            let host = host.name();
            format!("https://{host}/api/skill/link/{VENDOR}?")
        });
        let is_allowed = places.iter().any(|place| location.starts_with(place))
            || location.starts_with("https://api.particle.io/oauth/authorize?");
        assert!(is_allowed, "{location}");
        assert!(
            !location.contains(['\\', ' ', '#', '"', '<', '>']),
            "{location}"
        );
    }
}

proptest! {
    #[test]
    fn any_state_comes_back_as_it_was_written(host in host(), state in state()) {
        let out = ask(&authorize(host, &state));
        holds(&out);
        let packed = as_particle_writes(sent(&out, "state").unwrap());
        let is_safe = |one: u8| one.is_ascii_alphanumeric() || b"-_".contains(&one);
        prop_assert!(packed.bytes().all(is_safe), "{packed}");

        let back = ask(&request("/callback", &format!("code=c&state={packed}")));
        holds(&back);
        let place = format!("https://{}/api/skill/link/{VENDOR}?state={state}&code=c", host.name());
        prop_assert_eq!(location(&back), Some(place.as_str()));

        let mut denied = request("/callback", "error=access_denied&code=500");
        denied["cookies"] = json!(cookies(&out));
        let back = ask(&denied);
        let place = format!("https://{}/api/skill/link/{VENDOR}?state={state}&error=access_denied", host.name());
        prop_assert_eq!(location(&back), Some(place.as_str()));
    }

    /// Also one that no URL may hold as it is: then its meaning comes back.
    #[test]
    fn any_text_comes_back_with_its_meaning(host in host(), state in "[^&]{0,100}") {
        let out = ask(&authorize(host, &state));
        holds(&out);
        let packed = sent(&out, "state").unwrap();
        let back = ask(&request("/callback", &format!("code=c&state={packed}")));
        holds(&back);
        prop_assert_eq!(as_particle_writes(sent(&back, "state").unwrap()), as_particle_writes(&state));
    }

    #[test]
    fn any_parameter_reaches_particle_as_it_was_written(host in host(), name in "[a-z_]{1,20}", value in WRITTEN) {
        prop_assume!(!["redirect_uri", "state"].contains(&name.as_str()));
        let query = format!("{name}={value}&redirect_uri={}", redirect_uri(host));
        let out = ask(&request("/authorize", &query));
        prop_assert_eq!(sent(&out, &name), Some(value.as_str()));
    }

    #[test]
    fn any_code_reaches_alexa_as_it_was_written(code in WRITTEN) {
        prop_assume!(!code.is_empty());
        let back = ask(&request("/callback", &format!("code={code}&state=MD1z")));
        prop_assert_eq!(sent(&back, "code"), Some(code.as_str()));
    }

    #[test]
    fn any_other_redirect_is_refused(
        host in host(),
        before in "[a-z@:/.%-]{0,4}",
        at in 0..60_usize,
        removed in 0..3_usize,
        put in "[A-Za-z0-9@:/.?%#\\\\ -]{0,6}",
        after in "(\\.evil\\.example|/\\.\\./x|\\?x|%00|)",
    ) {
        let good = format!("https://{}/api/skill/link/{VENDOR}", host.name());
        let mut other = good.clone();
        let at = at.min(other.len());
        other.replace_range(at..(at + removed).min(good.len()), &put);
        let other = format!("{before}{other}{after}");
        prop_assume!(!Host::ALL.iter().any(|host| as_particle_writes(&other) == format!("https://{}/api/skill/link/{VENDOR}", host.name())));
        prop_assume!(!other.contains('&'));
        let answer = ask(&request("/authorize", &format!("redirect_uri={other}&state=s")));
        prop_assert_eq!(answer.response.status_code, 400, "{}", other);
        prop_assert_eq!(location(&answer), None);
    }

    #[test]
    fn any_request_leads_to_particle_or_alexa_or_a_page(
        path in prop::sample::select(vec!["/authorize", "/callback", "/healthz", "/"]),
        query in query(),
        cookies in prop::collection::vec(prop_oneof![any::<String>(), any::<String>().prop_map(|text| format!("__Host-ps={text}")), any::<String>().prop_map(|text| format!("__Host-ps={text}.")), any::<String>().prop_map(|text| format!("__Host-ps2={text}"))], 0..4),
    ) {
        let mut event = request(path, &query);
        event["cookies"] = json!(cookies);
        holds(&ask(&event));
    }

    /// Anybody can pack a state.
    #[test]
    fn any_packed_state_is_only_a_state(state in prop::collection::vec(any::<u8>(), 0..60), mark in 0..4_u8) {
        use base64::Engine as _;
        let mut bytes = vec![b'0' + mark, b'='];
        bytes.extend(state);
        let packed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        let back = ask(&request("/callback", &format!("code=c&state={packed}")));
        holds(&back);
        prop_assert_eq!(location(&back).map(|location| location.matches('&').count()), (mark < 3).then_some(1));
    }
}
