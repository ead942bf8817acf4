//! The parameters of the template that a user may set.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

/// Those that `up` sets by itself, and what says what they are to be.
const OWN: &[(&str, &str)] = &[
    ("AlexaSkillId", "--skill"),
    ("AlexaVendorId", "--vendor"),
    ("LinkRelay", "--relay"),
    ("ParticleApiUrl", "--api-url"),
    ("Architecture", "--architecture"),
];

/// Reads `NAME=VALUE`.
pub(crate) fn parse(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("write it like AlarmEmail=you@example.com")?;
    match OWN.iter().find(|(own, _)| *own == name) {
        Some((_, option)) => Err(format!("{name} is set by `up` itself: see {option}")),
        None => Ok((name.to_owned(), value.to_owned())),
    }
}

/// Whether the template has all of them.
pub(crate) fn check<'a>(
    template: &Path,
    names: impl IntoIterator<Item = &'a String>,
) -> anyhow::Result<()> {
    let text = fs::read_to_string(template)
        .with_context(|| format!("cannot read {}", template.display()))?;
    let known = names_in(&text);
    // One that is written otherwise is left to `sam`.
    if known.is_empty() {
        return Ok(());
    }
    for name in names {
        if !known.contains(&name.as_str()) {
            bail!(
                "{} has no parameter {name}, but {}",
                template.display(),
                known.join(", ")
            );
        }
    }
    Ok(())
}

/// The names in the section `Parameters`, as blocks of YAML are written.
fn names_in(template: &str) -> Vec<&str> {
    let lines = template.lines().skip_while(|line| *line != "Parameters:");
    let section = lines
        .skip(1)
        .take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let mut section = section.filter(|line| !line.trim_start().starts_with('#'));
    let Some(first) = section.by_ref().find(|line| !line.trim().is_empty()) else {
        return Vec::new();
    };
    let (indentation, _) = first.split_at(first.len() - first.trim_start().len());
    let names = [first].into_iter().chain(section).filter_map(|line| {
        let name = line.strip_prefix(indentation)?.strip_suffix(':')?;
        (!name.starts_with(' ')).then_some(name)
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_a_name_with_a_value_and_none_of_those_that_are_set_anyway() {
        let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(parse("AlarmEmail=a=b"), pair("AlarmEmail", "a=b"));
        assert_eq!(parse("AlarmEmail="), pair("AlarmEmail", ""));
        for text in ["", "AlarmEmail", "=x"] {
            assert!(parse(text).unwrap_err().contains("write it like"), "{text}");
        }
        for (name, option) in OWN {
            let refused = parse(&format!("{name}=x")).unwrap_err();
            assert!(refused.contains(option), "{refused}");
        }
    }

    #[test]
    fn a_template_names_its_parameters() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
        let text = fs::read_to_string(&project).unwrap();
        let names = names_in(&text);
        for (own, _) in OWN {
            assert!(names.contains(own), "{names:?}");
        }
        let declared = text.matches("\n    Type: String\n").count();
        let numbers = text.matches("\n    Type: Number\n").count();
        assert_eq!(names.len(), declared + numbers, "{names:?}");
        for (text, names) in [
            ("", &[][..]),
            ("Resources: {}\n", &[]),
            ("{\"Parameters\": {\"A\": {}}}", &[]),
            (
                "Parameters:\n\n    # why\n    A:\n        Type: String\n    B:\nResources:\n    C:\n",
                &["A", "B"],
            ),
        ] {
            assert_eq!(names_in(text), names, "{text}");
        }
        let wrong = ["Nope".to_owned()];
        let refused = format!("{:#}", check(&project, &wrong).unwrap_err());
        assert!(
            refused.contains("no parameter Nope, but AlexaSkillId, "),
            "{refused}"
        );
    }
}
