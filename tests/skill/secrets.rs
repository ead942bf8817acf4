//! What must never be told, looked for in all that the real process tells: under every fault, at the most verbose level.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use particle_simulator::{Fault, Home, Simulator, Target};
use runtime_api::{Function, Outcome, Output, RuntimeApi};
use serde_json::{Value as Json, json};

use crate::runtime::{LIMIT, binary};
use crate::world::{event, event_names, secrets};

const HOME: &str = include_str!("../../crates/simulator/homes/sample.toml");

/// The token and the PIN of the sample home, and those in their places here: nothing else in the project looks like these.
const OTHERWISE: [(&str, &str); 2] = [
    ("decafbaddecafbaddecafbaddecafbaddecafbad", TOKEN),
    ("4096", PIN),
];
const TOKEN: &str = "5ec2e7005ec2e7005ec2e7005ec2e7005ec2e700";
const PIN: &str = "7351";
const GRANT_CODE: &str = "recognizable-grant-code";
const CORRELATION_TOKEN: &str = "recognizable-correlation-token==";

/// How many processes run together.
const AT_ONCE: usize = 12;

fn recognizable(text: &str) -> String {
    OTHERWISE
        .into_iter()
        .fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
}

/// One event with a token, a code and a correlation token wherever it has room for them.
fn telling(name: &str) -> String {
    let mut event: Json = serde_json::from_str(&recognizable(&event(name))).unwrap();
    let scope = json!({ "type": "BearerToken", "token": TOKEN });
    for (place, field, secret) in [
        (
            "/directive/header",
            "correlationToken",
            json!(CORRELATION_TOKEN),
        ),
        ("/directive/endpoint", "scope", scope.clone()),
        ("/directive/payload", "scope", scope.clone()),
        ("/directive/payload", "grantee", scope),
        (
            "/directive/payload",
            "grant",
            json!({ "type": "OAuth2.AuthorizationCode", "code": GRANT_CODE }),
        ),
    ] {
        if let Some(Json::Object(fields)) = event.pointer_mut(place) {
            // What is there is part of what the event is about, such as a token that was revoked.
            let there = fields.entry(field).or_insert_with(|| secret.clone());
            if field == "correlationToken" && there.is_string() {
                *there = secret;
            } else if let Some(code) = there.get_mut("code").filter(|code| code.is_string()) {
                *code = json!(GRANT_CODE);
            }
        }
    }
    event.to_string()
}

/// Whether a text tells a secret. The PIN is so short that only where it stands alone it is one.
fn tells(text: &str, secret: &str) -> bool {
    match secret {
        PIN => text
            .split(|character: char| !character.is_alphanumeric())
            .any(|word| word == PIN),
        _ => text.contains(secret),
    }
}

/// Hands all events to one process whose cloud has this fault, checks its answers, and gives what it wrote.
async fn run(
    fault: Option<Fault>,
    events: &[(String, String)],
    secrets: &BTreeSet<String>,
) -> Output {
    let home = Home::parse(&format!("token = \"{TOKEN}\"\n{}", recognizable(HOME))).unwrap();
    let simulator = Simulator::start(home).await.unwrap();
    simulator.set_fault(Target::Cloud, fault);
    let api = RuntimeApi::start().await.unwrap();
    let settings = [
        ("PARTICLE_API_URL", simulator.url().as_str()),
        ("DEADLINE_MS", "100"),
        ("LOG_LEVEL", "debug"),
        ("RUST_BACKTRACE", "full"),
        ("RUST_LOG", "trace"),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    let function = Function::start(&api, binary(), settings).unwrap();
    for (event, name) in events {
        let outcome = api.invoke(event.clone(), LIMIT).await.unwrap();
        let Outcome::Response(answer) = outcome else {
            panic!("{fault:?}, {name}: {outcome:?}");
        };
        let mut answer: Json = serde_json::from_slice(&answer).unwrap();
        let header = answer
            .pointer_mut("/event/header")
            .and_then(Json::as_object_mut)
            .unwrap();
        // Alexa wants this one back. The other may have any digits.
        let (returned, _) = (
            header.remove("correlationToken"),
            header.remove("messageId"),
        );
        let sent: Json = serde_json::from_str(event).unwrap();
        let sent = sent
            .pointer("/directive/header/correlationToken")
            .filter(|token| token.is_string());
        assert_eq!(returned.as_ref(), sent, "{fault:?}, {name}");
        // An owner may write a PIN into a description, which the cookie carries.
        for secret in secrets.iter().filter(|secret| *secret != PIN) {
            assert!(
                !tells(&answer.to_string(), secret),
                "{fault:?}, {name}: {secret} is told in {answer}"
            );
        }
    }
    function.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_output_tells_a_secret() {
    let told = |name: String| (telling(&name), name);
    let events: Vec<_> = event_names().into_iter().map(told).collect();
    let mut all: BTreeSet<String> = events
        .iter()
        .flat_map(|(event, _)| secrets(event))
        .collect();
    all.extend([CORRELATION_TOKEN, PIN].map(str::to_owned));
    for secret in [TOKEN, GRANT_CODE, CORRELATION_TOKEN, PIN] {
        assert!(all.contains(secret), "{secret} is looked for");
    }
    let faults = Fault::all().iter().copied().map(Some).chain([None]);
    let runs = faults.map(async |fault| (fault, run(fault, &events, &all).await));
    let mut runs = stream::iter(runs).buffer_unordered(AT_ONCE);
    while let Some((fault, output)) = runs.next().await {
        assert_eq!(
            output.stdout.len(),
            events.len(),
            "{fault:?}: one record for each directive"
        );
        for line in output.stdout.iter().chain(&output.stderr) {
            for secret in &all {
                assert!(
                    !tells(line, secret),
                    "{fault:?}: {secret} is told in {line}"
                );
            }
        }
    }
}
