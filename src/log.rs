//! The function's log: one line of JSON for each invocation, with what Lambda knows of it and the [`metrics`].
//!
//! Lambda's filter reads `level`, and believes it only beside a `timestamp` of RFC 3339.

pub mod metrics;

use std::time::SystemTime;

use serde::Serialize;

use self::metrics::Metrics;
use crate::record::{Level, Record};

/// How records become lines: one per process.
#[derive(Clone, Debug)]
pub struct Log {
    /// What is worth a line.
    pub level: Level,
    /// The function's name where its metrics are wanted.
    pub metrics_of: Option<String>,
}

/// What Lambda knows of one invocation.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    /// Lambda's id of it, by which Lambda's own records name it.
    pub request_id: String,
    /// The id under which X-Ray has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// Whether it is the first of its process.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cold_start: bool,
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
    metrics: Option<Metrics<'a>>,
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
    metrics: Metrics<'a>,
}

impl Log {
    /// What an invocation leaves, if anything.
    #[must_use]
    pub fn line(&self, record: Record, invocation: &Invocation) -> Option<String> {
        let metrics = self
            .metrics_of
            .as_deref()
            .map(|function| Metrics::of(&record, invocation, function));
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

impl Invocation {
    /// From the header in which Lambda tells the trace: `Root=1-…;Parent=…;Sampled=0`.
    #[must_use]
    pub fn new(request_id: String, trace: Option<&str>, cold_start: bool) -> Self {
        let root = trace.and_then(|trace| {
            trace
                .split(';')
                .find_map(|part| part.trim().strip_prefix("Root="))
        });
        Self {
            request_id,
            trace_id: root.map(str::to_owned),
            cold_start,
        }
    }
}

/// The line of a process that cannot start.
#[must_use]
pub fn failed_start(error: &str) -> String {
    serde_json::json!({
        "timestamp": crate::time::written(SystemTime::now()).to_string(),
        "level": Level::Error,
        "message": error,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::Invocation;

    #[test]
    fn the_trace_is_known_by_its_root() {
        for (header, id) in [
            (Some("Root=1-5f;Parent=53;Sampled=1"), Some("1-5f")),
            (Some("Parent=53; Root=1-5f"), Some("1-5f")),
            (Some("Self=1-5e"), None),
            (Some(""), None),
            (None, None),
        ] {
            let invocation = Invocation::new(String::new(), header, false);
            assert_eq!(invocation.trace_id.as_deref(), id, "{header:?}");
        }
    }
}
