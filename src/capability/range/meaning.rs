//! What the numbers of a range mean: what an action does, and which numbers are a state.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::capability::semantics::Meant;
use crate::language::{Schema, read_as};
use crate::value::{RangeValue, plain, serialize_plain};

/// What an action does: it sets a number, or with a sign in quotes it moves by one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::capability) enum RangeAction {
    To(f64),
    By(f64),
}

/// One number, or all from one to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(in crate::capability) enum RangeState {
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
    pub(super) fn target(&self) -> Option<f64> {
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

read_as! { RangeAction: Json }

impl TryFrom<Json> for RangeAction {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        let moved = |text: &str| {
            let delta = text.parse().ok().filter(|delta: &f64| delta.is_finite())?;
            // Nothing, or too little to be told.
            let moves = plain(delta) != 0;
            (moves && text.starts_with(['+', '-'])).then_some(Self::By(delta))
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
    /// Whether a number is in both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let ends = |state: &Self| match state {
            Self::At(value) => (*value, *value),
            Self::Within(from, to) => (*from, *to),
        };
        let ((from, to), (other_from, other_to)) = (ends(self), ends(other));
        from.max(other_from) <= to.min(other_to)
    }

    pub(super) fn numbers(&self) -> Vec<f64> {
        match self {
            Self::At(value) => vec![*value],
            Self::Within(from, to) => vec![*from, *to],
        }
    }
}

read_as! { RangeState: Json }

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
