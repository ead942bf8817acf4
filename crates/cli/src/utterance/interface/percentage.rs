//! Alexa.PercentageController.

use serde_json::json;

use super::{Interface, Meaning, Phrase, whole};

pub(super) const PERCENTAGE: Interface = Interface {
    name: "Alexa.PercentageController",
    say: "set to 40 percent",
    phrases: &[
        Phrase {
            patterns: &["set {endpoint} to {number} [percent]"],
            meaning: Meaning::Command {
                name: "SetPercentage",
                payload: |number| json!({ "percentage": whole(number) }),
            },
        },
        Phrase {
            patterns: &["increase|raise {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustPercentage",
                payload: |number| json!({ "percentageDelta": whole(number) }),
            },
        },
        Phrase {
            patterns: &["decrease|lower {endpoint} by {number} [percent]"],
            meaning: Meaning::Command {
                name: "AdjustPercentage",
                payload: |number| json!({ "percentageDelta": -whole(number) }),
            },
        },
    ],
};
