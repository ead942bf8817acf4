//! A template whose functions are said to be built.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

/// What Lambda starts.
const BOOTSTRAP: &str = "bootstrap";

/// Whether they are: `sam` packs whatever folder a template names, and the sources of a function start no function.
pub(crate) fn check(template: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(template)
        .with_context(|| format!("cannot read {}", template.display()))?;
    let folder = template.parent().unwrap_or(Path::new(""));
    for code in code_in(&text) {
        let place = folder.join(code);
        // An archive is what `sam` would make of a folder.
        let is_built = place.is_file() || place.join(BOOTSTRAP).is_file();
        ensure!(
            is_built,
            "{} names {code} as the code of a function, and there is no `{BOOTSTRAP}` in it: --artifact takes a template whose \
             functions are built already, such as .aws-sam/build/template.yaml",
            template.display()
        );
    }
    Ok(())
}

/// The code on this machine that a template of YAML or JSON names.
fn code_in(template: &str) -> impl Iterator<Item = &str> {
    let quotes = ['"', '\'', ','];
    template.lines().filter_map(move |line| {
        let (key, value) = line.trim().split_once(':')?;
        let value = value.trim().trim_matches(quotes);
        let is_local =
            !value.is_empty() && !value.contains("://") && !value.starts_with(['{', '!']);
        (key.trim_matches(quotes) == "CodeUri" && is_local).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_built_where_something_can_be_started() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["built", "sources"] {
            fs::create_dir(path(name)).unwrap();
        }
        fs::write(path("built/bootstrap"), "").unwrap();
        fs::write(path("packed.zip"), "").unwrap();
        let template = path("template.yaml");
        for (code, good) in [
            ("CodeUri: built", true),
            ("CodeUri: packed.zip", true),
            ("CodeUri: s3://bucket/key", true),
            ("CodeUri:\n        Bucket: bucket", true),
            ("\"CodeUri\": \"built\",", true),
            ("CodeUri: \"sources\"", false),
            ("CodeUri: .", false),
            ("\"CodeUri\": \"nowhere\"", false),
        ] {
            fs::write(&template, format!("Resources:\n      {code}\n")).unwrap();
            assert_eq!(check(&template).is_ok(), good, "{code}");
        }
        // The project's own has to be built first.
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
        let refused = check(&project).unwrap_err().to_string();
        assert!(refused.contains("functions are built already"), "{refused}");
    }
}
