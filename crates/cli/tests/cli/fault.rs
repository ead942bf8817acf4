//! `fault`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use serde_json::json;

use crate::program::{Outcome, Program, Simulator, deserted};

fn fault(simulator: &Simulator, arguments: &[&str]) -> Outcome {
    Program::new(&[&["fault"], arguments].concat())
        .variable("PARTICLE_API_URL", &simulator.url)
        .run()
}

#[test]
fn faults_are_set_shown_and_lifted() {
    let simulator = Simulator::start();
    let said = |arguments: &[&str]| {
        let outcome = fault(&simulator, arguments);
        assert_eq!(outcome.status, 0, "{outcome:?}");
        outcome.stdout
    };
    let nothing = "Nothing is wrong: no fault is set.\n";
    assert_eq!(said(&["list"]), nothing);
    said(&["set", "porch", "silent"]);
    let calls = ["--only", "function,variable", "--times", "2"];
    said(&[&["set", "--cloud", "rate-limited"], &calls[..]].concat());
    said(&["set", "cafe00000000000000000001", "slow=300ms"]);
    let spread = r#"slow={ median = "200ms", p99 = "2s" }"#;
    said(&["set", "web_led", "--only=ping", spread, "--times=1"]);
    insta::assert_snapshot!(said(&["list"]), @r#"
    Where       Fault                                 When
    ────────────────────────────────────────────────────────────────────────────────
    the cloud   rate-limited                          only function, variable; the
                                                      next 2
    desk_lamp   slow=300ms
    web_led     slow={ median = "200ms", p99 = "2s"   only ping; the next 1
                }
    porch       silent
    "#);
    assert!(!said(&["clear", "--cloud"]).contains("cloud"));
    assert!(!said(&["clear", "porch"]).contains("porch"));
    assert_eq!(said(&["clear"]), nothing);
}

#[test]
fn a_fault_strikes_what_it_is_for() {
    let simulator = Simulator::start();
    for (kind, status) in [("function", 0), ("list", 2)] {
        let set = ["set", "--cloud", "unavailable", "--only", kind];
        assert_eq!(fault(&simulator, &set).status, 0);
        let devices = Program::new(&["devices", "--api-url", &simulator.url]);
        let outcome = devices.token(&simulator.token).run();
        assert_eq!(outcome.status, status, "{kind}: {outcome:?}");
    }
}

#[test]
fn scripts_get_json() {
    let simulator = Simulator::start();
    fault(&simulator, &["set", "porch", "silent"]);
    let set = ["set", "--cloud", "slow=1s", "--times", "3", "--json"];
    let expected = json!({
        "cloud": { "fault": { "slow": "1s" }, "when": { "times": 3 } },
        "devices": [{
            "id": "cafe00000000000000000003",
            "name": "porch",
            "fault": "silent",
            "when": {},
        }],
    });
    assert_eq!(fault(&simulator, &set).json(), expected);
    assert_eq!(fault(&simulator, &["list", "--json"]).json(), expected);
}

#[test]
fn connections_that_are_refused_come_back() {
    let simulator = Simulator::start();
    let set = ["set", "--cloud", "refused", "--for", "1ms"];
    let outcome = fault(&simulator, &set);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(outcome.stdout.contains("refused"), "{outcome:?}");
    while fault(&simulator, &["list"]).status != 0 {}
}

#[test]
fn a_mistake_is_told_with_its_mend() {
    let simulator = Simulator::start();
    let cases: [(&[&str], &str); 10] = [
        (
            &["set", "attick", "silent"],
            "error: no device has the id or the name `attick`; there are: desk_lamp, ",
        ),
        (
            &["clear", "attick"],
            "error: no device has the id or the name `attick`; there are: desk_lamp, ",
        ),
        (
            &["set", "porch", "refused"],
            "error: connections are refused by the cloud, not by a device",
        ),
        (
            &["set", "--cloud", "refused"],
            "error: while connections are refused, nobody can ask for their end",
        ),
        (
            &["set", "porch", "sad"],
            "error: `sad` is no fault: unknown variant `sad`, expected one of",
        ),
        (
            &["set", "porch", "slow"],
            "error: `slow` is no fault: it has a value, such as `slow=300ms`",
        ),
        (
            &["set", "silent"],
            "error: name a device and a fault, or --cloud and a fault: ",
        ),
        (
            &["set", "--cloud", "porch", "silent"],
            "error: name a device and a fault, or --cloud and a fault: ",
        ),
        (
            &["set", "porch", "silent", "--only", "call"],
            "error: invalid value 'call' for '--only <KIND>'\n  [possible values: list, device, function, variable, ping, update, account, authorize, clients, token]\n",
        ),
        (
            &["set", "porch", "silent", "--times", "0"],
            "error: a fault strikes at least once",
        ),
    ];
    for (arguments, expected) in cases {
        let outcome = fault(&simulator, arguments);
        assert_eq!(outcome.status, 2, "{arguments:?}: {outcome:?}");
        assert!(
            outcome.stderr.starts_with(expected),
            "{arguments:?}: {outcome:?}"
        );
    }
    assert!(fault(&simulator, &["list"]).stdout.starts_with("Nothing"));
}

#[test]
fn only_a_simulator_on_this_machine_is_told_anything() {
    let cases = [
        (
            "https://api.particle.io",
            "error: invalid value 'https://api.particle.io' for '--url <URL>': faults are for a simulator on this machine, and api.particle.io is not",
        ),
        (
            "http://127.0.0.1.elsewhere.example",
            "error: invalid value 'http://127.0.0.1.elsewhere.example' for '--url <URL>': faults are for a simulator",
        ),
        (
            "http://192.0.2.1:9123",
            "error: invalid value 'http://192.0.2.1:9123' for '--url <URL>': faults are for a simulator",
        ),
        (
            "127.0.0.1:9123",
            "error: invalid value '127.0.0.1:9123' for '--url <URL>': write it like http://127.0.0.1:9123",
        ),
        (
            "http://127.0.0.1:9123/v1",
            "error: invalid value 'http://127.0.0.1:9123/v1' for '--url <URL>': write no more than",
        ),
        (
            &deserted(),
            "error: no simulator answers at http://127.0.0.1:",
        ),
        (
            &something_else(),
            "error: something answers at http://127.0.0.1:",
        ),
    ];
    for (url, expected) in cases {
        let outcome = Program::new(&["fault", "set", "--cloud", "silent", "--url", url]).run();
        assert_eq!(outcome.status, 2, "{url}: {outcome:?}");
        assert!(outcome.stderr.starts_with(expected), "{url}: {outcome:?}");
    }
}

/// The address of a server that is no simulator; it answers one request.
fn something_else() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = connection.read(&mut request).unwrap();
        // Nothing is ordered before it has proved to be a simulator.
        assert!(request[..length].starts_with(b"GET "));
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"ok\":true}";
        connection.write_all(answer.as_bytes()).unwrap();
    });
    format!("http://{address}")
}

