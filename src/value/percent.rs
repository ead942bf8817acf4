//! A share of a hundred.

use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value as Json};

use super::{Settable, Spelling, Value, number, put};
use crate::alexa::error::ValidRange;
use crate::alexa::{Error, Kind};

/// A whole number from 0 to 100.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Percent(u8);

/// What the firmware calls 0 % and 100 %, as two numbers; the first may be the greater one.
///
/// `scale = [0, 255]` writes whole numbers, `scale = [0.0, 1.0]` decimals.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scale {
    #[serde(rename = "scale", skip_serializing_if = "Ends::is_default")]
    ends: Ends,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "Json", into = "[Number; 2]")]
struct Ends {
    zero: f64,
    hundred: f64,
    whole: bool,
}

impl Percent {
    const RANGE: ValidRange = ValidRange {
        minimum_value: 0,
        maximum_value: 100,
    };

    /// The value moved by so much, and held at the ends of the range.
    #[must_use]
    pub fn shifted(self, delta: i64) -> Self {
        Self::clamped(i64::from(self.0).saturating_add(delta))
    }

    fn clamped(value: i64) -> Self {
        Self(
            u8::try_from(value.clamp(Self::RANGE.minimum_value, Self::RANGE.maximum_value))
                .unwrap_or_default(),
        )
    }
}

impl TryFrom<i64> for Percent {
    type Error = Error;

    /// `VALUE_OUT_OF_RANGE` outside of 0 to 100.
    fn try_from(value: i64) -> Result<Self, Error> {
        let clamped = Self::clamped(value);
        if i64::from(clamped.0) == value {
            Ok(clamped)
        } else {
            let kind = Kind::ValueOutOfRange {
                valid_range: Self::RANGE,
            };
            Err(Error::new(
                kind,
                format!("{value} is not between 0 and 100"),
            ))
        }
    }
}

impl Value for Percent {
    type Spelling = Scale;

    fn to_alexa(&self) -> Json {
        self.0.into()
    }

    fn from_variable(said: &Json, scale: &Scale) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the cast saturates, and the range is checked next"
        )]
        Self::try_from(scale.share(said)?.round() as i64).ok()
    }
}

impl Scale {
    /// How many percent a variable says.
    pub(super) fn share(&self, said: &Json) -> Option<f64> {
        let Ends { zero, hundred, .. } = self.ends;
        Some((number(said)? - zero) / (hundred - zero) * 100.0)
    }
}

impl Settable for Percent {
    fn to_argument(&self, Scale { ends }: &Scale) -> String {
        let value = ends.zero + (ends.hundred - ends.zero) * f64::from(self.0) / 100.0;
        if ends.whole {
            format!("{:.0}", value.round())
        } else {
            // Six decimals: finer than any firmware cares for, and free of float noise.
            format!("{}", (value * 1e6).round() / 1e6)
        }
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self {
            ends: Ends::DEFAULT,
        }
    }
}

impl Spelling for Scale {
    fn keys() -> Vec<&'static str> {
        vec!["scale"]
    }

    fn take<'de, A: MapAccess<'de>>(&mut self, _key: &str, map: &mut A) -> Result<(), A::Error> {
        put(&mut self.ends, map)
    }
}

impl Ends {
    const DEFAULT: Self = Self {
        zero: 0.0,
        hundred: 100.0,
        whole: true,
    };

    fn is_default(&self) -> bool {
        *self == Self::DEFAULT
    }
}

impl TryFrom<Json> for Ends {
    type Error = serde::de::value::Error;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        let ends = match written.as_array().map(Vec::as_slice) {
            Some([zero @ Json::Number(_), hundred @ Json::Number(_)]) => Some((zero, hundred)),
            _ => None,
        };
        let whole = ends.is_some_and(|(zero, hundred)| !zero.is_f64() && !hundred.is_f64());
        match ends.and_then(|(zero, hundred)| Some((number(zero)?, number(hundred)?))) {
            Some((zero, hundred)) if (hundred - zero).is_normal() => Ok(Self {
                zero,
                hundred,
                whole,
            }),
            _ => Err(Self::Error::custom(
                "a scale is two different numbers, such as [0, 255]",
            )),
        }
    }
}

