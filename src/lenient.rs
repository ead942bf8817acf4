//! Reading what others may have written differently.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// Takes what has the expected type and leaves the rest unknown.
pub(crate) fn option<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = Json::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// Takes a whole number, also where it is written with a fraction of nothing: `40.0`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Whole::deserialize(deserializer).map(|Whole(number)| number)
}

/// Takes such a number, or nothing.
pub(crate) fn whole_if_any<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    let number = Option::<Whole>::deserialize(deserializer)?;
    Ok(number.map(|Whole(number)| number))
}

/// Whether two names are the same but for their case and what parts their words: `HDMI 1` is `hdmi1`.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    let letters = |name| {
        let letters = str::chars(name).filter(|letter| !PARTS.contains(letter));
        letters.flat_map(char::to_lowercase)
    };
    letters(one).eq(letters(other))
}

/// What stands between the words of a name.
pub(crate) const PARTS: [char; 3] = [' ', '_', '-'];

/// The whole number that this is, if it has no fraction.
pub(crate) fn without_fraction(number: f64) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it has no fraction and, within these bounds, fits"
    )]
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

/// The whole number that is written here, also as `5.0`.
pub(crate) fn whole_number(written: &Json) -> Option<i64> {
    let fraction = || without_fraction(written.as_f64()?);
    written.as_i64().or_else(fraction)
}

struct Whole(i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Number {
            Whole(i64),
            Fraction(f64),
        }
        match Number::deserialize(deserializer)? {
            Number::Whole(number) => Some(number),
            Number::Fraction(number) => without_fraction(number),
        }
        .map(Self)
        .ok_or_else(|| D::Error::custom("the number has a fraction"))
    }
}
