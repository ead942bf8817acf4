//! The [figures](function_log::figures) of a directive. Errors alone are split, by their type.

pub use function_log::figures::{Metric, NAMESPACE};

use function_log::Invocation;
use function_log::figures::Figures;
use serde_json::{Value as Json, json};

use crate::record::Record;

/// The format takes no more values of one metric in a line; of a discovery with more calls the first count.
const MAXIMUM_VALUES: usize = 100;

/// The record's own field that is a dimension of errors.
const TYPE: &str = "outcome";

const DIRECTIVES: Metric = Metric::count("Directives");
const ERRORS: Metric = Metric::count("Errors");
const TIMEOUTS: Metric = Metric::count("Timeouts");
const COLD_STARTS: Metric = Metric::count("ColdStarts");
const PARTICLE_CALLS: Metric = Metric::count("ParticleCalls");
const PARTICLE_LATENCY: Metric = Metric::milliseconds("ParticleLatency");
const UNAUTHORIZED: Metric = Metric::count("Unauthorized");
const RATE_LIMITED: Metric = Metric::count("RateLimited");

/// All there are.
pub const ALL: [Metric; 8] = [
    DIRECTIVES,
    ERRORS,
    TIMEOUTS,
    COLD_STARTS,
    PARTICLE_CALLS,
    PARTICLE_LATENCY,
    UNAUTHORIZED,
    RATE_LIMITED,
];

pub(super) fn of<'a>(record: &Record, invocation: &Invocation, function: &'a str) -> Figures<'a> {
    let calls = &record.calls;
    let answered = |status| {
        let calls = calls.iter().filter(|call| call.status == Some(status));
        calls.count()
    };
    let latencies: Vec<_> = calls
        .iter()
        .take(MAXIMUM_VALUES)
        .map(|call| json!(call.duration.as_millis()))
        .collect();
    let counted = [
        (ERRORS, usize::from(record.error.is_some())),
        (TIMEOUTS, usize::from(record.timed_out)),
        (COLD_STARTS, usize::from(invocation.cold_start)),
        (UNAUTHORIZED, answered(401)),
        (RATE_LIMITED, answered(429)),
    ];
    let happened = counted.into_iter().filter(|(_, count)| *count > 0);
    let mut values = vec![(DIRECTIVES, json!(1)), (PARTICLE_CALLS, json!(calls.len()))];
    if !latencies.is_empty() {
        values.push((PARTICLE_LATENCY, Json::Array(latencies)));
    }
    values.extend(happened.map(|(metric, count)| (metric, json!(count))));
    Figures {
        function,
        timestamp: record.timestamp,
        values,
        split: Some((ERRORS.name, TYPE)),
    }
}
