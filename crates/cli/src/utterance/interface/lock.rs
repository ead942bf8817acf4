//! Alexa.LockController.

use super::{Interface, Meaning, Phrase, nothing, yes_or_no};

const LOCK_STATE: &str = "lockState";

pub(super) const LOCK: Interface = Interface {
    name: "Alexa.LockController",
    say: "lock, unlock",
    phrases: &[
        Phrase {
            patterns: &["lock {endpoint}"],
            meaning: Meaning::Command {
                name: "Lock",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &["unlock {endpoint}"],
            meaning: Meaning::Command {
                name: "Unlock",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &["is {endpoint} locked"],
            meaning: Meaning::Question {
                property: LOCK_STATE,
                tell: |name, value| yes_or_no(name, value, "LOCKED"),
            },
        },
        Phrase {
            patterns: &["is {endpoint} unlocked"],
            meaning: Meaning::Question {
                property: LOCK_STATE,
                tell: |name, value| yes_or_no(name, value, "UNLOCKED"),
            },
        },
    ],
};
