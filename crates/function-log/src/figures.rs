//! Figures for CloudWatch, in the line of the log: its [embedded metric format] needs no call of its own.
//!
//! CloudWatch charges for each metric in each combination of dimensions, and only for hours in which it hears of it. So
//! there is one dimension, the function; one metric may be split by a field of its line; and what did not happen is not
//! told.
//!
//! [embedded metric format]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Value as Json;

/// Where CloudWatch keeps them.
pub const NAMESPACE: &str = "AlexaForParticle";

/// Dimensions are fields of the line.
const FUNCTION: &str = "functionName";

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Metric {
    /// Its name, in CloudWatch and in the line.
    pub name: &'static str,
    /// What it is counted in.
    pub unit: &'static str,
}

impl Metric {
    /// A number of times.
    #[must_use]
    pub const fn count(name: &'static str) -> Self {
        let unit = "Count";
        Self { name, unit }
    }

    /// A time.
    #[must_use]
    pub const fn milliseconds(name: &'static str) -> Self {
        let unit = "Milliseconds";
        Self { name, unit }
    }
}

/// The figures of one line, as fields of it.
#[derive(Debug)]
pub struct Figures<'a> {
    /// Whose they are.
    pub function: &'a str,
    /// When it was.
    pub timestamp: SystemTime,
    /// A number each, or an array of at most 100: the format takes no more of one metric in a line.
    pub values: Vec<(Metric, Json)>,
    /// The name of the metric that is told a second time, split by this field of the line.
    pub split: Option<(&'static str, &'static str)>,
}

/// Which fields of the line are what.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Legend<'a> {
    /// In milliseconds since 1970.
    timestamp: u128,
    cloud_watch_metrics: &'a [Directive<'a>],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'static str,
    dimensions: [&'a [&'static str]; 1],
    metrics: Vec<Metric>,
}

impl<'a> Directive<'a> {
    fn new(dimensions: &'a [&'static str], metrics: Vec<Metric>) -> Self {
        Self {
            namespace: NAMESPACE,
            dimensions: [dimensions],
            metrics,
        }
    }
}

impl Serialize for Figures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry(FUNCTION, self.function)?;
        for (metric, value) in &self.values {
            fields.serialize_entry(metric.name, value)?;
        }
        let all = self.values.iter().map(|(metric, _)| *metric);
        let mut directives = vec![Directive::new(&[FUNCTION], all.clone().collect())];
        let dimensions = self.split.map(|(_, field)| [FUNCTION, field]);
        if let (Some((name, _)), Some(dimensions)) = (self.split, &dimensions) {
            let split = all.filter(|metric| metric.name == name);
            directives.extend(split.map(|metric| Directive::new(dimensions, vec![metric])));
        }
        let since = self.timestamp.duration_since(UNIX_EPOCH);
        let legend = Legend {
            timestamp: since.unwrap_or_default().as_millis(),
            cloud_watch_metrics: &directives,
        };
        fields.serialize_entry("_aws", &legend)?;
        fields.end()
    }
}
