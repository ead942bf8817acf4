//! Alexa.ContactSensor.

use super::{Interface, Meaning, Phrase, Told};

pub(super) const CONTACT: Interface = Interface {
    name: "Alexa.ContactSensor",
    say: |_| "is it open".to_owned(),
    phrases: &[
        Phrase {
            patterns: &["is {endpoint} open"],
            meaning: Meaning::Question(|told| tell(told, "DETECTED")),
        },
        Phrase {
            patterns: &["is {endpoint} closed|shut"],
            meaning: Meaning::Question(|told| tell(told, "NOT_DETECTED")),
        },
    ],
    ..Interface::PLAIN
};

fn tell(told: &Told<'_>, asked: &str) -> Option<String> {
    let detected = told.text("detectionState")?;
    let answer = if detected == asked { "Yes" } else { "No" };
    let state = match detected.as_str() {
        "DETECTED" => "open",
        "NOT_DETECTED" => "closed",
        _ => return None,
    };
    Some(format!("{answer}, {} is {state}.", told.endpoint))
}
