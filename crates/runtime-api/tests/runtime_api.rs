//! The service seen from both of its sides: the caller's, and the function's.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml exempts tests, but not what they share"
)]

use std::future::pending;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use runtime_api::{Failure, Function, FunctionUrl, Outcome, RuntimeApi};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LIMIT: Duration = Duration::from_secs(8);
const REFUSES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions/refuses.sh");
const HANGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions/hangs.sh");

/// The function's side of the protocol, as Amazon's page describes it.
struct Poller {
    address: String,
}

struct Reply {
    head: String,
    body: String,
}

impl Poller {
    fn of(api: &RuntimeApi) -> Self {
        Self {
            address: api.address(),
        }
    }

    async fn next(&self) -> (String, Reply) {
        let event = self.send("GET", "invocation/next", "").await;
        (
            event.header("lambda-runtime-aws-request-id").to_owned(),
            event,
        )
    }

    async fn post(&self, path: &str, body: &str) -> Reply {
        self.send("POST", path, body).await
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Reply {
        let (address, length) = (&self.address, body.len());
        let request = format!(
            "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Length: {length}\r\nLambda-Runtime-Function-Error-Type: unhandled\r\n\r\n{body}"
        );
        exchange(address, &request).await
    }
}

async fn exchange(address: &str, request: &str) -> Reply {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Reply {
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

impl Reply {
    fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines();
        lines
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .unwrap()
    }
}

#[tokio::test]
async fn an_event_goes_out_and_its_answer_comes_back() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Poller::of(&api);
    let serve = async {
        let (id, event) = function.next().await;
        let deadline: u128 = event.header("lambda-runtime-deadline-ms").parse().unwrap();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_millis();
        assert!(deadline > now && deadline <= now + LIMIT.as_millis());
        assert!(
            event
                .header("lambda-runtime-invoked-function-arn")
                .starts_with("arn:aws:lambda:")
        );
        assert!(
            event
                .header("lambda-runtime-trace-id")
                .starts_with("Root=1-")
        );
        assert_eq!(event.body, "question");
        function
            .post(&format!("invocation/{id}/response"), "answer")
            .await
    };
    let (outcome, posted) = tokio::join!(api.invoke("question", LIMIT), serve);
    assert_eq!(outcome.unwrap(), Outcome::Response("answer".into()));
    assert_eq!(posted.status(), "202");
    assert_eq!(posted.body, r#"{"status":"OK"}"#);
}

#[tokio::test]
async fn events_are_answered_in_turn() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Poller::of(&api);
    let serve = async {
        for _ in 0..2 {
            let (id, event) = function.next().await;
            function
                .post(&format!("invocation/{id}/response"), &event.body)
                .await;
        }
    };
    let (first, second, ()) = tokio::join!(
        api.invoke("first", LIMIT),
        api.invoke("second", LIMIT),
        serve
    );
    assert_eq!(first.unwrap(), Outcome::Response("first".into()));
    assert_eq!(second.unwrap(), Outcome::Response("second".into()));
}

#[tokio::test]
async fn the_time_of_an_event_is_the_functions_alone() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Poller::of(&api);
    let serve = async {
        let (id, event) = function.next().await;
        let received = Instant::now();
        let asked = function
            .post(&format!("invocation/{id}/response"), &event.body)
            .await;
        assert_eq!(asked.status(), "202");
        (received, Instant::now())
    };
    let began = Instant::now();
    let (timed, (received, posted)) = tokio::join!(api.invoke_timed("question", LIMIT), serve);
    let (outcome, timing) = timed.unwrap();
    assert_eq!(outcome, Outcome::Response("question".into()));
    let order = [
        began,
        timing.ready,
        timing.handed_out,
        received,
        timing.answered,
        posted,
    ];
    assert!(order.is_sorted(), "{order:?}");
}

