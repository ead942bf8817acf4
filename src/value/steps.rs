//! Numbers of steps: what a remote control knows of volumes and channels.

use serde_json::Value as Json;

use super::{Settable, Value, number};

/// So many steps up, or below zero down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Steps(pub i64);

/// So many presses of one key. Firmware that knows only one press takes an argument without a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Presses(pub i64);

impl Value for Steps {
    type Spelling = ();

    fn to_alexa(&self) -> Json {
        self.0.into()
    }

    fn from_variable(said: &Json, (): &()) -> Option<Self> {
        whole(said).map(Self)
    }
}

impl Settable for Steps {
    fn to_argument(&self, _place: &str, (): &()) -> String {
        self.0.to_string()
    }
}

impl Value for Presses {
    type Spelling = ();

    fn to_alexa(&self) -> Json {
        self.0.into()
    }

    fn from_variable(said: &Json, (): &()) -> Option<Self> {
        whole(said).map(Self)
    }
}

impl Settable for Presses {
    const MAY_BE_UNSAID: bool = true;

    fn to_argument(&self, _place: &str, (): &()) -> String {
        self.0.to_string()
    }
}

/// A whole number; none where it has a fraction.
pub(crate) fn whole(said: &Json) -> Option<i64> {
    let said = number(said)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what has a fraction was sorted out, and numbers are far below the limits of i64"
    )]
    (said.fract() == 0.0).then_some(said as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for steps in [-100, -1, 0, 1, 100] {
            let echo = Json::String(Steps(steps).to_argument("", &()));
            assert_eq!(Steps::from_variable(&echo, &()), Some(Steps(steps)));
            let echo = Json::String(Presses(steps).to_argument("", &()));
            assert_eq!(Presses::from_variable(&echo, &()), Some(Presses(steps)));
        }
    }

    #[test]
    fn a_fraction_is_no_number_of_steps() {
        for (said, steps) in [
            (json!(3), Some(3)),
            (json!(3.0), Some(3)),
            (json!("-3"), Some(-3)),
            (json!(3.5), None),
            (json!("many"), None),
            (json!(null), None),
        ] {
            assert_eq!(whole(&said), steps, "{said}");
        }
    }
}
