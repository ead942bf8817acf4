//! Alexa.LockController.

use super::{Interface, Meaning, Phrase, Told, nothing};

const LOCK_STATE: &str = "lockState";
const JAMMED: &str = "JAMMED";

pub(super) const LOCK: Interface = Interface {
    name: "Alexa.LockController",
    say: |_| "lock, unlock".to_owned(),
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
            meaning: Meaning::Question(|told| tell(told, "LOCKED")),
        },
        Phrase {
            patterns: &["is {endpoint} unlocked"],
            meaning: Meaning::Question(|told| tell(told, "UNLOCKED")),
        },
        Phrase {
            patterns: &["is {endpoint} jammed"],
            meaning: Meaning::Question(|told| told.yes_or_no(LOCK_STATE, JAMMED)),
        },
    ],
    ..Interface::PLAIN
};

fn tell(told: &Told<'_>, asked: &str) -> Option<String> {
    // Neither locked nor safely unlocked.
    if told.text(LOCK_STATE)? == JAMMED {
        return Some(format!("{} is jammed. Please check it.", told.endpoint));
    }
    told.yes_or_no(LOCK_STATE, asked)
}
