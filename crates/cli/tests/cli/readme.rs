//! README shows what the program really prints.

use crate::program::Program;

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
