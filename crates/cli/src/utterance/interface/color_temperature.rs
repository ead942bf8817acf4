//! Alexa.ColorTemperatureController. "Warmer" is less kelvin.

use serde_json::json;

use super::{Interface, Meaning, Phrase, Value, nothing};

/// Amazon's names of whites.
const WHITES: [(&str, i64); 9] = [
    ("warm white", 2200),
    ("warm", 2200),
    ("soft white", 2700),
    ("incandescent", 2700),
    ("white", 4000),
    ("daylight", 5500),
    ("daylight white", 5500),
    ("cool white", 7000),
    ("cool", 7000),
];

pub(super) const COLOR_TEMPERATURE: Interface = Interface {
    name: "Alexa.ColorTemperatureController",
    say: |light| {
        if light.is_told() {
            "set to warm white, make warmer, make cooler".to_owned()
        } else {
            "set to warm white".to_owned()
        }
    },
    offers: |light, directive| directive == "SetColorTemperature" || light.is_told(),
    values: |_| {
        WHITES
            .iter()
            .map(|(said, kelvin)| Value {
                said: (*said).to_owned(),
                value: json!(kelvin),
            })
            .collect()
    },
    phrases: &[
        Phrase {
            patterns: &[
                "set {endpoint} to {value}",
                "make|turn {endpoint} {known}",
                "change {endpoint} to {value}",
                "set the color|colour of {endpoint} to {value}",
            ],
            meaning: Meaning::Command {
                name: "SetColorTemperature",
                payload: |said| Some(json!({ "colorTemperatureInKelvin": said.value? })),
            },
        },
        Phrase {
            patterns: &[
                "set {endpoint} to {number:2700} kelvin",
                "set the color|colour temperature of {endpoint} to {number} [kelvin]",
            ],
            meaning: Meaning::Command {
                name: "SetColorTemperature",
                payload: |said| Some(json!({ "colorTemperatureInKelvin": said.whole() })),
            },
        },
        Phrase {
            patterns: &["make {endpoint} warmer|softer", "warm {endpoint}"],
            meaning: Meaning::Command {
                name: "DecreaseColorTemperature",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &["make {endpoint} cooler|whiter", "cool {endpoint}"],
            meaning: Meaning::Command {
                name: "IncreaseColorTemperature",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &["what is the color|colour temperature of {endpoint}"],
            meaning: Meaning::Question(|told| {
                let kelvin = told.property("colorTemperatureInKelvin")?.as_i64()?;
                Some(format!(
                    "The color temperature of {} is {kelvin} kelvin.",
                    told.endpoint
                ))
            }),
        },
    ],
    ..Interface::PLAIN
};
