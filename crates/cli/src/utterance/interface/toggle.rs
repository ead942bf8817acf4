//! Alexa.ToggleController.

use super::{Interface, Meaning, Phrase, Told, nothing};

pub(super) const TOGGLE: Interface = Interface {
    name: "Alexa.ToggleController",
    say: |toggle| match toggle.names().first() {
        Some(name) if toggle.is_set("/properties/nonControllable") => format!("is {name} on"),
        Some(name) => format!("turn {name} on, turn {name} off"),
        None => String::new(),
    },
    phrases: &[
        Phrase {
            patterns: &[
                "turn on {endpoint} {name}",
                "turn|switch on {endpoint} {name}",
                "turn|switch on the {name} of|on|in {endpoint}",
                "turn|switch {endpoint} {name} on",
                "turn|switch the {name} of|in {endpoint} on",
            ],
            meaning: Meaning::Command {
                name: "TurnOn",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &[
                "turn off {endpoint} {name}",
                "turn|switch off {endpoint} {name}",
                "turn|switch off the {name} of|on|in {endpoint}",
                "turn|switch {endpoint} {name} off",
                "turn|switch the {name} of|in {endpoint} off",
            ],
            meaning: Meaning::Command {
                name: "TurnOff",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &[
                "is {endpoint} {name} on",
                "is the {name} of|in {endpoint} on",
            ],
            meaning: Meaning::Question(|told| tell(told, "ON")),
        },
        Phrase {
            patterns: &[
                "is {endpoint} {name} off",
                "is the {name} of|in {endpoint} off",
            ],
            meaning: Meaning::Question(|told| tell(told, "OFF")),
        },
    ],
    ..Interface::PLAIN
};

fn tell(told: &Told<'_>, asked: &str) -> Option<String> {
    let state = told.text("toggleState")?;
    let answer = if state == asked { "Yes" } else { "No" };
    let (name, endpoint) = (told.name()?, told.endpoint);
    Some(format!(
        "{answer}, the {name} of {endpoint} is {}.",
        state.to_lowercase()
    ))
}
