//! Alexa.SceneController.

use super::{Interface, Meaning, Phrase, nothing};

pub(super) const SCENE: Interface = Interface {
    name: "Alexa.SceneController",
    say: |scene| {
        if scene.is_set("/supportsDeactivation") {
            "activate, deactivate".to_owned()
        } else {
            "activate".to_owned()
        }
    },
    phrases: &[
        Phrase {
            patterns: &[
                "turn on {endpoint}",
                "activate|start {endpoint}",
                "turn {endpoint} on",
            ],
            meaning: Meaning::Command {
                name: "Activate",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &[
                "turn off {endpoint}",
                "deactivate|stop {endpoint}",
                "turn {endpoint} off",
            ],
            meaning: Meaning::Command {
                name: "Deactivate",
                payload: |said| {
                    let can = said.capability.is_set("/supportsDeactivation");
                    can.then(|| serde_json::json!({}))
                },
            },
        },
    ],
    ..Interface::PLAIN
};
