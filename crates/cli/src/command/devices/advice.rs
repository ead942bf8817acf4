//! Why a device is left out, and what its owner can do.

mod description;

use alexa_for_particle::endpoint::{Resolved, Source};
use alexa_for_particle::particle::Device;
use serde::Serialize;

/// What to tell the owner of a device without endpoints.
#[derive(Debug, Serialize)]
pub(super) struct Advice {
    pub(super) why: String,
    pub(super) mend: String,
    /// Text to put into the device's notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

impl Advice {
    /// `None` for a device that Alexa would discover.
    pub(super) fn on(device: &Device, resolved: &Resolved) -> Option<Self> {
        if !resolved.endpoints.is_empty() {
            return None;
        }
        Some(match resolved.source {
            Source::Notes | Source::Convention => {
                Self::on_mistakes("its notes", "Mend the notes", resolved)
            }
            Source::Variable => {
                Self::on_mistakes("its variable `alexa`", "Mend its firmware", resolved)
            }
            Source::Profile => {
                let mend = "Mend the file of profiles";
                Self::on_mistakes(&resolved.place(), mend, resolved)
            }
            Source::Unread => {
                let mend = if device.online() == Some(false) {
                    "Bring it online and look again"
                } else {
                    "Restart the device and look again"
                };
                Self {
                    why: "It describes itself in its variable `alexa`, which could not be read."
                        .to_owned(),
                    mend: format!(
                        "{mend}, or describe it in its notes: they can be read at any time."
                    ),
                    description: None,
                }
            }
            Source::Unasked => Self {
                why: "It may describe itself, and there was no time to ask it: other devices did not answer."
                    .to_owned(),
                mend: "Look again, or describe it in its notes: they can be read at any time."
                    .to_owned(),
                description: None,
            },
            Source::Unknown => Self::on_unknown(device),
            Source::Nothing => Self::on_nothing(device),
        })
    }

    fn on_mistakes(place: &str, mend: &str, resolved: &Resolved) -> Self {
        let mistakes = match resolved.mistakes.len() {
            0 | 1 => "a mistake".to_owned(),
            count => format!("{count} mistakes"),
        };
        Self {
            why: format!("The description in {place} has {mistakes}."),
            mend: format!("{mend}; try the description first with `particle-alexa check`."),
            description: None,
        }
    }

    fn on_unknown(device: &Device) -> Self {
        let (why, mend) = if device.in_safe_mode() {
            (
                "It is in safe mode: its firmware does not run, so nobody knows what it can do.",
                "Flash its firmware again",
            )
        } else if device.online() == Some(true) {
            (
                "The cloud does not say which functions and variables it has.",
                "Restart the device",
            )
        } else {
            (
                "It is offline, and the cloud does not remember which functions and variables it has.",
                "Bring it online and look again",
            )
        };
        Self {
            why: why.to_owned(),
            mend: format!("{mend}, or describe it in its notes: they can be read at any time."),
            description: None,
        }
    }

    fn on_nothing(device: &Device) -> Self {
        let functions = device.functions.as_deref().unwrap_or_default();
        let functions = listed("function", functions.iter().cloned());
        let variables = device.variables.iter().flatten();
        let variables = listed(
            "variable",
            variables.map(|(name, kind)| format!("{name} ({kind})")),
        );
        let why =
            format!("It has {functions} and {variables}, and none of these names is well known.");
        let description = description::of(device);
        let mend = match description {
            Some(_) => "Describe it in its notes. To begin with:",
            None => {
                "Give its firmware a function that switches or dims something, or a variable with a number."
            }
        };
        Self {
            why,
            mend: mend.to_owned(),
            description,
        }
    }
}

fn listed(what: &str, names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.collect();
    match names.len() {
        0 => format!("no {what}s"),
        1 => format!("the {what} {}", names.join("")),
        _ => format!("the {what}s {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use alexa_for_particle::endpoint::{Resolved, Told};
    use alexa_for_particle::particle::Device;
    use alexa_for_particle::profile::Profiles;
    use serde_json::json;

    use super::Advice;

    fn advice(fields: &serde_json::Value) -> Advice {
        let mut device = json!({ "id": "0123456789abcdef01234567", "online": true, "functions": [], "variables": {} });
        for (name, value) in fields.as_object().unwrap() {
            device[name] = value.clone();
        }
        let device: Device = serde_json::from_value(device).unwrap();
        Advice::on(
            &device,
            &Resolved::of(&device, Told::Nothing, &Profiles::default()),
        )
        .unwrap()
    }

    #[test]
    fn where_there_is_nothing_to_describe_no_description_is_shown() {
        let advice = advice(&json!({ "variables": { "open": "bool", "tempLabel": "string" } }));
        assert_eq!(advice.description, None);
        assert_eq!(
            advice.why,
            "It has no functions and the variables open (bool), tempLabel (string), and none of these names is well known."
        );
    }

    #[test]
    fn each_reason_has_its_own_words() {
        for (fields, words) in [
            (json!({ "functions": null, "online": false }), "offline"),
            (json!({ "functions": null }), "does not say"),
            (json!({ "status": "safe_mode" }), "safe mode"),
            (json!({}), "no functions and no variables"),
            (json!({ "notes": "[alexa]\npowre = 1" }), "mistake"),
        ] {
            let why = advice(&fields).why;
            assert!(why.contains(words), "{fields}: {why}");
        }
    }
}
