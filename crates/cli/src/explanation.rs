//! Where an endpoint comes from and which functions and variables stand behind it.

use alexa_for_particle::capability::Bound;
use alexa_for_particle::endpoint::{self, Resolved, Source};
use alexa_for_particle::particle::Device;
use anyhow::Context as _;
use serde::Deserialize as _;

use crate::endpoint::Endpoint;

/// An endpoint as Alexa is told of it.
pub(crate) fn as_told(endpoint: &endpoint::Endpoint, device: &Device) -> anyhow::Result<Endpoint> {
    let told = serde_json::to_value(endpoint.discovery(device))?;
    Ok(Endpoint::deserialize(told)?.bound(&endpoint.capabilities))
}

/// What decided that there is such an endpoint.
pub(crate) fn source(resolved: &Resolved) -> String {
    match resolved.source {
        Source::Notes | Source::Variable | Source::Profile => {
            format!("the description in {}", resolved.place())
        }
        Source::Convention => "well-known names of functions and variables".to_owned(),
        Source::Unread | Source::Unasked | Source::Unknown | Source::Nothing => {
            "nothing".to_owned()
        }
    }
}

/// The bindings as a description would say them: a line each, and a list of those of which there are several.
pub(crate) fn bindings(capabilities: &[Box<dyn Bound>]) -> anyhow::Result<String> {
    let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
    for capability in capabilities {
        let key = capability.entry().key;
        let binding = toml::Value::try_from(capability.description()?)
            .with_context(|| format!("the binding `{key}` cannot be written as TOML"))?;
        match lines.iter_mut().find(|(known, _)| *known == key) {
            Some((_, bindings)) => bindings.push(inline(&binding)),
            None => lines.push((key, vec![inline(&binding)])),
        }
    }
    let lines = lines
        .iter()
        .map(|(key, bindings)| match bindings.as_slice() {
            [binding] => format!("{key} = {binding}"),
            several => format!("{key} = [\n  {},\n]", several.join(",\n  ")),
        });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// A binding on one line, its most telling keys first.
fn inline(binding: &toml::Value) -> String {
    let Some(table) = binding.as_table() else {
        return binding.to_string();
    };
    let rank = |key: &str| {
        ["function", "argument", "variable", "on"]
            .iter()
            .position(|first| *first == key)
            .unwrap_or(usize::MAX)
    };
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| rank(key));
    let entries: Vec<_> = entries
        .into_iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    format!("{{ {} }}", entries.join(", "))
}
