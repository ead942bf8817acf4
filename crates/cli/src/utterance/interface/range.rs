//! Alexa.RangeController. Its presets go by `{value}`.

use serde_json::{Value as Json, json};

use super::super::unit;
use super::{Interface, Meaning, Phrase, Said, Told, Value, one_of, plain};
use crate::capability::{self, Capability};

pub(super) const RANGE: Interface = Interface {
    name: "Alexa.RangeController",
    say: |range| {
        let Some(name) = range.names().into_iter().next() else {
            return String::new();
        };
        if range.is_set("/properties/nonControllable") {
            return format!("what's the {name}");
        }
        let set = format!("set {name} to {} {}", example(range), unit(range));
        let presets = one_of(&presets(range));
        if presets.is_empty() {
            set.trim_end().to_owned()
        } else {
            format!("{}, {presets}", set.trim_end())
        }
    },
    values: presets,
    offers: is_offered,
    number: example,
    phrases: &[
        Phrase {
            patterns: &[
                "set {endpoint} {name} to {number} [{unit}]",
                "set|change the {name} of|on|in {endpoint} to {number} [{unit}]",
                "set|change the {name} to {number} [{unit}] on|in {endpoint}",
                "set|change|raise|increase|lower|decrease|open|close {endpoint} [{name}] to {number} [{unit}]",
            ],
            meaning: Meaning::Command {
                name: "SetRangeValue",
                payload: |said| {
                    is_measured(said).then(|| json!({ "rangeValue": plain(said.number()) }))
                },
            },
        },
        Phrase {
            patterns: &[
                "set {endpoint} {name} to {value}",
                "set|change the {name} of|on|in {endpoint} to {value}",
                "set|change the {name} to {value} on|in {endpoint}",
                "set|change {endpoint} to {value}",
            ],
            meaning: Meaning::Command {
                name: "SetRangeValue",
                payload: |said| Some(json!({ "rangeValue": said.value? })),
            },
        },
        Phrase {
            patterns: &[
                "increase {endpoint} {name} [by {number:2} [{unit}]]",
                "increase|raise {endpoint} [{name}] [by {number} [{unit}]]",
                "increase|raise the {name} of|on|in {endpoint} [by {number} [{unit}]]",
                "turn up the {name} of|on|in {endpoint} [by {number} [{unit}]]",
                "turn up {endpoint} [{name}] [by {number} [{unit}]]",
                "turn {endpoint} [{name}] up [by {number} [{unit}]]",
            ],
            meaning: Meaning::Command {
                name: "AdjustRangeValue",
                payload: |said| adjust(said, 1.0),
            },
        },
        Phrase {
            patterns: &[
                "decrease {endpoint} {name} [by {number:2} [{unit}]]",
                "decrease|lower|reduce {endpoint} [{name}] [by {number} [{unit}]]",
                "decrease|lower|reduce the {name} of|on|in {endpoint} [by {number} [{unit}]]",
                "turn down the {name} of|on|in {endpoint} [by {number} [{unit}]]",
                "turn down {endpoint} [{name}] [by {number} [{unit}]]",
                "turn {endpoint} [{name}] down [by {number} [{unit}]]",
            ],
            meaning: Meaning::Command {
                name: "AdjustRangeValue",
                payload: |said| adjust(said, -1.0),
            },
        },
        Phrase {
            patterns: &[
                "what is the {name} of {endpoint}",
                "what is the {name} on|in|at {endpoint}",
                "what is {endpoint} {name} [set] [to]",
                "what is {endpoint} set to",
            ],
            meaning: Meaning::Question(tell),
        },
    ],
    ..Interface::PLAIN
};

/// Whether a directive can be done that may start from the present value.
pub(super) fn is_offered(range: &Capability, directive: &str) -> bool {
    directive != "AdjustRangeValue" || range.is_told()
}

fn presets(range: &Capability) -> Vec<Value> {
    let mut presets = Vec::new();
    for preset in range.list("/configuration/presets") {
        let names = capability::names(preset.get("presetResources"));
        presets.extend(names.into_iter().filter_map(|said| {
            Some(Value {
                said,
                value: preset.get("rangeValue")?.clone(),
            })
        }));
    }
    presets
}

/// The unit as Alexa says it; nothing where the range has none.
pub(super) fn unit(range: &Capability) -> &'static str {
    let id = range.at("/configuration/unitOfMeasure");
    id.and_then(Json::as_str).map_or("", unit::words)
}

/// A value that the range has: about in its middle.
fn example(range: &Capability) -> f64 {
    let limit = |name: &str| {
        let pointer = format!("/configuration/supportedRange/{name}");
        range.at(&pointer).and_then(Json::as_f64)
    };
    let minimum = limit("minimumValue").unwrap_or(0.0);
    let maximum = limit("maximumValue").unwrap_or(100.0);
    let precision = limit("precision").filter(|step| *step > 0.0).unwrap_or(1.0);
    let steps = ((maximum - minimum) / precision / 2.0).round();
    // Steps of a tenth add up to many digits.
    ((minimum + steps * precision) * 1000.0).round() / 1000.0
}

/// Whether the unit that was said is the range's. Percent is taken for any range without a unit.
fn is_measured(said: &Said<'_>) -> bool {
    let own = said.capability.at("/configuration/unitOfMeasure");
    match (said.slots.unit.map(|unit| unit.id), own) {
        (None, _) => true,
        (Some(unit), Some(own)) => {
            *own == unit
                || unit == unit::DEGREES
                    && own
                        .as_str()
                        .is_some_and(|own| own.contains(".Temperature."))
        }
        (Some(unit), None) => unit == unit::PERCENT,
    }
}

/// A change in this direction: by what was said, or by one.
fn adjust(said: &Said<'_>, direction: f64) -> Option<Json> {
    let (delta, is_default) = said.number_or(1.0);
    is_measured(said).then(|| change(direction * delta, is_default))
}

/// The payload of `AdjustRangeValue`.
pub(super) fn change(delta: f64, is_default: bool) -> Json {
    json!({ "rangeValueDelta": plain(delta), "rangeValueDeltaDefault": is_default })
}

fn tell(told: &Told<'_>) -> Option<String> {
    let range = told.said.capability;
    let value = told.property("rangeValue")?.as_f64()?;
    let preset = presets(range)
        .into_iter()
        .find(|preset| preset.value.as_f64() == Some(value));
    let value = match preset {
        Some(preset) => preset.said,
        None => format!("{value} {}", unit(range)).trim_end().to_owned(),
    };
    Some(format!(
        "The {} of {} is {value}.",
        told.name()?,
        told.endpoint
    ))
}
