//! What every capability owes: whoever adds one is told here what is missing.

use alexa_for_particle::capability;
use alexa_for_particle::description::Description;

use crate::world::{event, events};

const README: &str = include_str!("../../README.md");

#[test]
fn interfaces_and_keys_are_unique() {
    for (index, entry) in capability::ALL.iter().enumerate() {
        for other in &capability::ALL[index + 1..] {
            assert_ne!(entry.interface, other.interface);
            assert_ne!(entry.key, other.key);
        }
    }
}

/// What cannot be done is no unknown key, and costs the endpoint nothing else.
#[test]
fn what_is_refused_is_told_why() {
    for refused in capability::REFUSED {
        let served = |entry: &&capability::Entry| {
            entry.interface == refused.interface || entry.key == refused.key
        };
        assert!(capability::ALL.iter().find(served).is_none());
        let notes = format!("[alexa]\npower = \"led\"\n{} = \"x\"\n", refused.key);
        let description = Description::in_notes(&notes).unwrap();
        assert_eq!(description.endpoints.len(), 1);
        let mistakes: Vec<_> = description
            .mistakes
            .iter()
            .map(|mistake| (mistake.length, mistake.to_string()))
            .collect();
        let expected = format!(
            "line 3, column 1: `{}` needs events that are sent unasked, which this skill does not do yet; leave it out",
            refused.key
        );
        assert_eq!(mistakes, [(refused.key.len(), expected)]);
        let schema = alexa_for_particle::description::schema();
        let key = &schema["$defs"]["endpoint"]["properties"][refused.key];
        assert_eq!(key["not"], serde_json::json!({}));
    }
}

#[test]
fn each_capability_has_an_event() {
    let files: Vec<String> = std::fs::read_dir(events())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for entry in capability::ALL {
        let interface = entry.interface.trim_start_matches("Alexa.");
        let key = format!("\\\"{}\\\":", entry.key);
        let controlled = files
            .iter()
            .any(|file| file.starts_with(&format!("{interface}.")));
        let reported = files
            .iter()
            .filter(|file| file.starts_with("Alexa.ReportState"))
            .any(|file| event(file.trim_end_matches(".json")).contains(&key));
        assert!(
            controlled || reported,
            "give {} an event: events/{interface}.<Directive>.json",
            entry.interface
        );
    }
}

#[test]
fn each_convention_has_a_row_in_the_readme() {
    for entry in capability::ALL {
        for names in entry.convention {
            let function = names
                .function
                .map_or("–".to_owned(), |name| format!("`{name}`"));
            let row = format!(
                "| {} | {function} | `{}` | {} | `{}` |",
                entry.interface, names.variable, names.values, entry.key
            );
            assert!(README.contains(&row), "README lacks the row\n{row}");
        }
    }
}

#[test]
fn the_readmes_descriptions_are_right() {
    let blocks = README.split("```toml\n").skip(1);
    let blocks: Vec<&str> = blocks.filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let description = Description::in_notes(block).unwrap();
        assert_eq!(description.mistakes, [], "{block}");
        assert!(!description.endpoints.is_empty());
    }
}
