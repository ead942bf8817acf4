//! README shows what the program really prints.

use std::collections::BTreeMap;

use crate::program::{Program, Simulator};

const README: &str = include_str!("../../../../README.md");

/// The blocks of plain text.
pub(crate) fn blocks() -> impl Iterator<Item = &'static str> {
    let blocks = README.split("```text\n").skip(1);
    blocks.filter_map(|rest| rest.split("\n```").next())
}

#[test]
fn the_transcript_is_a_conversation() {
    let transcript = blocks().find(|block| block.starts_with("> ")).unwrap();
    let said: Vec<&str> = transcript
        .lines()
        .filter_map(|line| line.strip_prefix("> "))
        .collect();
    assert!(said.len() >= 3);
    let outcome = Program::new(&["try"]).input(&said.join("\n")).run();
    assert_eq!(outcome.status, 0);
    let printed = outcome.stdout.trim_end();
    assert!(
        printed.ends_with(transcript),
        "README's transcript is not\n{printed}"
    );
}

/// Whether this is what README shows, where `…` stands for lines that are left out; gives what comes behind it.
pub(crate) fn behind<'a>(shown: &str, printed: &'a str) -> &'a str {
    shown.split("\n…\n").fold(printed, |rest, part| {
        let (_, after) = rest.split_once(part).unwrap_or_else(|| {
            panic!("README shows\n{part}\nand this is not in\n{rest}");
        });
        after
    })
}

#[test]
fn the_devices_are_some_of_the_sample_home() {
    let shown = blocks().find(|block| block.starts_with("Name ")).unwrap();
    let outcome = Program::new(&["devices", "--simulator"]).run();
    assert_eq!(outcome.status, 0);
    let rest = behind(shown, &outcome.stdout);
    assert_eq!(rest.trim(), "", "README lacks the end");
}

/// What README types into a shell to make a simulator fail, and then to ask it.
#[test]
fn a_simulator_that_fails_is_asked_as_shown() {
    let block = README
        .split("```sh\n")
        .find(|block| block.contains("fault set"));
    let block = block.unwrap().split("\n```").next().unwrap();
    let simulator = Simulator::start();
    for (name, value) in [
        ("PARTICLE_API_URL=http://127.0.0.1:", ""),
        ("PARTICLE_ACCESS_TOKEN=", simulator.token.as_str()),
    ] {
        assert!(
            block.contains(&format!("{name}{value}")),
            "{name} in {block}"
        );
    }
    let mut said = String::new();
    for line in block
        .lines()
        .filter_map(|line| line.strip_prefix("particle-alexa "))
    {
        let command = line.split(" #").next().unwrap();
        let mut arguments: Vec<&str> = Vec::new();
        for (number, part) in command.split('"').enumerate() {
            match number % 2 {
                0 => arguments.extend(part.split_whitespace()),
                _ => arguments.push(part),
            }
        }
        // It runs already.
        if arguments[0] != "simulate" {
            let program = Program::new(&arguments).variable("PARTICLE_API_URL", &simulator.url);
            said = program
                .variable("PARTICLE_ACCESS_TOKEN", &simulator.token)
                .run()
                .stdout;
        }
    }
    assert!(said.contains("Alexa.ReportState for Porch"), "{said}");
    assert!(said.contains("UNREACHABLE"), "{said}");
}

/// The tools that a deployment takes, and what README says of how to get each.
fn tools() -> BTreeMap<&'static str, &'static str> {
    let (_, table) = README.split_once("\n| tool | to get it |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let rows = table.lines().skip(2).map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        (cells[1].trim_matches('`'), cells[2])
    });
    rows.collect()
}

/// Without any of them `up` names all of them, and how to get each.
#[test]
fn the_tools_are_those_that_up_asks_for() {
    let mut shown = tools();
    // It signs in, and leaves the token where `up` finds it: `up` does not call it.
    assert!(shown.remove("particle").is_some());
    let program = Program::new(&["up"]).file("template.yaml", "Resources: {}\n");
    let outcome = program.variable("PATH", "/nonexistent").run();
    assert_eq!(outcome.status, 2, "{outcome:?}");
    let missing = outcome.stderr.lines().filter_map(|line| {
        let (tool, install) = line
            .strip_prefix("- `")?
            .split_once("` is not installed, or not on the PATH: ")?;
        Some((tool, install))
    });
    let missing: BTreeMap<&str, &str> = missing.collect();
    assert!(missing.keys().eq(shown.keys()), "{missing:?}, {shown:?}");
    for (tool, get) in shown {
        // A command, or the address behind a link.
        let link = get.split_once("](").map(|(_, rest)| rest);
        let (get, end) = match link {
            Some(rest) => (rest, ')'),
            None => (get.trim_start_matches('`'), '`'),
        };
        let (get, _) = get.split_once(end).unwrap();
        assert!(
            missing[tool].contains(get),
            "{tool}: {get}, {}",
            missing[tool]
        );
    }
}