#[tokio::test]
async fn the_function_reports_an_error() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Poller::of(&api);
    let body = r#"{"errorType":"NotADirective","errorMessage":"no header"}"#;
    let serve = async {
        let (id, _) = function.next().await;
        function.post(&format!("invocation/{id}/error"), body).await
    };
    let (outcome, _) = tokio::join!(api.invoke("question", LIMIT), serve);
    let Outcome::Error(report) = outcome.unwrap() else {
        panic!("an answer")
    };
    assert_eq!(
        (report.kind.as_str(), report.body.as_ref()),
        ("NotADirective", body.as_bytes())
    );
}

#[tokio::test]
async fn the_function_cannot_start() {
    let api = RuntimeApi::start().await.unwrap();
    let posted = Poller::of(&api).post("init/error", "no settings").await;
    assert_eq!(posted.status(), "202");
    let failure = api.invoke("question", LIMIT).await.unwrap_err();
    assert_eq!(
        failure.to_string(),
        "the function could not start: unhandled: no settings"
    );
}

#[tokio::test]
async fn silence_is_waited_for_as_long_as_asked() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Poller::of(&api);
    let serve = async {
        function.next().await;
        pending().await
    };
    let limit = Duration::from_millis(20);
    let outcome = tokio::select! {
        outcome = api.invoke("question", limit) => outcome,
        outcome = serve => outcome,
    };
    assert_eq!(
        outcome.unwrap_err().to_string(),
        "no answer from the function within 20ms"
    );
}

#[tokio::test]
async fn a_late_answer_is_not_the_next_one() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Poller::of(&api);
    let late = tokio::select! {
        (id, _) = function.next() => id,
        outcome = api.invoke("given up", LIMIT) => panic!("{outcome:?}"),
    };
    let serve = async {
        let (id, event) = function.next().await;
        assert_eq!(event.body, "question");
        let posted = function
            .post(&format!("invocation/{late}/response"), "late")
            .await;
        assert_eq!(posted.status(), "400");
        function
            .post(&format!("invocation/{id}/response"), "answer")
            .await
    };
    let (outcome, _) = tokio::join!(api.invoke("question", LIMIT), serve);
    assert_eq!(outcome.unwrap(), Outcome::Response("answer".into()));
}

#[tokio::test]
async fn a_process_that_ends_is_not_waited_for() {
    let api = RuntimeApi::start().await.unwrap();
    let function =
        Function::start(&api, REFUSES, [("PARTICLE_API_URL", "http://example.com")]).unwrap();
    let failure = api.invoke("question", LIMIT).await.unwrap_err();
    assert_eq!(
        failure.to_string(),
        "the function ended with exit status: 3; it wrote:\nstarting\nPARTICLE_API_URL is not https\n"
    );
    assert_eq!(
        function.stop().await.stderr,
        ["PARTICLE_API_URL is not https"]
    );
}

#[tokio::test]
async fn a_process_has_the_environment_of_lambda_and_no_other() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Function::start(&api, HANGS, [("LOG_LEVEL", "DEBUG")]).unwrap();
    let stdout = function.written("process ").await.stdout;
    assert!(stdout.contains(&format!("AWS_LAMBDA_RUNTIME_API={}", api.address())));
    assert!(stdout.contains(&"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256".to_owned()));
    assert!(stdout.contains(&"LOG_LEVEL=DEBUG".to_owned()));
    assert!(!stdout.iter().any(|line| line.starts_with("CARGO")));
    assert_eq!(function.stop().await.stdout, stdout);
    assert!(matches!(api.ready().await, Err(Failure::Ended { .. })));
}

#[tokio::test]
async fn a_process_can_have_arguments() {
    let api = RuntimeApi::start().await.unwrap();
    let nothing: [(&str, &str); 0] = [];
    let function =
        Function::start_with(&api, "/bin/echo", ["handler", "of events"], nothing).unwrap();
    assert_eq!(
        function.written("events").await.stdout,
        ["handler of events"]
    );
}

