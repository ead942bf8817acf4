//! A number between two others.

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::percent::Ends;
use super::{Settable, Value, echoed, number, plain};
use crate::alexa::error::ValidRange;
use crate::alexa::{Error, Kind};
use crate::language::{Fields, Schema, fields, read_as};

/// A number of a [`Span`], on one of its steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeValue(f64);

/// Which numbers there are, and what the firmware calls them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Span {
    range: Bounds,
    #[serde(skip_serializing_if = "Option::is_none")]
    scale: Option<Ends>,
}

/// The least, the greatest, and how far one step is from the next; from 0 to 100 by 1 where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The least.
    pub minimum: f64,
    /// The greatest.
    pub maximum: f64,
    /// What all of them are apart by a multiple of.
    pub precision: f64,
}

/// What tells a number from one that is finer than any that is written, and not the noise of arithmetic.
const NOISE: f64 = 1e-12;

impl RangeValue {
    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Span {
    /// The bounds.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.range
    }

    /// The step next to a number.
    ///
    /// # Errors
    /// `VALUE_OUT_OF_RANGE` outside of the bounds.
    pub fn value(&self, value: f64) -> Result<RangeValue, Error> {
        let Bounds {
            minimum, maximum, ..
        } = self.range;
        if (minimum..=maximum).contains(&value) {
            Ok(self.nearest(value))
        } else {
            let valid_range = ValidRange::of(plain(minimum), plain(maximum));
            Err(Error::new(
                Kind::ValueOutOfRange { valid_range },
                format!(
                    "{} is not between {} and {}",
                    plain(value),
                    plain(minimum),
                    plain(maximum)
                ),
            ))
        }
    }

    /// The step next to a number, or the end of the range next to it.
    #[must_use]
    pub fn nearest(&self, value: f64) -> RangeValue {
        let Bounds {
            minimum,
            maximum,
            precision,
        } = self.range;
        let steps = ((value - minimum) / precision).round();
        RangeValue((minimum + steps * precision).clamp(minimum, maximum))
    }

    /// A number moved by so much, and held at the ends of the range. It moves by as much at least as the firmware can tell
    /// apart.
    #[must_use]
    pub fn moved(&self, present: RangeValue, delta: f64) -> RangeValue {
        let Bounds {
            minimum,
            maximum,
            precision,
        } = self.range;
        let held = |value: RangeValue| value.held("", self).unwrap_or(value);
        let present = held(present);
        let moved = self.nearest(present.0 + delta);
        if delta == 0.0 || held(moved) != present {
            return moved;
        }
        let least = self.scale.as_ref().map_or(0.0, Ends::least_part) * (maximum - minimum);
        self.nearest(present.0 + least.max(precision).copysign(delta))
    }
}

impl Value for RangeValue {
    type Spelling = Span;

    fn to_alexa(&self) -> Json {
        plain(self.0)
    }

    /// What is beyond the bounds by half a step or more is none of the range's values.
    fn from_variable(said: &Json, span: &Span) -> Option<Self> {
        let Bounds {
            minimum,
            maximum,
            precision,
        } = span.range;
        let said = number(said)?;
        let value = match &span.scale {
            Some(ends) => minimum + ends.part_of(said) * (maximum - minimum),
            None => said,
        };
        let reach = precision / 2.0;
        (minimum - reach..=maximum + reach)
            .contains(&value)
            .then(|| span.nearest(value))
    }
}

impl Settable for RangeValue {
    fn to_argument(&self, _place: &str, span: &Span) -> String {
        let Bounds {
            minimum, maximum, ..
        } = span.range;
        match &span.scale {
            Some(ends) => ends.at((self.0 - minimum) / (maximum - minimum)),
            None => plain(self.0).to_string(),
        }
    }

    fn held(&self, _argument: &str, span: &Span) -> Option<Self> {
        echoed(self, span)
    }
}

impl Fields for Span {
    fields! {
        "range" => range: "the least and the greatest number, and how fine it is: [0, 3] or [0, 3, 0.5]; the finest step is 1 by default";
        "scale" => scale: "what the firmware calls the least and the greatest, such as [0, 255]; by default the same numbers";
    }
}

impl TryFrom<Vec<f64>> for Bounds {
    type Error = String;

    fn try_from(written: Vec<f64>) -> Result<Self, String> {
        let finer = |number: &f64| {
            let told = plain(*number).as_f64().unwrap_or_default();
            (told - number).abs() > NOISE * number.abs().max(1.0)
        };
        if written.iter().any(finer) {
            return Err("Alexa is told six decimals: write no more, as in 0.001".to_owned());
        }
        let (minimum, maximum, precision) = match *written {
            [minimum, maximum] => (minimum, maximum, 1.0),
            [minimum, maximum, precision] => (minimum, maximum, precision),
            _ => {
                return Err(
                    "a range is two numbers, or three with its finest step: [0, 3, 0.5]".to_owned(),
                );
            }
        };
        let span = maximum - minimum;
        let steps = span / precision;
        if ![minimum, maximum, precision]
            .iter()
            .all(|number| number.abs() < 1e9)
        {
            Err("a range is of numbers below a thousand million".to_owned())
        } else if span <= 0.0 {
            Err("the second number of a range must be the greater".to_owned())
        } else if precision <= 0.0 {
            Err("the finest step of a range is above 0".to_owned())
        } else if steps < 1.5 {
            Err(
                "a range of one step is refused by Alexa; what has two states is a `toggle`"
                    .to_owned(),
            )
        } else if (steps - steps.round()).abs() > 1e-6 * steps {
            Err(format!(
                "steps of {} do not divide the range: Alexa would refuse all devices for it",
                plain(precision)
            ))
        } else {
            Ok(Self {
                minimum,
                maximum,
                precision,
            })
        }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            minimum: 0.0,
            maximum: 100.0,
            precision: 1.0,
        }
    }
}

