//! What the semantics of a generic controller let one say: "open", "close", "raise", "lower", and "is it open".

use serde_json::Value as Json;

use super::range::{change, is_offered};
use super::{Interface, Meaning, Phrase, Said, Told};
use crate::capability::Capability;

pub(super) const OF_MODE: Interface = of("Alexa.ModeController");
pub(super) const OF_RANGE: Interface = of("Alexa.RangeController");
pub(super) const OF_TOGGLE: Interface = of("Alexa.ToggleController");

const OPEN: &str = "Alexa.Actions.Open";
const CLOSE: &str = "Alexa.Actions.Close";
const RAISE: &str = "Alexa.Actions.Raise";
const LOWER: &str = "Alexa.Actions.Lower";

const fn of(name: &'static str) -> Interface {
    Interface {
        name,
        say: |controller| {
            let actions = [
                (OPEN, "open"),
                (CLOSE, "close"),
                (RAISE, "raise"),
                (LOWER, "lower"),
            ];
            let mapped = actions.iter().filter(|(action, _)| {
                let directive = controller.mapped_directive(action);
                directive.is_some_and(|(name, _)| is_offered(controller, name))
            });
            mapped.map(|(_, say)| *say).collect::<Vec<_>>().join(", ")
        },
        offers: is_offered,
        phrases: PHRASES,
        ..Interface::PLAIN
    }
}

const PHRASES: &[Phrase] = &[
    Phrase {
        patterns: &["open {endpoint}"],
        meaning: as_mapped(OPEN),
    },
    Phrase {
        patterns: &["close|shut {endpoint}"],
        meaning: as_mapped(CLOSE),
    },
    Phrase {
        patterns: &["raise {endpoint}"],
        meaning: as_mapped(RAISE),
    },
    Phrase {
        patterns: &["lower {endpoint}"],
        meaning: as_mapped(LOWER),
    },
    Phrase {
        patterns: &["open {endpoint} by {number:20} [percent]"],
        meaning: by_number(OPEN),
    },
    Phrase {
        patterns: &["close|shut {endpoint} by {number:20} [percent]"],
        meaning: by_number(CLOSE),
    },
    Phrase {
        patterns: &["raise {endpoint} by {number:20} [percent]"],
        meaning: by_number(RAISE),
    },
    Phrase {
        patterns: &["lower {endpoint} by {number:20} [percent]"],
        meaning: by_number(LOWER),
    },
    Phrase {
        patterns: &["is {endpoint} open"],
        meaning: Meaning::State {
            state: "Alexa.States.Open",
            tell: |told| tell(told, "Alexa.States.Open"),
        },
    },
    Phrase {
        patterns: &["is {endpoint} closed|shut"],
        meaning: Meaning::State {
            state: "Alexa.States.Closed",
            tell: |told| tell(told, "Alexa.States.Closed"),
        },
    },
];

const fn as_mapped(action: &'static str) -> Meaning {
    Meaning::Action {
        action,
        directive: |_, name, payload| Some((name.to_owned(), payload.clone())),
    }
}

const fn by_number(action: &'static str) -> Meaning {
    Meaning::Action {
        action,
        directive: |said, name, payload| {
            let delta = direction(said.capability, name, payload)? * said.number();
            Some(("AdjustRangeValue".to_owned(), change(delta, false)))
        },
    }
}

/// Whether a mapped directive goes up or down in its range.
fn direction(range: &Capability, name: &str, payload: &Json) -> Option<f64> {
    if name == "AdjustRangeValue" {
        return Some(payload.get("rangeValueDelta")?.as_f64()?.signum());
    }
    let limit = |pointer| range.at(pointer)?.as_f64();
    let minimum = limit("/configuration/supportedRange/minimumValue")?;
    let maximum = limit("/configuration/supportedRange/maximumValue")?;
    let goal = payload.get("rangeValue")?.as_f64()?;
    let middle = f64::midpoint(minimum, maximum);
    Some(if goal < middle { -1.0 } else { 1.0 })
}

fn tell(told: &Told<'_>, asked: &str) -> Option<String> {
    let Said { capability, .. } = told.said;
    let property = match capability.interface.as_str() {
        "Alexa.ModeController" => "mode",
        "Alexa.RangeController" => "rangeValue",
        _ => "toggleState",
    };
    let value = told.property(property)?;
    let states = [
        ("Alexa.States.Open", "open"),
        ("Alexa.States.Closed", "closed"),
    ];
    let (state, word) = states
        .iter()
        .find(|(state, _)| capability.is_in_state(state, &value) == Some(true))?;
    let answer = if *state == asked { "Yes" } else { "No" };
    Some(format!("{answer}, {} is {word}.", told.endpoint))
}
