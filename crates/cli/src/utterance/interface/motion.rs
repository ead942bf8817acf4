//! Alexa.MotionSensor.

use super::{Interface, Meaning, Phrase};

pub(super) const MOTION: Interface = Interface {
    name: "Alexa.MotionSensor",
    say: "is there motion",
    phrases: &[Phrase {
        patterns: &[
            "is there motion|movement in|at {endpoint}",
            "does {endpoint} see motion",
        ],
        meaning: Meaning::Question {
            property: "detectionState",
            tell: |name, value| match value.as_str()? {
                "DETECTED" => Some(format!("Yes, {name} detects motion.")),
                "NOT_DETECTED" => Some(format!("No, {name} detects no motion.")),
                _ => None,
            },
        },
    }],
};
