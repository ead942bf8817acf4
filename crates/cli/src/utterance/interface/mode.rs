//! Alexa.ModeController.

use serde_json::{Value as Json, json};

use super::{Interface, Meaning, Phrase, Said, Told, Value, one_of};
use crate::capability::{self, Capability};

pub(super) const MODE: Interface = Interface {
    name: "Alexa.ModeController",
    say: |controller| match controller.names().first() {
        // What cannot be set can be asked for.
        Some(name) if controller.is_set("/properties/nonControllable") => {
            format!("what's the {name}")
        }
        Some(name) => format!("set {name} to {}", one_of(&modes(controller))),
        None => String::new(),
    },
    values: modes,
    offers: |controller, directive| directive != "AdjustMode" || controller.is_told(),
    phrases: &[
        Phrase {
            patterns: &[
                "set {endpoint} {name} to {value}",
                "set|change|switch the {name} of|on|in {endpoint} to {value}",
                "set|change|switch the {name} to {value} on|in {endpoint}",
                "set|change|switch {endpoint} [{name}] to {value} [mode]",
            ],
            meaning: Meaning::Command {
                name: "SetMode",
                payload: |said| Some(json!({ "mode": said.value? })),
            },
        },
        Phrase {
            patterns: &[
                "increase {endpoint} {name}",
                "raise|increase [the] {name} of|on|in {endpoint}",
                "raise {endpoint} {name}",
                "turn up [the] {name} of|on|in {endpoint}",
                "turn up {endpoint} {name}",
                "turn {endpoint} {name} up",
                "next {name} on|of {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "AdjustMode",
                payload: |said| adjust(said, 1),
            },
        },
        Phrase {
            patterns: &[
                "decrease {endpoint} {name}",
                "lower|decrease|reduce [the] {name} of|on|in {endpoint}",
                "lower|reduce {endpoint} {name}",
                "turn down [the] {name} of|on|in {endpoint}",
                "turn down {endpoint} {name}",
                "turn {endpoint} {name} down",
                "previous {name} on|of {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "AdjustMode",
                payload: |said| adjust(said, -1),
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

fn modes(controller: &Capability) -> Vec<Value> {
    let mut modes = Vec::new();
    for mode in controller.list("/configuration/supportedModes") {
        let names = capability::names(mode.get("modeResources"));
        modes.extend(names.into_iter().filter_map(|said| {
            Some(Value {
                said,
                value: mode.get("value")?.clone(),
            })
        }));
    }
    modes
}

/// Only modes in an order have a next one.
fn adjust(said: &Said<'_>, delta: i64) -> Option<Json> {
    let is_ordered = said.capability.is_set("/configuration/ordered");
    is_ordered.then(|| json!({ "modeDelta": delta }))
}

fn tell(told: &Told<'_>) -> Option<String> {
    let mode = told.property("mode")?;
    let modes = modes(told.said.capability);
    let mode = modes.into_iter().find(|known| known.value == mode)?.said;
    Some(format!(
        "The {} of {} is {mode}.",
        told.name()?,
        told.endpoint
    ))
}
