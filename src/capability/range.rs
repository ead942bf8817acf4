//! A number of anything: [Alexa.RangeController].
//!
//! Firmware: a function that takes the number, and perhaps a variable that tells it; or the variable alone, for what one
//! can only ask about.
//!
//! [Alexa.RangeController]: https://developer.amazon.com/docs/device-apis/alexa-rangecontroller.html

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::labels::Labels;
use super::semantics::{Meant, Semantics};
use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::{self, Category};
use crate::binding::{Binding as _, Setting};
use crate::device::{Device, Reply};
use crate::label::{Locale, Name, Names};
use crate::language::{Fields, Schema, Table, fields};
use crate::suggestion::nearest;
use crate::value::{Bounds, RangeValue, Span, plain, serialize_plain};

#[derive(Debug, Default, Serialize)]
pub(super) struct RangeController {
    #[serde(flatten)]
    labels: Labels,
    #[serde(flatten)]
    setting: Setting<RangeValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<f64>,
    #[serde(skip_serializing_if = "Presets::is_empty")]
    presets: Presets,
    #[serde(flatten)]
    semantics: Semantics<RangeValue>,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetRangeValue {
        range_value: f64,
    },
    AdjustRangeValue {
        range_value_delta: f64,
        /// Whether nobody said by how much; the delta then only tells the direction.
        #[serde(default)]
        range_value_delta_default: bool,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    supported_range: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_of_measure: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    presets: Vec<Json>,
}

/// The numbers that have names.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Presets {
    /// Names alone: they divide the range evenly, the last is its end.
    Even(Vec<Name>),
    /// Each name with its number.
    Each(IndexMap<Name, Preset>),
}

/// A number with names of its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Preset {
    /// Called by its key.
    Plain(#[serde(serialize_with = "serialize_plain")] f64),
    /// Called by these.
    Named(NamedPreset),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct NamedPreset {
    #[serde(serialize_with = "serialize_plain")]
    value: f64,
    names: Names,
}

/// A unit that Alexa can say: one of her [assets].
///
/// [assets]: https://developer.amazon.com/docs/device-apis/resources-and-assets.html#units
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "String")]
struct Unit(String);

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

const RANGE_VALUE: &str = "rangeValue";

/// With more steps than this, one is too little for who says only "more".
const MANY_STEPS: f64 = 20.0;

/// As many as openHAB lets pass, citing Amazon.
const MAXIMUM_PRESETS: usize = 150;

impl RangeController {
    fn span(&self) -> &Span {
        self.setting.spelling()
    }

    /// How far "more" and "less" go where nobody says by how much.
    fn step(&self) -> f64 {
        let bounds = self.span().bounds();
        self.step.unwrap_or_else(|| {
            let length = bounds.maximum - bounds.minimum;
            if length / bounds.precision > MANY_STEPS {
                (length / 10.0 / bounds.precision).round() * bounds.precision
            } else {
                bounds.precision
            }
        })
    }
}

impl Fields for RangeController {
    fields! {
        "unit" => unit: "the unit that Alexa says: percent, celsius, meters, liters …";
        "step" => step: "how far \"increase\" and \"decrease\" go where nobody says by how much";
        "presets" => presets: "names for numbers: [\"low\", \"high\"] divides the range evenly, { low = 1, high = 3 } says each";
        ..labels: Labels;
        ..setting: Setting<RangeValue>;
        ..semantics: Semantics<RangeValue>;
    }

    fn problem(&self) -> Option<String> {
        let numbers = || {
            let (actions, states) = self.semantics.values();
            let presets = self.presets.over(self.span());
            let presets = presets.into_iter().map(|(value, _)| value);
            let states = states.flat_map(RangeState::numbers);
            let actions = actions.filter_map(RangeAction::target);
            presets.chain(states).chain(actions)
        };
        let outside = || {
            numbers().find(|number| {
                self.span()
                    .value(*number)
                    .map_or(true, |value| plain(value.get()) != plain(*number))
            })
        };
        self.labels
            .problem()
            .or_else(|| self.setting.problem())
            .or_else(|| {
                (self.presets.len() > MAXIMUM_PRESETS).then(|| {
                    format!("more than {MAXIMUM_PRESETS} presets are more than Alexa takes")
                })
            })
            .or_else(|| {
                outside().map(|number| format!("{} is no number of the range", plain(number)))
            })
            .or_else(|| {
                let presets = self.presets.over(self.span());
                let numbers: BTreeSet<_> = presets
                    .iter()
                    .map(|(number, _)| plain(*number).to_string())
                    .collect();
                (numbers.len() < presets.len())
                    .then(|| {
                        "two of its `presets` are the same number; give one of them both names"
                            .to_owned()
                    })
                    .or_else(|| Names::said_twice(presets.iter().map(|(_, names)| names)))
            })
            .or_else(|| {
                let step = self.step.filter(|step| *step <= 0.0)?;
                Some(format!("a step of {} leads nowhere", plain(step)))
            })
    }
}

