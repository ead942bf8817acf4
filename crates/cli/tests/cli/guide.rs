//! The folder `docs`: the guide's examples do what it says, its tables are those of the language, and the schema is the
//! program's.
//!
//! `UPDATE=1 cargo test -p particle-alexa guide` writes into the files what the program says, to be read before it is
//! committed.

mod example;
mod reference;

use std::path::PathBuf;

use alexa_for_particle::description::Description;

use crate::program::Program;

const GUIDE: &str = "describing-devices.md";

/// One test, so that only one writes into the file.
#[test]
fn the_guide_says_what_the_program_does() {
    is(GUIDE, |guide| {
        reference::told_right(&example::told_right(&guide))
    });
}

#[test]
fn a_kind_is_what_the_guide_says_it_is() {
    let guide = include_str!("../../../../docs/describing-devices.md");
    let (before, after) = guide.split_once("is the same as this:").unwrap();
    let (_, kind) = before.rsplit_once("```toml\n").unwrap();
    let (_, whole) = after.split_once("```toml\n").unwrap();
    let [kind, whole] = [kind, whole].map(|text| {
        let (block, _) = text.split_once("```").unwrap();
        let endpoints = Description::in_notes(block).unwrap().endpoints.into_iter();
        let said = endpoints.map(|endpoint| {
            let capabilities = endpoint.capabilities.iter();
            let said: Vec<_> = capabilities
                .map(|capability| (capability.entry().key, capability.description().unwrap()))
                .collect();
            (endpoint.category, said)
        });
        said.collect::<Vec<_>>()
    });
    assert_eq!(kind, whole);
}

#[test]
fn the_schema_is_what_the_program_prints() {
    is("alexa.schema.json", |_| {
        Program::new(&["schema"]).run().stdout
    });
}

/// Compares a file with what it should be, or with `UPDATE` writes that.
fn is(name: &str, right: impl FnOnce(String) -> String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let right = right(written.clone());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, right).unwrap();
        return;
    }
    let mut lines = written.lines().zip(right.lines()).enumerate();
    if let Some((index, (written, right))) = lines.find(|(_, (written, right))| written != right) {
        let number = index + 1;
        panic!(
            "docs/{name}:{number} is not right; UPDATE=1 mends it\n  it says  {written}\n  should   {right}"
        );
    }
    assert_eq!(
        written.len(),
        right.len(),
        "docs/{name} ends elsewhere; UPDATE=1 mends it"
    );
}
