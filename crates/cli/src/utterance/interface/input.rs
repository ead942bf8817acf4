//! Alexa.InputController.

use serde_json::json;

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

fn inputs(selector: &Capability) -> Vec<Value> {
    let value = |name: String| Value {
        said: name.to_lowercase(),
        value: name.into(),
    };
    let names = selector.texts("/inputs", "name");
    names.into_iter().map(value).collect()
}
