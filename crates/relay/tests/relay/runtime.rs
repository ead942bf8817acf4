//! The real host: the `relay` binary under a Lambda Runtime API.
//!
//! `RELAY_BINARY` names another build of it, such as the one that is deployed.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use runtime_api::{Failure, Function, FunctionUrl, Outcome, RuntimeApi};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use relay::redirect::Host;

use crate::browser::{VENDOR, ask, event, redirect_uri, request};

const LIMIT: Duration = Duration::from_secs(20);

fn binary() -> OsString {
    std::env::var_os("RELAY_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_relay").into())
}

#[tokio::test]
async fn the_binary_answers_each_event_as_the_library_does() {
    let api = RuntimeApi::start().await.unwrap();
    let settings = [("ALEXA_VENDOR_ID", VENDOR), ("METRICS", "off")];
    let function = Function::start(&api, binary(), settings).unwrap();
    let lost = request("/callback", "code=secret");
    let events = ["authorize", "callback", "denied", "healthz"].map(event);
    let events: Vec<_> = events.into_iter().chain([lost, json!("secret")]).collect();
    for event in &events {
        let outcome = api.invoke(event.to_string(), LIMIT).await.unwrap();
        let Outcome::Response(answer) = outcome else {
            panic!("the invocation failed: {event}")
        };
        let answer: Json = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer, json!(ask(event).response));
    }
    let output = function.stop().await;
    assert_eq!(output.stdout.len(), events.len(), "one record for each");
    assert!(!output.to_string().contains("secret"), "{output}");
    let first: Json = serde_json::from_str(&output.stdout[0]).unwrap();
    assert_eq!(first["coldStart"], json!(true));
    assert_eq!(first["link"], json!("started"));
}

/// The whole way of a browser: over HTTP, with the cookie that it was given.
#[tokio::test]
async fn a_browser_passes_twice() {
    let api = Arc::new(RuntimeApi::start().await.unwrap());
    let settings = [("ALEXA_VENDOR_ID", VENDOR)];
    let _function = Function::start(&api, binary(), settings).unwrap();
    let url = FunctionUrl::start(Arc::clone(&api)).await.unwrap();
    let address = url.url().strip_prefix("http://").unwrap().to_owned();

    let redirect = redirect_uri(Host::Japan);
    let query = format!("redirect_uri={redirect}&state=a%2Bb+c%25&scope=x%20y");
    let head = get(&address, &format!("/authorize?{query}"), "").await;
    let callback = format!(
        "redirect_uri=http%3A%2F%2F{}%2Fcallback&",
        address.replace(':', "%3A")
    );
    let place = value(&head, "location");
    assert!(place.contains(&callback), "{place}");
    assert!(place.contains("?scope=x%20y&"), "{place}");
    let (_, packed) = place.split_once("&state=").unwrap();
    let (cookie, _) = value(&head, "set-cookie").split_once(';').unwrap();

    let alexa = format!("https://alexa.amazon.co.jp/api/skill/link/{VENDOR}?state=a%2Bb+c%25");
    let head = get(&address, &format!("/callback?code=c&state={packed}"), "").await;
    assert_eq!(value(&head, "location"), format!("{alexa}&code=c"));
    let head = get(&address, "/callback?error=access_denied&code=500", cookie).await;
    assert_eq!(
        value(&head, "location"),
        format!("{alexa}&error=access_denied")
    );
}

async fn get(address: &str, target: &str, cookie: &str) -> String {
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {address}\r\nCookie: theme=dark; {cookie}\r\nConnection: close\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn value<'a>(head: &'a str, name: &str) -> &'a str {
    let mut lines = head.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    value.unwrap()
}

#[tokio::test]
async fn a_bad_setting_stops_the_start_with_its_mend() {
    for (value, words) in [
        ("", "give the stack the parameter AlexaVendorId"),
        ("amzn1.ask.skill.1", "this is the id of a skill"),
    ] {
        let api = RuntimeApi::start().await.unwrap();
        let settings = [("ALEXA_VENDOR_ID", value)];
        let function = Function::start(&api, binary(), settings).unwrap();
        let failure = api.ready().await.unwrap_err();
        assert!(matches!(failure, Failure::Ended { .. }), "{failure}");
        let log = function.stop().await.stdout.join("\n");
        assert!(log.contains(words), "{log}");
    }
}

#[test]
fn started_by_hand_it_says_where_it_runs() {
    let output = std::process::Command::new(binary())
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("cargo lambda watch"), "{said}");
}
