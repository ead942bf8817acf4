//! What is no mistake, and will trouble whoever speaks to an endpoint all the same.

use alexa_for_particle::endpoint::Endpoint;
use alexa_for_particle::particle::Device;
use alexa_for_particle::skill::{Discovery, Oddity};
use serde_json::Value as Json;

/// Something of the kind.
#[derive(Debug, PartialEq)]
pub(crate) struct Warning {
    /// It in a sentence, with the mend.
    pub(crate) text: String,
    /// The name that it is about, where a description says it.
    pub(crate) name: Option<String>,
}

/// All that there is of it.
pub(crate) fn all(discovery: &Discovery) -> anyhow::Result<Vec<Warning>> {
    // Where there is one device, it need not be named.
    let is_only = discovery.devices.len() < 2;
    let oddities = discovery.oddities();
    let mut warnings: Vec<Warning> = oddities
        .iter()
        .map(|odd| Warning {
            text: oddity(odd, is_only),
            name: match odd {
                Oddity::SameName(endpoints) => endpoints.last().map(|(_, endpoint)| endpoint),
                Oddity::WakeWord(_, endpoint, _) => Some(endpoint),
            }
            .and_then(|endpoint| endpoint.name.clone()),
        })
        .collect();
    for (device, resolved) in discovery
        .devices
        .iter()
        .filter(|(device, _)| device.described())
    {
        for endpoint in &resolved.endpoints {
            for capability in &endpoint.capabilities {
                let (key, binding) = (capability.entry().key, capability.description()?);
                for text in absent(key, &binding, device) {
                    let absent = Warning { text, name: None };
                    if !warnings.contains(&absent) {
                        warnings.push(absent);
                    }
                }
            }
        }
    }
    Ok(warnings)
}

fn oddity(oddity: &Oddity<'_>, is_only: bool) -> String {
    match oddity {
        Oddity::SameName(endpoints) => {
            let count = endpoints.len();
            let on = if is_only {
                String::new()
            } else {
                let mut devices: Vec<_> =
                    endpoints.iter().map(|(device, _)| name(device)).collect();
                devices.dedup();
                format!(" on {}", devices.join(" and "))
            };
            let nameless = endpoints
                .iter()
                .all(|(_, endpoint)| endpoint.name.is_none());
            match endpoints.first() {
                Some((device, _)) if nameless && is_only_device(endpoints, device) => format!(
                    "{count} endpoints{on} have no name and are called as the device is: Alexa will ask which one is \
                     meant. Give each a name of its own."
                ),
                first => {
                    let said = first.map(|(device, endpoint)| endpoint.friendly_name(device));
                    format!(
                        "{count} endpoints{on} are called \"{}\": Alexa will ask which one is meant. Give each a name \
                         of its own.",
                        said.unwrap_or_default()
                    )
                }
            }
        }
        Oddity::WakeWord(device, endpoint, word) => format!(
            "\"{}\" begins with a word that wakes Alexa, \"{word}\", so she will not hear it as a name. Give it another.",
            endpoint.friendly_name(device)
        ),
    }
}

fn is_only_device(endpoints: &[(&Device, &Endpoint)], device: &Device) -> bool {
    endpoints.iter().all(|(other, _)| other.id == device.id)
}

/// Looks in a binding for functions and variables that a device has not; `place` is the key under which it stands.
fn absent(place: &str, binding: &Json, device: &Device) -> Vec<String> {
    let mut warnings = Vec::new();
    for (key, value) in binding.as_object().into_iter().flatten() {
        let known: Vec<&str> = match key.as_str() {
            "function" => device
                .functions
                .iter()
                .flatten()
                .map(String::as_str)
                .collect(),
            "variable" => device
                .variables
                .iter()
                .flatten()
                .map(|(name, _)| name.as_str())
                .collect(),
            _ => {
                warnings.extend(absent(&format!("{place}.{key}"), value, device));
                continue;
            }
        };
        if let Some(named) = value.as_str().filter(|named| !known.contains(named)) {
            let mend = nearest(named, &known).map_or(
                "Mend its description or its firmware.".to_owned(),
                |nearest| format!("Did you mean `{nearest}`?"),
            );
            warnings.push(format!(
                "`{place}` of {} names the {key} `{named}`, which it has not. {mend}",
                whose(device)
            ));
        }
    }
    warnings
}

/// How alike two names are where one may be a slip for the other.
const ALIKE: f64 = 0.6;

/// The name most like another, in whatever case.
fn nearest<'a>(named: &str, known: &[&'a str]) -> Option<&'a str> {
    let alike = |known: &str| {
        strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &named.to_lowercase())
    };
    let known = known.iter().map(|known| (alike(known), *known));
    known
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, known)| known)
}

/// The device by its name, if it has one.
fn whose(device: &Device) -> String {
    match &device.name {
        Some(name) => format!("the device `{name}`"),
        None => format!("the device {}", device.id),
    }
}

fn name(device: &Device) -> String {
    device.name.clone().unwrap_or_else(|| device.id.to_string())
}
