//! What a binding names: functions, variables, places in their JSON and arguments.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::value::Value;

/// The name of a function or a variable.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub(super) struct Name(String);

impl Name {
    /// A name of the naming convention.
    pub(super) fn known(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    /// Device OS allows 64 bytes. `.` and `..` would be steps in a URL's path, not names.
    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "" | "." | ".." => Err(format!("\"{name}\" is no name of a function or variable")),
            _ if name.len() > 64 => Err(format!(
                "\"{name}\" is longer than the 64 characters that Device OS allows"
            )),
            _ => Ok(Self(name)),
        }
    }
}

/// What a function takes: text around the value.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub(super) struct Argument(String);

impl Argument {
    const PLACE: &str = "{}";

    /// The text with the value in its place.
    pub(super) fn holding(&self, value: &str) -> String {
        self.0.replacen(Self::PLACE, value, 1)
    }

    pub(super) fn is_default(&self) -> bool {
        self.0 == Self::PLACE
    }
}

impl Default for Argument {
    fn default() -> Self {
        Self(Self::PLACE.to_owned())
    }
}

impl TryFrom<String> for Argument {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.matches(Self::PLACE).count() == 1 {
            Ok(Self(text))
        } else {
            Err(format!(
                "\"{text}\" must contain {{}} once, where the value goes"
            ))
        }
    }
}

/// Where a property is told.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Variable {
    #[serde(rename = "variable")]
    pub(super) name: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pointer: Option<Pointer>,
}

impl Variable {
    pub(super) fn named(name: Name) -> Self {
        Self {
            name,
            pointer: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The value that is told in what the variable says.
    pub(super) fn read<V: Value>(&self, said: &Json, spelling: &V::Spelling) -> Option<V> {
        let Some(Pointer(pointer)) = &self.pointer else {
            return V::from_variable(said, spelling);
        };
        match said {
            // Device OS has no structured variables: JSON travels as the text of a string variable.
            Json::String(text) => {
                let document: Json = serde_json::from_str(text).ok()?;
                V::from_variable(document.pointer(pointer)?, spelling)
            }
            document => V::from_variable(document.pointer(pointer)?, spelling),
        }
    }
}

/// A place in a JSON document, as RFC 6901 writes it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub(super) struct Pointer(String);

impl TryFrom<String> for Pointer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.starts_with('/') {
            Ok(Self(text))
        } else {
            Err(format!("a pointer starts with a slash: \"/{text}\""))
        }
    }
}
