//! The real host: the `skill` binary under a Lambda Runtime API, one answer for each event.
//!
//! `SKILL_BINARY` names another build of it, such as the one that is deployed.

use std::ffi::OsString;
use std::time::{Duration, SystemTime};

use particle_simulator::{Certificate, Home, Simulator};
use runtime_api::{Failure, Function, Outcome, RuntimeApi};
use serde_json::Value as Json;

use crate::world::{World, ca_file, event, event_names, outcome as outcome_of, stable};

pub(crate) const LIMIT: Duration = Duration::from_secs(8);

pub(crate) fn binary() -> OsString {
    std::env::var_os("SKILL_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_skill").into())
}

#[tokio::test]
async fn the_binary_answers_each_event_as_the_library_does() {
    let names = event_names();

    let simulator = Simulator::start(Home::sample()).await.unwrap();
    let api = RuntimeApi::start().await.unwrap();
    let function = Function::start(
        &api,
        binary(),
        [
            ("PARTICLE_API_URL", simulator.url()),
            ("LOG_LEVEL", "debug".to_owned()),
        ],
    )
    .unwrap();
    // One process and one cloud for all, as in production; the library's turns go the same way.
    let world = World::sample().await;
    let mut most_calls = 0;
    for name in &names {
        let Outcome::Response(answer) = api.invoke(event(name), LIMIT).await.unwrap() else {
            panic!("{name}: the invocation failed");
        };
        let answer: Json = serde_json::from_slice(&answer).unwrap();
        let (expected, _) = world.send_file(name).await;
        assert_eq!(stable(answer), stable(expected), "{name}");
        most_calls = most_calls.max(world.requests().len());
    }
    // The calls of one directive may go out together; those of all share the connections.
    assert!(
        simulator.connections() <= most_calls,
        "connections are kept between directives"
    );

    let output = function.stop().await;
    let records: Vec<Json> = output
        .stdout
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len(), names.len(), "one record for each directive");
}

#[tokio::test]
async fn an_event_that_is_no_object_fails_the_invocation_and_not_the_process() {
    let simulator = Simulator::start(Home::sample()).await.unwrap();
    let api = RuntimeApi::start().await.unwrap();
    let _function =
        Function::start(&api, binary(), [("PARTICLE_API_URL", simulator.url())]).unwrap();
    let Outcome::Error(report) = api.invoke("[]", LIMIT).await.unwrap() else {
        panic!("an answer to nobody")
    };
    assert!(
        report.to_string().contains("is no directive of Alexa's"),
        "{report}"
    );
    let next = api
        .invoke(event("PowerController.TurnOn"), LIMIT)
        .await
        .unwrap();
    assert!(matches!(next, Outcome::Response(_)));
}

#[tokio::test]
async fn a_bad_setting_stops_the_start_with_its_mend() {
    let api = RuntimeApi::start().await.unwrap();
    let settings = [("PARTICLE_API_URL", "http://api.particle.io")];
    let function = Function::start(&api, binary(), settings).unwrap();
    let failure = api.ready().await.unwrap_err();
    assert!(matches!(failure, Failure::Ended { .. }), "{failure}");
    let log = function.stop().await.stdout.join("\n");
    assert!(log.contains("PARTICLE_API_URL"), "{log}");
    assert!(log.contains("must start with https://"), "{log}");
}

/// The bench is described by nothing else.
#[tokio::test]
async fn the_profiles_of_a_file_count() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/devices.toml");
    let profile = "[[profile]]\nfunctions = \"digitalwrite\"\n[[profile.alexa]]\nname = \"From a file\"\npower = { tinker = \"D7\" }\n";
    std::fs::write(file, profile).unwrap();
    let simulator = Simulator::start(Home::sample()).await.unwrap();
    let api = RuntimeApi::start().await.unwrap();
    let settings = [
        ("PARTICLE_API_URL", simulator.url()),
        ("DEVICES_FILE", file.to_owned()),
    ];
    let _function = Function::start(&api, binary(), settings).unwrap();
    let answer = api
        .invoke(event("Discovery.Discover"), LIMIT)
        .await
        .unwrap();
    let Outcome::Response(answer) = answer else {
        panic!("the invocation failed")
    };
    let answer: Json = serde_json::from_slice(&answer).unwrap();
    let endpoints = answer.pointer("/event/payload/endpoints").unwrap();
    let mut endpoints = endpoints.as_array().unwrap().iter();
    assert!(endpoints.any(|endpoint| endpoint["friendlyName"] == "From a file"));
}

#[tokio::test]
async fn a_file_of_profiles_that_is_not_there_stops_the_start() {
    let api = RuntimeApi::start().await.unwrap();
    let settings = [("DEVICES_FILE", "/nowhere/devices.toml")];
    let function = Function::start(&api, binary(), settings).unwrap();
    assert!(matches!(
        api.ready().await.unwrap_err(),
        Failure::Ended { .. }
    ));
    let log = function.stop().await.stdout.join("\n");
    assert!(
        log.contains("DEVICES_FILE /nowhere/devices.toml: "),
        "{log}"
    );
}

/// The function's own timeout counts where it is sooner than the setting.
#[tokio::test]
async fn the_invocations_deadline_is_kept() {
    let simulator = Simulator::start(Home::sample()).await.unwrap();
    simulator.set_fault(
        particle_simulator::Target::Cloud,
        Some(particle_simulator::Fault::Silent),
    );
    let api = RuntimeApi::start().await.unwrap();
    let _function =
        Function::start(&api, binary(), [("PARTICLE_API_URL", simulator.url())]).unwrap();
    let answer = api
        .invoke(event("PowerController.TurnOn"), Duration::from_millis(1000))
        .await
        .unwrap();
    let Outcome::Response(answer) = answer else {
        panic!("no answer in time")
    };
    let answer: Json = serde_json::from_slice(&answer).unwrap();
    assert_eq!(
        answer.pointer("/event/payload/type"),
        Some(&Json::from("ENDPOINT_UNREACHABLE"))
    );
}

