//! Alexa.PowerLevelController.

use serde_json::json;

use super::{Interface, Meaning, Phrase};

pub(super) const POWER_LEVEL: Interface = Interface {
    name: "Alexa.PowerLevelController",
    say: |_| "set the power to 40 percent".to_owned(),
    offers: |level, directive| directive != "AdjustPowerLevel" || level.is_told(),
    phrases: &[
        Phrase {
            patterns: &[
                "set the power to {number} [percent] on {endpoint}",
                "set {endpoint} to {number} [percent]",
                "set {endpoint} power [level] to {number} [percent]",
                "set the power [level] of|on {endpoint} to {number} [percent]",
            ],
            meaning: Meaning::Command {
                name: "SetPowerLevel",
                payload: |said| Some(json!({ "powerLevel": said.whole() })),
            },
        },
        Phrase {
            patterns: &[
                "increase|raise {endpoint} by {number} [percent]",
                "increase|raise {endpoint} power [level] by {number} [percent]",
                "increase|raise the power [level] by {number} [percent] on {endpoint}",
                "increase|raise the power [level] of|on {endpoint} by {number} [percent]",
            ],
            meaning: Meaning::Command {
                name: "AdjustPowerLevel",
                payload: |said| Some(json!({ "powerLevelDelta": said.whole() })),
            },
        },
        Phrase {
            patterns: &[
                "decrease|lower {endpoint} by {number} [percent]",
                "decrease|lower|reduce {endpoint} power [level] by {number} [percent]",
                "decrease|lower|reduce the power [level] by {number} [percent] on {endpoint}",
                "decrease|lower|reduce the power [level] of|on {endpoint} by {number} [percent]",
            ],
            meaning: Meaning::Command {
                name: "AdjustPowerLevel",
                payload: |said| Some(json!({ "powerLevelDelta": -said.whole() })),
            },
        },
        Phrase {
            patterns: &[
                "what is {endpoint} set to",
                "what is the power [level] of|on {endpoint}",
                "what is {endpoint} power [level]",
            ],
            meaning: Meaning::Question(|told| {
                let level = told.property("powerLevel")?.as_i64()?;
                Some(format!("{} is at {level} percent.", told.endpoint))
            }),
        },
    ],
    ..Interface::PLAIN
};
