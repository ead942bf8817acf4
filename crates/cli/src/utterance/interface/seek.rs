//! Alexa.SeekController. Amazon's directive takes milliseconds.

use serde_json::{Value as Json, json};

use super::{Interface, Meaning, Phrase, Said, whole};

const SECOND: f64 = 1000.0;
const MINUTE: f64 = 60.0 * SECOND;

pub(super) const SEEK: Interface = Interface {
    name: "Alexa.SeekController",
    say: |_| "skip 30 seconds".to_owned(),
    phrases: &[
        Phrase {
            patterns: &[
                "skip {number:30} seconds on {endpoint}",
                "skip|forward|advance [forward|ahead] {number} seconds|second on {endpoint}",
                "go|fast forward|ahead {number} seconds|second on {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "AdjustSeekPosition",
                payload: |said| by(said, SECOND),
            },
        },
        Phrase {
            patterns: &[
                "skip {number:2} minutes on {endpoint}",
                "skip|forward|advance [forward|ahead] {number} minutes|minute on {endpoint}",
                "go|fast forward|ahead {number} minutes|minute on {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "AdjustSeekPosition",
                payload: |said| by(said, MINUTE),
            },
        },
        Phrase {
            patterns: &[
                "rewind {number:30} seconds on {endpoint}",
                "rewind {number} second on {endpoint}",
                "go|skip back|backward {number} seconds|second on {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "AdjustSeekPosition",
                payload: |said| by(said, -SECOND),
            },
        },
        Phrase {
            patterns: &[
                "rewind {number:2} minutes on {endpoint}",
                "rewind {number} minute on {endpoint}",
                "go|skip back|backward {number} minutes|minute on {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "AdjustSeekPosition",
                payload: |said| by(said, -MINUTE),
            },
        },
    ],
    ..Interface::PLAIN
};

fn by(said: &Said<'_>, milliseconds: f64) -> Option<Json> {
    let delta = whole(said.number() * milliseconds);
    Some(json!({ "deltaPositionMilliseconds": delta }))
}
