//! The JSON Schema of the language suits what the language does.

use std::path::{Path, PathBuf};

use alexa_for_particle::description;
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
