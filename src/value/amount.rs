//! How much is left of something.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::percent::Scale;
use super::{Value, number, plain, rounded};
use crate::language::{Fields, Problems, Schema, fields, read_as, schema_of_names};
use crate::suggestion::nearest;

/// An amount, and what it is measured in.
#[derive(Clone, Debug, PartialEq)]
pub struct Amount {
    amount: f64,
    measurement: Map<String, Json>,
}

/// What an amount is measured in, and how the firmware says it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Measure {
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(flatten)]
    scale: Scale,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Percent,
    Count,
    Volume,
    Weight,
}

/// One of Alexa's words for a unit, in lower case.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
struct Unit(String);

const KINDS: [(&str, Kind); 4] = [
    ("percent", Kind::Percent),
    ("count", Kind::Count),
    ("volume", Kind::Volume),
    ("weight", Kind::Weight),
];

const WEIGHTS: [&str; 8] = [
    "kilogram",
    "gram",
    "milligram",
    "microgram",
    "metric_pound",
    "pound",
    "ounce",
    "dram",
];

const VOLUMES: [&str; 30] = [
    "liter",
    "milliliter",
    "metric_cup",
    "metric_teaspoon",
    "uk_tablespoon",
    "au_tablespoon",
    "cubic_centimeter",
    "cubic_meter",
    "uk_gallon",
    "uk_quart",
    "uk_pint",
    "uk_cup",
    "uk_gill",
    "uk_fluid_ounce",
    "uk_fluid_dram",
    "cubic_inch",
    "cubic_foot",
    "cubic_yard",
    "us_fluid_gallon",
    "us_fluid_quart",
    "us_fluid_pint",
    "us_fluid_cup",
    "us_fluid_ounce",
    "us_gill",
    "us_tablespoon",
    "us_teaspoon",
    "us_dram",
    "us_dry_gallon",
    "us_dry_quart",
    "us_dry_pint",
];

impl Measure {
    /// As discovery declares it.
    #[must_use]
    pub fn measurement(&self) -> Map<String, Json> {
        let kind = match self.measure {
            Some(Kind::Percent) => "Percentage",
            Some(Kind::Count) => "Count",
            Some(Kind::Volume) => "Volume",
            Some(Kind::Weight) => "Weight",
            None => return Map::new(),
        };
        let unit = self.unit.as_ref();
        let unit = unit.map(|Unit(unit)| ("unit".to_owned(), unit.to_uppercase().into()));
        std::iter::once(("@type".to_owned(), kind.into()))
            .chain(unit)
            .collect()
    }
}

impl Value for Amount {
    type Spelling = Measure;

    fn to_alexa(&self) -> Json {
        let mut level = self.measurement.clone();
        level.insert("value".to_owned(), plain(self.amount));
        Json::Object(level)
    }

    fn from_variable(said: &Json, measure: &Measure) -> Option<Self> {
        let amount = match measure.measure? {
            Kind::Percent => rounded(measure.scale.share(said)?),
            Kind::Count => number(said)?.round(),
            Kind::Volume | Kind::Weight => number(said)?,
        };
        let most = match measure.measure? {
            Kind::Percent => 100.0,
            Kind::Count | Kind::Volume | Kind::Weight => f64::MAX,
        };
        (0.0..=most).contains(&amount).then(|| Self {
            amount,
            measurement: measure.measurement(),
        })
    }
}

impl Fields for Measure {
    fields! {
        required "measure";
        "measure" => measure: "how much it is: in \"percent\", by \"count\", as \"volume\" or as \"weight\"";
        "unit" => unit: "what a volume or a weight is in, such as \"liter\" or \"gram\"";
        ..scale: Scale;
    }

    fn check(&self, problems: &mut Problems) {
        let suits = |units: &[&str], such: &str| match &self.unit {
            None => Some((None, format!("it needs a `unit`, such as \"{such}\""))),
            Some(Unit(unit)) if units.contains(&unit.as_str()) => None,
            Some(Unit(unit)) => {
                let suggestion = nearest(unit, units);
                let message = format!("`{unit}` is no unit of this measure{suggestion}");
                Some((Some("unit"), message))
            }
        };
        let unit = match self.measure {
            None => {
                let message =
                    "it needs a `measure`: \"percent\", \"count\", \"volume\" or \"weight\"";
                return problems.of_table(Some(message));
            }
            Some(Kind::Percent | Kind::Count) => self.unit.is_some().then(|| {
                let message = "only a volume or a weight has a `unit`; leave it out";
                (Some("unit"), message.to_owned())
            }),
            Some(Kind::Volume) => suits(&VOLUMES, "liter"),
            Some(Kind::Weight) => suits(&WEIGHTS, "gram"),
        };
        match unit {
            Some((Some(key), message)) => problems.at(key, Some(message)),
            Some((None, message)) => problems.of_table(Some(message)),
            None => {}
        }
        let scaled = self.measure != Some(Kind::Percent) && self.scale != Scale::default();
        let message = scaled.then_some("only percent have a `scale`; leave it out");
        problems.at("scale", message);
    }
}

