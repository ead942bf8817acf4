//! Durations in a home file as people write them: `300ms`, `2s`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let expectation = || {
        D::Error::custom(format_args!(
            "`{text}` is no duration such as `300ms`, `2s` or `1h`"
        ))
    };
    humantime::parse_duration(&text).map_err(|_| expectation())
}

pub(crate) fn serialize<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&humantime::format_duration(*duration))
}