impl Capability for RangeController {
    const INTERFACE: &'static str = "Alexa.RangeController";
    const KEY: &'static str = "range";
    const MEANING: &'static str = "a number of anything: speed, height, wind";
    const CATEGORY: Category = Category::Other;
    const SEVERAL: bool = true;

    type Directive = Directive;

    fn instance(&self) -> Option<String> {
        Some(self.labels.instance(Self::KEY))
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(RANGE_VALUE, &self.setting)]
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        language: &Locale,
    ) -> discovery::Capability {
        let bounds = self.span().bounds();
        let presets = self
            .presets
            .over(self.span())
            .into_iter()
            .map(|(value, names)| {
                json!({
                    "rangeValue": plain(value),
                    "presetResources": names.resources(language),
                })
            });
        let configuration = Configuration {
            supported_range: json!({
                "minimumValue": plain(bounds.minimum),
                "maximumValue": plain(bounds.maximum),
                "precision": plain(bounds.precision),
            }),
            unit_of_measure: self
                .unit
                .as_ref()
                .map(|Unit(unit)| format!("Alexa.Unit.{unit}")),
            presets: presets.collect(),
        };
        declared.capability_resources = Some(self.labels.resources(language));
        declared.configuration = serde_json::to_value(configuration).ok();
        declared.semantics = self.semantics.declared(
            self.setting.is_controllable(),
            self.setting.variable().is_some(),
        );
        declared.read_only(!self.setting.is_controllable())
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let value = match directive {
            Directive::SetRangeValue { range_value } => self.span().value(range_value)?,
            Directive::AdjustRangeValue {
                range_value_delta: delta,
                range_value_delta_default: unsaid,
            } => {
                let delta = if unsaid {
                    self.step().copysign(delta)
                } else {
                    delta
                };
                let present = device.get(&self.setting).await?;
                self.span().nearest(present.get() + delta)
            }
        };
        device.set(RANGE_VALUE, &self.setting, &value).await
    }
}

/// What an action does: it sets a number, or with a sign in quotes it moves by one.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(try_from = "Json")]
pub(super) enum RangeAction {
    To(f64),
    By(f64),
}

/// One number, or all from one to another.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "Json")]
#[serde(untagged)]
pub(super) enum RangeState {
    At(#[serde(serialize_with = "serialize_plain")] f64),
    Within(
        #[serde(serialize_with = "serialize_plain")] f64,
        #[serde(serialize_with = "serialize_plain")] f64,
    ),
}

impl Meant for RangeValue {
    type Action = RangeAction;
    type State = RangeState;

    fn directive(action: &RangeAction) -> (&'static str, Json) {
        match action {
            RangeAction::To(value) => ("SetRangeValue", json!({ "rangeValue": plain(*value) })),
            RangeAction::By(delta) => (
                "AdjustRangeValue",
                json!({ "rangeValueDelta": plain(*delta), "rangeValueDeltaDefault": false }),
            ),
        }
    }

    fn mapping(state: &RangeState) -> Json {
        match state {
            RangeState::At(value) => json!({ "@type": "StatesToValue", "value": plain(*value) }),
            RangeState::Within(minimum, maximum) => json!({
                "@type": "StatesToRange",
                "range": { "minimumValue": plain(*minimum), "maximumValue": plain(*maximum) },
            }),
        }
    }
}

impl RangeAction {
    fn target(&self) -> Option<f64> {
        match self {
            Self::To(value) => Some(*value),
            Self::By(_) => None,
        }
    }
}

impl Serialize for RangeAction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::To(value) => serialize_plain(value, serializer),
            Self::By(delta) => serializer.collect_str(&format_args!("{delta:+}")),
        }
    }
}

impl TryFrom<Json> for RangeAction {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        let moved = |text: &str| {
            let delta = text.parse().ok().filter(|delta: &f64| delta.is_finite())?;
            text.starts_with(['+', '-']).then_some(Self::By(delta))
        };
        match &written {
            Json::Number(number) => number.as_f64().map(Self::To),
            Json::String(text) => moved(text),
            _ => None,
        }
        .ok_or("an action sets a number, such as 100, or moves by one, such as \"+10\"")
    }
}

impl RangeState {
    fn numbers(&self) -> Vec<f64> {
        match self {
            Self::At(value) => vec![*value],
            Self::Within(from, to) => vec![*from, *to],
        }
    }
}

