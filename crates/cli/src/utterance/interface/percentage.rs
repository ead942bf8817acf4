//! Alexa.PercentageController.

use serde_json::json;

use super::{Interface, Meaning, Phrase};

pub(super) const PERCENTAGE: Interface = Interface {
    name: "Alexa.PercentageController",
    say: |_| "set to 40 percent".to_owned(),
    offers: |level, directive| directive != "AdjustPercentage" || level.is_told(),
    phrases: &[
        Phrase {
            patterns: &["set {endpoint} to {number} [percent]"],
            meaning: Meaning::Command {
                name: "SetPercentage",
                payload: |said| Some(json!({ "percentage": said.whole() })),
            },
        },
        Phrase {
            patterns: &["increase|raise {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustPercentage",
                payload: |said| Some(json!({ "percentageDelta": said.whole() })),
            },
        },
        Phrase {
            patterns: &["decrease|lower {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustPercentage",
                payload: |said| Some(json!({ "percentageDelta": -said.whole() })),
            },
        },
        Phrase {
            patterns: &["what is {endpoint} set to"],
            meaning: Meaning::Question(|told| {
                let level = told.property("percentage")?.as_i64()?;
                Some(format!("{} is at {level} percent.", told.endpoint))
            }),
        },
    ],
    ..Interface::PLAIN
};
