//! Whether a sensor sees what it looks for: Alexa's `detectionState`.

use super::Vocabulary;

/// The state of a door or window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Contact {
    /// It is open, which Alexa calls detected.
    Open,
    /// It is closed.
    Closed,
}

/// What a motion sensor sees.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Motion {
    /// Something moves.
    Detected,
    /// Nothing does.
    Clear,
}

const DETECTED: &str = "DETECTED";
const NOT_DETECTED: &str = "NOT_DETECTED";

impl Vocabulary for Contact {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Open, DETECTED, "open"),
        (Self::Closed, NOT_DETECTED, "closed"),
    ];
    const TRUTH: Option<[Self; 2]> = Some([Self::Open, Self::Closed]);
}

impl Vocabulary for Motion {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Detected, DETECTED, "detected"),
        (Self::Clear, NOT_DETECTED, "clear"),
    ];
    const TRUTH: Option<[Self; 2]> = Some([Self::Detected, Self::Clear]);
}
