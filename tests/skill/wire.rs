//! Answers that are none, byte by byte: what Alexa and the log are told, and how often the cloud is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::record::{Level, Record};
use alexa_for_particle::skill::Skill;
use particle_simulator::{Certificate, Fault, Home, Simulator, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::world::{World, event, outcome};

const DISCOVER: &str = "Discovery.Discover";
const READ: &str = "Alexa.ReportState.one-variable";
const CALL: &str = "PowerController.TurnOn";

/// More than a busy machine needs, for what does not hang.
const DEADLINE: Duration = Duration::from_secs(20);

/// A cloud that answers each request with the same bytes, so many times, and hangs up.
struct Cloud {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Cloud {
    async fn saying(answer: &[u8], times: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let (answer, count) = (answer.to_owned(), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                // A request is shorter, and comes in one piece.
                if stream.read(&mut [0; 4096]).await.unwrap_or_default() == 0 {
                    continue;
                }
                count.fetch_add(1, Ordering::SeqCst);
                for _ in 0..times {
                    if stream.write_all(&answer).await.is_err() {
                        break;
                    }
                }
            }
        });
        Self { url, requests }
    }
}

/// What Alexa is told by a skill that calls this address, and the record.
async fn send(url: &str, name: &str) -> (String, Record) {
    let skill = Skill::new(url.parse().unwrap(), Authorities::default()).unwrap();
    let answer = skill.answer(&event(name), Deadline::after(DEADLINE)).await;
    let answer = answer.unwrap();
    let response = serde_json::to_value(answer.response).unwrap();
    (outcome(&response).to_owned(), answer.record)
}

/// An answer whose body breaks off, and one whose body is longer than is read.
fn cut(status: u16) -> Vec<u8> {
    format!("HTTP/1.1 {status} -\r\ncontent-length: 1000\r\n\r\n{{\"return_value\":1,").into_bytes()
}

fn long(status: u16) -> Vec<u8> {
    let body = "x".repeat(300_000);
    format!("HTTP/1.1 {status} -\r\ncontent-length: 300000\r\n\r\n{body}").into_bytes()
}

/// Whatever comes of the rest, a refusal is one, and is not asked for again.
#[tokio::test]
async fn a_status_decides_though_its_answer_is_not_whole() {
    for (status, expected, tries) in [
        (429, "RATE_LIMIT_EXCEEDED", 1),
        (401, "BRIDGE_UNREACHABLE", 1),
        (403, "BRIDGE_UNREACHABLE", 1),
        (404, "BRIDGE_UNREACHABLE", 1),
        (502, "BRIDGE_UNREACHABLE", 2),
        (200, "BRIDGE_UNREACHABLE", 2),
    ] {
        for (kind, bytes) in [("cut", cut(status)), ("long", long(status))] {
            for name in [READ, CALL, DISCOVER] {
                let case = format!("{status}, {kind}, {name}");
                let cloud = Cloud::saying(&bytes, 1).await;
                let (told, record) = send(&cloud.url, name).await;
                let is_long_list = name == DISCOVER && kind == "long";
                if name != DISCOVER {
                    assert_eq!(told, expected, "{case}");
                }
                let tries = if name == CALL { 1 } else { tries };
                assert_eq!(cloud.requests.load(Ordering::SeqCst), tries, "{case}");
                assert_eq!(record.calls.len(), tries, "{case}");
                for call in &record.calls {
                    assert_eq!(call.status, Some(status), "{case}");
                    assert_eq!(call.incomplete, !is_long_list, "{case}");
                }
                let line = record.line(Level::Warn).unwrap();
                let is_told = line.contains(&format!("\"status\":{status}"));
                // A list may be as long; then it is whole, and what is wrong is not with the call.
                assert!(is_told || (is_long_list && status == 200), "{case}: {line}");
            }
        }
    }
}

#[tokio::test]
async fn what_comes_before_an_answer_has_an_end() {
    let interim = b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000);
    let headers = [b"HTTP/1.1 200 OK\r\n".as_slice(), &b"a: b\r\n".repeat(90)].concat();
    let endless = [headers, vec![b'x'; 1 << 20]].concat();
    for (bytes, times) in [(interim, usize::MAX), (endless, 1)] {
        for name in [READ, CALL] {
            let cloud = Cloud::saying(&bytes, times).await;
            let (told, record) = send(&cloud.url, name).await;
            assert_eq!(told, "BRIDGE_UNREACHABLE", "{name}");
            let error = record.error.unwrap();
            let expected = "no connection to the cloud: too much came before its answer";
            assert_eq!(error, expected, "{name}");
        }
    }
}

/// Words of our own: what a server says of itself, or repeats of what it was sent, is told to nobody.
#[tokio::test]
async fn the_reason_why_there_is_no_connection_is_told() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let mute = Cloud::saying(b"", 1).await.url;
    let babble = Cloud::saying(b"decafbad decafbad\r\n\r\n", 1).await.url;
    let no_tls = babble.replace("http", "https");
    for (url, expected) in [
        (refused, "connection refused"),
        (
            "https://nowhere.invalid".to_owned(),
            "its name was not found",
        ),
        (mute, "it hung up before its answer"),
        (babble, "its answer is not readable as HTTP"),
        (no_tls, "what it speaks is no TLS"),
    ] {
        let (_, record) = send(&url, CALL).await;
        let error = record.error.unwrap();
        assert_eq!(
            error,
            format!("no connection to the cloud: {expected}"),
            "{url}"
        );
    }
}

#[tokio::test]
async fn the_reason_why_a_connection_is_not_trusted_or_ended_is_told() {
    let cases = [
        (
            Certificate::Untrusted,
            "its certificate is of an unknown issuer",
        ),
        (
            Certificate::WrongName,
            "its certificate is not valid for the host",
        ),
        (Certificate::Expired, "its certificate has expired"),
        (Certificate::Trusted, "HTTP/2 ended with INTERNAL_ERROR"),
    ];
    for (certificate, expected) in cases {
        let simulator = Simulator::builder(Home::sample()).tls(certificate).http2();
        let world = World::of(simulator).await.within(DEADLINE);
        let simulator = &world.simulator;
        simulator.set_fault(Target::Cloud, Some(Fault::Farewell));
        let (_, record) = world.send_file(CALL).await;
        let error = record.error.unwrap();
        assert_eq!(error, format!("no connection to the cloud: {expected}"));
    }
}
