//! Alexa.EqualizerController. Its bands go by `{name}`, its modes by `{value}`.

use serde_json::{Value as Json, json};

use super::{Interface, Meaning, Phrase, Said, Value, one_of, spoken, spoken_values};
use crate::capability::Capability;

pub(super) const EQUALIZER: Interface = Interface {
    name: "Alexa.EqualizerController",
    say: |equalizer| {
        let modes = one_of(&modes(equalizer));
        let mut say: Vec<String> = bands(equalizer)
            .iter()
            .map(|band| format!("set the {} to 4", spoken(band)))
            .take(1)
            .collect();
        if !modes.is_empty() {
            say.push(format!("set the mode to {modes}"));
        }
        say.join(", ")
    },
    names: |equalizer| bands(equalizer).iter().map(|band| spoken(band)).collect(),
    words: &["bass", "midrange", "treble"],
    values: modes,
    offers: |equalizer, directive| directive != "AdjustBands" || equalizer.is_told(),
    phrases: &[
        Phrase {
            patterns: &[
                "set the {name} to {number:4} on {endpoint}",
                "set the {name} of|on {endpoint} to {number}",
                "set {endpoint} {name} to {number}",
            ],
            meaning: Meaning::Command {
                name: "SetBands",
                payload: |said| {
                    let name = band(said)?;
                    Some(json!({ "bands": [{ "name": name, "level": said.whole() }] }))
                },
            },
        },
        Phrase {
            patterns: &[
                "increase the {name} on {endpoint} [by {number:2}]",
                "increase|raise [the] {name} of|on {endpoint} [by {number}]",
                "increase|raise [the] {name} [by {number}] on {endpoint}",
                "turn up the {name} of|on {endpoint} [by {number}]",
            ],
            meaning: Meaning::Command {
                name: "AdjustBands",
                payload: |said| adjust(said, "UP"),
            },
        },
        Phrase {
            patterns: &[
                "decrease the {name} on {endpoint} [by {number:2}]",
                "decrease|lower|reduce [the] {name} of|on {endpoint} [by {number}]",
                "decrease|lower|reduce [the] {name} [by {number}] on {endpoint}",
                "turn down the {name} of|on {endpoint} [by {number}]",
            ],
            meaning: Meaning::Command {
                name: "AdjustBands",
                payload: |said| adjust(said, "DOWN"),
            },
        },
        Phrase {
            patterns: &[
                "reset the {name} on {endpoint}",
                "reset {name} of {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "ResetBands",
                payload: |said| Some(json!({ "bands": [{ "name": band(said)? }] })),
            },
        },
        Phrase {
            patterns: &[
                "reset the equalizer on {endpoint}",
                "reset {endpoint} equalizer",
            ],
            meaning: Meaning::Command {
                name: "ResetBands",
                payload: |said| {
                    let bands = bands(said.capability);
                    let bands: Json = bands.iter().map(|name| json!({ "name": name })).collect();
                    Some(json!({ "bands": bands }))
                },
            },
        },
        Phrase {
            patterns: &[
                "set the mode to {value} on {endpoint}",
                "set [the] mode of|on {endpoint} to {value}",
                "set {endpoint} to {value} [mode]",
            ],
            meaning: Meaning::Command {
                name: "SetMode",
                payload: |said| Some(json!({ "mode": said.value? })),
            },
        },
        Phrase {
            patterns: &[
                "what is the {name} of|on {endpoint}",
                "what is {endpoint} {name}",
            ],
            meaning: Meaning::Question(|told| {
                let name = band(&told.said)?;
                let bands = told.property("bands")?;
                let level = bands
                    .as_array()?
                    .iter()
                    .find(|own| own.get("name").is_some_and(|own| *own == name))?
                    .get("value")?
                    .as_i64()?;
                Some(format!(
                    "The {} of {} is {level}.",
                    spoken(&name),
                    told.endpoint
                ))
            }),
        },
    ],
    ..Interface::PLAIN
};

fn bands(equalizer: &Capability) -> Vec<String> {
    equalizer.texts("/configurations/bands/supported", "name")
}

fn modes(equalizer: &Capability) -> Vec<Value> {
    spoken_values(equalizer.texts("/configurations/modes/supported", "name"))
}

/// Alexa's word for the band that was named.
fn band(said: &Said<'_>) -> Option<String> {
    let name = said.slots.name.as_ref()?.join(" ");
    bands(said.capability)
        .into_iter()
        .find(|band| spoken(band) == name)
}

fn adjust(said: &Said<'_>, direction: &str) -> Option<Json> {
    let mut change = json!({ "name": band(said)?, "levelDirection": direction });
    // Without a number, the endpoint takes its own step.
    if let (Some(number), Some(change)) = (said.slots.numbers.first(), change.as_object_mut()) {
        change.insert("levelDelta".to_owned(), json!(super::whole(*number)));
    }
    Some(json!({ "bands": [change] }))
}
