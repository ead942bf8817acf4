//! Alexa.PowerController.

use super::{Interface, Meaning, Phrase, nothing};

const POWER_STATE: &str = "powerState";

pub(super) const POWER: Interface = Interface {
    name: "Alexa.PowerController",
    say: |_| "turn on, turn off".to_owned(),
    phrases: &[
        Phrase {
            patterns: &["turn|switch on {endpoint}", "turn|switch {endpoint} on"],
            meaning: Meaning::Command {
                name: "TurnOn",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &["turn|switch off {endpoint}", "turn|switch {endpoint} off"],
            meaning: Meaning::Command {
                name: "TurnOff",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &["is {endpoint} on", "is {endpoint} turned|switched on"],
            meaning: Meaning::Question(|told| told.yes_or_no(POWER_STATE, "ON")),
        },
        Phrase {
            patterns: &["is {endpoint} off", "is {endpoint} turned|switched off"],
            meaning: Meaning::Question(|told| told.yes_or_no(POWER_STATE, "OFF")),
        },
    ],
    ..Interface::PLAIN
};
