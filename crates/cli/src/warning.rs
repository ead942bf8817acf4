//! What is no mistake, and will trouble whoever speaks to an endpoint all the same.

use alexa_for_particle::endpoint::Endpoint;
use alexa_for_particle::particle::Device;
use alexa_for_particle::skill::{Discovery, Oddity};
use serde_json::Value as Json;

/// A sentence for each.
pub(crate) fn all(discovery: &Discovery) -> anyhow::Result<Vec<String>> {
    // Where there is one device, it need not be named.
    let is_only = discovery.devices.len() < 2;
    let oddities = discovery.oddities();
    let mut warnings: Vec<String> = oddities.iter().map(|odd| oddity(odd, is_only)).collect();
    for (device, resolved) in discovery
        .devices
        .iter()
        .filter(|(device, _)| device.described())
    {
        for endpoint in &resolved.endpoints {
            for capability in &endpoint.capabilities {
                absent(&capability.description()?, device, &mut warnings);
            }
        }
    }
    warnings.dedup();
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

/// Looks in the bindings for functions and variables that a device has not.
fn absent(binding: &Json, device: &Device, warnings: &mut Vec<String>) {
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
                absent(value, device, warnings);
                continue;
            }
        };
        if let Some(named) = value.as_str().filter(|named| !known.contains(named)) {
            let alike = known.iter().find(|known| known.eq_ignore_ascii_case(named));
            let mend = alike.map_or(
                "Mend its description or its firmware.".to_owned(),
                |alike| format!("Did you mean `{alike}`?"),
            );
            warnings.push(format!("`{named}` is no {key} of {}. {mend}", name(device)));
        }
    }
}

fn name(device: &Device) -> String {
    device.name.clone().unwrap_or_else(|| device.id.to_string())
}
