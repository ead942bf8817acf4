//! Alexa.TimeHoldController: what counts down can be held.

use serde_json::json;

use super::{Interface, Meaning, Phrase, nothing};

pub(super) const TIME_HOLD: Interface = Interface {
    name: "Alexa.TimeHoldController",
    say: |timer| {
        if timer.is_set("/configuration/allowRemoteResume") {
            "pause, resume".to_owned()
        } else {
            "pause".to_owned()
        }
    },
    phrases: &[
        Phrase {
            patterns: &["pause {endpoint}", "hold {endpoint}"],
            meaning: Meaning::Command {
                name: "Hold",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &["resume {endpoint}", "continue|unpause {endpoint}"],
            meaning: Meaning::Command {
                name: "Resume",
                payload: |said| {
                    let can = said.capability.is_set("/configuration/allowRemoteResume");
                    can.then(|| json!({}))
                },
            },
        },
    ],
    ..Interface::PLAIN
};
