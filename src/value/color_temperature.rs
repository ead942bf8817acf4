//! How warm or cool a white light is.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{Settable, Value, echoed, number, plain};
use crate::language::{Fields, Problems, Schema, fields, read_as, schema_of_names};
use crate::lenient::whole_number;

/// A [colour temperature] in whole kelvin, as far as Alexa knows them.
///
/// [colour temperature]: https://developer.amazon.com/docs/device-apis/alexa-property-schemas.html#colortemperatureinkelvin
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct ColorTemperature(u16);

/// Which colour temperatures a light has, and in which unit its firmware counts them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Whites {
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Kelvins>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<Step>,
    #[serde(skip_serializing_if = "Unit::is_default")]
    unit: Unit,
}

/// The warmest and the coolest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(into = "[u16; 2]")]
struct Kelvins {
    warmest: ColorTemperature,
    coolest: ColorTemperature,
}

/// Those there are, the warmest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "Vec<u16>")]
struct Listed(Vec<ColorTemperature>);

/// How far "warmer" and "cooler" go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Step(u16);

/// What firmware counts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
enum Unit {
    #[default]
    #[serde(rename = "K")]
    Kelvin,
    /// A million by the kelvins, as lamps of Zigbee count.
    #[serde(rename = "mired")]
    Mired,
}

impl ColorTemperature {
    const WARMEST: Self = Self(1000);
    const COOLEST: Self = Self(10_000);

    /// The temperature of so many kelvins, rounded, if Alexa knows it.
    fn of(kelvin: f64) -> Option<Self> {
        let kelvin = kelvin.round();
        (Self::WARMEST.kelvin()..=Self::COOLEST.kelvin())
            .contains(&kelvin)
            .then(|| Self::clamped(kelvin))
    }

    fn clamped(kelvin: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates, and the bounds are next"
        )]
        let kelvin = kelvin.round() as u16;
        Self(kelvin).clamp(Self::WARMEST, Self::COOLEST)
    }

    fn kelvin(self) -> f64 {
        f64::from(self.0)
    }
}

impl Whites {
    const RANGE: Kelvins = Kelvins {
        warmest: ColorTemperature(2200),
        coolest: ColorTemperature(7000),
    };
    const STEP: Step = Step(500);

    /// What the light has that is next to so many kelvins.
    #[must_use]
    pub fn nearest(&self, kelvin: f64) -> ColorTemperature {
        let Kelvins { warmest, coolest } = self.range.unwrap_or(Self::RANGE);
        let asked = ColorTemperature::clamped(kelvin);
        let listed = self.listed().iter().copied();
        listed
            .min_by_key(|value| value.0.abs_diff(asked.0))
            .unwrap_or_else(|| asked.clamp(warmest, coolest))
    }

    /// What the light has that is a step cooler than this, or its coolest.
    #[must_use]
    pub fn cooler(&self, than: ColorTemperature) -> ColorTemperature {
        let mut listed = self.listed().iter().copied();
        let next = listed.find(|value| *value > than);
        next.or(self.listed().last().copied())
            .unwrap_or_else(|| self.nearest(than.kelvin() + self.step()))
    }

    /// What the light has that is a step warmer than this, or its warmest.
    #[must_use]
    pub fn warmer(&self, than: ColorTemperature) -> ColorTemperature {
        let mut listed = self.listed().iter().rev().copied();
        let next = listed.find(|value| *value < than);
        next.or(self.listed().first().copied())
            .unwrap_or_else(|| self.nearest(than.kelvin() - self.step()))
    }

    fn listed(&self) -> &[ColorTemperature] {
        self.values.as_ref().map_or(&[], |Listed(values)| values)
    }

    fn step(&self) -> f64 {
        f64::from(self.step.unwrap_or(Self::STEP).0)
    }
}

impl Value for ColorTemperature {
    type Spelling = Whites;

    fn to_alexa(&self) -> Json {
        self.0.into()
    }

