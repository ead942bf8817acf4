//! The numbers of a range that have names.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::label::{Name, Names};
use crate::language::{Content, Fields, Node, Problems, Read, Schema, Unsuitable, fields};
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

impl Read for Presets {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::Array(_) => Vec::read(node).map(Self::Even),
            Content::Table(_) => IndexMap::read(node).map(Self::Each),
            _ => Err(node.instead_of("a list of names, or a table of names with their numbers")),
        }
    }
}

impl Read for Preset {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::Integer(_) | Content::Float(_) => f64::read(node).map(Self::Plain),
            Content::Table(_) => NamedPreset::read(node).map(Self::Named),
            _ => Err(node.instead_of("a number, or a table with `value` and `names`")),
        }
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
