//! Alexa.ContactSensor.

use super::{Interface, Meaning, Phrase};

pub(super) const CONTACT: Interface = Interface {
    name: "Alexa.ContactSensor",
    say: "is it open",
    phrases: &[
        Phrase {
            patterns: &["is {endpoint} open"],
            meaning: Meaning::Question {
                property: "detectionState",
                tell: |name, value| tell(name, value.as_str()?, "DETECTED"),
            },
        },
        Phrase {
            patterns: &["is {endpoint} closed|shut"],
            meaning: Meaning::Question {
                property: "detectionState",
                tell: |name, value| tell(name, value.as_str()?, "NOT_DETECTED"),
            },
        },
    ],
};

fn tell(name: &str, state: &str, asked: &str) -> Option<String> {
    let answer = if state == asked { "Yes" } else { "No" };
    let state = match state {
        "DETECTED" => "open",
        "NOT_DETECTED" => "closed",
        _ => return None,
    };
    Some(format!("{answer}, {name} is {state}."))
}
