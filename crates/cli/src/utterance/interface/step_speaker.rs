//! Alexa.StepSpeaker: louder and softer, and nobody knows how loud that is.

use serde_json::{Value as Json, json};

use super::speaker::{DOWN, MUTE, UNMUTE, UP};
use super::{Interface, Meaning, Phrase, Said};

/// How many steps "up" and "down" are where no number is said.
const STEPS: f64 = 10.0;

pub(super) const STEP_SPEAKER: Interface = Interface {
    name: "Alexa.StepSpeaker",
    say: |_| "volume up, volume down, mute".to_owned(),
    phrases: &[
        Phrase {
            patterns: UP,
            meaning: Meaning::Command {
                name: "AdjustVolume",
                payload: |said| adjust(said, 1.0),
            },
        },
        Phrase {
            patterns: DOWN,
            meaning: Meaning::Command {
                name: "AdjustVolume",
                payload: |said| adjust(said, -1.0),
            },
        },
        Phrase {
            patterns: MUTE,
            meaning: Meaning::Command {
                name: "SetMute",
                payload: |_| Some(json!({ "mute": true })),
            },
        },
        Phrase {
            patterns: UNMUTE,
            meaning: Meaning::Command {
                name: "SetMute",
                payload: |_| Some(json!({ "mute": false })),
            },
        },
    ],
    ..Interface::PLAIN
};

fn adjust(said: &Said<'_>, direction: f64) -> Option<Json> {
    let (steps, is_default) = said.number_or(STEPS);
    Some(json!({
        "volumeSteps": super::whole(direction * steps),
        "volumeStepsDefault": is_default,
    }))
}
