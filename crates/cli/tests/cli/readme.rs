//! README shows what the program really prints.

use crate::program::Program;

const README: &str = include_str!("../../../../README.md");

/// The blocks of plain text.
fn blocks() -> impl Iterator<Item = &'static str> {
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

/// Not all of them: `…` stands for those that are left out.
#[test]
fn the_devices_are_some_of_the_sample_home() {
    let shown = blocks().find(|block| block.starts_with("Name ")).unwrap();
    let outcome = Program::new(&["devices", "--simulator"]).run();
    assert_eq!(outcome.status, 0);
    let mut rest = outcome.stdout.as_str();
    for part in shown.split("\n…\n") {
        let (_, after) = rest.split_once(part).unwrap_or_else(|| {
            panic!("README shows\n{part}\nand this is not in\n{rest}");
        });
        rest = after;
    }
    assert_eq!(rest.trim(), "", "README lacks the end");
}