#[test]
fn over_tls_the_authority_is_to_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let file = file.to_str().unwrap();
    let simulator = Simulator::start_with(&["--tls", "--ca-file", file]);
    let outcome = fault(&simulator, &["list"]);
    assert_eq!(outcome.status, 2);
    let expected = format!(
        "error: {} shows a certificate that nothing vouches for; --ca-file names the file that `simulate --tls` wrote\n",
        simulator.url
    );
    assert_eq!(outcome.stderr, expected);
    let outcome = fault(&simulator, &["list", "--ca-file", file]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let outcome = fault(&simulator, &["list", "--ca-file", "nothing.pem"]);
    assert!(
        outcome
            .stderr
            .starts_with("error: nothing.pem holds no certificate"),
        "{outcome:?}"
    );
}

#[test]
fn failures_are_worded_in_the_dialect_that_is_chosen() {
    let simulator = Simulator::start_with(&["--dialect", "documented"]);
    let worded = |arguments: &[&str]| {
        let outcome = fault(&simulator, &[&["dialect"], arguments].concat());
        assert_eq!(outcome.status, 0, "{outcome:?}");
        outcome.stdout
    };
    let expected = "Failures are worded in the documented dialect.\n";
    assert_eq!(worded(&[]), expected);
    let expected = "Failures are worded in the legacy dialect.\n";
    assert_eq!(worded(&["legacy"]), expected);
    assert_eq!(worded(&[]), expected);
    let outcome = fault(&simulator, &["dialect", "--json"]);
    assert_eq!(outcome.json(), json!({ "dialect": "legacy" }));
    // It is no fault.
    assert!(fault(&simulator, &["list"]).stdout.starts_with("Nothing"));
    let outcome = fault(&simulator, &["dialect", "old"]);
    assert_eq!(outcome.status, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("documented"), "{outcome:?}");
}

#[test]
fn the_certificate_changes_while_the_simulator_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let file = file.to_str().unwrap();
    let simulator = Simulator::start_with(&["--tls", "--ca-file", file]);
    for certificate in ["untrusted", "wrong-name", "expired", "trusted"] {
        let outcome = fault(&simulator, &["certificate", certificate, "--ca-file", file]);
        let expected = format!("New connections are shown the {certificate} certificate.\n");
        assert_eq!(outcome.stdout, expected, "{outcome:?}");
        // Orders are taken all the same.
        let outcome = fault(&simulator, &["certificate", "--json", "--ca-file", file]);
        assert_eq!(
            outcome.json(),
            json!({ "certificate": certificate, "dialect": "current" })
        );
    }

    let plain = Simulator::start_with(&[]);
    let outcome = fault(&plain, &["certificate"]);
    assert_eq!(
        outcome.stdout,
        "It serves http, and shows no certificate.\n"
    );
    let outcome = fault(&plain, &["certificate", "expired"]);
    assert_eq!(outcome.status, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("with TLS"), "{outcome:?}");
}