    /// A whole mired is many kelvins: of those it is one that the light has, the roundest of its range, an end of that, or
    /// the roundest beyond.
    fn from_variable(said: &Json, whites: &Whites) -> Option<Self> {
        let said = number(said)?;
        let Unit::Mired = whites.unit else {
            return Self::of(said);
        };
        let exact = Self::of(mired(said))?;
        let same = |value: &Self| mired(value.kelvin()).round() == said.round();
        let Kelvins { warmest, coolest } = whites.range.unwrap_or(Whites::RANGE);
        let round = [500.0, 100.0, 50.0, 10.0]
            .into_iter()
            .filter_map(|grain| Self::of((exact.kelvin() / grain).round() * grain));
        let within = |value: &Self| (warmest..=coolest).contains(value);
        let listed = whites.listed().iter().copied();
        let mut candidates = listed
            .chain(round.clone().filter(within))
            .chain([warmest, coolest])
            .chain(round);
        Some(candidates.find(same).unwrap_or(exact))
    }
}

impl Settable for ColorTemperature {
    fn to_argument(&self, _place: &str, whites: &Whites) -> String {
        match whites.unit {
            Unit::Kelvin => self.0.to_string(),
            Unit::Mired => plain(mired(self.kelvin()).round()).to_string(),
        }
    }

    fn held(&self, _argument: &str, whites: &Whites) -> Option<Self> {
        echoed(self, whites)
    }
}

/// From kelvins to mireds, and back.
fn mired(number: f64) -> f64 {
    1e6 / number
}

impl Fields for Whites {
    fields! {
        "range" => range: "the warmest and the coolest in kelvin, by default [2200, 7000]";
        "values" => values: "those that the light has in kelvin, where they are few, such as [2700, 4000, 6500]";
        "step" => step: "how many kelvins \"warmer\" and \"cooler\" go, by default 500";
        "unit" => unit: "what the firmware counts: \"K\" for kelvins, or \"mired\"";
    }

    fn check(&self, problems: &mut Problems) {
        for (key, beside) in [
            ("range", self.range.is_some()),
            ("step", self.step.is_some()),
        ] {
            let both = beside && self.values.is_some();
            let message = || format!("`values` say it all; leave out either them or `{key}`");
            problems.at(key, both.then(message));
        }
    }
}

/// Reads whole kelvins.
fn kelvins(written: &Json) -> Option<Vec<ColorTemperature>> {
    let whole = |number: &Json| {
        let kelvins = u16::try_from(whole_number(number)?).ok()?;
        ColorTemperature::of(kelvins.into())
    };
    written.as_array()?.iter().map(whole).collect()
}

read_as! { Kelvins: Json }

impl TryFrom<Json> for Kelvins {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        match kelvins(&written).as_deref() {
            Some([warmest, coolest]) if warmest < coolest => Ok(Self {
                warmest: *warmest,
                coolest: *coolest,
            }),
            _ => Err(
                "the range is the warmest and the coolest in kelvin, from 1000 to 10000, such as [2200, 6500]",
            ),
        }
    }
}

read_as! { Listed: Json }

impl TryFrom<Json> for Listed {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        match kelvins(&written) {
            Some(mut values) if !values.is_empty() => {
                values.sort_unstable();
                values.dedup();
                Ok(Self(values))
            }
            _ => Err(
                "the values are a list of whole kelvins from 1000 to 10000, such as [2700, 4000, 6500]",
            ),
        }
    }
}

read_as! { Step: Json }

impl TryFrom<Json> for Step {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        let step = whole_number(&written).and_then(|step| u16::try_from(step).ok());
        step.filter(|step| (1..=9000).contains(step))
            .map(Self)
            .ok_or("a step is a number of whole kelvins, such as 500")
    }
}

read_as! { Unit: String }

impl TryFrom<String> for Unit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "k" | "kelvin" => Ok(Self::Kelvin),
            "mired" | "mireds" => Ok(Self::Mired),
            _ => Err(format!(
                "unknown unit `{text}`; a colour temperature is in \"K\" or \"mired\""
            )),
        }
    }
}

