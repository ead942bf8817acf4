//! `send`: to the simulator, to an account, to a running function.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use crate::program::{Program, Simulator};

const TOKEN: &str = "decafbaddecafbaddecafbaddecafbaddecafbad";
const OTHER_TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// A directive to the desk lamp of the sample home.
fn turn_on(token: &str) -> String {
    serde_json::json!({ "directive": {
        "header": {
            "namespace": "Alexa.PowerController",
            "name": "TurnOn",
            "messageId": "1",
            "correlationToken": "2",
            "payloadVersion": "3",
        },
        "endpoint": {
            "scope": { "type": "BearerToken", "token": token },
            "endpointId": "cafe00000000000000000001",
            "cookie": {},
        },
        "payload": {},
    } })
    .to_string()
}

#[test]
fn the_simulator_is_there_for_any_directive() {
    let outcome = Program::new(&["send", "-"])
        .secret(TOKEN)
        .input(&turn_on(TOKEN))
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(outcome.stderr, "");
    let answer = outcome.json();
    assert_eq!(answer["event"]["header"]["correlationToken"], "2");
    assert_eq!(answer["context"]["properties"][0]["value"], "ON");

    let outcome = Program::new(&["send", "--json", "turn-on.json"])
        .secret(TOKEN)
        .file("turn-on.json", &turn_on(TOKEN))
        .run();
    let sent = outcome.json();
    assert_eq!(sent["record"]["outcome"], "Response");
    assert_eq!(
        sent["particleCalls"][1],
        "POST /v1/devices/cafe00000000000000000001/setPower \"on\" → 200, returned 1"
    );
}

#[test]
fn an_error_of_alexas_is_1() {
    let outcome = Program::new(&["send", "-"])
        .secret(OTHER_TOKEN)
        .input(&turn_on(OTHER_TOKEN))
        .run();
    assert_eq!(outcome.status, 1);
    assert_eq!(
        outcome.json()["event"]["payload"]["type"],
        "INVALID_AUTHORIZATION_CREDENTIAL"
    );
    assert!(
        outcome.stderr.contains("The simulator takes the token"),
        "{outcome:?}"
    );
    assert_eq!(Program::new(&["send", "-"]).input("{}").run().status, 1);
}

#[test]
fn no_answer_is_2() {
    for (file, input, words) in [
        ("-", "turn it on", "standard input is no JSON"),
        ("-", "[]", "the event is no directive"),
        ("nowhere.json", "", "cannot read nowhere.json"),
    ] {
        let outcome = Program::new(&["send", file]).input(input).run();
        assert_eq!(
            (outcome.status, outcome.stdout.as_str()),
            (2, ""),
            "{outcome:?}"
        );
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
}

#[test]
fn an_account_gets_the_directive_with_the_users_token() {
    let mut simulator = Simulator::start();
    let outcome = Program::new(&["send", "--account", "-"])
        .token(&simulator.token)
        .variable("PARTICLE_API_URL", &simulator.url)
        .input(&turn_on("a token that is no good"))
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let requests = simulator.requests(2);
    assert_eq!(requests[1]["return_value"], 1, "{requests:?}");

    let outcome = Program::new(&["send", "--account", "-"])
        .token(TOKEN)
        .input("{}")
        .run();
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("no scope to put your token in"),
        "{outcome:?}"
    );
}

/// A function that answers one invocation, and gives the first line and the body of the request.
fn function(answer: &'static str) -> (String, thread::JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let invoked = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(&stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_lowercase());
        }
        let length = head
            .iter()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.unwrap().parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let head_of_answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        (&stream)
            .write_all((head_of_answer + answer).as_bytes())
            .unwrap();
        (head.swap_remove(0), String::from_utf8(body).unwrap())
    });
    (url, invoked)
}

#[test]
fn a_running_function_is_invoked() {
    let answer = r#"{"event":{"header":{"name":"Response"},"payload":{}}}"#;
    for (arguments, path, expected) in [
        (
            &[][..],
            "",
            "post /2015-03-31/functions/skill/invocations http/1.1",
        ),
        (
            &["--function", "Other"],
            "/",
            "post /2015-03-31/functions/other/invocations http/1.1",
        ),
        (&[], "/invoke?now=1", "post /invoke?now=1 http/1.1"),
    ] {
        let (url, invoked) = function(answer);
        let outcome = Program::new(
            &["send", "-", "--url", &format!("{url}{path}")]
                .into_iter()
                .chain(arguments.iter().copied())
                .collect::<Vec<_>>(),
        )
        .secret(OTHER_TOKEN)
        .input(&turn_on(OTHER_TOKEN))
        .run();
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert_eq!(outcome.json()["event"]["header"]["name"], "Response");
        assert_eq!(
            invoked.join().unwrap(),
            (expected.to_owned(), turn_on(OTHER_TOKEN))
        );
    }
}

#[test]
fn a_function_that_fails_gives_no_answer() {
    for (answer, words) in [
        (
            r#"{"errorType":"Exit","errorMessage":"it broke"}"#,
            "the function failed with status 200 OK: it broke",
        ),
        ("not here", "no JSON; is the function called \"skill\"?"),
    ] {
        let (url, invoked) = function(answer);
        let outcome = Program::new(&["send", "-", "--url", &url])
            .input(&turn_on(TOKEN))
            .run();
        invoked.join().unwrap();
        assert_eq!(outcome.status, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
    for (url, words) in [
        (
            crate::program::deserted().as_str(),
            "nothing answers at http://127.0.0.1:",
        ),
        ("https://localhost:9000", "speak no https"),
        ("localhost:9000", "write it like http://localhost:9000"),
    ] {
        let outcome = Program::new(&["send", "-", "--url", url])
            .input(&turn_on(TOKEN))
            .run();
        assert_eq!(outcome.status, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
}
