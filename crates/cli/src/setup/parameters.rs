//! The parameters of the template that a user may set, and what it takes for each.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use regex::Regex;

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

/// Whether the template has these parameters, and takes these values.
pub(crate) fn check<'a>(
    template: &Path,
    values: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> anyhow::Result<()> {
    let text = fs::read_to_string(template)
        .with_context(|| format!("cannot read {}", template.display()))?;
    let known = parameters_in(&text);
    // One that is written otherwise is left to `sam`.
    if known.is_empty() {
        return Ok(());
    }
    let template = template.display();
    for (name, value) in values {
        let own = OWN.iter().find(|(own, _)| *own == name);
        let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
            // What `up` sets by itself may be none of an older template's.
            ensure!(
                own.is_some(),
                "{template} has no parameter {name}, but {}",
                names(&known).join(", ")
            );
            continue;
        };
        if let Some(taken) = parameter.taken_instead_of(value) {
            let option = own.map_or_else(String::new, |(_, option)| format!(" ({option})"));
            bail!("{template} does not take {value:?} for {name}{option}, but {taken}");
        }
    }
    Ok(())
}

fn names<'a>(parameters: &[Parameter<'a>]) -> Vec<&'a str> {
    parameters.iter().map(|parameter| parameter.name).collect()
}

/// A parameter of a template.
#[derive(Debug)]
struct Parameter<'a> {
    name: &'a str,
    /// What is said of it, as it is written.
    lines: Vec<&'a str>,
}

impl Parameter<'_> {
    fn said(&self, key: &str) -> Option<String> {
        let mut lines = self.lines.iter();
        let value = lines.find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(": "))?;
        Some(unquoted(value))
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.said(key)?.parse().ok()
    }

    /// What it takes, where it does not take this value. What is not understood here is left to AWS.
    fn taken_instead_of(&self, value: &str) -> Option<String> {
        let listed = self.said("AllowedValues");
        let listed = listed.as_deref().and_then(|list| {
            let list = list.strip_prefix('[')?.strip_suffix(']')?;
            Some(list.split(',').map(unquoted).collect::<Vec<_>>())
        });
        if let Some(listed) = listed.filter(|listed| !listed.iter().any(|other| other == value)) {
            return Some(listed.join(", "));
        }
        let pattern = self.said("AllowedPattern");
        let regex = pattern.as_deref().map(|pattern| format!("^(?:{pattern})$"));
        let regex = regex.and_then(|pattern| Regex::new(&pattern).ok());
        if let (Some(pattern), Some(regex)) = (pattern, regex)
            && !regex.is_match(value)
        {
            return Some(format!("what matches {pattern}"));
        }
        if let Some(most) = self.number("MaxLength")
            && u32::try_from(value.chars().count()).map_or(f64::MAX, f64::from) > most
        {
            return Some(format!("{most} characters at most"));
        }
        if self.said("Type").as_deref() != Some("Number") {
            return None;
        }
        let number: Option<f64> = value.parse().ok();
        let least = self.number("MinValue");
        let most = self.number("MaxValue");
        let fits = number.is_some_and(|number| {
            least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
        });
        let range = match (least, most) {
            (Some(least), Some(most)) => format!("a number from {least} to {most}"),
            _ => "a number".to_owned(),
        };
        (!fits).then_some(range)
    }
}

/// A scalar of YAML without its quotes.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    let single = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''));
    let double = || text.strip_prefix('"')?.strip_suffix('"');
    match single {
        Some(text) => text.replace("''", "'"),
        None => double().unwrap_or(text).to_owned(),
    }
}

/// The section `Parameters`, as blocks of YAML are written.
fn parameters_in(template: &str) -> Vec<Parameter<'_>> {
    let lines = template.lines().skip_while(|line| *line != "Parameters:");
    let section = lines
        .skip(1)
        .take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let is_text = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    };
    let section: Vec<&str> = section.filter(is_text).collect();
    let Some(first) = section.first() else {
        return Vec::new();
    };
    let (indentation, _) = first.split_at(first.len() - first.trim_start().len());
    let mut parameters: Vec<Parameter<'_>> = Vec::new();
    for line in section {
        let below = line.strip_prefix(indentation);
        let name = below.filter(|line| !line.starts_with(' '));
        match (
            name.and_then(|name| name.strip_suffix(':')),
            &mut parameters[..],
        ) {
            (Some(name), _) => parameters.push(Parameter {
                name,
                lines: Vec::new(),
            }),
            (None, [.., last]) => last.lines.push(line),
            (None, []) => {}
        }
    }
    parameters
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
        let names = names(&parameters_in(&text));
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
            assert_eq!(super::names(&parameters_in(text)), names, "{text}");
        }
        let refused = format!("{:#}", check(&project, [("Nope", "1")]).unwrap_err());
        assert!(
            refused.contains("no parameter Nope, but AlexaSkillId, "),
            "{refused}"
        );
    }

    #[test]
    fn a_template_says_what_its_parameters_take() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
        let text = fs::read_to_string(&project).unwrap();
        for parameter in parameters_in(&text) {
            let default = parameter.said("Default").unwrap_or_default();
            let taken = parameter.taken_instead_of(&default);
            assert!(taken.is_none() || parameter.name == "AlexaSkillId");
        }
        for (name, value, told) in [
            ("LogLevel", "DEBUG", None),
            ("LogLevel", "LOUD", Some("but DEBUG, INFO, WARN, ERROR")),
            ("Metrics", "on", None),
            ("Metrics", "yes", Some("but on, off")),
            ("DeadlineMs", "7500", None),
            ("DeadlineMs", "7501", Some("a number from 1000 to 7500")),
            ("DeadlineMs", "soon", Some("a number from 1000 to 7500")),
            ("LogRetentionDays", "2", Some("but 1, 3, 5, 7,")),
            ("AlarmEmail", "you@example.com", None),
            ("AlarmEmail", "you", Some("what matches ^([^@")),
            ("ParticleCaFile", "/opt/ca.pem", None),
            ("ParticleApiUrl", "https://127.0.0.1:65000", None),
            (
                "ParticleApiUrl",
                "http://127.0.0.1:9123",
                Some("for ParticleApiUrl (--api-url), but what matches ^https://"),
            ),
        ] {
            let outcome = check(&project, [(name, value)]);
            let refused = outcome.err().map(|error| error.to_string());
            let alike = match (&refused, told) {
                (Some(refused), Some(told)) => refused.contains(told),
                (None, None) => true,
                _ => false,
            };
            assert!(alike, "{name}={value}: {refused:?}");
        }
        let long = format!("/opt/{}", "x".repeat(60));
        let refused = check(&project, [("DevicesFile", long.as_str())]);
        assert!(refused.unwrap_err().to_string().contains("48 characters"));
        // What cannot be read here, AWS reads.
        let text = "Parameters:\n  A:\n    Type: String\n    AllowedPattern: '(?=x)'\n    AllowedValues:\n      - a\n";
        let parameters = parameters_in(text);
        assert!(parameters[0].taken_instead_of("b").is_none());
    }
}
