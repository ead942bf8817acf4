//! How times are written, to Alexa and in the log.

use std::fmt::Display;
use std::time::{Duration, SystemTime};

use serde::Serializer;

/// UTC with milliseconds and `Z`, such as `2026-11-22T10:00:00.000Z`: Alexa refuses nanoseconds and `+00:00`.
pub(crate) fn written(time: SystemTime) -> impl Display {
    humantime::format_rfc3339_millis(time)
}

/// The same in JSON.
pub(crate) fn rfc3339<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&written(*time))
}

/// Whole milliseconds.
pub(crate) fn milliseconds<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(duration.as_millis())
}
