//! What the targets start from: the texts of this project itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value as Json;

/// The events of `events/` that are JSON, in the order of their names.
pub(crate) fn events() -> &'static [Json] {
    static EVENTS: LazyLock<Vec<Json>> = LazyLock::new(|| {
        let texts = files(&root().join("events"), "json").into_iter();
        texts
            .filter_map(|text| serde_json::from_str(&text).ok())
            .collect()
    });
    &EVENTS
}

/// The bindings in the cookies of those events.
pub(crate) fn bindings() -> &'static [Json] {
    static BINDINGS: LazyLock<Vec<Json>> = LazyLock::new(|| {
        let texts: BTreeSet<_> = events()
            .iter()
            .filter_map(|event| event.pointer("/directive/endpoint/cookie/v1")?.as_str())
            .collect();
        let bindings = texts.into_iter();
        bindings
            .filter_map(|text| serde_json::from_str(text).ok())
            .collect()
    });
    &BINDINGS
}

/// The descriptions of the documentation, the sketches, the sample home and the tests, each one table `alexa`.
pub(crate) fn descriptions() -> &'static [Json] {
    static DESCRIPTIONS: LazyLock<Vec<Json>> = LazyLock::new(|| {
        let root = root();
        let mut texts = files(&root.join("tests/descriptions"), "toml");
        texts.extend(files(&root.join("firmware"), "toml"));
        let guide = fs::read_to_string(root.join("docs/describing-devices.md")).unwrap();
        let blocks = guide.split("```toml\n").skip(1);
        texts.extend(blocks.filter_map(|block| Some(block.split_once("```")?.0.to_owned())));
        let home = fs::read_to_string(root.join("crates/simulator/homes/sample.toml")).unwrap();
        let notes = home.split("notes = \"\"\"").skip(1);
        texts.extend(notes.filter_map(|notes| {
            let (notes, _) = notes.split_once("\"\"\"")?;
            Some(
                notes
                    .get(notes.find("[alexa").or(notes.find("[[alexa"))?..)?
                    .to_owned(),
            )
        }));
        texts
            .iter()
            .filter_map(|text| toml::from_str::<Json>(text).ok())
            .filter(|description| description.get("alexa").is_some())
            .collect()
    });
    &DESCRIPTIONS
}

/// Every key and every text of all these.
pub(crate) fn words() -> &'static [String] {
    fn collect(json: &Json, words: &mut BTreeSet<String>) {
        match json {
            Json::String(text) => {
                words.insert(text.clone());
            }
            Json::Array(items) => items.iter().for_each(|item| collect(item, words)),
            Json::Object(fields) => {
                for (key, value) in fields {
                    words.insert(key.clone());
                    collect(value, words);
                }
            }
            _ => {}
        }
    }
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut words = BTreeSet::new();
        for json in events().iter().chain(bindings()).chain(descriptions()) {
            collect(json, &mut words);
        }
        words.into_iter().filter(|word| word.len() <= 80).collect()
    });
    &WORDS
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The texts of the files below a folder with this extension, in the order of their paths.
fn files(folder: &Path, extension: &str) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        if path.is_dir() {
            texts.extend(files(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}
