//! What a binding names: functions, variables and places in their JSON.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::language::{Schema, read_as};

/// The name of a function or a variable.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Name(String);

impl Name {
    /// A name of the naming convention.
    pub(crate) fn known(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// As the firmware registers it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

read_as! { Name: String }

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

impl Schema for Name {
    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1, "maxLength": 64 })
    }
}

/// A place in a JSON document, as RFC 6901 writes it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Pointer(String);

impl Pointer {
    /// What stands at the place in what a variable says.
    pub(super) fn look_up<'a>(&self, said: &'a Json, parsed: &'a mut Json) -> Option<&'a Json> {
        match said {
            // Device OS has no structured variables: JSON travels as the text of a string variable.
            Json::String(text) => {
                *parsed = serde_json::from_str(text).ok()?;
                parsed.pointer(&self.0)
            }
            document => document.pointer(&self.0),
        }
    }
}

read_as! { Pointer: Json }

impl TryFrom<Json> for Pointer {
    type Error = String;

    fn try_from(written: Json) -> Result<Self, String> {
        let text = match written {
            Json::String(text) => text,
            other => other.to_string(),
        };
        if text.starts_with('/') {
            Ok(Self(text))
        } else {
            Err(format!("a pointer starts with a slash: \"/{text}\""))
        }
    }
}

impl Schema for Pointer {
    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^/" })
    }
}
