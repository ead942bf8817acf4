//! How a binding is written: a table of known keys, or one name for short.

use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::name::{Argument, Name, Pointer, Variable};
use crate::suggestion::nearest;
use crate::value::Spelling;

/// Either form.
pub(super) enum Form<S> {
    Short(Name),
    Long(Table<S>),
}

/// The union of the keys of all bindings.
#[derive(Default)]
pub(super) struct Table<S> {
    pub(super) function: Option<Name>,
    pub(super) argument: Argument,
    variable: Option<Name>,
    pointer: Option<Pointer>,
    pub(super) spelling: S,
}

impl<S> Table<S> {
    /// Where the property is told.
    pub(super) fn variable<E: serde::de::Error>(&self) -> Result<Option<Variable>, E> {
        match (self.variable.clone(), self.pointer.clone()) {
            (Some(name), pointer) => Ok(Some(Variable { name, pointer })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(E::custom(
                "a `pointer` points into a `variable`; name that too",
            )),
        }
    }
}

impl<S: Spelling> Form<S> {
    /// Reads either form; beside the spelling's keys only these are taken.
    pub(super) fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        expected: &'static str,
        keys: &'static [&'static str],
    ) -> Result<Self, D::Error> {
        let known = keys.iter().copied().chain(S::keys()).collect();
        deserializer.deserialize_any(FormVisitor {
            expected,
            known,
            spelling: PhantomData,
        })
    }
}

struct FormVisitor<S> {
    expected: &'static str,
    known: Vec<&'static str>,
    spelling: PhantomData<S>,
}

impl<'de, S: Spelling> Visitor<'de> for FormVisitor<S> {
    type Value = Form<S>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Name::try_from(name.to_owned())
            .map(Form::Short)
            .map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut table = Table::<S>::default();
        while let Some(key) = map.next_key_seed(KnownKey(&self.known))? {
            match key.as_str() {
                "function" => table.function = Some(map.next_value()?),
                "argument" => table.argument = map.next_value()?,
                "variable" => table.variable = Some(map.next_value()?),
                "pointer" => table.pointer = Some(map.next_value()?),
                key => table.spelling.take(key, &mut map)?,
            }
        }
        match table.spelling.contradiction() {
            Some(message) => Err(A::Error::custom(message)),
            None => Ok(Form::Long(table)),
        }
    }
}

/// A key that must be one of these: refused as it is read, so that the error points at the key itself.
struct KnownKey<'a>(&'a [&'static str]);

impl<'de> serde::de::DeserializeSeed<'de> for KnownKey<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        if self.0.contains(&key.as_str()) {
            Ok(key)
        } else {
            let suggestion = nearest(&key, self.0);
            Err(D::Error::custom(format!("unknown key `{key}`{suggestion}")))
        }
    }
}
