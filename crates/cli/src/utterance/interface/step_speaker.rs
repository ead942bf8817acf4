//! Alexa.StepSpeaker: louder and softer, and nobody knows how loud that is.

use serde_json::{Value as Json, json};

use super::speaker::{DOWN, MUTE, UNMUTE, UP};
use super::{Interface, Meaning, Phrase, Said};
use crate::capability::Capability;

/// How many steps "up" and "down" are where no number is said.
const STEPS: f64 = 10.0;

pub(super) const STEP_SPEAKER: Interface = Interface {
    name: "Alexa.StepSpeaker",
    say: |speaker| {
        if can_mute(speaker) {
            "volume up, volume down, mute".to_owned()
        } else {
            "volume up, volume down".to_owned()
        }
    },
    offers: |speaker, directive| directive != "SetMute" || can_mute(speaker),
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

/// The interface has no properties to tell it by, only the binding.
fn can_mute(speaker: &Capability) -> bool {
    speaker.binding("/mute").is_some()
}

fn adjust(said: &Said<'_>, direction: f64) -> Option<Json> {
    let (steps, is_default) = said.number_or(STEPS);
    Some(json!({
        "volumeSteps": super::whole(direction * steps),
        "volumeStepsDefault": is_default,
    }))
}