/// With so little time the allowance for what came before the process is all of it.
#[tokio::test]
async fn a_start_that_a_directive_waits_for_is_taken_off_its_time() {
    for (initialization_type, requests) in [("on-demand", 1), ("provisioned-concurrency", 2)] {
        let simulator = Simulator::start(Home::sample()).await.unwrap();
        let api = RuntimeApi::start().await.unwrap();
        let settings = [
            ("PARTICLE_API_URL", simulator.url()),
            (
                "AWS_LAMBDA_INITIALIZATION_TYPE",
                initialization_type.to_owned(),
            ),
            ("DEADLINE_MS", "250".to_owned()),
        ];
        let _function = Function::start(&api, binary(), settings).unwrap();
        for _ in 0..2 {
            let turn_on = event("PowerController.TurnOn");
            let outcome = api.invoke(turn_on, LIMIT).await.unwrap();
            assert!(matches!(outcome, Outcome::Response(_)));
        }
        assert_eq!(
            simulator.requests().len(),
            requests,
            "{initialization_type}"
        );
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_written_costs_no_answer() {
    let simulator = Simulator::start(Home::sample()).await.unwrap();
    let api = RuntimeApi::start().await.unwrap();
    let into_full = ["-c".into(), "exec \"$0\" >/dev/full".into(), binary()];
    let settings = [("PARTICLE_API_URL", simulator.url())];
    let _function = Function::start_with(&api, "/bin/sh", into_full, settings).unwrap();
    let answer = api.invoke(event("PowerController.TurnOn"), LIMIT).await;
    assert!(matches!(answer, Ok(Outcome::Response(_))), "{answer:?}");
}

/// `cargo lambda watch` names a deadline of ten minutes after the epoch. One of a moment ago was missed, and nobody waits
/// any more for what would be sent.
#[tokio::test]
async fn a_deadline_of_long_ago_is_none_and_one_just_missed_is_one() {
    let now = SystemTime::now();
    let cases = [
        (
            SystemTime::UNIX_EPOCH + Duration::from_secs(600),
            "Response",
            1,
        ),
        (now - Duration::from_secs(3600), "ENDPOINT_UNREACHABLE", 0),
        (now, "ENDPOINT_UNREACHABLE", 0),
    ];
    for (deadline, expected, requests) in cases {
        let simulator = Simulator::start(Home::sample()).await.unwrap();
        let api = RuntimeApi::start().await.unwrap();
        let _function =
            Function::start(&api, binary(), [("PARTICLE_API_URL", simulator.url())]).unwrap();
        let answer = api
            .invoke_with_deadline(event("PowerController.TurnOn"), LIMIT, deadline)
            .await
            .unwrap();
        let Outcome::Response(answer) = answer else {
            panic!("no answer")
        };
        let answer: Json = serde_json::from_slice(&answer).unwrap();
        assert_eq!(outcome_of(&answer), expected, "{deadline:?}");
        assert_eq!(simulator.requests().len(), requests, "{deadline:?}");
    }
}

/// Between directives Lambda freezes the process, and the cloud hangs up meanwhile. What is sent on such a connection is lost,
/// or, worse, nobody can tell whether it is: the process has to notice first, however soon after the thaw the directive comes.
#[tokio::test]
async fn a_directive_after_a_freeze_runs_once() {
    let plain = Simulator::builder(Home::sample());
    let tls = plain.clone().tls(Certificate::Trusted);
    for (protocol, cloud) in [
        ("http", plain),
        ("https", tls.clone()),
        ("HTTP/2", tls.http2()),
    ] {
        let simulator = cloud.start().await.unwrap();
        simulator.set_keep_alive(Some(Duration::from_millis(200)));
        let api = RuntimeApi::start().await.unwrap();
        let mut settings = vec![("PARTICLE_API_URL", simulator.url())];
        if let Some(file) = ca_file(&simulator) {
            settings.push((
                "PARTICLE_CA_FILE",
                file.into_os_string().into_string().unwrap(),
            ));
        }
        let function = Function::start(&api, binary(), settings).unwrap();
        let turn_on = || api.invoke(event("PowerController.TurnOn"), LIMIT);
        let is_done = |outcome: Result<Outcome, Failure>| {
            let Outcome::Response(answer) = outcome.unwrap() else {
                panic!("the invocation failed");
            };
            let answer: Json = serde_json::from_slice(&answer).unwrap();
            let requests = simulator.take_requests();
            let requests: Vec<String> = requests.iter().map(ToString::to_string).collect();
            assert_eq!(outcome_of(&answer), "Response", "{protocol}: {requests:?}");
            let once =
                "POST /v1/devices/cafe00000000000000000001/setPower \"on\" → 200, returned 1";
            assert_eq!(requests, [once], "{protocol}");
        };
        is_done(turn_on().await);
        for connections in 2..6 {
            function.freeze().unwrap();
            simulator.hung_up().await;
            let outcome = if connections % 2 == 0 {
                function.thaw().unwrap();
                turn_on().await
            } else {
                // As at Lambda: the directive is there when the process awakes.
                let thaw = async {
                    // All of this side is in this thread, so after some turns the directive is in the process's socket.
                    for _ in 0..100 {
                        tokio::task::yield_now().await;
                    }
                    function.thaw().unwrap();
                };
                tokio::join!(turn_on(), thaw).0
            };
            is_done(outcome);
            assert_eq!(simulator.connections(), connections, "{protocol}");
        }
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
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
