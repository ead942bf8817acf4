//! What every capability owes: whoever adds one is told here what is missing.

use alexa_for_particle::binding::Convention;
use alexa_for_particle::capability;
use alexa_for_particle::description::Description;

use crate::world::{event, events};

const README: &str = include_str!("../../README.md");

/// The head of its table of well-known names.
const CONVENTIONS: &str = "| interface | function | variable | takes and tells | in a description |\n|---|---|---|---|---|\n";

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

/// No more, no less, and in the order of the capabilities.
#[test]
fn the_readmes_conventions_are_those_of_the_code() {
    let rows = capability::ALL.iter().flat_map(|entry| {
        let row = |names: &Convention| {
            let function = names
                .function
                .map_or("–".to_owned(), |name| format!("`{name}`"));
            format!(
                "| {} | {function} | `{}` | {} | `{}` |",
                entry.interface, names.variable, names.values, entry.key
            )
        };
        entry.convention.iter().map(row)
    });
    let (_, table) = README.split_once(CONVENTIONS).unwrap();
    let written = table.lines().take_while(|line| line.starts_with('|'));
    assert_eq!(written.collect::<Vec<_>>(), rows.collect::<Vec<_>>());
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

/// While it is not known whether there is a variable of the name, it is written down as it was read.
#[test]
fn a_short_form_can_be_written_down_again() {
    let mut count = 0;
    for entry in capability::ALL {
        let notes = format!("[alexa]\n{} = \"f\"", entry.key);
        let description = Description::in_notes(&notes).unwrap();
        for endpoint in description.endpoints {
            for capability in endpoint.capabilities {
                let written = capability.description().map_err(|error| error.to_string());
                assert!(written.is_ok(), "{}: {written:?}", entry.key);
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count} have a short form");
}

/// The threat model is no better than its proofs.
#[test]
fn each_test_that_the_threat_model_names_is_there() {
    fn gather(folder: &std::path::Path, sources: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, sources);
            } else if path
                .extension()
                .is_some_and(|own| own == "rs" || own == "py")
            {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["src", "tests", "crates/relay", "crates/setup"] {
        gather(&root.join(folder), &mut sources);
    }
    let text = std::fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    for row in rows {
        let proofs = row.rsplit(" | ").next().unwrap();
        let names: Vec<_> = proofs.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no proof: {row}");
        for name in names.iter().filter(|name| !name.contains('.')) {
            let is_there = ["fn", "def"]
                .iter()
                .any(|word| sources.contains(&format!("{word} {name}(")));
            assert!(is_there, "{name} is no test: {row}");
        }
    }
}
