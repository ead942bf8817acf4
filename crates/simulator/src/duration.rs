//! Durations as people write them: `300ms`, `2s`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    parse(&String::deserialize(deserializer)?)
}

pub(crate) fn parse<E: Error>(text: &str) -> Result<Duration, E> {
    let expectation = || {
        E::custom(format_args!(
            "`{text}` is no duration such as `300ms`, `2s` or `1h`"
        ))
    };
    humantime::parse_duration(text).map_err(|_| expectation())
}

pub(crate) fn serialize<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let days = duration.as_secs() / DAY;
    if days > 1 && *duration == Duration::from_secs(days * DAY) {
        // `humantime` would make months of them, which have 30.44 days.
        return serializer.collect_str(&format_args!("{days}days"));
    }
    serializer.collect_str(&humantime::format_duration(*duration))
}

const DAY: u64 = 24 * 60 * 60;

/// Durations that may be missing.
pub(crate) mod optional {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| super::parse(&text)).transpose()
    }

    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => super::serialize(duration, serializer),
            None => serializer.serialize_none(),
        }
    }
}
