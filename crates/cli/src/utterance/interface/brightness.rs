//! Alexa.BrightnessController.

use serde_json::json;

use super::{Interface, Meaning, Phrase};

/// How far "dim" and "brighten" go where no number is said.
const STEP: i64 = 25;

pub(super) const BRIGHTNESS: Interface = Interface {
    name: "Alexa.BrightnessController",
    say: |light| {
        if light.is_told() {
            "set to 40 percent, dim, brighten".to_owned()
        } else {
            "set to 40 percent".to_owned()
        }
    },
    offers: |light, directive| directive != "AdjustBrightness" || light.is_told(),
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
                payload: |said| Some(json!({ "brightness": said.whole() })),
            },
        },
        Phrase {
            patterns: &["dim {endpoint}"],
            meaning: Meaning::Command {
                name: "AdjustBrightness",
                payload: |_| Some(json!({ "brightnessDelta": -STEP })),
            },
        },
        Phrase {
            patterns: &["dim {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustBrightness",
                payload: |said| Some(json!({ "brightnessDelta": -said.whole() })),
            },
        },
        Phrase {
            patterns: &["brighten {endpoint}"],
            meaning: Meaning::Command {
                name: "AdjustBrightness",
                payload: |_| Some(json!({ "brightnessDelta": STEP })),
            },
        },
        Phrase {
            patterns: &["brighten {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustBrightness",
                payload: |said| Some(json!({ "brightnessDelta": said.whole() })),
            },
        },
        Phrase {
            patterns: &[
                "how bright is {endpoint}",
                "what is the brightness of {endpoint}",
            ],
            meaning: Meaning::Question(|told| {
                let brightness = told.property("brightness")?.as_i64()?;
                Some(format!("{} is at {brightness} percent.", told.endpoint))
            }),
        },
    ],
    ..Interface::PLAIN
};
