//! What holds for all commands.

use std::io::Read as _;

use crate::program::Program;

#[test]
fn every_command_explains_itself_with_examples() {
    for command in [
        "try",
        "say",
        "devices",
        "send",
        "simulate",
        "fault",
        "check",
        "completions",
    ] {
        let outcome = Program::new(&[command, "--help"]).run();
        assert_eq!(outcome.status, 0);
        assert!(
            outcome.stdout.contains("\nExamples:\n  "),
            "{command}: {outcome:?}"
        );
    }
    let outcome = Program::new(&["--help"]).run();
    assert!(outcome.stdout.contains("particle-alexa try"), "{outcome:?}");
    assert_eq!(Program::new(&["sing"]).run().status, 2);
}

#[test]
fn shells_can_complete() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let outcome = Program::new(&["completions", shell]).run();
        assert_eq!(outcome.status, 0);
        for word in ["print-home", "say"] {
            assert!(outcome.stdout.contains(word), "{shell}: {outcome:?}");
        }
    }
}

#[test]
fn a_mistake_in_a_home_file_is_shown_where_it_is() {
    for command in [&["try"][..], &["say", "hello"], &["simulate"]] {
        let outcome = Program::new(&[command, &["--home", "home.toml"]].concat())
            .file("home.toml", "[[device]]\nid = \"lamp\"\n")
            .run();
        assert_eq!(outcome.status, 2);
        insta::allow_duplicates! {
            insta::assert_snapshot!(outcome.stderr, @r#"
            error: a device id has 24 lower-case hexadecimal digits, and `lamp` has not
             --> home.toml:2:6
              |
            2 | id = "lamp"
              |      ^
            "#);
        }
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = Program::new(&["try", "--script"]).start();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut complaints = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut complaints)
        .unwrap();
    assert_eq!(complaints, "");
}
