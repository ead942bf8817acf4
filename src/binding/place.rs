//! Where a value is told: a variable, or a place in the JSON that it holds.

use serde::Serialize;
use serde_json::Value as Json;

use super::name::{Name, Pointer};
use crate::language::{Fields, Problems, fields};

/// The variable that tells a value, where the device has one.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<Pointer>,
}

impl Fields for Place {
    fields! {
        "variable" => variable: "the variable that tells the value";
        "pointer" => pointer: "where in the variable's JSON the value is, such as \"/outside/t\"";
    }

    fn check(&self, problems: &mut Problems) {
        let alone = self.pointer.is_some() && self.variable.is_none();
        let message = alone.then_some("a `pointer` points into a `variable`; name that too");
        problems.at("pointer", message);
    }
}

impl Place {
    pub(crate) fn named(name: Name) -> Self {
        Self {
            variable: Some(name),
            pointer: None,
        }
    }

    pub(crate) fn variable(&self) -> Option<&str> {
        self.variable.as_ref().map(Name::as_str)
    }

    /// Reads what is told at this place in what the variable says.
    pub(crate) fn read<T>(&self, said: &Json, read: impl FnOnce(&Json) -> Option<T>) -> Option<T> {
        match &self.pointer {
            None => read(said),
            Some(pointer) => read(pointer.look_up(said, &mut Json::Null)?),
        }
    }
}
