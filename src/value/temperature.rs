//! How warm it is.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Settable, Value, number, plain, rounded};
use crate::language::{Fields, Schema, fields, read_as, schema_of_names};

/// A [temperature](https://developer.amazon.com/docs/device-apis/alexa-property-schemas.html#temperature), in the unit
/// in which the firmware measures it: Alexa converts it for the listener.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub struct Temperature {
    #[serde(rename = "value")]
    degrees: f64,
    #[serde(rename = "scale")]
    unit: Unit,
}

/// How much warmer one temperature is than another: it has a unit, but no zero of the scale's.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub struct Difference {
    #[serde(rename = "value")]
    degrees: f64,
    #[serde(rename = "scale")]
    unit: Unit,
}

/// A unit of temperature, which Alexa calls a scale.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub enum Unit {
    /// Degrees Celsius.
    #[default]
    #[serde(rename = "C")]
    Celsius,
    /// Degrees Fahrenheit.
    #[serde(rename = "F")]
    Fahrenheit,
    /// Kelvin.
    #[serde(rename = "K")]
    Kelvin,
}

/// How the firmware spells a temperature: a number of this unit.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Degrees {
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    /// The unit of the table around, which counts where this one says none.
    #[serde(skip)]
    inherited: Unit,
}

/// The freezing point of water.
const FREEZING_KELVIN: f64 = 273.15;
const FREEZING_FAHRENHEIT: f64 = 32.0;

/// How many degrees Fahrenheit are five of the others.
const NINE: f64 = 9.0;
const FIVE: f64 = 5.0;

impl Temperature {
    /// So many degrees of this unit.
    pub(crate) fn of(degrees: f64, unit: Unit) -> Self {
        Self { degrees, unit }
    }

    /// How many degrees it has, in its own unit.
    #[must_use]
    pub fn degrees(self) -> f64 {
        self.degrees
    }

    /// That unit.
    #[must_use]
    pub fn unit(self) -> Unit {
        self.unit
    }

    /// The same in another unit.
    #[must_use]
    pub fn to(self, unit: Unit) -> Self {
        if self.unit == unit {
            return self;
        }
        let celsius = match self.unit {
            Unit::Celsius => self.degrees,
            Unit::Fahrenheit => (self.degrees - FREEZING_FAHRENHEIT) * FIVE / NINE,
            Unit::Kelvin => self.degrees - FREEZING_KELVIN,
        };
        let degrees = match unit {
            Unit::Celsius => celsius,
            Unit::Fahrenheit => celsius * NINE / FIVE + FREEZING_FAHRENHEIT,
            Unit::Kelvin => celsius + FREEZING_KELVIN,
        };
        Self { degrees, unit }
    }
}

impl Difference {
    /// So many degrees of this unit.
    pub(crate) fn of(degrees: f64, unit: Unit) -> Self {
        Self { degrees, unit }
    }

    /// How many degrees of another unit it is.
    #[must_use]
    pub fn degrees_in(self, unit: Unit) -> f64 {
        match (self.unit, unit) {
            (Unit::Fahrenheit, Unit::Celsius | Unit::Kelvin) => self.degrees * FIVE / NINE,
            (Unit::Celsius | Unit::Kelvin, Unit::Fahrenheit) => self.degrees * NINE / FIVE,
            _ => self.degrees,
        }
    }

    /// As Alexa spells it.
    pub(crate) fn to_alexa(self) -> Json {
        json!({ "value": rounded(self.degrees), "scale": self.unit.scale() })
    }
}

impl Degrees {
    /// The unit in which the firmware counts.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit.unwrap_or(self.inherited)
    }

    /// Takes over the unit of the table around.
    pub(crate) fn inherit(&mut self, unit: Unit) {
        self.inherited = unit;
    }
}

impl Unit {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn scale(self) -> &'static str {
        match self {
            Self::Celsius => "CELSIUS",
            Self::Fahrenheit => "FAHRENHEIT",
            Self::Kelvin => "KELVIN",
        }
    }
}

read_as! { Unit: String }

