//! The numbers of a range that have names.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::label::{Name, Names};
use crate::language::{Fields, Problems, Schema, Table, fields};
use crate::value::{Bounds, Span, plain, serialize_plain};

/// The numbers that have names.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Presets {
    /// Names alone: they divide the range evenly, the last is its end.
    Even(Vec<Name>),
    /// Each name with its number.
    Each(IndexMap<Name, Preset>),
}

/// A number with names of its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Preset {
    /// Called by its key.
    Plain(#[serde(serialize_with = "serialize_plain")] f64),
    /// Called by these.
    Named(NamedPreset),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct NamedPreset {
    #[serde(serialize_with = "serialize_value")]
    value: Option<f64>,
    names: Names,
}

#[expect(clippy::ref_option, reason = "serde hands over what a field is")]
fn serialize_value<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    serialize_plain(&value.unwrap_or_default(), serializer)
}

/// As many as openHAB lets pass, citing Amazon.
const MAXIMUM_PRESETS: usize = 150;

impl Presets {
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        match self {
            Self::Even(names) => names.len(),
            Self::Each(presets) => presets.len(),
        }
    }

    /// What is wrong with them over this span.
    pub(super) fn problem(&self, span: &Span) -> Option<String> {
        if self.len() > MAXIMUM_PRESETS {
            return Some(format!(
                "more than {MAXIMUM_PRESETS} presets are more than Alexa takes"
            ));
        }
        let presets = self.over(span);
        let numbers = presets.iter().map(|(number, _)| plain(*number).to_string());
        if numbers.collect::<BTreeSet<_>>().len() < presets.len() {
            let problem = "two of its `presets` are the same number; give one of them both names";
            return Some(problem.to_owned());
        }
        Names::said_twice(presets.iter().map(|(_, names)| names))
    }

    /// Each number with its names.
    pub(super) fn over(&self, span: &Span) -> Vec<(f64, Names)> {
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
            Self::Plain(value) => *value,
            Self::Named(NamedPreset { value, .. }) => value.unwrap_or_default(),
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
        required "value";
        "value" => value: "the number";
        "names" => names: "what one calls it; by default its key";
    }

    fn check(&self, problems: &mut Problems) {
        let absent = self.value.is_none();
        problems.of_table(absent.then_some("it needs a `value`, the number that it names"));
    }
}

impl<'de> Deserialize<'de> for Presets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PresetsVisitor;

        impl<'de> Visitor<'de> for PresetsVisitor {
            type Value = Presets;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a list of names, or a table of names with their numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Presets, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = items.next_element()? {
                    names.push(name);
                }
                Ok(Presets::Even(names))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Presets, A::Error> {
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
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PresetVisitor;

        impl<'de> Visitor<'de> for PresetVisitor {
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

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Preset, A::Error> {
                let map = MapAccessDeserializer::new(map);
                Table::deserialize(map).map(|Table(preset)| Preset::Named(preset))
            }
        }

        deserializer.deserialize_any(PresetVisitor)
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