#[tokio::test]
async fn a_process_is_killed_with_its_handle() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Function::start(&api, HANGS, [("LOG_LEVEL", "INFO")]).unwrap();
    let stdout = function.written("process ").await.stdout;
    let id = stdout
        .iter()
        .find_map(|line| line.strip_prefix("process "))
        .unwrap();
    assert_eq!(function.id().unwrap().to_string(), id);
    let alive = || {
        Command::new("kill")
            .args(["-0", id])
            .output()
            .unwrap()
            .status
            .success()
    };
    assert!(alive());
    drop(function);
    assert!(matches!(api.ready().await, Err(Failure::Ended { .. })));
    assert!(!alive());
}

#[tokio::test]
async fn a_request_to_a_functions_url_is_an_event() {
    let api = Arc::new(RuntimeApi::start().await.unwrap());
    let url = FunctionUrl::start(Arc::clone(&api)).await.unwrap();
    let address = url.url().strip_prefix("http://").unwrap().to_owned();
    let function = Poller::of(&api);
    let serve = async {
        let (id, event) = function.next().await;
        let posted = format!("invocation/{id}/response");
        function.post(&posted, "{}").await;
        serde_json::from_str::<Json>(&event.body).unwrap()
    };
    let request = "POST /a%20b/?x=a+b%2Bc&x=2&y HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\
                   Cookie: one=1; two=2\r\nX-Tag: a\r\nX-Tag: b\r\nContent-Length: 4\r\n\r\nbody";
    let (_, event) = tokio::join!(exchange(&address, request), serve);
    for (place, expected) in [
        ("/version", json!("2.0")),
        ("/rawPath", json!("/a%20b/")),
        ("/rawQueryString", json!("x=a+b%2Bc&x=2&y")),
        ("/cookies", json!(["one=1", "two=2"])),
        ("/headers/x-tag", json!("a,b")),
        ("/headers/host", json!("other.example")),
        ("/requestContext/domainName", json!(address)),
        ("/requestContext/http/method", json!("POST")),
        ("/requestContext/http/path", json!("/a%20b/")),
        ("/body", json!("body")),
        ("/isBase64Encoded", json!(false)),
    ] {
        assert_eq!(event.pointer(place), Some(&expected), "{place}");
    }
}

#[tokio::test]
async fn what_a_function_answers_is_what_a_browser_gets() {
    let api = Arc::new(RuntimeApi::start().await.unwrap());
    let url = FunctionUrl::start(Arc::clone(&api)).await.unwrap();
    let address = url.url().strip_prefix("http://").unwrap().to_owned();
    let function = Poller::of(&api);
    let cases = [
        (
            json!({"statusCode": 302, "headers": {"location": "/x", "content-type": "text/plain"}, "cookies": ["a=1; Path=/", "b=2"], "body": "go"}),
            "302",
            vec![
                "location: /x",
                "content-type: text/plain",
                "set-cookie: a=1; Path=/",
                "set-cookie: b=2",
            ],
            "go",
        ),
        (json!({"statusCode": 204}), "204", vec![], ""),
        (
            json!({"ok": true}),
            "200",
            vec!["content-type: application/json"],
            r#"{"ok":true}"#,
        ),
        (
            json!({"statusCode": 200, "headers": {"a": "b\r\nc: d"}}),
            "502",
            vec![],
            "",
        ),
        (
            json!({"statusCode": 200, "isBase64Encoded": true}),
            "502",
            vec![],
            "",
        ),
        (json!({"statusCode": "200"}), "502", vec![], ""),
    ];
    let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    for (answer, status, headers, body) in cases {
        let serve = async {
            let (id, _) = function.next().await;
            let posted = format!("invocation/{id}/response");
            function.post(&posted, &answer.to_string()).await
        };
        let (got, _) = tokio::join!(exchange(&address, request), serve);
        assert_eq!(got.status(), status, "{answer}");
        let lines: Vec<_> = got.head.lines().collect();
        for header in headers {
            assert!(lines.contains(&header), "{header}: {lines:?}");
        }
        assert_eq!(got.body, body, "{answer}");
    }
    let report = async {
        let (id, _) = function.next().await;
        function.post(&format!("invocation/{id}/error"), "{}").await
    };
    let (got, _) = tokio::join!(exchange(&address, request), report);
    assert_eq!(got.status(), "502", "the function failed");
}
