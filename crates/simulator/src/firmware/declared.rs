//! A function that the home file declares: what it does to variables, without a sketch.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Number, Value as Json};
use toml::Spanned;

use super::REFUSED;
use crate::value::{Value, Variables};

/// A declared function; what may be wrong with it on one device and right on another knows its place in the file.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) effect: Effect,
    /// What it returns when it did what it was told.
    pub(crate) returns: i32,
}

/// What a declared function does.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// Adds its argument to a number.
    Adds(Add),
    /// Gives variables these values, whatever its argument says.
    Sets(BTreeMap<String, Spanned<Value>>),
    /// Keeps its argument.
    Stores(Store),
}

#[derive(Clone, Debug)]
pub(crate) struct Add {
    pub(crate) variable: Spanned<String>,
    /// Where the sum is held.
    pub(crate) within: Option<Spanned<Bounds>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) variable: Spanned<String>,
    /// Where in the variable's JSON the argument goes; without, it is all that the variable holds.
    pub(crate) pointer: Option<Spanned<String>>,
    /// The only words it takes.
    pub(crate) of: Option<Vec<Spanned<String>>>,
    /// The only numbers it takes.
    pub(crate) within: Option<Spanned<Bounds>>,
}

/// The lowest and the highest number.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "[f64; 2]")]
pub(crate) struct Bounds {
    lowest: f64,
    highest: f64,
}

impl Declared {
    pub(crate) fn run(&self, argument: &str, variables: &mut Variables) -> i32 {
        let done = match &self.effect {
            Effect::Adds(add) => {
                variables.store(add.variable.as_ref(), |now| add.sum(now, argument))
            }
            Effect::Sets(values) => values.iter().all(|(name, value)| {
                variables.store(name, |now| now.read_json_alike(&value.as_ref().to_json()))
            }),
            Effect::Stores(store) => {
                variables.store(store.variable.as_ref(), |now| store.stored(now, argument))
            }
        };
        if done { self.returns } else { REFUSED }
    }
}

impl Add {
    /// The sum in the type that the variable has, or `None` where one of the two is no number.
    pub(crate) fn sum(&self, now: &Value, argument: &str) -> Option<Value> {
        match (now, now.parse_alike(argument)?) {
            (Value::Int32(now), Value::Int32(more)) => {
                let sum = self.held(f64::from(*now) + f64::from(more));
                // Beyond an int32 it is the nearest one.
                Some(Value::Int32(sum as i32))
            }
            (Value::Double(now), Value::Double(more)) => {
                let sum = Some(self.held(now + more)).filter(|sum| sum.is_finite())?;
                Some(Value::Double(sum))
            }
            _ => None,
        }
    }

    fn held(&self, sum: f64) -> f64 {
        self.within
            .as_ref()
            .map_or(sum, |bounds| bounds.as_ref().hold(sum))
    }
}

impl Store {
    /// The variable's next value, or `None` where the argument is not what it takes.
    pub(crate) fn stored(&self, now: &Value, argument: &str) -> Option<Value> {
        let argument = argument.trim();
        if !self.knows(argument) {
            return None;
        }
        let Some(pointer) = &self.pointer else {
            return now
                .parse_alike(argument)
                .filter(|next| self.holds(&next.to_json()));
        };
        let mut json = parse_json(now)?;
        let place = json.pointer_mut(pointer.as_ref())?;
        let next = parse_json_alike(place, argument).filter(|next| self.holds(next))?;
        *place = next;
        Some(Value::String(json.to_string()))
    }

    /// What the variable holds where the argument goes.
    pub(crate) fn held(&self, now: &Value) -> Option<Json> {
        match &self.pointer {
            Some(pointer) => parse_json(now)?.pointer(pointer.as_ref()).cloned(),
            None => Some(now.to_json()),
        }
    }

    fn knows(&self, word: &str) -> bool {
        let among = |words: &Vec<Spanned<String>>| words.iter().any(|known| known.as_ref() == word);
        self.of.as_ref().is_none_or(among)
    }

    fn holds(&self, next: &Json) -> bool {
        let fits = |bounds: &Spanned<Bounds>| {
            next.as_f64()
                .is_some_and(|number| bounds.as_ref().hold(number) == number)
        };
        self.within.as_ref().is_none_or(fits)
    }
}

