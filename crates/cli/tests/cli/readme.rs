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

#[test]
fn the_devices_are_those_of_the_sample_home() {
    let shown = blocks()
        .find(|block| block.contains(" endpoints on "))
        .unwrap();
    let outcome = Program::new(&["devices", "--simulator"]).run();
    assert_eq!(outcome.status, 0);
    // Only the port differs.
    let (head, rest) = shown.split_once('\n').unwrap();
    let (printed_head, printed_rest) = outcome.stdout.split_once('\n').unwrap();
    let without_port = |line: &str| line.rsplit_once(':').unwrap().0.to_owned();
    assert_eq!(without_port(head), without_port(printed_head));
    assert_eq!(rest, printed_rest.trim_end());
}