read_as! { Kind: String }

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let known = KINDS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&written));
        known.map(|(_, kind)| *kind).ok_or_else(|| {
            let names = KINDS.map(|(name, _)| name);
            format!("unknown measure `{written}`{}", nearest(&written, &names))
        })
    }
}

read_as! { Unit: String }

impl TryFrom<String> for Unit {
    type Error = String;

    /// Alexa's own words will do, too.
    fn try_from(written: String) -> Result<Self, String> {
        let unit = written.to_lowercase();
        let known = units();
        if known.contains(&unit.as_str()) {
            Ok(Self(unit))
        } else {
            Err(format!(
                "unknown unit `{written}`{}",
                nearest(&written, &known)
            ))
        }
    }
}

fn units() -> Vec<&'static str> {
    VOLUMES.into_iter().chain(WEIGHTS).collect()
}

impl Schema for Kind {
    fn schema() -> Json {
        schema_of_names(KINDS.map(|(name, _)| name), [])
    }
}

impl Schema for Unit {
    fn schema() -> Json {
        schema_of_names(units(), [])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn measure(written: Json) -> Measure {
        crate::language::from_json(written).unwrap()
    }

    fn told(said: &Json, measure: &Measure) -> Option<Json> {
        Amount::from_variable(said, measure).map(|amount| amount.to_alexa())
    }

    #[test]
    fn an_amount_is_told_in_its_measure() {
        let percent = || json!({ "measure": "percent", "scale": [0, 1023] });
        let count = || json!({ "measure": "count" });
        let volume = || json!({ "measure": "volume", "unit": "liter" });
        let weight = || json!({ "measure": "weight", "unit": "DRAM" });
        for (written, said, alexa) in [
            (
                percent(),
                json!(640),
                json!({ "@type": "Percentage", "value": 62.56 }),
            ),
            (
                percent(),
                json!("1023"),
                json!({ "@type": "Percentage", "value": 100 }),
            ),
            (percent(), json!(1024), Json::Null),
            (percent(), json!(-1), Json::Null),
            (count(), json!(12), json!({ "@type": "Count", "value": 12 })),
            (
                count(),
                json!(11.6),
                json!({ "@type": "Count", "value": 12 }),
            ),
            (count(), json!(-1), Json::Null),
            (count(), json!("many"), Json::Null),
            (
                volume(),
                json!(0.1),
                json!({ "@type": "Volume", "unit": "LITER", "value": 0.1 }),
            ),
            (volume(), json!(-0.1), Json::Null),
            (
                weight(),
                json!(3),
                json!({ "@type": "Weight", "unit": "DRAM", "value": 3 }),
            ),
        ] {
            let measure = measure(written.clone());
            assert_eq!(
                told(&said, &measure).unwrap_or_default(),
                alexa,
                "{said} as {written}"
            );
        }
    }

    #[test]
    fn a_measure_is_said_in_full_and_without_contradiction() {
        for (bad, mend) in [
            (
                json!({}),
                "it needs a `measure`: \"percent\", \"count\", \"volume\" or \"weight\"",
            ),
            (
                json!({ "measure": "volumen" }),
                "unknown measure `volumen`; did you mean `volume`?",
            ),
            (
                json!({ "measure": "volume" }),
                "it needs a `unit`, such as \"liter\"",
            ),
            (
                json!({ "measure": "weight" }),
                "it needs a `unit`, such as \"gram\"",
            ),
            (
                json!({ "measure": "volume", "unit": "litre" }),
                "unknown unit `litre`; did you mean `liter`?",
            ),
            (
                json!({ "measure": "weight", "unit": "milliliter" }),
                "`milliliter` is no unit of this measure; did you mean `milligram`?",
            ),
            (
                json!({ "measure": "percent", "unit": "liter" }),
                "only a volume or a weight has a `unit`; leave it out",
            ),
            (
                json!({ "measure": "count", "scale": [0, 255] }),
                "only percent have a `scale`; leave it out",
            ),
        ] {
            let error = crate::language::from_json::<Measure>(bad.clone())
                .map(drop)
                .unwrap_err();
            assert_eq!(error.to_string(), mend, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_percentage_is_one(said in -2e3_f64..2e3, least in -1000_i32..1000, span in prop_oneof![1_i32..2000, -2000..-1]) {
            let measure = measure(json!({ "measure": "percent", "scale": [least, least + span] }));
            if let Some(level) = told(&json!(said), &measure) {
                let value = level["value"].as_f64().unwrap();
                prop_assert!((0.0..=100.0).contains(&value));
                prop_assert!(((value / 100.0).mul_add(f64::from(span), f64::from(least)) - said).abs() <= 0.005 / 100.0 * f64::from(span).abs() + 1e-6);
            }
        }

        #[test]
        fn a_count_is_whole(said in 0.0_f64..1e9) {
            let level = told(&json!(said), &measure(json!({ "measure": "count" }))).unwrap();
            prop_assert!(level["value"].is_i64() || level["value"].is_u64());
        }
    }
}
