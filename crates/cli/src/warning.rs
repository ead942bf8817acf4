//! What is no mistake, and will trouble whoever speaks to an endpoint all the same.

use alexa_for_particle::particle::Device;
use alexa_for_particle::skill::{Discovery, Oddity};
use serde_json::Value as Json;

/// A sentence for each.
pub(crate) fn all(discovery: &Discovery) -> anyhow::Result<Vec<String>> {
    let mut warnings: Vec<String> = discovery.oddities().iter().map(oddity).collect();
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

fn oddity(oddity: &Oddity<'_>) -> String {
    match oddity {
        Oddity::SameName(endpoints) => {
            let devices: Vec<_> = endpoints.iter().map(|(device, _)| name(device)).collect();
            let said = endpoints
                .first()
                .map(|(device, endpoint)| endpoint.friendly_name(device));
            format!(
                "{} endpoints are called \"{}\", on {}: Alexa will ask which one is meant. Give each a name of its own.",
                endpoints.len(),
                said.unwrap_or_default(),
                devices.join(" and ")
            )
        }
        Oddity::WakeWord(device, endpoint, word) => format!(
            "\"{}\" begins with a word that wakes Alexa, \"{word}\", so she will not hear it as a name. Give it another.",
            endpoint.friendly_name(device)
        ),
    }
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
