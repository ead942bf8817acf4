//! Reading what others may have written differently.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

/// Takes what has the expected type and leaves the rest unknown.
pub(crate) fn option<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// Takes a whole number, also where it is written with a fraction of nothing: `40.0`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Whole(i64),
        Fraction(f64),
    }
    match Number::deserialize(deserializer)? {
        Number::Whole(number) => Ok(number),
        // Beyond these bounds the cast would saturate.
        Number::Fraction(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it has no fraction and fits"
            )]
            let whole = number as i64;
            Ok(whole)
        }
        Number::Fraction(_) => Err(D::Error::custom("the number has a fraction")),
    }
}
