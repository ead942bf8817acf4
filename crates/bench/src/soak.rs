//! The soak: one process, many directives of all kinds, and a cloud that fails at random.

mod mix;
mod report;
mod trend;

use std::fs;
use std::panic;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use particle_simulator::{Call, Home, Request};
use runtime_api::{Function, Outcome, RuntimeApi};
use serde_json::Value as Json;

use self::mix::Mix;
use self::trend::Trend;
use crate::cli::{Common, Soaking};
use crate::cloud::Cloud;
use crate::machine::Machine;
use crate::output;
use crate::process::Process;
use crate::program;
use crate::progress;

/// What the skill allows a directive here: a cloud that says nothing costs this each time.
const DEADLINE: Duration = Duration::from_millis(100);

/// What a busy machine may add to it: a process that waits for a processor is not late by its own fault.
const SLACK: Duration = Duration::from_millis(150);

/// When an answer is given up.
const LIMIT: Duration = Duration::from_secs(30);

/// How often memory and descriptors are looked at.
const LOOKS: u32 = 400;

/// No more than these are told of each kind.
const TOLD: usize = 10;

/// What was found.
#[derive(Debug)]
struct Found {
    machine: Machine,
    directives: u32,
    seed: u64,
    http2: bool,
    faults: u32,
    kinds: Vec<(&'static str, u32)>,
    took: Duration,
    slowest: Duration,
    /// Answers that came after the deadline and the slack.
    late: u32,
    /// What is wrong with answers, or with the log.
    wrong: Vec<String>,
    memory: Trend,
    descriptors: Trend,
}

impl Found {
    fn is_good(&self) -> bool {
        self.wrong.is_empty()
            && self.late == 0
            && self.memory.is_flat()
            && self.descriptors.is_flat()
    }
}

/// Soaks, prints and writes what came of it, and tells whether all is well.
pub(crate) async fn run(asked: &Soaking, common: &Common) -> anyhow::Result<bool> {
    let skill = program::skill(common)?;
    // A request that is kept waiting is given up long before: let the simulator forget it soon, too.
    let cloud = Cloud::start(&format!("timeout = \"1s\"\n{}", Home::SAMPLE), common.http2).await?;
    let api = RuntimeApi::start().await?;
    let mut variables = cloud.variables();
    variables.push(("DEADLINE_MS", DEADLINE.as_millis().to_string()));
    let function = Function::start(&api, &skill, variables)
        .with_context(|| format!("cannot start {}", skill.display()))?;
    let process = Process(function.id().context("it has ended")?);
    let mut mix = Mix::read(&program::events(), asked.seed)?;

    let every = (asked.directives / LOOKS).max(1);
    let mut found = Found {
        machine: Machine::look(None),
        directives: asked.directives,
        seed: asked.seed,
        http2: common.http2,
        faults: 0,
        kinds: Vec::new(),
        took: Duration::ZERO,
        slowest: Duration::ZERO,
        late: 0,
        wrong: Vec::new(),
        memory: Trend::default(),
        descriptors: Trend::default(),
    };
    let progress = progress::of("soak", usize::try_from(asked.directives)?)?;
    let began = Instant::now();
    for number in 0..asked.directives {
        let turn = mix.next();
        let fault = turn.fault;
        if let Some((target, fault)) = fault.clone() {
            cloud.set_fault(target, Some(fault));
            found.faults += 1;
        }
        let (outcome, timing) = api
            .invoke_timed(turn.event, LIMIT)
            .await
            .with_context(|| format!("directive {number}, {}", turn.name))?;
        let took = timing.answered - timing.handed_out;
        found.slowest = found.slowest.max(took);
        found.late += u32::from(took > DEADLINE + SLACK);
        let mut complain = |what: String| {
            found.wrong.push(format!(
                "directive {number}, {}, fault {fault:?}: {what}",
                turn.name
            ));
        };
        if let Some(problem) = problem_of(&outcome) {
            complain(problem);
        }
        for call in repeated(&cloud.take_requests()) {
            complain(format!("sent more than once: {call}"));
        }
        if let Some((target, _)) = fault {
            cloud.set_fault(target, None);
        }
        if number % every == 0 {
            found.memory.look(number, process.resident_kib()?);
            found
                .descriptors
                .look(number, process.descriptors()?.try_into()?);
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    found.took = began.elapsed();
    found.kinds = mix.counts();
    let log = function.stop().await;
    found.wrong.extend(problems_of_log(
        &log.stdout,
        asked.directives,
        &cloud.token(),
    ));

    report::print(&found, TOLD)?;
    fs::create_dir_all(&common.out)
        .with_context(|| format!("cannot write to {}", common.out.display()))?;
    for (name, text) in [
        ("soak.md", report::markdown(&found, TOLD)),
        ("soak.svg", report::plot(&found)),
    ] {
        let file = common.out.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        output::remark(format_args!("wrote {}", file.display()))?;
    }
    Ok(found.is_good())
}

/// The function calls that were sent again, though the one before may have been carried out. Where there is no such
/// function, as 404 says, nothing was.
fn repeated(requests: &[Request]) -> Vec<&Request> {
    let same = |one: &Request, other: &Request| {
        one.path == other.path && one.call == other.call && one.status != Some(404)
    };
    let calls: Vec<&Request> = requests
        .iter()
        .filter(|request| matches!(request.call, Call::Function { .. }))
        .collect();
    calls
        .iter()
        .enumerate()
        .filter(|(place, call)| calls.iter().take(*place).any(|earlier| same(earlier, call)))
        .map(|(_, call)| *call)
        .collect()
}

/// Why Alexa would not understand an answer; `None` if she does.
fn problem_of(outcome: &Outcome) -> Option<String> {
    let answer = match outcome {
        Outcome::Response(answer) => answer,
        Outcome::Error(report) => return Some(format!("the invocation failed: {report}")),
    };
    let shown = || String::from_utf8_lossy(answer);
    let parsed = match serde_json::from_slice(answer) {
        Err(error) => return Some(format!("no JSON, {error}: {}", shown())),
        Ok(parsed) => parsed,
    };
    // What must hold of it is said once, for the fuzzers; there it is a panic, whose message names what does not.
    let looked = panic::catch_unwind(|| fuzz_targets::response(&parsed));
    looked
        .err()
        .map(|_| format!("no answer of Alexa's: {}", shown()))
}

/// The log has one JSON record for each directive, and no token.
fn problems_of_log(lines: &[String], directives: u32, token: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if u32::try_from(lines.len()) != Ok(directives) {
        problems.push(format!(
            "{} records for {directives} directives",
            lines.len()
        ));
    }
    for line in lines {
        if line.contains(token) {
            problems.push("a record holds the access token".to_owned());
        }
        if serde_json::from_str::<serde_json::Map<String, Json>>(line).is_err() {
            problems.push(format!("a record that is no JSON object: {line}"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use runtime_api::Report;

    use super::*;

    #[test]
    fn an_answer_has_alexas_header() {
        let header = r#""namespace":"Alexa","name":"Response","messageId":"00000000-0000-4000-8000-000000000001","payloadVersion":"3""#;
        for (answer, good) in [
            (
                format!(r#"{{"event":{{"header":{{{header}}},"payload":{{}}}}}}"#),
                true,
            ),
            (format!(r#"{{"event":{{"header":{{{header}}}}}}}"#), false),
            (
                format!(r#"{{"event":{{"header":{{{header}}},"payload":{{}}}}"#),
                false,
            ),
            (
                format!(r#"{{"event":{{"header":{{{header}}},"payload":{{}}}}}}"#)
                    .replace("\"Alexa\"", "\"Siri\""),
                false,
            ),
            (
                format!(r#"{{"event":{{"header":{{{header}}},"payload":{{}}}}}}"#)
                    .replace("\"Response\"", "\"StateRapport\""),
                false,
            ),
            (
                format!(r#"{{"event":{{"header":{{{header}}},"payload":{{"value":null}}}}}}"#),
                false,
            ),
            ("null".to_owned(), false),
        ] {
            let problem = problem_of(&Outcome::Response(answer.clone().into()));
            assert_eq!(problem.is_none(), good, "{answer}: {problem:?}");
        }
        let report = Report {
            kind: "Defect".to_owned(),
            body: "{}".into(),
        };
        assert!(problem_of(&Outcome::Error(report)).is_some());
    }

    #[test]
    fn a_call_is_the_same_with_the_same_argument_only() {
        let request = |function: &str, argument: &str| Request {
            method: "POST".to_owned(),
            path: format!("/v1/devices/lamp/{function}"),
            device: None,
            call: Call::Function {
                name: function.to_owned(),
                argument: argument.to_owned(),
            },
            return_value: None,
            status: Some(200),
        };
        let read = Request {
            call: Call::List,
            ..request("power", "")
        };
        let twice = [request("power", "on"), request("power", "on")];
        assert_eq!(repeated(&twice), [&twice[1]]);
        let unknown = Request {
            status: Some(404),
            ..request("power", "on")
        };
        assert!(repeated(&[unknown, request("power", "on")]).is_empty());
        let others = [
            request("power", "on"),
            request("power", "off"),
            request("mode", "on"),
            read.clone(),
            read,
        ];
        assert!(repeated(&others).is_empty());
    }

    #[test]
    fn a_log_has_a_record_for_each_directive_and_no_token() {
        let record = |text: &str| vec![text.to_owned()];
        assert!(problems_of_log(&record("{}"), 1, "secret").is_empty());
        for (lines, directives) in [
            (record("{}"), 2),
            (record(r#"{"token":"secret"}"#), 1),
            (record("panicked"), 1),
        ] {
            assert_eq!(
                problems_of_log(&lines, directives, "secret").len(),
                1,
                "{lines:?}"
            );
        }
    }
}
