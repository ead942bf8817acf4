//! Alexa.MotionSensor.

use super::{Interface, Meaning, Phrase};

pub(super) const MOTION: Interface = Interface {
    name: "Alexa.MotionSensor",
    say: |_| "is there motion".to_owned(),
    phrases: &[Phrase {
        patterns: &[
            "is there motion|movement in|at {endpoint}",
            "does {endpoint} see motion",
        ],
        meaning: Meaning::Question(|told| match told.text("detectionState")?.as_str() {
            "DETECTED" => Some(format!("Yes, {} detects motion.", told.endpoint)),
            "NOT_DETECTED" => Some(format!("No, {} detects no motion.", told.endpoint)),
            _ => None,
        }),
    }],
    ..Interface::PLAIN
};
