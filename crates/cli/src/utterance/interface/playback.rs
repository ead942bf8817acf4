//! Alexa.PlaybackController. An endpoint says which of its directives it takes.

use serde_json::{Value as Json, json};

use super::{Interface, Meaning, Phrase, Said};

pub(super) const PLAYBACK: Interface = Interface {
    name: "Alexa.PlaybackController",
    say: |player| {
        let all = [
            ("Play", "play"),
            ("Pause", "pause"),
            ("Stop", "stop"),
            ("Next", "next"),
            ("Previous", "previous"),
            ("Rewind", "rewind"),
            ("FastForward", "fast forward"),
            ("StartOver", "start over"),
        ];
        let able = all.iter().filter(|(name, _)| {
            player
                .list("/supportedOperations")
                .any(|operation| operation == name)
        });
        able.map(|(_, words)| *words).collect::<Vec<_>>().join(", ")
    },
    phrases: &[
        Phrase {
            patterns: &[
                "play on {endpoint}",
                "play|resume|continue|unpause [on] {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "Play",
                payload: |said| if_able(said, "Play"),
            },
        },
        Phrase {
            patterns: &["pause {endpoint}", "pause on {endpoint}"],
            meaning: Meaning::Command {
                name: "Pause",
                payload: |said| if_able(said, "Pause"),
            },
        },
        Phrase {
            patterns: &["stop {endpoint}", "stop on {endpoint}"],
            meaning: Meaning::Command {
                name: "Stop",
                payload: |said| if_able(said, "Stop"),
            },
        },
        Phrase {
            patterns: &[
                "next on {endpoint}",
                "[play] next on {endpoint}",
                "skip on {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "Next",
                payload: |said| if_able(said, "Next"),
            },
        },
        Phrase {
            patterns: &["previous on {endpoint}", "[play] previous on {endpoint}"],
            meaning: Meaning::Command {
                name: "Previous",
                payload: |said| if_able(said, "Previous"),
            },
        },
        Phrase {
            patterns: &["rewind {endpoint}", "rewind on {endpoint}"],
            meaning: Meaning::Command {
                name: "Rewind",
                payload: |said| if_able(said, "Rewind"),
            },
        },
        Phrase {
            patterns: &["fast forward {endpoint}", "fast forward on {endpoint}"],
            meaning: Meaning::Command {
                name: "FastForward",
                payload: |said| if_able(said, "FastForward"),
            },
        },
        Phrase {
            patterns: &[
                "start over on {endpoint}",
                "start {endpoint} over",
                "restart {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "StartOver",
                payload: |said| if_able(said, "StartOver"),
            },
        },
    ],
    ..Interface::PLAIN
};

fn if_able(said: &Said<'_>, operation: &str) -> Option<Json> {
    said.capability
        .list("/supportedOperations")
        .any(|own| own == operation)
        .then(|| json!({}))
}
