//! Alexa.InputController.

use serde_json::{Value as Json, json};

use super::{Interface, Meaning, Phrase, Value, one_of};
use crate::capability::Capability;

pub(super) const INPUT: Interface = Interface {
    name: "Alexa.InputController",
    say: |selector| format!("set the input to {}", one_of(&inputs(selector))),
    values: inputs,
    phrases: &[
        Phrase {
            patterns: &[
                "set the input of {endpoint} to {value}",
                "set|change|switch [the] input of|on {endpoint} to {value}",
                "set|change|switch [the] input to {value} on {endpoint}",
                "set|change|switch {endpoint} [input] to {value}",
            ],
            meaning: Meaning::Command {
                name: "SelectInput",
                payload: |said| Some(json!({ "input": said.value? })),
            },
        },
        Phrase {
            patterns: &[
                "what is the input of|on {endpoint}",
                "what input is {endpoint} on",
            ],
            meaning: Meaning::Question(|told| {
                let input = told.text("input")?;
                Some(format!("The input of {} is {input}.", told.endpoint))
            }),
        },
    ],
    ..Interface::PLAIN
};

/// Each input by its name and by what its owner calls it.
fn inputs(selector: &Capability) -> Vec<Value> {
    let values = selector.list("/inputs").flat_map(|input| {
        let name = input.get("name").and_then(Json::as_str).unwrap_or_default();
        let friendly = input.get("friendlyNames").and_then(Json::as_array);
        let called = friendly.into_iter().flatten().filter_map(Json::as_str);
        std::iter::once(name).chain(called).map(|said| Value {
            said: said.to_lowercase(),
            value: name.into(),
        })
    });
    values.collect()
}
