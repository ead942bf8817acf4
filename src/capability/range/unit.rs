//! The units of a range.

use indexmap::IndexSet;
use serde::Serialize;
use serde_json::Value as Json;

use crate::language::{Schema, read_as, schema_of_names};
use crate::lenient::same_name;
use crate::suggestion::nearest;

/// A unit that Alexa can say: one of her [assets].
///
/// [assets]: https://developer.amazon.com/docs/device-apis/resources-and-assets.html#units
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Unit(pub(super) String);

const UNITS: [&str; 23] = [
    "Percent",
    "Angle.Degrees",
    "Angle.Radians",
    "Distance.Feet",
    "Distance.Inches",
    "Distance.Kilometers",
    "Distance.Meters",
    "Distance.Miles",
    "Distance.Yards",
    "Mass.Grams",
    "Mass.Kilograms",
    "Temperature.Celsius",
    "Temperature.Degrees",
    "Temperature.Fahrenheit",
    "Temperature.Kelvin",
    "Volume.CubicFeet",
    "Volume.CubicMeters",
    "Volume.Gallons",
    "Volume.Liters",
    "Volume.Pints",
    "Volume.Quarts",
    "Weight.Ounces",
    "Weight.Pounds",
];

read_as! { Unit: String }

impl TryFrom<String> for Unit {
    type Error = String;

    /// The last part of the asset's name will do, in any case.
    fn try_from(written: String) -> Result<Self, String> {
        let last = |unit: &&&str| {
            let last = unit.rsplit('.').next().unwrap_or_default();
            same_name(last, &written) || same_name(unit, &written)
        };
        UNITS
            .iter()
            .find(last)
            .map(|unit| Self((*unit).to_owned()))
            .ok_or_else(|| {
                let known: Vec<_> = unit_words().collect();
                let known: Vec<_> = known.iter().map(String::as_str).collect();
                format!(
                    "unknown unit `{written}`{}; leave it out where Alexa has none such",
                    nearest(&written, &known).trim_end_matches('?')
                )
            })
    }
}

/// The last part of each name; where two have the same, it is the first's.
fn unit_words() -> impl Iterator<Item = String> {
    let words = UNITS
        .iter()
        .filter_map(|unit| Some(unit.rsplit('.').next()?.to_lowercase()));
    words.collect::<IndexSet<_>>().into_iter()
}

impl Schema for Unit {
    fn schema() -> Json {
        let words: Vec<_> = unit_words().collect();
        schema_of_names(words.iter().map(String::as_str), UNITS)
    }
}