impl TryFrom<String> for Unit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.to_ascii_uppercase().as_str() {
            "C" | "CELSIUS" => Ok(Self::Celsius),
            "F" | "FAHRENHEIT" => Ok(Self::Fahrenheit),
            "K" | "KELVIN" => Ok(Self::Kelvin),
            _ => Err(format!(
                "unknown unit `{text}`; a temperature is in \"C\", \"F\" or \"K\""
            )),
        }
    }
}

impl Fields for Degrees {
    fields! { "unit" => unit: "the unit of the temperature: \"C\", \"F\" or \"K\""; }
}

impl Schema for Unit {
    fn schema() -> Json {
        schema_of_names(["C", "F", "K"], ["celsius", "fahrenheit", "kelvin"])
    }
}

impl Value for Temperature {
    type Spelling = Degrees;

    fn to_alexa(&self) -> Json {
        json!({ "value": rounded(self.degrees), "scale": self.unit.scale() })
    }

    fn from_variable(said: &Json, degrees: &Degrees) -> Option<Self> {
        number(said).map(|number| Self::of(number, degrees.unit()))
    }
}

impl Settable for Temperature {
    fn to_argument(&self, _place: &str, degrees: &Degrees) -> String {
        plain(self.to(degrees.unit()).degrees).to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNITS: [Unit; 3] = [Unit::Celsius, Unit::Fahrenheit, Unit::Kelvin];

    fn degrees(unit: Unit) -> Degrees {
        Degrees {
            unit: Some(unit),
            inherited: Unit::default(),
        }
    }

    #[test]
    fn no_float_noise_reaches_alexa() {
        for (said, value) in [
            (json!(21.299_999_237_060_547), json!(21.3)),
            (json!(71.6), json!(71.6)),
            (json!("-4.25"), json!(-4.25)),
            (json!(20), json!(20.0)),
            (json!(-0.004), json!(0.0)),
            (json!("-0.0"), json!(0.0)),
        ] {
            let temperature =
                Temperature::from_variable(&said, &degrees(Unit::Fahrenheit)).unwrap();
            let expected = json!({ "value": value, "scale": "FAHRENHEIT" });
            // As text, for -0.0 equals 0.0.
            assert_eq!(temperature.to_alexa().to_string(), expected.to_string());
        }
    }

    #[test]
    fn what_is_no_number_is_no_temperature() {
        for said in [
            json!(null),
            json!("warm"),
            json!("nan"),
            json!(1.7e308),
            json!(true),
        ] {
            assert_eq!(
                Temperature::from_variable(&said, &Degrees::default()),
                None,
                "{said}"
            );
        }
    }

    #[test]
    fn a_temperature_is_the_same_in_each_unit() {
        for (celsius, fahrenheit, kelvin) in [
            ("0", "32", "273.15"),
            ("100", "212", "373.15"),
            ("-40", "-40", "233.15"),
            ("21.5", "70.7", "294.65"),
        ] {
            let same = [celsius, fahrenheit, kelvin];
            for (unit, told) in UNITS.into_iter().zip(same) {
                let asked = json!({ "value": told.parse::<f64>().unwrap(), "scale": unit.scale() });
                let asked: Temperature = serde_json::from_value(asked).unwrap();
                let in_each = UNITS.map(|unit| asked.to_argument("", &degrees(unit)));
                assert_eq!(in_each, same);
            }
        }
    }

    #[test]
    fn a_difference_has_no_zero_point() {
        for (value, scale, expected) in [
            (5.0, "CELSIUS", [5.0, 9.0, 5.0]),
            (9.0, "FAHRENHEIT", [5.0, 9.0, 5.0]),
            (-5.0, "KELVIN", [-5.0, -9.0, -5.0]),
        ] {
            let asked = json!({ "value": value, "scale": scale });
            let asked: Difference = serde_json::from_value(asked).unwrap();
            assert_eq!(UNITS.map(|unit| asked.degrees_in(unit)), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(hundredths in -9000_i32..40_000, unit in 0..UNITS.len()) {
            let unit = UNITS[unit];
            let asked = Temperature::of(f64::from(hundredths) / 100.0, unit);
            let told = asked.to_argument("", &degrees(unit));
            let read = Temperature::from_variable(&told.into(), &degrees(unit)).unwrap();
            prop_assert_eq!(read.to_alexa(), asked.to_alexa());
        }
    }
}
