//! Alexa.BrightnessController.

use serde_json::json;

use super::{Interface, Meaning, Phrase, whole};

/// How far "dim" and "brighten" go where no number is said.
const STEP: i64 = 25;

pub(super) const BRIGHTNESS: Interface = Interface {
    name: "Alexa.BrightnessController",
    say: "set to 40 percent, dim, brighten",
    phrases: &[
        Phrase {
            patterns: &[
                "set {endpoint} to {number} [percent]",
                "set the brightness of {endpoint} to {number} [percent]",
                "set {endpoint} brightness to {number} [percent]",
                "dim|brighten {endpoint} to {number} [percent]",
            ],
            meaning: Meaning::Command {
                name: "SetBrightness",
                payload: |number| json!({ "brightness": whole(number) }),
            },
        },
        Phrase {
            patterns: &["dim {endpoint}"],
            meaning: Meaning::Command {
                name: "AdjustBrightness",
                payload: |_| json!({ "brightnessDelta": -STEP }),
            },
        },
        Phrase {
            patterns: &["dim {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustBrightness",
                payload: |number| json!({ "brightnessDelta": -whole(number) }),
            },
        },
        Phrase {
            patterns: &["brighten {endpoint}"],
            meaning: Meaning::Command {
                name: "AdjustBrightness",
                payload: |_| json!({ "brightnessDelta": STEP }),
            },
        },
        Phrase {
            patterns: &["brighten {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustBrightness",
                payload: |number| json!({ "brightnessDelta": whole(number) }),
            },
        },
        Phrase {
            patterns: &[
                "how bright is {endpoint}",
                "what is the brightness of {endpoint}",
            ],
            meaning: Meaning::Question {
                property: "brightness",
                tell: |name, value| Some(format!("{name} is at {} percent.", value.as_i64()?)),
            },
        },
    ],
};
