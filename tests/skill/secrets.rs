//! What must never be told, looked for in all that the real process tells: under every fault, at the most
//! verbose level, and when it panics.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use particle_simulator::{Certificate, Fault, Home, Simulator, Target};
use runtime_api::{Function, Outcome, Output, RuntimeApi};
use serde_json::{Value as Json, json};

use crate::runtime::{LIMIT, binary};
use crate::schema;
use crate::world::{ca_file, event, event_names, secrets};

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

/// What the real process meets while it answers all events.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    /// The cloud fails so, or not at all.
    Fault(Option<Fault>),
    /// The cloud serves https with this certificate, and with HTTP/2 or without.
    Tls(Certificate, bool),
    /// The process panics whenever it is about to call the cloud: it looks up a name in a thread of its own, and no system
    /// gives a thread as much memory as is asked for here.
    Panic,
}

/// More than the addresses of a process.
const ENDLESS_STACK: &str = "281474976710656";
/// The words of that panic, which stand for whatever a panic may quote.
const PANIC: &str = "spawn worker thread";

impl Trouble {
    fn all() -> impl Iterator<Item = Self> {
        let faults = Fault::all().iter().copied().map(Some).chain([None]);
        let certificates = [
            (Certificate::Trusted, false),
            (Certificate::Trusted, true),
            (Certificate::Untrusted, false),
            (Certificate::WrongName, false),
            (Certificate::Expired, false),
        ];
        let tls = certificates.map(|(certificate, http2)| Self::Tls(certificate, http2));
        faults.map(Self::Fault).chain(tls).chain([Self::Panic])
    }

    async fn cloud(self, home: Home) -> Simulator {
        let builder = Simulator::builder(home);
        let builder = match self {
            Self::Tls(certificate, true) => builder.tls(certificate).http2(),
            Self::Tls(certificate, false) => builder.tls(certificate),
            Self::Fault(_) | Self::Panic => builder,
        };
        let simulator = builder.start().await.unwrap();
        if let Self::Fault(fault) = self {
            simulator.set_fault(Target::Cloud, fault);
        }
        simulator
    }

    /// Checks that the process met what it was to meet.
    fn was_met(self, output: &Output, simulator: &Simulator) {
        let panics = output
            .stdout
            .iter()
            .filter(|line| line.contains("panicked at "));
        let is_refused = matches!(
            self,
            Self::Tls(
                Certificate::Untrusted | Certificate::WrongName | Certificate::Expired,
                _
            )
        );
        match self {
            Self::Panic => {
                let panics = panics.count();
                let lines = output.stdout.iter();
                let told = lines.filter(|line| line.contains("\"outcome\":\"INTERNAL_ERROR\""));
                assert!(panics > 100, "it panicked {panics} times");
                assert_eq!(told.count(), panics, "each is answered");
            }
            Self::Fault(_) | Self::Tls(..) => assert_eq!(panics.count(), 0, "{self:?}"),
        }
        if is_refused {
            assert!(simulator.requests().is_empty(), "{self:?}");
        }
        match self {
            // There is nobody who could be struck.
            Self::Fault(Some(Fault::Refused)) => {
                assert!(simulator.requests().is_empty(), "{self:?}");
                let mut lines = output.stdout.iter();
                assert!(lines.any(|line| line.contains("\"particleCalls\":1")));
            }
            Self::Fault(Some(_)) => {
                let struck = simulator.struck(Target::Cloud);
                assert!(struck > 50, "{self:?} struck {struck} times");
            }
            Self::Fault(None) | Self::Tls(..) | Self::Panic => {}
        }
        if let Self::Tls(Certificate::Trusted, _) = self {
            assert!(simulator.handshakes() > 0, "{self:?}");
        }
    }
}

/// Hands all events to one process that meets this, checks its answers, and gives what it wrote.
async fn run(trouble: Trouble, events: &[(String, String)], secrets: &BTreeSet<String>) -> Output {
    let home = Home::parse(&format!("token = \"{TOKEN}\"\n{}", recognizable(HOME))).unwrap();
    let simulator = trouble.cloud(home).await;
    let api = RuntimeApi::start().await.unwrap();
    let mut settings = vec![
        ("PARTICLE_API_URL", simulator.url()),
        ("DEADLINE_MS", "100".to_owned()),
        ("LOG_LEVEL", "debug".to_owned()),
        ("RUST_BACKTRACE", "full".to_owned()),
        ("RUST_LOG", "trace".to_owned()),
    ];
    if let Some(file) = ca_file(&simulator) {
        let file = file.into_os_string().into_string().unwrap();
        settings.push(("PARTICLE_CA_FILE", file));
    }
    if let Trouble::Panic = trouble {
        // An address would not have to be looked up.
        let named = simulator.url().replace("127.0.0.1", "localhost");
        settings.push(("PARTICLE_API_URL", named));
        settings.push(("RUST_MIN_STACK", ENDLESS_STACK.to_owned()));
    }
    let function = Function::start(&api, binary(), settings).unwrap();
    for (event, name) in events {
        let outcome = api.invoke(event.clone(), LIMIT).await.unwrap();
        let Outcome::Response(answer) = outcome else {
            panic!("{trouble:?}, {name}: {outcome:?}");
        };
        let mut answer: Json = serde_json::from_slice(&answer).unwrap();
        schema::check(&answer);
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
        assert_eq!(returned.as_ref(), sent, "{trouble:?}, {name}");
        // An owner may write a PIN into a description, which the cookie carries.
        for secret in secrets.iter().filter(|secret| *secret != PIN) {
            assert!(
                !tells(&answer.to_string(), secret),
                "{trouble:?}, {name}: {secret} is told in {answer}"
            );
        }
    }
    let output = function.stop().await;
    trouble.was_met(&output, &simulator);
    output
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_output_tells_a_secret() {
    let told = |name: String| (telling(&name), name);
    let events: Vec<_> = event_names().into_iter().map(told).collect();
    let mut all: BTreeSet<String> = events
        .iter()
        .flat_map(|(event, _)| secrets(event))
        .collect();
    all.extend([CORRELATION_TOKEN, PIN, PANIC].map(str::to_owned));
    for secret in [TOKEN, GRANT_CODE, CORRELATION_TOKEN, PIN] {
        assert!(all.contains(secret), "{secret} is looked for");
    }
    let runs = Trouble::all().map(async |trouble| (trouble, run(trouble, &events, &all).await));
    let mut runs = stream::iter(runs).buffer_unordered(AT_ONCE);
    while let Some((trouble, output)) = runs.next().await {
        let lines = output.stdout.iter();
        let records = lines.filter(|line| line.contains("\"directive\":"));
        assert_eq!(
            records.count(),
            events.len(),
            "{trouble:?}: one record for each directive"
        );
        assert_eq!(output.stderr, [""; 0], "{trouble:?}");
        for line in &output.stdout {
            for secret in &all {
                assert!(
                    !tells(line, secret),
                    "{trouble:?}: {secret} is told in {line}"
                );
            }
        }
    }
}
