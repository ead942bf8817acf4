//! The program itself, with few rounds and without optimization: that it measures everything, not how fast that is.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

fn bench(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(arguments)
        .args(["--debug", "--out"])
        .arg(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_quick_run_measures_everything() {
    let folder = tempfile::tempdir().unwrap();
    let run = bench(folder.path(), &["--quick"]);
    let (printed, remarks) = (text(&run.stdout), text(&run.stderr));
    // Without optimization bars are missed, which is no failure unless it is asked for.
    assert_eq!(run.status.code(), Some(0), "{remarks}");
    for title in [
        "The bars",
        "Time of a directive, warm",
        "Cold start",
        "Calls to Particle and connections",
        "Peak memory",
        "TurnOn per second",
        "Package",
    ] {
        assert!(printed.contains(title), "{title}\n{printed}");
    }
    let widest = printed.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(100), "{printed}");
    assert!(!printed.contains('\u{1b}'), "colours in a pipe");

    let report: Json =
        serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    let rows = |measure: &str| report[measure].as_array().unwrap().clone();
    let skill = |measure: &str| -> Vec<Json> {
        let rows = rows(measure).into_iter();
        rows.filter(|row| row["who"] == "skill").collect()
    };
    assert_eq!(report["provisional"], true);
    for (measure, count) in [
        ("cold", 1),
        ("warm", 10),
        ("calls", 5),
        ("memory", 1),
        ("size", 1),
        ("throughput", 1),
    ] {
        assert_eq!(skill(measure).len(), count, "{measure}");
        let floor = rows(measure).iter().any(|row| row["who"] == "floor");
        assert!(floor, "{measure}");
    }
    let calls = skill("calls");
    let turn_on = calls
        .iter()
        .find(|calls| calls["of"]["Only"] == "TurnOn")
        .unwrap();
    assert_eq!(turn_on["calls"], turn_on["directives"]);
    assert_eq!(turn_on["handshakes"], 1);

    let markdown = fs::read_to_string(folder.path().join("report.md")).unwrap();
    assert!(markdown.contains("| skill, TurnOn |"), "{markdown}");
    let plot = fs::read_to_string(folder.path().join("report.svg")).unwrap();
    assert!(plot.starts_with("<svg ") && plot.ends_with("</svg>\n"));
}

#[test]
fn a_short_soak_finds_every_answer_as_it_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let run = bench(folder.path(), &["soak", "--directives", "200"]);
    let (printed, remarks) = (text(&run.stdout), text(&run.stderr));
    assert_eq!(run.status.code(), Some(0), "{remarks}");
    // Whether memory is flat so few do not tell, nor is a time asserted.
    assert!(printed.contains("200 directives"), "{printed}");
    assert!(printed.contains("wrong: 0"), "{printed}");
    assert!(folder.path().join("soak.md").exists());
    assert!(folder.path().join("soak.svg").exists());
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let run = bench(
        folder.path(),
        &["--only", "size", "--skill", "nowhere/skill"],
    );
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("no program at nowhere/skill"));
}

#[test]
fn the_help_has_examples() {
    let run = Command::new(env!("CARGO_BIN_EXE_bench"))
        .arg("--help")
        .output()
        .unwrap();
    assert!(text(&run.stdout).contains("cargo run --release -p bench -- --quick"));
}
