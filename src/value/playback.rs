//! What a player does, and what it can be told.

use serde_json::{Value as Json, json};

use super::{ChoiceKind, Vocabulary};

/// What a player does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PlaybackState {
    /// It plays.
    Playing,
    /// It waits to play on.
    Paused,
    /// It does nothing.
    Stopped,
}

/// What a player can be told.
#[derive(Debug)]
pub enum PlaybackOperation {}

/// What a timer can be told.
#[derive(Debug)]
pub enum HoldOperation {}

impl Vocabulary for PlaybackState {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Playing, "PLAYING", "playing"),
        (Self::Paused, "PAUSED", "paused"),
        (Self::Stopped, "STOPPED", "stopped"),
    ];
    /// What does not play may be paused or stopped.
    const TRUTH: Option<[Self; 2]> = None;

    fn property(word: &'static str) -> Json {
        json!({ "state": word })
    }
}

impl ChoiceKind for PlaybackOperation {
    const KEY: &'static str = "operations";
    const MEANING: &'static str = "what it can be told, as a list, or each with the firmware's word: play, pause, stop, start_over, previous, next, rewind, fast_forward";
    type Details = ();

    fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            ("play", "Play"),
            ("pause", "Pause"),
            ("stop", "Stop"),
            ("start_over", "StartOver"),
            ("previous", "Previous"),
            ("next", "Next"),
            ("rewind", "Rewind"),
            ("fast_forward", "FastForward"),
        ]
        .into_iter()
    }
}

impl ChoiceKind for HoldOperation {
    const KEY: &'static str = "operations";
    const MEANING: &'static str =
        "what it can be told, as a list, or each with the firmware's word: hold, resume";
    type Details = ();

    fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
        [("hold", "Hold"), ("resume", "Resume")].into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Settable as _, Value as _, Words};

    #[test]
    fn what_is_written_reads_back() {
        use PlaybackState::{Paused, Playing, Stopped};
        let words = Words::default();
        for (state, alexa) in [
            (Playing, json!({ "state": "PLAYING" })),
            (Paused, json!({ "state": "PAUSED" })),
            (Stopped, json!({ "state": "STOPPED" })),
        ] {
            let echo = Json::String(state.to_argument("", &words));
            assert_eq!(PlaybackState::from_variable(&echo, &words), Some(state));
            assert_eq!(state.to_alexa(), alexa);
        }
        for said in [json!(true), json!(0), json!("idle")] {
            assert_eq!(PlaybackState::from_variable(&said, &words), None, "{said}");
        }
    }

    #[test]
    fn an_operation_is_written_in_either_way() {
        for (written, alexa) in [
            ("play", Ok("Play")),
            ("start_over", Ok("StartOver")),
            ("FastForward", Ok("FastForward")),
            (
                "forward",
                Err("unknown operation `forward`; did you mean `fast_forward`?"),
            ),
            (
                "paus",
                Err("unknown operation `paus`; did you mean `pause`?"),
            ),
        ] {
            let operation = PlaybackOperation::alexa(written);
            assert_eq!(operation.as_deref().map_err(String::as_str), alexa);
        }
    }
}
