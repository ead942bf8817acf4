//! A length of time in a recording.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{Settable, Value, number, plain};
use crate::language::{Fields, Schema, fields, read_as};
use crate::suggestion::nearest;

/// So many milliseconds: a place in what is played, or how far it is to another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Milliseconds(pub i64);

/// What the firmware counts time in.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimeScale {
    #[serde(skip_serializing_if = "TimeUnit::is_default")]
    unit: TimeUnit,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
enum TimeUnit {
    #[default]
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "s")]
    Seconds,
}

impl TimeUnit {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn milliseconds(self) -> f64 {
        match self {
            Self::Milliseconds => 1.0,
            Self::Seconds => 1000.0,
        }
    }
}

impl Value for Milliseconds {
    type Spelling = TimeScale;

    fn to_alexa(&self) -> Json {
        self.0.into()
    }

    fn from_variable(said: &Json, scale: &TimeScale) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "numbers are far below the limits of i64"
        )]
        let milliseconds = (number(said)? * scale.unit.milliseconds()).round() as i64;
        Some(Self(milliseconds))
    }
}

impl Settable for Milliseconds {
    /// A whole number of either unit, but for what is no whole number of seconds.
    fn to_argument(&self, _place: &str, scale: &TimeScale) -> String {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a day has far fewer milliseconds than an f64 can count"
        )]
        let milliseconds = self.0 as f64;
        plain(milliseconds / scale.unit.milliseconds()).to_string()
    }
}

impl Fields for TimeScale {
    fields! { "unit" => unit: "what the firmware counts time in: \"ms\" or \"s\"; \"ms\" by default"; }
}

read_as! { TimeUnit: String }

impl TryFrom<String> for TimeUnit {
    type Error = String;

    fn try_from(unit: String) -> Result<Self, String> {
        match unit.as_str() {
            "ms" => Ok(Self::Milliseconds),
            "s" => Ok(Self::Seconds),
            _ => Err(format!(
                "unknown unit `{unit}`{}",
                nearest(&unit, &["ms", "s"])
            )),
        }
    }
}

impl Schema for TimeUnit {
    fn schema() -> Json {
        json!({ "enum": ["ms", "s"] })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_is_written_in_the_firmwares_unit() {
        for (unit, milliseconds, argument) in [
            (TimeUnit::Milliseconds, -30_000, "-30000"),
            (TimeUnit::Seconds, -30_000, "-30"),
            (TimeUnit::Seconds, 1_500, "1.5"),
        ] {
            let written = Milliseconds(milliseconds).to_argument("", &TimeScale { unit });
            assert_eq!(written, argument);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(milliseconds in -86_400_000_i64..=86_400_000, seconds: bool) {
            let unit = if seconds { TimeUnit::Seconds } else { TimeUnit::Milliseconds };
            let scale = TimeScale { unit };
            let echo = Json::String(Milliseconds(milliseconds).to_argument("", &scale));
            prop_assert_eq!(Milliseconds::from_variable(&echo, &scale), Some(Milliseconds(milliseconds)));
        }
    }
}