impl TryFrom<Json> for RangeState {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        match &written {
            Json::Number(number) => number.as_f64().map(Self::At),
            Json::Array(ends) => match ends.as_slice() {
                [from, to] => from
                    .as_f64()
                    .zip(to.as_f64())
                    .filter(|(from, to)| from <= to)
                    .map(|(from, to)| Self::Within(from, to)),
                _ => None,
            },
            _ => None,
        }
        .ok_or("a state is one number, such as 0, or all from one to another, such as [1, 100]")
    }
}

impl Presets {
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        match self {
            Self::Even(names) => names.len(),
            Self::Each(presets) => presets.len(),
        }
    }

    /// Each number with its names.
    fn over(&self, span: &Span) -> Vec<(f64, Names)> {
        let Bounds {
            minimum, maximum, ..
        } = span.bounds();
        match self {
            Self::Even(names) => {
                let parts = names.len();
                let number = |place: usize| {
                    #[expect(clippy::cast_precision_loss, reason = "presets are few")]
                    let part = (place + 1) as f64 / parts as f64;
                    span.nearest(minimum + part * (maximum - minimum)).get()
                };
                names
                    .iter()
                    .enumerate()
                    .map(|(place, name)| (number(place), Names::one(name.clone())))
                    .collect()
            }
            Self::Each(presets) => presets
                .iter()
                .map(|(name, preset)| (preset.value(), preset.names(name)))
                .collect(),
        }
    }
}

impl Default for Presets {
    fn default() -> Self {
        Self::Even(Vec::new())
    }
}

impl Preset {
    fn value(&self) -> f64 {
        match self {
            Self::Plain(value) | Self::Named(NamedPreset { value, .. }) => *value,
        }
    }

    fn names(&self, key: &Name) -> Names {
        match self {
            Self::Named(NamedPreset { names, .. }) if !names.is_empty() => names.clone(),
            _ => Names::one(key.clone()),
        }
    }
}

impl Fields for NamedPreset {
    fields! {
        "value" => value: "the number";
        "names" => names: "what one calls it; by default its key";
    }
}

impl<'de> Deserialize<'de> for Presets {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PresetsVisitor;

        impl<'de> serde::de::Visitor<'de> for PresetsVisitor {
            type Value = Presets;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a list of names, or a table of names with their numbers")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Presets, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = items.next_element()? {
                    names.push(name);
                }
                Ok(Presets::Even(names))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Presets, A::Error> {
                let mut presets = IndexMap::new();
                while let Some((name, preset)) = map.next_entry()? {
                    presets.insert(name, preset);
                }
                Ok(Presets::Each(presets))
            }
        }

        deserializer.deserialize_any(PresetsVisitor)
    }
}

impl<'de> Deserialize<'de> for Preset {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PresetVisitor;

        impl<'de> serde::de::Visitor<'de> for PresetVisitor {
            type Value = Preset;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a number, or a table with `value` and `names`")
            }

            fn visit_f64<E>(self, value: f64) -> Result<Preset, E> {
                Ok(Preset::Plain(value))
            }

            #[expect(clippy::cast_precision_loss, reason = "ranges are of smaller numbers")]
            fn visit_i64<E>(self, value: i64) -> Result<Preset, E> {
                Ok(Preset::Plain(value as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "ranges are of smaller numbers")]
            fn visit_u64<E>(self, value: u64) -> Result<Preset, E> {
                Ok(Preset::Plain(value as f64))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Preset, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                Table::deserialize(map).map(|Table(preset)| Preset::Named(preset))
            }
        }

        deserializer.deserialize_any(PresetVisitor)
    }
}

impl TryFrom<String> for Unit {
    type Error = String;

    /// The last part of the asset's name will do, in any case.
    fn try_from(written: String) -> Result<Self, String> {
        let last = |unit: &&&str| {
            unit.rsplit('.')
                .next()
                .is_some_and(|last| last.eq_ignore_ascii_case(&written))
                || unit.eq_ignore_ascii_case(&written)
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
        json!({ "type": "string", "examples": unit_words().collect::<Vec<_>>() })
    }
}

impl Schema for Presets {
    fn schema() -> Json {
        let preset = json!({ "anyOf": [{ "type": "number" }, NamedPreset::schema()] });
        json!({ "anyOf": [
            { "type": "array", "items": { "type": "string" } },
            { "type": "object", "additionalProperties": preset },
        ] })
    }
}

impl Schema for RangeAction {
    fn schema() -> Json {
        json!({ "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^[+-]" }] })
    }
}

impl Schema for RangeState {
    fn schema() -> Json {
        let ends =
            json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 });
        json!({ "anyOf": [{ "type": "number" }, ends] })
    }
}
