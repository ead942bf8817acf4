//! A function of a device, as declared: its keys, and what is wrong with them on this device.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;
use toml::Spanned;

use crate::{
    firmware::{Add, Bounds, DONE, Declared, Effect, Store},
    home::Mistake,
    value::{Value, Variables},
};

/// A function as declared.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub(super) struct Function(pub(super) Declared);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    stores: Option<Spanned<String>>,
    sets: Option<BTreeMap<String, Spanned<Value>>>,
    adds: Option<Spanned<String>>,
    of: Option<Vec<Spanned<String>>>,
    within: Option<Spanned<Bounds>>,
    pointer: Option<Spanned<String>>,
    returns: Option<i32>,
}

impl TryFrom<Keys> for Function {
    type Error = &'static str;

    fn try_from(keys: Keys) -> Result<Self, Self::Error> {
        let (of, within, pointer) = (keys.of, keys.within, keys.pointer);
        if keys.stores.is_none() && (of.is_some() || pointer.is_some()) {
            return Err("`of` and `pointer` go with `stores`");
        }
        if within.is_some() && (keys.sets.is_some() || of.is_some()) {
            return Err("`within` goes with `adds`, and with `stores` where there is no `of`");
        }
        let effect = match (keys.stores, keys.sets, keys.adds) {
            (Some(variable), None, None) => Effect::Stores(Store {
                variable,
                pointer,
                of,
                within,
            }),
            (None, Some(values), None) => Effect::Sets(values),
            (None, None, Some(variable)) => Effect::Adds(Add { variable, within }),
            _ => return Err("a function has one of `stores`, `sets` and `adds`"),
        };
        let returns = keys.returns.unwrap_or(DONE);
        Ok(Self(Declared { effect, returns }))
    }
}

impl Function {
    /// Whether the device has the variables that the function changes, in types that it can change.
    pub(super) fn check(&self, name: &str, variables: &Variables) -> Result<(), Mistake> {
        let find = |variable: &str, place: &dyn Place, does: &str| {
            variables.get(variable).ok_or_else(|| {
                place.mistake(format!(
                    "function `{name}` {does} `{variable}`, which is no variable here"
                ))
            })
        };
        match &self.0.effect {
            Effect::Adds(Add { variable, .. }) => {
                let now = find(variable.as_ref(), variable, "adds to")?;
                if matches!(now, Value::Bool(_) | Value::String(_)) {
                    return Err(variable.mistake(no_number(variable.as_ref(), now)));
                }
                Ok(())
            }
            Effect::Sets(values) => {
                for (variable, value) in values {
                    let now = find(variable, value, "sets")?;
                    if now.read_json_alike(&value.as_ref().to_json()).is_none() {
                        let expected = now.type_name();
                        return Err(
                            value.mistake(format!("variable `{variable}` is of type {expected}"))
                        );
                    }
                }
                Ok(())
            }
            Effect::Stores(store) => {
                let now = find(store.variable.as_ref(), &store.variable, "stores in")?;
                check_store(store, now)
            }
        }
    }
}

fn check_store(store: &Store, now: &Value) -> Result<(), Mistake> {
    let variable = store.variable.as_ref();
    let held = store.held(now);
    if let Some(pointer) = &store.pointer
        && matches!(held, None | Some(Json::Array(_) | Json::Object(_)))
    {
        let pointer_text = pointer.as_ref();
        return Err(pointer.mistake(format!(
            "variable `{variable}` has no number, text or truth value at `{pointer_text}`"
        )));
    }
    if let Some(within) = &store.within
        && !held.is_some_and(|held| held.is_number())
    {
        return Err(within.mistake(match &store.pointer {
            Some(pointer) => format!(
                "variable `{variable}` has no number at `{}`",
                pointer.as_ref()
            ),
            None => no_number(variable, now),
        }));
    }
    for word in store.of.iter().flatten() {
        if store.stored(now, word.as_ref()).is_none() {
            let word_text = word.as_ref();
            return Err(word.mistake(format!(
                "`{word_text}` cannot be stored in variable `{variable}`"
            )));
        }
    }
    Ok(())
}

fn no_number(variable: &str, now: &Value) -> String {
    let found = now.type_name();
    format!("variable `{variable}` is no number, but of type {found}")
}

/// Where something stands in the file.
trait Place {
    fn mistake(&self, message: String) -> Mistake;
}

impl<T> Place for Spanned<T> {
    fn mistake(&self, message: String) -> Mistake {
        Mistake {
            offset: self.span().start,
            message,
        }
    }
}
