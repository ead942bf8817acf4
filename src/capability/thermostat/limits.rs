//! What the setpoints of a thermostat can be.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::alexa::error::ValidRange;
use crate::alexa::{Error, Kind};
use crate::language::{Fields, Problems, Schema, fields, read_as};
use crate::value::{Difference, Temperature, Unit, Value as _, plain};

/// The keys that all setpoints of a thermostat have in common.
#[derive(Debug, Default, Serialize)]
pub(super) struct Limits {
    #[serde(skip_serializing_if = "Unit::is_default")]
    unit: Unit,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    apart: Option<f64>,
}

/// The least setpoint and the greatest.
#[derive(Clone, Copy, Debug, Serialize)]
struct Range(f64, f64);

/// What nothing that is called a thermostat goes beyond, in any unit.
const ANYTHING: Range = Range(-1000.0, 1000.0);

/// As fine as displays show.
const PRECISION: f64 = 0.1;

/// Less than this is the noise of a conversion.
const NOISE: f64 = 1e-6;

impl Fields for Limits {
    fields! {
        "unit" => unit: "the unit of all setpoints: \"C\", \"F\" or \"K\"";
        "range" => range: "the least setpoint and the greatest, such as [5, 30]";
        "precision" => precision: "the firmware's finest step, by default 0.1";
        "apart" => apart: "how far the lower and the upper setpoint must be from one another";
    }

    fn check(&self, problems: &mut Problems) {
        let precision = self
            .precision
            .filter(|step| !(0.001..=100.0).contains(step))
            .map(|step| {
                let step = plain(step);
                format!("a precision of {step} is none; write one such as 0.5")
            });
        problems.at("precision", precision);
        let Range(least, most) = self.range.unwrap_or(ANYTHING);
        let widest = (most - least).min(100.0);
        let apart = self.apart.filter(|apart| !(0.0..=widest).contains(apart));
        let apart = apart.map(|apart| {
            let apart = plain(apart);
            format!("setpoints cannot have to be {apart} degrees apart; write such as 2")
        });
        problems.at("apart", apart);
    }
}

/// Sees that a target lies between the setpoints that it goes with.
///
/// # Errors
/// `TEMPERATURE_VALUE_OUT_OF_RANGE` where it does not.
pub(super) fn between(
    target: Temperature,
    lower: Temperature,
    upper: Temperature,
) -> Result<(), Error> {
    let unit = target.unit();
    let [least, most] = [lower, upper].map(|end| end.to(unit).degrees());
    if (least - NOISE..=most + NOISE).contains(&target.degrees()) {
        return Ok(());
    }
    let kind = Kind::TemperatureValueOutOfRange {
        valid_range: ValidRange::of(lower.to_alexa(), upper.to_alexa()),
    };
    let message = "the target is not between the lower and the upper setpoint";
    Err(Error::new(kind, message))
}

impl Limits {
    /// The unit of setpoints that say none.
    pub(super) fn unit(&self) -> Unit {
        self.unit
    }

    /// How far the two setpoints must be from one another, in a setpoint's unit and in whole steps.
    pub(super) fn apart(&self, unit: Unit) -> f64 {
        let apart = Difference::of(self.apart.unwrap_or_default(), self.unit).degrees_in(unit);
        (apart / self.precision() - NOISE).ceil() * self.precision()
    }

    /// The setpoint next to a temperature, in the setpoint's unit.
    ///
    /// # Errors
    /// `TEMPERATURE_VALUE_OUT_OF_RANGE` where that is out of the range.
    pub(super) fn setpoint(&self, asked: Temperature, unit: Unit) -> Result<Temperature, Error> {
        let rounded = self.rounded(asked.to(unit));
        let held = self.held(rounded);
        // What rounds into the range is in it, and so is an end of it that is on no step.
        let near = |held: Temperature, to: Temperature| {
            (held.degrees() - to.to(unit).degrees()).abs() < NOISE
        };
        if near(held, rounded) || near(self.held(asked.to(unit)), asked) {
            return Ok(held);
        }
        let [least, most] = self.ends().map(|end| end.to_alexa());
        let kind = Kind::TemperatureValueOutOfRange {
            valid_range: ValidRange::of(least, most),
        };
        let message = format!(
            "{} degrees are not within the thermostat's range",
            plain(rounded.degrees())
        );
        Err(Error::new(kind, message))
    }

    /// The setpoint next to so many degrees, held at the ends of the range.
    pub(super) fn nearest(&self, degrees: f64, unit: Unit) -> Temperature {
        self.held(self.rounded(Temperature::of(degrees, unit)))
    }

    /// How much of a movement by so many degrees two setpoints of one unit can make before one of them is at an end of
    /// the range.
    pub(super) fn leeway(&self, lower: Temperature, upper: Temperature, by: f64) -> f64 {
        let [least, most] = self.ends().map(|end| end.to(lower.unit()).degrees());
        let down = (least - lower.degrees()).min(0.0);
        let up = (most - upper.degrees()).max(0.0);
        by.clamp(down, up)
    }

    /// Two setpoints so far apart, with this in their middle as far as the range allows.
    pub(super) fn around(&self, middle: Temperature, apart: f64) -> [Temperature; 2] {
        let unit = middle.unit();
        let [least, most] = self.ends().map(|end| end.to(unit).degrees());
        let lower = (middle.degrees() - apart / 2.0)
            .min(most - apart)
            .max(least);
        let lower = self.nearest(lower, unit);
        [lower, self.nearest(lower.degrees() + apart, unit)]
    }