impl From<Ends> for [Number; 2] {
    fn from(ends: Ends) -> Self {
        [ends.zero, ends.hundred].map(|end| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a whole end was read as an integer"
            )]
            let whole = end as i64;
            if ends.whole {
                whole.into()
            } else {
                Number::from_f64(end).unwrap_or_else(|| whole.into())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn scale(ends: Json) -> Scale {
        Scale {
            ends: serde_json::from_value(ends).unwrap(),
        }
    }

    #[test]
    fn a_scale_rounds_to_the_nearest_step() {
        let cases = [
            (json!([0, 255]), 50, "128"),
            (json!([0, 255]), 100, "255"),
            (json!([255, 0]), 100, "0"),
            (json!([0, 100]), 33, "33"),
            (json!([0.0, 1.0]), 7, "0.07"),
            (json!([-1.0, 1.0]), 50, "0"),
            (json!([0, 3]), 50, "2"),
        ];
        for (ends, percent, argument) in cases {
            assert_eq!(
                Percent(percent).to_argument(&scale(ends.clone())),
                argument,
                "{percent} % of {ends}"
            );
        }
    }

    #[test]
    fn what_is_no_percentage_is_not_made_one() {
        for said in [
            json!(-1),
            json!(101),
            json!(null),
            json!("full"),
            json!(true),
            json!("NaN"),
            json!("inf"),
            json!(1e300),
        ] {
            assert_eq!(
                Percent::from_variable(&said, &Scale::default()),
                None,
                "{said}"
            );
        }
        assert_eq!(
            Percent::from_variable(&json!("40"), &Scale::default()),
            Some(Percent(40))
        );
        assert_eq!(
            Percent::from_variable(&json!(39.6), &Scale::default()),
            Some(Percent(40))
        );
    }

    #[test]
    fn a_scale_needs_two_different_numbers() {
        for bad in [
            json!([5, 5]),
            json!([0]),
            json!([0, 1, 2]),
            json!("0-255"),
            json!([0, null]),
            json!([0, 1e303]),
        ] {
            assert!(
                serde_json::from_value::<Ends>(bad.clone()).is_err(),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(percent in 0_u8..=100, zero in -5000_i32..5000, span in prop_oneof![100_i32..5000, -5000..-99]) {
            let scale = scale(json!([zero, zero + span]));
            let echo = Json::String(Percent(percent).to_argument(&scale));
            prop_assert_eq!(Percent::from_variable(&echo, &scale), Some(Percent(percent)));
        }

        #[test]
        fn a_coarse_scale_settles_after_one_step(percent in 0_u8..=100, hundred in 1_i32..100) {
            let scale = scale(json!([0, hundred]));
            let echo = |percent: Percent| Json::String(percent.to_argument(&scale));
            let settled = Percent::from_variable(&echo(Percent(percent)), &scale).unwrap();
            prop_assert_eq!(echo(settled), echo(Percent(percent)));
        }

        #[test]
        fn a_scale_survives_the_cookie(zero in -1e6_f64..1e6, hundred in -1e6_f64..1e6, whole: bool) {
            prop_assume!((zero - hundred).abs() > 1.0);
            let ends = if whole { json!([zero as i64, hundred as i64 + 2]) } else { json!([zero, hundred]) };
            prop_assume!(serde_json::from_value::<Ends>(ends.clone()).is_ok());
            let ends: Ends = serde_json::from_value(ends).unwrap();
            let again: Ends = serde_json::from_str(&serde_json::to_string(&ends).unwrap()).unwrap();
            prop_assert_eq!(again, ends);
        }

        #[test]
        fn a_shift_stays_in_range(percent in 0_u8..=100, delta: i64) {
            let shifted = Percent(percent).shifted(delta).0;
            prop_assert!(shifted <= 100);
            prop_assert!(delta < 0 || shifted >= percent);
            prop_assert!(delta > 0 || shifted <= percent);
        }
    }
}
