//! The tables of the README: what a home file can say, they tell.

use particle_simulator::Home;

const README: &str = include_str!("../../README.md");

#[test]
fn every_setting_has_a_row() {
    let device = "[[device]]\nid = \"00000000000000000000001a\"\n";
    let mistakes = [
        "x = 1".to_owned(),
        "dialect = \"x\"".to_owned(),
        "fault = \"x\"".to_owned(),
        "fault_when = { x = 1 }".to_owned(),
        "oauth = { x = 1 }".to_owned(),
        "[[client]]\nx = 1".to_owned(),
        format!("{device}x = 1"),
        format!("{device}functions.f = {{ x = 1 }}"),
        format!("{device}firmware = \"x\""),
    ];
    for mistake in mistakes {
        let message = Home::parse(&mistake).unwrap_err().to_string();
        let (_, choices) = message.split_once("expected one of").unwrap();
        for choice in choices.split('`').skip(1).step_by(2) {
            let rows = [
                format!("\n| `{choice}`"),
                format!("\n| `[[{choice}]]`"),
                format!("\n| `[{choice}]`"),
                format!("\n| `{{ {choice} = "),
            ];
            assert!(
                rows.iter().any(|row| README.contains(row)),
                "README.md has no row for `{choice}`"
            );
        }
    }
}

#[test]
fn platforms_and_other_choices_are_named() {
    let device = "[[device]]\nid = \"00000000000000000000001a\"\n";
    let mistakes = [
        "list = \"x\"".to_owned(),
        format!("{device}platform = \"x\""),
        format!("{device}offline_describe = \"x\""),
        "[[client]]\ntype = \"x\"".to_owned(),
        "oauth.refresh_token_starts = \"x\"".to_owned(),
        "fault_when = { only = [\"x\"] }".to_owned(),
    ];
    for mistake in mistakes {
        let message = Home::parse(&mistake).unwrap_err().to_string();
        let (_, choices) = message.split_once("expected ").unwrap();
        for choice in choices.split('`').skip(1).step_by(2) {
            assert!(
                README.contains(&format!("`\"{choice}\"`")),
                "README.md does not name `{choice}`"
            );
        }
    }
}
