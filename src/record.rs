//! What a directive leaves in the [`log`](crate::log): one JSON record.
//!
//! A record says what was asked, what came of it and how long it took. By construction it holds no token, and nothing
//! that a device was told or said: only what this module names. Of numbers, an error's words may hold the one that was asked
//! for and the one that a function returned.

pub use function_log::Level;

use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::particle::Call;

/// What became of one directive.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// When the answer was ready.
    #[serde(serialize_with = "crate::time::rfc3339")]
    pub timestamp: SystemTime,
    /// By its outcome.
    pub level: Level,
    /// Alexa's id of the directive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The directive, such as `Alexa.PowerController.TurnOn`.
    pub directive: String,
    /// The endpoint it was for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_id: Option<String>,
    /// The name of the answer, or the type of the error.
    pub outcome: &'static str,
    /// What went wrong, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took.
    #[serde(serialize_with = "crate::time::milliseconds")]
    pub milliseconds: Duration,
    /// How many calls to Particle it took.
    pub particle_calls: usize,
    /// Whether Alexa was told that the device cannot be reached.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unreachable: bool,
    /// Whether its time was up before all was done.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub timed_out: bool,
    /// What else an operator should know, such as a device whose description cannot be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The first hundred of those calls, if one of them failed or at [`Level::Debug`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
}

/// A discovery makes two for each of hundreds of devices where the cloud fails.
const MAXIMUM_CALLS: usize = 100;

impl Record {
    /// The record as one line of a log that shows this level, or `None` where it does not matter enough.
    #[must_use]
    pub fn line(self, shown: Level) -> Option<String> {
        serde_json::to_string(&self.shown_at(shown)?).ok()
    }

    /// As much of the record as belongs in such a log, or `None` where it does not matter enough.
    pub(crate) fn shown_at(mut self, shown: Level) -> Option<Self> {
        if self.level < shown {
            return None;
        }
        let failed =
            |call: &Call| call.incomplete || call.status.is_none_or(|status| status >= 300);
        if shown > Level::Debug && !self.calls.iter().any(failed) {
            self.calls.clear();
        }
        self.calls.truncate(MAXIMUM_CALLS);
        Some(self)
    }
}
