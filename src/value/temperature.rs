//! How warm it is.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Value, number, rounded};
use crate::language::{Fields, Schema, fields};

/// A [temperature](https://developer.amazon.com/docs/device-apis/alexa-property-schemas.html#temperature), in the unit
/// in which the firmware measures it: Alexa converts it for the listener.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Temperature {
    degrees: f64,
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
    #[serde(skip_serializing_if = "Unit::is_default")]
    unit: Unit,
}

impl Unit {
    fn is_default(&self) -> bool {
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

impl TryFrom<String> for Unit {
    type Error = serde::de::value::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.to_ascii_uppercase().as_str() {
            "C" | "CELSIUS" => Ok(Self::Celsius),
            "F" | "FAHRENHEIT" => Ok(Self::Fahrenheit),
            "K" | "KELVIN" => Ok(Self::Kelvin),
            _ => Err(Self::Error::custom(format!(
                "unknown unit `{text}`; a temperature is in \"C\", \"F\" or \"K\""
            ))),
        }
    }
}

impl Fields for Degrees {
    fields! { "unit" => unit: "the unit of the temperature: \"C\", \"F\" or \"K\""; }
}

impl Schema for Unit {
    fn schema() -> Json {
        json!({ "enum": ["C", "F", "K"] })
    }
}

impl Value for Temperature {
    type Spelling = Degrees;

    fn to_alexa(&self) -> Json {
        json!({ "value": rounded(self.degrees), "scale": self.unit.scale() })
    }

    fn from_variable(said: &Json, Degrees { unit }: &Degrees) -> Option<Self> {
        Some(Self {
            degrees: number(said)?,
            unit: *unit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_float_noise_reaches_alexa() {
        for (said, value) in [
            (json!(21.299_999_237_060_547), json!(21.3)),
            (json!(71.6), json!(71.6)),
            (json!("-4.25"), json!(-4.25)),
            (json!(20), json!(20.0)),
        ] {
            let temperature = Temperature::from_variable(
                &said,
                &Degrees {
                    unit: Unit::Fahrenheit,
                },
            )
            .unwrap();
            assert_eq!(
                temperature.to_alexa(),
                json!({ "value": value, "scale": "FAHRENHEIT" })
            );
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
}
