//! All whole numbers from one to another.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::alexa::error::ValidRange;
use crate::alexa::{Error, Kind};
use crate::language::{Schema, read_as};

/// The least and the greatest of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(into = "[i64; 2]")]
pub struct Interval {
    /// The least.
    pub minimum: i64,
    /// The greatest.
    pub maximum: i64,
}

impl Interval {
    /// The number, if it is one of them.
    ///
    /// # Errors
    /// `VALUE_OUT_OF_RANGE` if not.
    pub fn check(self, number: i64) -> Result<i64, Error> {
        let Self { minimum, maximum } = self;
        if (minimum..=maximum).contains(&number) {
            Ok(number)
        } else {
            let valid_range = ValidRange::of(minimum, maximum);
            let message = format!("{number} is not between {minimum} and {maximum}");
            Err(Error::new(Kind::ValueOutOfRange { valid_range }, message))
        }
    }

    /// The one of them that is nearest.
    #[must_use]
    pub fn held(self, number: i64) -> i64 {
        number.clamp(self.minimum, self.maximum)
    }
}

read_as! { Interval: Vec<i64> }

impl TryFrom<Vec<i64>> for Interval {
    type Error = &'static str;

    fn try_from(ends: Vec<i64>) -> Result<Self, Self::Error> {
        match *ends {
            [minimum, maximum] if minimum < maximum => Ok(Self { minimum, maximum }),
            _ => Err("a range is two whole numbers, the second the greater"),
        }
    }
}

impl From<Interval> for [i64; 2] {
    fn from(Interval { minimum, maximum }: Interval) -> Self {
        [minimum, maximum]
    }
}

impl Schema for Interval {
    fn schema() -> Json {
        json!({ "type": "array", "items": { "type": "integer" }, "minItems": 2, "maxItems": 2 })
    }
}
