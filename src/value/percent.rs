//! A share of a hundred.

use serde::Serialize;
use serde_json::{Number, Value as Json, json};

use super::{Settable, Value, echoed, number, plain};
use crate::alexa::error::ValidRange;
use crate::alexa::{Error, Kind};
use crate::language::{Fields, Schema, fields, read_as};

/// A whole number from 0 to 100.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Percent(u8);

/// What the firmware calls 0 % and 100 %, as two numbers; the first may be the greater one.
///
/// `scale = [0, 255]` writes whole numbers, `scale = [0.0, 1.0]` decimals.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scale {
    #[serde(rename = "scale", skip_serializing_if = "Ends::is_default")]
    ends: Ends,
}

/// Two different numbers: what the firmware calls the least and the most.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "[Number; 2]")]
pub(crate) struct Ends {
    least: f64,
    most: f64,
    whole: bool,
}

impl Percent {
    const MOST: i64 = 100;

    /// The value moved by so much, and held at the ends of the range.
    #[must_use]
    pub fn shifted(self, delta: i64) -> Self {
        Self::clamped(i64::from(self.0).saturating_add(delta))
    }

    fn clamped(value: i64) -> Self {
        Self(u8::try_from(value.clamp(0, Self::MOST)).unwrap_or_default())
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
            let valid_range = ValidRange::of(0, Self::MOST);
            Err(Error::new(
                Kind::ValueOutOfRange { valid_range },
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
    /// A percentage moved by so much, or else to the next step of the scale where that is farther.
    pub(crate) fn moved(&self, present: Percent, delta: i64) -> Percent {
        let argument = |percent: Percent| percent.to_argument("", self);
        let mut moved = present.shifted(delta);
        while delta != 0 && argument(moved) == argument(present) {
            let farther = moved.shifted(delta.signum());
            if farther == moved {
                break;
            }
            moved = farther;
        }
        moved
    }

    /// How many percent a variable says.
    pub(super) fn share(&self, said: &Json) -> Option<f64> {
        Some(self.ends.part_of(number(said)?) * 100.0)
    }
}

impl Settable for Percent {
    fn to_argument(&self, _place: &str, Scale { ends }: &Scale) -> String {
        ends.at(f64::from(self.0) / 100.0)
    }

    fn held(&self, _argument: &str, scale: &Scale) -> Option<Self> {
        echoed(self, scale)
    }
}

impl Fields for Scale {
    fields! { "scale" => ends: "what the firmware calls the least and the most, such as [0, 255]"; }
}

impl Ends {
    const DEFAULT: Self = Self {
        least: 0.0,
        most: 100.0,
        whole: true,
    };

    fn is_default(&self) -> bool {
        *self == Self::DEFAULT
    }

    /// Where a number of the firmware's lies between the ends: 0 is the least, 1 the most.
    pub(crate) fn part_of(&self, number: f64) -> f64 {
        (number - self.least) / (self.most - self.least)
    }

    /// The least part of the way that makes another number for the firmware.
    pub(crate) fn least_part(&self) -> f64 {
        if self.whole {
            (self.most - self.least).abs().recip()
        } else {
            0.0
        }
    }

    /// What the firmware calls the number at this part of the way, rounded to whole numbers where the ends are.
    pub(crate) fn at(&self, part: f64) -> String {
        let value = self.least + (self.most - self.least) * part;
        plain(if self.whole { value.round() } else { value }).to_string()
    }
}

impl Default for Ends {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Schema for Ends {
    fn schema() -> Json {
        json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 })
    }
}

read_as! { Ends: Json }

impl TryFrom<Json> for Ends {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        let ends = match written.as_array().map(Vec::as_slice) {
            Some([least @ Json::Number(_), most @ Json::Number(_)]) => Some((least, most)),
            _ => None,
        };
        let whole = ends.is_some_and(|(least, most)| !least.is_f64() && !most.is_f64());
        match ends.and_then(|(least, most)| Some((number(least)?, number(most)?))) {
            Some((least, most)) if (most - least).is_normal() => Ok(Self { least, most, whole }),
            _ => Err("a scale is two different numbers, such as [0, 255]"),
        }
    }
}

impl From<Ends> for [Number; 2] {
    fn from(ends: Ends) -> Self {
        [ends.least, ends.most].map(|end| {
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
            ends: crate::language::from_json(ends).unwrap(),
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
                Percent(percent).to_argument("", &scale(ends.clone())),
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
                crate::language::from_json::<Ends>(bad.clone()).is_err(),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(percent in 0_u8..=100, zero in -5000_i32..5000, span in prop_oneof![100_i32..5000, -5000..-99]) {
            let scale = scale(json!([zero, zero + span]));
            let echo = Json::String(Percent(percent).to_argument("", &scale));
            prop_assert_eq!(Percent::from_variable(&echo, &scale), Some(Percent(percent)));
        }

        #[test]
        fn a_coarse_scale_settles_after_one_step(percent in 0_u8..=100, hundred in 1_i32..100) {
            let scale = scale(json!([0, hundred]));
            let echo = |percent: Percent| Json::String(percent.to_argument("", &scale));
            let settled = Percent::from_variable(&echo(Percent(percent)), &scale).unwrap();
            prop_assert_eq!(echo(settled), echo(Percent(percent)));
        }

        #[test]
        fn a_move_goes_a_step_at_least(percent in 0_u8..=100, delta in -100_i64..=100, hundred in 1_i32..100) {
            let scale = scale(json!([0, hundred]));
            let held = |percent: Percent| percent.held("{}", &scale).unwrap();
            let present = held(Percent(percent));
            let moved = held(scale.moved(present, delta));
            let is_at_end = present.0 == if delta < 0 { 0 } else { 100 };
            prop_assert_eq!(moved == present, delta == 0 || is_at_end, "{:?} {:?}", present, moved);
            prop_assert!(delta < 0 || moved.0 >= present.0);
        }

        #[test]
        fn a_scale_survives_the_cookie(zero in -1e6_f64..1e6, hundred in -1e6_f64..1e6, whole: bool) {
            prop_assume!((zero - hundred).abs() > 1.0);
            let ends = if whole { json!([zero as i64, hundred as i64 + 2]) } else { json!([zero, hundred]) };
            prop_assume!(crate::language::from_json::<Ends>(ends.clone()).is_ok());
            let ends: Ends = crate::language::from_json(ends).unwrap();
            let again: Ends = crate::language::from_json(serde_json::to_value(&ends).unwrap()).unwrap();
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
