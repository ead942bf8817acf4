//! Examples: a description, and what a device that has it gets when one speaks to Alexa.
//!
//! In the guide's text a block of TOML is a description, a file of profiles or a home. A table of what one says may
//! follow; the device then stands before the block, in a comment that readers do not see:
//!
//! ```text
//! <!-- device
//! functions = { setFan = { stores = "fanSpeed" } }
//! variables = { fanSpeed = 0 }
//! -->
//! ```

use alexa_for_particle::description::Description;
use alexa_for_particle::profile::Profiles;
use serde_json::Value as Json;

use crate::program::Program;

const DEVICE: &str = "<!-- device";
const END_OF_DEVICE: &str = "-->";
const TOML: &str = "```toml";
const END_OF_TOML: &str = "```";
const TABLE: &str = "| you say | your device gets |";

/// The guide with the tables as they should be; fails where a block has a mistake, or something said leads to an error.
pub(super) fn told_right(guide: &str) -> String {
    let mut right = String::new();
    let mut lines = guide.lines().peekable();
    let mut device = String::new();
    let mut home = None;
    while let Some(line) = lines.next() {
        right.push_str(line);
        right.push('\n');
        let mut until = |end: &str| {
            let inner: Vec<_> = lines.by_ref().take_while(|line| *line != end).collect();
            let inner = inner.join("\n") + "\n";
            right.push_str(&format!("{inner}{end}\n"));
            inner
        };
        match line {
            DEVICE => device = until(END_OF_DEVICE),
            TOML => {
                let block = until(END_OF_TOML);
                home = checked(&block, &std::mem::take(&mut device));
            }
            TABLE => {
                let home = home.as_deref().unwrap();
                right.push_str("|---|---|\n");
                let mut said = Vec::new();
                while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                    said.extend(row.split('"').nth(1));
                }
                for (said, gets) in said.iter().zip(gets(home, &said)) {
                    right.push_str(&format!("| \"{said}\" | {gets} |\n"));
                }
            }
            _ => {}
        }
    }
    right
}

/// The home in which a block can be tried, if it says what one can try.
fn checked(block: &str, device: &str) -> Option<String> {
    let starts = |start: &str| block.lines().any(|line| line.starts_with(start));
    if starts("[[device]]") {
        // Whether or not one speaks to it, it starts.
        gets(block, &[]);
        return Some(block.to_owned());
    }
    if starts("[[profile]]") {
        let profiles = Profiles::read(block.to_owned().leak());
        assert_eq!(profiles.mistakes, [], "{block}");
        assert!(!profiles.is_empty(), "{block}");
        return None;
    }
    let description =
        Description::in_notes(block).unwrap_or_else(|| panic!("no description:\n{block}"));
    assert_eq!(description.mistakes, [], "{block}");
    assert!(!description.endpoints.is_empty(), "{block}");
    let notes = Json::from(block);
    Some(format!(
        "[[device]]\nid = \"cafe00000000000000000001\"\nnotes = {notes}\n{device}"
    ))
}

/// What the device gets at each utterance, one after the other.
fn gets(home: &str, said: &[&str]) -> Vec<String> {
    let outcome = Program::new(&["try", "--json", "--home", "home.toml"])
        .file("home.toml", home)
        .input(&said.join("\n"))
        .run();
    assert!(outcome.stderr.is_empty(), "{home}\n{}", outcome.stderr);
    let turns = outcome.json_lines();
    // Before all that is said, Alexa discovers.
    let turns = turns.iter().skip(1);
    assert_eq!(turns.len(), said.len(), "{outcome:?}");
    turns.map(got).collect()
}

fn got(turn: &Json) -> String {
    let answer = turn["answer"]["event"]["header"]["name"].as_str();
    let is_good = turn["understood"] == true && answer != Some("ErrorResponse");
    assert!(
        is_good,
        "{}: {}\n{}\n{}",
        turn["said"], turn["alexa"], turn["advice"], turn["answer"]["event"]["payload"]
    );
    let mut reads = Vec::new();
    let mut got = Vec::new();
    for call in turn["particleCalls"].as_array().unwrap() {
        let call = &call["call"];
        if let Some(variable) = call.pointer("/variable/name") {
            reads.push(variable.as_str().unwrap());
        } else {
            let [function, argument] = ["name", "argument"].map(|key| {
                let text = call["function"][key].as_str();
                text.unwrap_or_else(|| panic!("{}: {call}", turn["said"]))
            });
            got.push(format!("`{function}(\"{argument}\")`"));
        }
    }
    if !reads.is_empty() {
        // They go out together.
        reads.sort_unstable();
        let reads: Vec<_> = reads.iter().map(|name| format!("`{name}`")).collect();
        got.insert(0, format!("reads {}", reads.join(", ")));
    }
    let mut got = got.join(", then ");
    match turn["alexa"].as_str().unwrap() {
        "OK." => {}
        sentence => got.push_str(&format!(": “{sentence}”")),
    }
    got
}