    /// Refuses two setpoints that are too close: `REQUESTED_SETPOINTS_TOO_CLOSE`.
    pub(super) fn part(&self, lower: Temperature, upper: Temperature) -> Result<(), Error> {
        let apart = upper.to(self.unit).degrees() - lower.to(self.unit).degrees();
        let least = self.apart.unwrap_or_default();
        if apart + NOISE >= least {
            return Ok(());
        }
        let kind = Kind::RequestedSetpointsTooClose {
            minimum_temperature_delta: Box::new(Difference::of(least, self.unit).to_alexa()),
        };
        let message = format!(
            "the setpoints are {} degrees apart, and must be {}",
            plain(apart),
            plain(least)
        );
        Err(Error::new(kind, message))
    }

    fn rounded(&self, setpoint: Temperature) -> Temperature {
        let step = self.precision();
        let degrees = (setpoint.degrees() / step).round() * step;
        Temperature::of(degrees, setpoint.unit())
    }

    fn held(&self, setpoint: Temperature) -> Temperature {
        let unit = setpoint.unit();
        let [least, most] = self.ends().map(|end| end.to(unit).degrees());
        Temperature::of(setpoint.degrees().clamp(least, most), unit)
    }

    fn precision(&self) -> f64 {
        self.precision.unwrap_or(PRECISION)
    }

    fn ends(&self) -> [Temperature; 2] {
        let Range(least, most) = self.range.unwrap_or(ANYTHING);
        [least, most].map(|end| Temperature::of(end, self.unit))
    }
}

read_as! { Range: Json }

impl TryFrom<Json> for Range {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        let ends = <[f64; 2]>::deserialize(written).ok();
        ends.filter(|[least, most]| least < most && least.abs().max(most.abs()) <= ANYTHING.1)
            .map(|[least, most]| Self(least, most))
            .ok_or("a range is the least setpoint and the greatest, such as [5, 30]")
    }
}

impl Schema for Range {
    fn schema() -> Json {
        json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limits(table: Json) -> Limits {
        crate::language::from_json(table).unwrap()
    }

    #[test]
    fn a_setpoint_is_the_next_step_in_the_firmwares_unit() {
        let kelvin = || json!({ "unit": "K", "range": [278, 303], "precision": 1 });
        let cases = [
            (kelvin(), 21.0, Unit::Celsius, Some(294.0)),
            (kelvin(), 70.0, Unit::Fahrenheit, Some(294.0)),
            (kelvin(), 302.6, Unit::Kelvin, Some(303.0)),
            (kelvin(), 303.4, Unit::Kelvin, Some(303.0)),
            (kelvin(), 303.6, Unit::Kelvin, None),
            (kelvin(), 4.0, Unit::Celsius, None),
            (json!({}), 21.26, Unit::Celsius, Some(21.3)),
            (json!({}), 70.0, Unit::Fahrenheit, Some(21.1)),
            (json!({ "unit": "F" }), 21.0, Unit::Celsius, Some(69.8)),
            // The end of the range is on no step, and can be asked for all the same.
            (
                json!({ "range": [5.2, 30], "precision": 0.5 }),
                5.2,
                Unit::Celsius,
                Some(5.2),
            ),
            (
                json!({ "range": [5.2, 30], "precision": 0.5 }),
                5.1,
                Unit::Celsius,
                None,
            ),
        ];
        for (table, asked, unit, expected) in cases {
            let limits = limits(table.clone());
            let setpoint = limits.setpoint(Temperature::of(asked, unit), limits.unit());
            let degrees = setpoint.ok().map(|setpoint| plain(setpoint.degrees()));
            assert_eq!(degrees, expected.map(plain), "{asked} {unit:?}, {table}");
        }
    }

    #[test]
    fn two_setpoints_stay_around_one_as_far_as_the_range_allows() {
        let table = json!({ "range": [5, 30], "precision": 0.5, "apart": 2.2 });
        let limits = limits(table);
        // In whole steps.
        assert_eq!(limits.apart(Unit::Celsius), 2.5);
        for (middle, apart, expected) in [
            (20.0, 3.0, [18.5, 21.5]),
            (20.0, 2.5, [19.0, 21.5]),
            (30.0, 4.0, [26.0, 30.0]),
            (5.0, 4.0, [5.0, 9.0]),
            (20.0, 60.0, [5.0, 30.0]),
        ] {
            let around = limits.around(Temperature::of(middle, Unit::Celsius), apart);
            assert_eq!(around.map(Temperature::degrees), expected);
        }
    }

    proptest! {
        #[test]
        fn a_setpoint_is_in_the_range_and_has_no_noise(asked in -100.0..150.0, unit in 0..3_usize, own in 0..3_usize, tenths in 1_u8..=20) {
            let units = [Unit::Celsius, Unit::Fahrenheit, Unit::Kelvin];
            let [least, most] = [5.0, 30.0].map(|end| Temperature::of(end, Unit::Celsius).to(units[own]).degrees());
            let precision = f64::from(tenths) / 10.0;
            let limits = limits(json!({ "unit": units[own], "range": [least, most], "precision": precision }));
            let asked = Temperature::of(asked, units[unit]);
            if let Ok(setpoint) = limits.setpoint(asked, units[own]) {
                prop_assert!((least..=most).contains(&setpoint.degrees()));
                let off = setpoint.degrees() - asked.to(units[own]).degrees();
                prop_assert!(off.abs() <= precision / 2.0 + NOISE);
                prop_assert!(plain(setpoint.degrees()).to_string().len() <= 6);
            } else {
                let degrees = asked.to(units[own]).degrees();
                prop_assert!(!(least..=most).contains(&degrees));
            }
        }
    }
}
