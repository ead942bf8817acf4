//! Alexa.PowerController.

use super::{Interface, Meaning, Phrase, nothing, yes_or_no};

const POWER_STATE: &str = "powerState";

pub(super) const POWER: Interface = Interface {
    name: "Alexa.PowerController",
    say: "turn on, turn off",
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
            meaning: Meaning::Question {
                property: POWER_STATE,
                tell: |name, value| yes_or_no(name, value, "ON"),
            },
        },
        Phrase {
            patterns: &["is {endpoint} off", "is {endpoint} turned|switched off"],
            meaning: Meaning::Question {
                property: POWER_STATE,
                tell: |name, value| yes_or_no(name, value, "OFF"),
            },
        },
    ],
};
