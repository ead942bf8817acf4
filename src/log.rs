//! The function's log: one line of JSON for each invocation, with what Lambda knows of it and the [`metrics`].

pub mod metrics;

pub use function_log::{Invocation, print, run};

use std::time::SystemTime;

use function_log::figures::Figures;
use serde::Serialize;

use crate::record::{Level, Record};

/// How records become lines: one per process.
#[derive(Clone, Debug)]
pub struct Log {
    /// What is worth a line.
    pub level: Level,
    /// The function's name where its metrics are wanted.
    pub metrics_of: Option<String>,
}

/// A record with all that goes with it. What Logs Insights may not reach comes last: it finds the first 200 fields of a
/// line, and calls can be many.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    invocation: &'a Invocation,
    #[serde(flatten)]
    record: &'a Record,
    #[serde(flatten)]
    metrics: Option<Figures<'a>>,
}

/// What is left of a record that does not matter enough to be shown.
#[derive(Serialize)]
struct MetricsLine<'a> {
    #[serde(serialize_with = "crate::time::rfc3339")]
    timestamp: SystemTime,
    level: Level,
    /// A dimension of errors.
    outcome: &'static str,
    #[serde(flatten)]
    metrics: Figures<'a>,
}

impl Log {
    /// What an invocation leaves, if anything.
    #[must_use]
    pub fn line(&self, record: Record, invocation: &Invocation) -> Option<String> {
        let metrics = self
            .metrics_of
            .as_deref()
            .map(|function| metrics::of(&record, invocation, function));
        let (timestamp, level, outcome) = (record.timestamp, record.level, record.outcome);
        match (record.shown_at(self.level), metrics) {
            (Some(record), metrics) => serde_json::to_string(&Line {
                invocation,
                record: &record,
                metrics,
            }),
            (None, Some(metrics)) => serde_json::to_string(&MetricsLine {
                timestamp,
                level,
                outcome,
                metrics,
            }),
            (None, None) => return None,
        }
        .ok()
    }
}