impl Serialize for Bounds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.minimum, self.maximum, self.precision]
            .map(plain)
            .serialize(serializer)
    }
}

read_as! { Bounds: Vec<f64> }

impl Schema for Bounds {
    fn schema() -> Json {
        json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 3 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(range: Json, scale: Option<Json>) -> Span {
        Span {
            range: crate::language::from_json(range).unwrap(),
            scale: scale.map(|scale| crate::language::from_json(scale).unwrap()),
        }
    }

    #[test]
    fn a_number_goes_to_the_nearest_step() {
        for (range, scale, value, argument, alexa) in [
            (json!([0, 3]), None, 1.4, "1", json!(1)),
            (json!([0, 3, 0.5]), None, 1.4, "1.5", json!(1.5)),
            (json!([5, 30, 0.1]), None, 21.3, "21.3", json!(21.3)),
            (json!([-10, 10, 5]), None, -7.4, "-5", json!(-5)),
            (
                json!([0, 100]),
                Some(json!([0, 255])),
                50.0,
                "128",
                json!(50),
            ),
            (
                json!([1, 5]),
                Some(json!([0.0, 1.0])),
                2.0,
                "0.25",
                json!(2),
            ),
        ] {
            let span = span(range, scale);
            let value = span.value(value).unwrap();
            assert_eq!(value.to_argument("", &span), argument);
            assert_eq!(value.to_alexa(), alexa);
        }
    }

    #[test]
    fn what_is_out_of_range_is_refused_or_no_value() {
        let span = span(json!([0, 3]), None);
        for value in [-0.6, 3.1, f64::NAN, f64::INFINITY] {
            assert!(span.value(value).is_err(), "{value}");
        }
        assert_eq!(
            RangeValue::from_variable(&json!(3.4), &span),
            Some(RangeValue(3.0))
        );
        assert_eq!(RangeValue::from_variable(&json!(3.6), &span), None);
        assert_eq!(RangeValue::from_variable(&json!("fast"), &span), None);
    }

    #[test]
    fn a_range_that_alexa_would_refuse_is_refused_here() {
        for bad in [
            json!([0]),
            json!([0, 1, 2, 3]),
            json!([3, 3]),
            json!([3, 0]),
            json!([0, 10, 3]),
            json!([0, 10, 0]),
            json!([0, 1, 2]),
            json!([0, 1]),
            json!([0, 1e12]),
        ] {
            assert!(
                crate::language::from_json::<Bounds>(bad.clone()).is_err(),
                "{bad}"
            );
        }
        for good in [
            json!([0, 60, 0.1]),
            json!([0, 1, 0.01]),
            json!([-40, 85, 0.5]),
            // In doubles a hair less than two steps.
            json!([32, 32.6, 0.3]),
        ] {
            assert!(
                crate::language::from_json::<Bounds>(good.clone()).is_ok(),
                "{good}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(minimum in -500_i32..500, steps in 2_i32..200, tenths in 1_i32..30, at in 0_i32..200, scaled: bool) {
            let precision = f64::from(tenths) / 10.0;
            let maximum = f64::from(minimum) + f64::from(steps) * precision;
            let scale = scaled.then(|| json!([0, 10_000]));
            let span = span(json!([minimum, maximum, precision]), scale);
            let value = span.nearest(f64::from(minimum) + f64::from(at) * precision);
            let echo = Json::String(value.to_argument("", &span));
            let again = RangeValue::from_variable(&echo, &span).unwrap();
            prop_assert_eq!(again.to_alexa(), value.to_alexa());
        }

        #[test]
        fn a_coarse_scale_holds_what_its_echo_reads_as(steps in 2_i32..200, tenths in 1_i32..30, at in 0_i32..200, scale in -9_i32..10) {
            prop_assume!(scale != 0);
            let precision = f64::from(tenths) / 10.0;
            let span = span(json!([0, f64::from(steps) * precision, precision]), Some(json!([0, scale])));
            let value = span.nearest(f64::from(at) * precision);
            let held = value.held("", &span).unwrap();
            prop_assert_eq!(held.to_argument("", &span), value.to_argument("", &span));
            prop_assert_eq!(held.held("", &span), Some(held));
        }

        #[test]
        fn a_move_goes_a_step_at_least(steps in 2_i32..200, tenths in 1_i32..30, at in 0_i32..200, by in -300_i32..300, scale in -9_i32..10) {
            let precision = f64::from(tenths) / 10.0;
            let maximum = f64::from(steps) * precision;
            let scale = (scale != 0).then(|| json!([0, scale]));
            let span = span(json!([0, maximum, precision]), scale);
            let held = |value: RangeValue| value.held("", &span).unwrap();
            let present = held(span.nearest(f64::from(at) * precision));
            let moved = held(span.moved(present, f64::from(by) * precision / 2.0));
            let end = held(span.nearest(if by < 0 { 0.0 } else { maximum }));
            prop_assert_eq!(moved == present, by == 0 || present == end, "{:?} {:?}", present, moved);
            prop_assert!(by < 0 || moved.0 >= present.0);
            prop_assert!(by > 0 || moved.0 <= present.0);
        }
    }
}
