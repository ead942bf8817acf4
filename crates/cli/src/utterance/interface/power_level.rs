//! Alexa.PowerLevelController.

use serde_json::json;

use super::{Interface, Meaning, Phrase, whole};

pub(super) const POWER_LEVEL: Interface = Interface {
    name: "Alexa.PowerLevelController",
    say: "set the power to 40 percent",
    phrases: &[
        Phrase {
            patterns: &[
                "set the power to {number} [percent] on {endpoint}",
                "set {endpoint} to {number} [percent]",
            ],
            meaning: Meaning::Command {
                name: "SetPowerLevel",
                payload: |number| json!({ "powerLevel": whole(number) }),
            },
        },
        Phrase {
            patterns: &["increase|raise {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustPowerLevel",
                payload: |number| json!({ "powerLevelDelta": whole(number) }),
            },
        },
        Phrase {
            patterns: &["decrease|lower {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustPowerLevel",
                payload: |number| json!({ "powerLevelDelta": -whole(number) }),
            },
        },
    ],
};