impl Unit {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl From<Kelvins> for [u16; 2] {
    fn from(range: Kelvins) -> Self {
        [range.warmest.0, range.coolest.0]
    }
}

impl From<Listed> for Vec<u16> {
    fn from(Listed(values): Listed) -> Self {
        values.iter().map(|value| value.0).collect()
    }
}

impl Schema for Kelvins {
    fn schema() -> Json {
        json!({ "type": "array", "items": kelvin_schema(), "minItems": 2, "maxItems": 2 })
    }
}

impl Schema for Listed {
    fn schema() -> Json {
        json!({ "type": "array", "items": kelvin_schema(), "minItems": 1 })
    }
}

impl Schema for Step {
    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 1, "maximum": 9000 })
    }
}

impl Schema for Unit {
    fn schema() -> Json {
        schema_of_names(["K", "mired"], ["kelvin", "mireds"])
    }
}

fn kelvin_schema() -> Json {
    let bounds = [ColorTemperature::WARMEST, ColorTemperature::COOLEST];
    let [least, most] = bounds.map(|bound| bound.0);
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whites(table: Json) -> Whites {
        crate::language::from_json(table).unwrap()
    }

    /// What Alexa means by warm, soft, white, daylight and cool.
    const SPOKEN: [f64; 5] = [2200.0, 2700.0, 4000.0, 5500.0, 7000.0];

    #[test]
    fn what_is_asked_goes_to_the_nearest_there_is() {
        let cases = [
            (json!({}), [2200, 2700, 4000, 5500, 7000]),
            (
                json!({ "range": [2700, 6500] }),
                [2700, 2700, 4000, 5500, 6500],
            ),
            (
                json!({ "values": [6500, 2700, 4000] }),
                [2700, 2700, 4000, 6500, 6500],
            ),
            (json!({ "values": [3000] }), [3000; 5]),
        ];
        for (table, nearest) in cases {
            let whites = whites(table.clone());
            let found = SPOKEN.map(|kelvin| whites.nearest(kelvin).0);
            assert_eq!(found, nearest, "{table}");
        }
    }

    #[test]
    fn a_step_leads_to_the_next_and_no_further_than_the_last() {
        // Present, one warmer, one cooler.
        let cases = [
            (json!({}), 4000, 3500, 4500),
            (json!({ "step": 1000 }), 4000, 3000, 5000),
            (json!({}), 2300, 2200, 2800),
            (json!({}), 7000, 6500, 7000),
            (json!({ "range": [2700, 6500] }), 6400, 5900, 6500),
            (json!({ "values": [2700, 4000, 6500] }), 4000, 2700, 6500),
            (json!({ "values": [2700, 4000, 6500] }), 6500, 4000, 6500),
            (json!({ "values": [2700, 4000, 6500] }), 2700, 2700, 4000),
            (json!({ "values": [2700, 4000, 6500] }), 3000, 2700, 4000),
            (json!({ "values": [2700, 4000, 6500] }), 9000, 6500, 6500),
        ];
        for (table, present, warmer, cooler) in cases {
            let whites = whites(table.clone());
            let present = ColorTemperature(present);
            assert_eq!(
                (whites.warmer(present).0, whites.cooler(present).0),
                (warmer, cooler),
                "{table} at {present:?}"
            );
        }
    }

    #[test]
    fn a_variable_tells_it_in_the_firmwares_unit() {
        let mired = json!({ "unit": "mired" });
        let listed = json!({ "unit": "mired", "values": [2702, 6450] });
        let ranged = json!({ "unit": "mired", "range": [2003, 6535] });
        let cases = [
            (json!({}), json!(2700), Some(2700)),
            (json!({}), json!("2700"), Some(2700)),
            (json!({}), json!(2699.6), Some(2700)),
            (json!({}), json!(9000), Some(9000)),
            (json!({}), json!(0), None),
            (json!({}), json!(""), None),
            (json!({}), json!("color"), None),
            (json!({}), json!(12_000), None),
            (mired.clone(), json!(370), Some(2700)),
            (mired.clone(), json!("154"), Some(6500)),
            (mired.clone(), json!(364), Some(2750)),
            (mired.clone(), json!(363), Some(2755)),
            (mired.clone(), json!(0), None),
            (mired.clone(), json!("color"), None),
            (mired, json!(2700), None),
            (listed.clone(), json!(370), Some(2702)),
            (listed.clone(), json!(155), Some(6450)),
            (listed, json!(250), Some(4000)),
            (ranged.clone(), json!(153), Some(6535)),
            (ranged.clone(), json!(499), Some(2003)),
            (ranged, json!(150), Some(6650)),
        ];
        for (table, said, kelvin) in cases {
            let read = ColorTemperature::from_variable(&said, &whites(table.clone()));
            assert_eq!(read.map(|read| read.0), kelvin, "{table}: {said}");
        }
    }

    #[test]
    fn a_wrong_table_is_refused() {
        let cases = [
            (json!({ "range": [6500, 2200] }), "the range is the warmest"),
            (json!({ "range": [153, 500] }), "the range is the warmest"),
            (
                json!({ "range": [2200, 65_000] }),
                "the range is the warmest",
            ),
            (json!({ "range": 2200 }), "the range is the warmest"),
            (json!({ "values": [] }), "the values are a list"),
            (json!({ "values": [2700.5] }), "the values are a list"),
            (json!({ "values": [370, 153] }), "the values are a list"),
            (json!({ "step": 0 }), "a step is"),
            (json!({ "step": "big" }), "a step is"),
            (json!({ "unit": "F" }), "unknown unit `F`"),
            (
                json!({ "values": [2700], "range": [2700, 3000] }),
                "leave out either them or `range`",
            ),
            (
                json!({ "values": [2700], "step": 5 }),
                "leave out either them or `step`",
            ),
        ];
        for (table, problem) in cases {
            let error = crate::language::from_json::<Whites>(table.clone()).err();
            let error = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(problem), "{table}: {error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(kelvin in 1000_u16..=10_000, mired: bool, listed: bool) {
            let mut table = json!({ "unit": if mired { "mired" } else { "K" } });
            if listed {
                table["values"] = json!([kelvin]);
            }
            let whites = whites(table);
            let told = ColorTemperature(kelvin).to_argument("", &whites);
            let read = ColorTemperature::from_variable(&Json::from(told.as_str()), &whites).unwrap();
            prop_assert_eq!(read.to_argument("", &whites), told);
            if listed || !mired {
                prop_assert_eq!(read, ColorTemperature(kelvin));
            }
        }

        #[test]
        fn what_is_held_reads_back_and_is_in_the_range(warmest in 1000_u16..9990, span in 10_u16..5000, asked in 1000_u16..=10_000) {
            let coolest = (warmest + span).min(10_000);
            let whites = whites(json!({ "unit": "mired", "range": [warmest, coolest] }));
            let value = whites.nearest(f64::from(asked));
            let held = value.held("{}", &whites).unwrap();
            prop_assert!((warmest..=coolest).contains(&held.0), "{:?}", held);
            let told = value.to_argument("", &whites);
            prop_assert_eq!(ColorTemperature::from_variable(&told.into(), &whites), Some(held));
            prop_assert_eq!(held.held("{}", &whites), Some(held));
        }

        #[test]
        fn hundreds_of_kelvins_read_back_from_mireds(hundreds in 10_u16..=90) {
            let whites = whites(json!({ "unit": "mired" }));
            let value = ColorTemperature(hundreds * 100);
            let told = value.to_argument("", &whites);
            prop_assert_eq!(ColorTemperature::from_variable(&told.into(), &whites), Some(value));
        }

        #[test]
        fn a_cookie_holds_it(least in 1000_u16..5000, span in 1_u16..5000, step in 1_u16..9000, mired: bool) {
            let unit = if mired { "mired" } else { "K" };
            let table = json!({ "range": [least, least + span], "step": step, "unit": unit });
            let written = serde_json::to_value(whites(table)).unwrap();
            prop_assert_eq!(serde_json::to_value(whites(written.clone())).unwrap(), written);
        }
    }
}
