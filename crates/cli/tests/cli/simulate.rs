//! `simulate`.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;

use particle_simulator::Home;

use crate::program::{Program, Simulator};

#[test]
fn it_says_how_to_use_it_and_shows_each_request() {
    let mut program = Program::new(&["simulate", "--listen", "127.0.0.1:0"]);
    let mut child = program.start();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let mut welcome = Vec::new();
    for line in lines.by_ref() {
        let last = line.starts_with("Requests appear here");
        welcome.push(line);
        if last {
            break;
        }
    }
    let welcome = welcome.join("\n");
    let url = welcome
        .split_whitespace()
        .find(|word| word.starts_with("http://127.0.0.1:"))
        .unwrap();
    assert!(welcome.contains("hall_lights"), "{welcome}");
    assert!(welcome.contains("cafe00000000000000000009"), "{welcome}");
    assert!(welcome.contains("curl -H"), "{welcome}");
    let token = welcome
        .split_whitespace()
        .find_map(|word| word.strip_prefix("PARTICLE_ACCESS_TOKEN="))
        .unwrap();

    let outcome = Program::new(&["devices", "--api-url", url])
        .token(token)
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(lines.next().unwrap(), "● GET /v1/devices → 200");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn over_tls_it_says_whom_to_trust() {
    let mut program = Program::new(&[
        "simulate",
        "--listen",
        "127.0.0.1:0",
        "--tls",
        "--ca-file",
        "ca.pem",
    ]);
    let mut child = program.start();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let welcome: Vec<String> = lines
        .map(Result::unwrap)
        .take_while(|line| !line.starts_with("Requests appear here"))
        .collect();
    let file = program.folder().canonicalize().unwrap().join("ca.pem");
    let trust = format!("  export PARTICLE_CA_FILE={}", file.display());
    let curl = r#"  curl --cacert "$PARTICLE_CA_FILE" -H "Authorization: Bearer $PARTICLE_ACCESS_TOKEN" \"#;
    for expected in ["  export PARTICLE_API_URL=https://127.0.0.1:", &trust, curl] {
        let is_said = welcome.iter().any(|line| line.starts_with(expected));
        assert!(is_said, "{expected} is not in {welcome:#?}");
    }
    let authority = std::fs::read_to_string(file).unwrap();
    assert!(authority.starts_with("-----BEGIN CERTIFICATE-----\n"));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Each is refused by the skill's own client, for the reason that it has.
#[test]
fn a_certificate_may_be_one_that_clients_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let file = file.to_str().unwrap();
    for (certificate, status, reason) in [
        ("trusted", 0, ""),
        ("untrusted", 2, "invalid peer certificate: BadSignature"),
        (
            "wrong-name",
            2,
            "invalid peer certificate: certificate not valid for name",
        ),
        (
            "expired",
            2,
            "invalid peer certificate: certificate expired",
        ),
    ] {
        let options = ["--tls", "--ca-file", file, "--certificate", certificate];
        let simulator = Simulator::start_with(&options);
        let outcome = Program::new(&["devices", "--api-url", &simulator.url])
            .token(&simulator.token)
            .variable("PARTICLE_CA_FILE", file)
            .run();
        assert_eq!(outcome.status, status, "{certificate}: {outcome:?}");
        assert!(
            outcome.stderr.contains(reason),
            "{certificate}: {outcome:?}"
        );
    }
    for (options, expected) in [
        (&["--certificate", "expired"][..], "--tls"),
        (
            &["--tls", "--ca-file", file, "--certificate", "old"],
            "wrong-name",
        ),
    ] {
        let outcome = Program::new(&[&["simulate"], options].concat()).run();
        assert_eq!(outcome.status, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(expected), "{outcome:?}");
    }
}

#[test]
fn it_says_where_to_sign_in_for_a_client() {
    let home = r#"
        [[client]]
        id = "my-skill-1"
        secret = "hush"
        redirect_uri = "http://127.0.0.1:9124/callback"
    "#;
    let arguments = ["simulate", "--listen", "127.0.0.1:0", "--home", "home.toml"];
    let mut program = Program::new(&arguments).file("home.toml", home);
    let mut child = program.start();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let welcome: Vec<String> = lines
        .map(Result::unwrap)
        .take_while(|line| !line.starts_with("Requests appear here"))
        .collect();
    let page = "/oauth/authorize?response_type=code&client_id=my-skill-1\
                &redirect_uri=http%3A%2F%2F127.0.0.1%3A9124%2Fcallback&state=x";
    assert!(
        welcome.iter().any(|line| line.ends_with(page)),
        "{welcome:#?}"
    );
    assert!(
        !welcome.iter().any(|line| line.contains("hush")),
        "{welcome:#?}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_port_in_use_is_said_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let outcome = Program::new(&["simulate", "--listen", &address]).run();
    assert_eq!(outcome.status, 2);
    insta::assert_snapshot!(outcome.stderr.replace(&address, "ADDRESS"), @r"error: ADDRESS is in use, perhaps by another simulator; `--listen 127.0.0.1:0` takes a free port");
    let outcome = Program::new(&["simulate", "--listen", "192.0.2.1:80"]).run();
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("loopback"), "{outcome:?}");
}

#[test]
fn the_sample_home_is_a_file_to_start_from() {
    let outcome = Program::new(&["simulate", "--print-home"]).run();
    assert_eq!(outcome.stdout.trim(), Home::SAMPLE.trim());
    let tour = Program::new(&["try", "--script", "--home", "home.toml"])
        .file("home.toml", &outcome.stdout)
        .run();
    assert_eq!(tour.status, 0, "{tour:?}");
}
