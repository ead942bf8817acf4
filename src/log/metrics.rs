//! Figures for CloudWatch, in the line of the record: its [embedded metric format] needs no call of its own.
//!
//! CloudWatch charges for each metric in each combination of dimensions, and only for hours in which it hears of it. So
//! there is one dimension, the function; errors alone have their type as a second; and what did not happen is not told.
//!
//! [embedded metric format]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

use std::time::UNIX_EPOCH;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value as Json, json};

use super::Invocation;
use crate::record::Record;

/// Where CloudWatch keeps them.
pub const NAMESPACE: &str = "AlexaForParticle";

/// The format takes no more values of one metric in a line; of a discovery with more calls the first count.
const MAXIMUM_VALUES: usize = 100;

/// Dimensions are fields of the line; the second is the record's own.
const FUNCTION: &str = "functionName";
const TYPE: &str = "outcome";

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Its name, in CloudWatch and in the line.
    pub name: &'static str,
    /// What it is counted in.
    pub unit: &'static str,
}

const fn count(name: &'static str) -> Metric {
    let unit = "Count";
    Metric { name, unit }
}

const DIRECTIVES: Metric = count("Directives");
const ERRORS: Metric = count("Errors");
const TIMEOUTS: Metric = count("Timeouts");
const COLD_STARTS: Metric = count("ColdStarts");
const PARTICLE_CALLS: Metric = count("ParticleCalls");
const PARTICLE_LATENCY: Metric = Metric {
    name: "ParticleLatency",
    unit: "Milliseconds",
};
const UNAUTHORIZED: Metric = count("Unauthorized");
const RATE_LIMITED: Metric = count("RateLimited");

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

/// The metrics of one directive, as fields of a line.
#[derive(Debug)]
pub(super) struct Metrics<'a> {
    function: &'a str,
    /// In milliseconds since 1970.
    timestamp: u128,
    values: Vec<(Metric, Json)>,
}

impl<'a> Metrics<'a> {
    pub(super) fn of(record: &Record, invocation: &Invocation, function: &'a str) -> Self {
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
        let since = record.timestamp.duration_since(UNIX_EPOCH);
        Self {
            function,
            timestamp: since.unwrap_or_default().as_millis(),
            values,
        }
    }

    /// Which fields of the line are what.
    fn legend(&self) -> Json {
        let listed = |metric: &Metric| json!({ "Name": metric.name, "Unit": metric.unit });
        let directive = |dimensions: &[&str], metrics: Vec<Json>| json!({ "Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics });
        let all = self.values.iter().map(|(metric, _)| metric);
        let by_type = all.clone().filter(|metric| **metric == ERRORS);
        let mut directives = vec![directive(&[FUNCTION], all.map(listed).collect())];
        directives.extend(by_type.map(|metric| directive(&[FUNCTION, TYPE], vec![listed(metric)])));
        json!({ "Timestamp": self.timestamp, "CloudWatchMetrics": directives })
    }
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry(FUNCTION, self.function)?;
        for (metric, value) in &self.values {
            fields.serialize_entry(metric.name, value)?;
        }
        fields.serialize_entry("_aws", &self.legend())?;
        fields.end()
    }
}
