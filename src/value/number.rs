//! Numbers as firmware says them and Alexa takes them.

use serde::{Serialize as _, Serializer};
use serde_json::Value as Json;

/// A number, or text that spells one: firmware authors use either. What is beyond all measure is none.
pub(crate) fn number(said: &Json) -> Option<f64> {
    let number = match said {
        Json::Number(number) => number.as_f64()?,
        Json::String(text) => text.trim().parse().ok()?,
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    (-BEYOND_MEASURE..=BEYOND_MEASURE)
        .contains(&number)
        .then_some(number)
}

/// Far above what firmware counts, far below where arithmetic turns into infinity.
const BEYOND_MEASURE: f64 = 1e12;

/// Two decimals: finer than the sensors of makers, and free of the noise of a `float` that became a `double`.
pub(crate) fn rounded(number: f64) -> f64 {
    // Zero has no sign.
    (number * 100.0).round() / 100.0 + 0.0
}

/// A number without noise: six decimals at most, and none where it is whole, so that `40.0` is `40`.
#[must_use]
pub fn plain(number: f64) -> Json {
    let number = (number * 1e6).round() / 1e6;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and is compared with what it came from"
    )]
    let whole = number as i64;
    #[expect(
        clippy::cast_precision_loss,
        reason = "the comparison is to find a loss"
    )]
    if whole as f64 == number {
        whole.into()
    } else {
        number.into()
    }
}

/// Writes a number as [`plain`] does.
pub(crate) fn serialize_plain<S: Serializer>(
    number: &f64,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    plain(*number).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::plain;

    #[test]
    fn a_plain_number_has_no_noise() {
        for (number, shown) in [
            (40.0, json!(40)),
            (-0.0, json!(0)),
            (0.1 + 0.2, json!(0.3)),
            (21.5, json!(21.5)),
            (1e12, json!(1_000_000_000_000_i64)),
        ] {
            assert_eq!(plain(number), shown);
        }
    }
}