impl Bounds {
    fn hold(self, number: f64) -> f64 {
        number.max(self.lowest).min(self.highest)
    }
}

impl TryFrom<[f64; 2]> for Bounds {
    type Error = String;

    fn try_from([lowest, highest]: [f64; 2]) -> Result<Self, String> {
        if lowest <= highest {
            Ok(Self { lowest, highest })
        } else {
            Err(format!(
                "bounds are the lowest and the highest number, and {lowest} is not below {highest}"
            ))
        }
    }
}

/// The JSON that a string variable holds.
fn parse_json(variable: &Value) -> Option<Json> {
    match variable {
        Value::String(text) => serde_json::from_str(text).ok(),
        Value::Bool(_) | Value::Double(_) | Value::Int32(_) => None,
    }
}

/// Reads text as JSON of the kind that `place` is; what is neither a number nor a truth value holds text.
fn parse_json_alike(place: &Json, text: &str) -> Option<Json> {
    match place {
        Json::Bool(now) => Some(Value::from(*now).parse_alike(text)?.to_json()),
        Json::Number(_) => text.parse::<Number>().ok().map(Json::Number),
        Json::Null | Json::String(_) => Some(Json::from(text)),
        Json::Array(_) | Json::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somewhere<T>(value: T) -> Spanned<T> {
        Spanned::new(0..0, value)
    }

    fn add(within: Option<[f64; 2]>) -> Add {
        Add {
            variable: somewhere("volume".to_owned()),
            within: within.map(|bounds| somewhere(Bounds::try_from(bounds).unwrap())),
        }
    }

    #[test]
    fn a_sum_is_held_within_bounds_and_type() {
        let percent = Some([0.0, 100.0]);
        let cases = [
            (Value::from(40), "15", percent, Some(Value::from(55))),
            (Value::from(40), "-15", percent, Some(Value::from(25))),
            (Value::from(90), "15", percent, Some(Value::from(100))),
            (Value::from(5), "-15", percent, Some(Value::from(0))),
            (Value::from(40), "1.5", percent, None),
            (Value::from(40), "louder", percent, None),
            (Value::from(40), "", percent, None),
            (
                Value::from(i32::MAX),
                "1",
                None,
                Some(Value::from(i32::MAX)),
            ),
            (
                Value::from(i32::MIN),
                "-1",
                None,
                Some(Value::from(i32::MIN)),
            ),
            (Value::from(20.5), "0.25", None, Some(Value::from(20.75))),
            (Value::from(20.5), "100", percent, Some(Value::from(100.0))),
            (Value::from(f64::MAX), "1e308", None, None),
            (Value::from("40"), "15", None, None),
            (Value::from(true), "1", None, None),
        ];
        for (now, argument, within, expected) in cases {
            assert_eq!(
                add(within).sum(&now, argument),
                expected,
                "{now} and {argument}"
            );
        }
    }

    #[test]
    fn what_json_holds_keeps_its_kind() {
        let cases = [
            (r#"{"a":{"b":1}}"#, "/a/b", "2", Some(r#"{"a":{"b":2}}"#)),
            (r#"{"a":1}"#, "/a", "2.5", Some(r#"{"a":2.5}"#)),
            (r#"{"a":1}"#, "/a", "two", None),
            (r#"{"a":1}"#, "/a", "NaN", None),
            (r#"{"a":"x"}"#, "/a", "2", Some(r#"{"a":"2"}"#)),
            (r#"{"a":null}"#, "/a", "x\"y", Some(r#"{"a":"x\"y"}"#)),
            (r#"{"a":false}"#, "/a", "on", Some(r#"{"a":true}"#)),
            (r#"{"a":false}"#, "/a", "maybe", None),
            (r#"{"a":{}}"#, "/a", "x", None),
            (r#"{"a":[1,2]}"#, "/a/1", "3", Some(r#"{"a":[1,3]}"#)),
            (r#"{"a":1}"#, "/b", "2", None),
            ("a=1", "/a", "2", None),
        ];
        for (now, pointer, argument, expected) in cases {
            let store = Store {
                variable: somewhere("state".to_owned()),
                pointer: Some(somewhere(pointer.to_owned())),
                of: None,
                within: None,
            };
            assert_eq!(
                store.stored(&Value::from(now), argument),
                expected.map(Value::from),
                "{argument} at {pointer} of {now}"
            );
        }
    }
}
