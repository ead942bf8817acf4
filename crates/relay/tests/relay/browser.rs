//! What stands on both sides of the relay: Alexa and Particle, as far as they write URLs, and a browser between them.

use relay::redirect::Host;
use relay::relay::{Answer, Relay};
use relay::settings::AuthorizeUrl;
use serde_json::{Value as Json, json};

pub(crate) const VENDOR: &str = "M1EXAMPLE00001";
pub(crate) const CALLBACK: &str = "https%3A%2F%2Frelayurlid.lambda-url.us-east-1.on.aws%2Fcallback";

pub(crate) fn relay() -> Relay {
    Relay {
        vendor: VENDOR.parse().unwrap(),
        authorize_url: AuthorizeUrl::PARTICLE.parse().unwrap(),
    }
}

/// One of the folder `events`.
pub(crate) fn event(name: &str) -> Json {
    let path = format!("{}/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn request(path: &str, query: &str) -> Json {
    let mut event = event("healthz");
    event["rawPath"] = json!(path);
    event["rawQueryString"] = json!(query);
    event["requestContext"]["http"]["path"] = json!(path);
    event
}

/// Where Alexa waits, as Alexa writes it.
pub(crate) fn redirect_uri(host: Host) -> String {
    let host = host.name();
    format!("https%3A%2F%2F{host}%2Fapi%2Fskill%2Flink%2F{VENDOR}")
}

/// What Alexa asks, with a state as it is written.
pub(crate) fn authorize(host: Host, state: &str) -> Json {
    let redirect = redirect_uri(host);
    let query = format!("client_id=a-1&redirect_uri={redirect}&response_type=code&state={state}");
    request("/authorize", &query)
}

pub(crate) fn ask(event: &Json) -> Answer {
    relay().answer(&event.to_string())
}

pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let value = answer.response.headers.get(name)?;
    Some(value.to_str().unwrap())
}

pub(crate) fn location(answer: &Answer) -> Option<&str> {
    header(answer, "location")
}

/// A parameter of the place where the answer sends to, as it is written.
pub(crate) fn sent<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let (_, query) = location(answer)?.split_once('?')?;
    query.split('&').find_map(|parameter| {
        let (own, value) = parameter.split_once('=')?;
        (own == name).then_some(value)
    })
}

/// What a browser sends back of the cookies that the answer sets, those that it kept.
pub(crate) fn cookies(answer: &Answer) -> Vec<String> {
    let kept = answer.response.cookies.iter().filter_map(|cookie| {
        let (pair, attributes) = cookie.split_once(';')?;
        (pair.len() <= 4096 && !attributes.contains("Max-Age=0")).then(|| pair.to_owned())
    });
    kept.collect()
}
