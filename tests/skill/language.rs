//! The JSON Schema of the language suits what the language does.

use std::path::{Path, PathBuf};

use alexa_for_particle::description::{self, Description};
use serde_json::Value as Json;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The descriptions and profiles of the documentation, the sketches and the tests, each with its place.
fn examples() -> Vec<(String, String)> {
    let mut examples = Vec::new();
    for folder in ["tests/descriptions", "firmware"] {
        let mut files = Vec::new();
        gather(&root().join(folder), &mut files);
        for file in files {
            examples.push((
                file.display().to_string(),
                std::fs::read_to_string(&file).unwrap(),
            ));
        }
    }
    for page in ["README.md", "docs/describing-devices.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for block in text.split("```toml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            examples.push((page.to_owned(), block.to_owned()));
        }
    }
    examples.push(("kinds".to_owned(), crate::kinds::KINDS.to_owned()));
    examples
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
}

#[test]
fn the_schema_takes_what_the_language_takes() {
    let validator = jsonschema::validator_for(&description::schema()).unwrap();
    let mut count = 0;
    for (place, text) in examples() {
        let is_start = |line: &str| {
            ["[alexa", "[[alexa", "[[profile"]
                .iter()
                .any(|start| line.starts_with(start))
        };
        let lines: Vec<&str> = text.lines().skip_while(|line| !is_start(line)).collect();
        // A home file holds descriptions in its notes, which are no tables of it.
        if lines.is_empty() || text.contains("[[device]]") {
            continue;
        }
        let description: Json = toml::from_str(&lines.join("\n")).unwrap();
        let problems: Vec<_> = validator
            .iter_errors(&description)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{place}:\n{text}\n{problems:#?}");
        count += 1;
    }
    assert!(count > 40, "{count} examples");
}

#[test]
fn the_schema_refuses_what_the_language_refuses() {
    let validator = jsonschema::validator_for(&description::schema()).unwrap();
    for text in [
        "[alexa]\npowre = \"led\"",
        "[alexa]\npower = 5",
        "[alexa]\npower = { functoin = \"f\" }",
        "[alexa]\nblind = \"move\"",
        "[alexa]\ndoorbell = { }",
        "[alexa]\nfan = { sped = { function = \"f\" } }",
        "[alexa]\ntemperature = { variable = \"t\", unit = \"X\" }",
        "[alexa]\npower = { function = \"f\", errors = { -2 = \"BUSY\" } }",
        "[other]\nx = 1",
    ] {
        let description: Json = toml::from_str(text).unwrap();
        assert!(!validator.is_valid(&description), "{text}");
    }
}

#[test]
fn a_whole_number_may_be_written_with_a_fraction_of_nothing() {
    let read = |line: &str| {
        let description = Description::in_notes(&format!("[alexa]\n{line}")).unwrap();
        let mistakes = description.mistakes.iter().map(ToString::to_string);
        let said = description.endpoints.iter().flat_map(|endpoint| {
            let capabilities = endpoint.capabilities.iter();
            capabilities.map(|capability| capability.description().unwrap().to_string())
        });
        (said.collect::<Vec<_>>(), mistakes.collect::<Vec<_>>())
    };
    for (fraction, whole) in [
        (
            "equalizer = { bass = 'f', range = [-6.0, 6.0], reset = 1.0, step = 2.0 }",
            "equalizer = { bass = 'f', range = [-6, 6], reset = 1, step = 2 }",
        ),
        (
            "speaker = { volume = 'f', step = 5.0 }",
            "speaker = { volume = 'f', step = 5 }",
        ),
        (
            "channel = { function = 'f', range = [1.0, 9.9e1], channels = { pbs = 11.0 } }",
            "channel = { function = 'f', range = [1, 99], channels = { pbs = 11 } }",
        ),
        (
            "color_temperature = { function = 'f', range = [2200.0, 6500.0], step = 500.0 }",
            "color_temperature = { function = 'f', range = [2200, 6500], step = 500 }",
        ),
        (
            "color_temperature = { function = 'f', values = [2700.0, 4000] }",
            "color_temperature = { function = 'f', values = [2700, 4000] }",
        ),
        (
            "power = { function = 'f', on = 1.0, off = -0.0, success = 1.0 }",
            "power = { function = 'f', on = 1, off = 0, success = 1 }",
        ),
        (
            "power = { function = 'f', success = [0.0, 1] }",
            "power = { function = 'f', success = [0, 1] }",
        ),
        (
            "security_panel = { arm = { function = 'f', variable = 'v', states = ['away', 'disarmed'] }, exit_delay = 45.0 }",
            "security_panel = { arm = { function = 'f', variable = 'v', states = ['away', 'disarmed'] }, exit_delay = 45 }",
        ),
        // What may have a fraction takes whole numbers too.
        (
            "range = { names = ['speed'], function = 'f', range = [0.0, 4.0, 1.0], presets = { low = 1.0 } }",
            "range = { names = ['speed'], function = 'f', range = [0, 4, 1], presets = { low = 1 } }",
        ),
    ] {
        let (said, mistakes) = read(fraction);
        assert_eq!(mistakes, [""; 0], "{fraction}");
        assert_eq!(said.len(), 1, "{fraction}");
        assert_eq!(said, read(whole).0, "{fraction}");
    }
    let (_, mistakes) = read("speaker = { volume = 'f', step = 2.5 }");
    let expected = "line 2, column 34: invalid type: floating point `2.5`, expected i64";
    assert_eq!(mistakes, [expected]);
}
