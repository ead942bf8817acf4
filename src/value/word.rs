//! One value of a few, as firmware spells it.

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::number;
use crate::binding::Name;
use crate::language::{Content, Fields, Node, OneOrMore, Read, Schema, Unsuitable, fields};

/// How firmware is told one value, and says it.
///
/// A description writes the word, a number or a boolean; or a table where the two differ, or where the value has a
/// function of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// The same in both directions.
    Same(String),
    /// Each direction by itself.
    Apart(Apart),
}

/// A value whose function or spelling is not the common one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Apart {
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument: Option<Scalar>,
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    says: OneOrMore<Scalar>,
}

/// A word, a number or a boolean, as text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Scalar(String);

impl Scalar {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Fields for Apart {
    fields! {
        "function" => function: "the function that is for this value alone";
        "argument" => argument: "what the function is told";
        "says" => says: "what the variable says, in one or more words";
    }
}

impl Word {
    /// What the common function is told.
    pub(crate) fn argument<'a>(&'a self, key: &'a str) -> &'a str {
        match self {
            Self::Same(word) => word,
            Self::Apart(apart) => apart.argument.as_ref().map_or(key, |argument| &argument.0),
        }
    }

    /// The function of this value alone, and what it is told.
    pub(crate) fn own_call(&self) -> Option<(&Name, &str)> {
        match self {
            Self::Same(_) => None,
            Self::Apart(apart) => {
                let argument = apart.argument.as_ref();
                Some((
                    apart.function.as_ref()?,
                    argument.map_or("", |argument| &argument.0),
                ))
            }
        }
    }

    /// What a variable says for it: one of these.
    pub(crate) fn says<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let (said, default) = match self {
            Self::Same(word) => (&[][..], Some(word.as_str())),
            Self::Apart(Apart { says, .. }) if !says.is_empty() => (says.0.as_slice(), None),
            Self::Apart(apart) if apart.function.is_some() => (&[][..], Some(key)),
            Self::Apart(_) => (&[][..], Some(self.argument(key))),
        };
        said.iter().map(|word| word.0.as_str()).chain(default)
    }

    /// Whether the variable's words hold what was said, numbers as numbers.
    pub(crate) fn is_said(&self, key: &str, text: &str, amount: Option<f64>) -> bool {
        self.says(key)
            .any(|word| word == text || (amount.is_some() && amount_of(word) == amount))
    }

    /// Whether it is said as a number.
    pub(crate) fn is_numeric(&self, key: &str) -> bool {
        self.says(key).any(|word| amount_of(word).is_some())
    }
}

/// What is said, as text and as a number where it is one; a boolean is 1 or 0.
pub(crate) fn spoken(said: &Json) -> Option<(String, Option<f64>)> {
    match said {
        Json::String(text) => Some((text.trim().to_owned(), number(said))),
        Json::Bool(truth) => Some((said.to_string(), Some(f64::from(u8::from(*truth))))),
        Json::Number(_) => Some((said.to_string(), number(said))),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn amount_of(word: &str) -> Option<f64> {
    number(&Json::String(word.to_owned()))
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Same(word) => word.serialize(serializer),
            Self::Apart(apart) => apart.serialize(serializer),
        }
    }
}

impl Read for Word {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::String(_) => String::read(node).map(Self::Same),
            Content::Boolean(value) => Ok(Self::Same(value.to_string())),
            Content::Integer(value) => Ok(Self::Same(value.to_string())),
            // Zero is added, for no firmware knows a `-0`.
            Content::Float(value) => Ok(Self::Same((value + 0.0).to_string())),
            Content::Table(_) => Apart::read(node).map(Self::Apart),
            Content::Array(_) | Content::Other(_) => Err(node.instead_of(
                "a word in quotes, a number, true or false, or a table with `function`, `argument` or `says`",
            )),
        }
    }
}

impl Read for Scalar {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match Word::read(node)? {
            Word::Same(text) => Ok(Self(text)),
            Word::Apart(_) => Err(Unsuitable::new(
                "a word in quotes, a number, or true or false",
            )),
        }
    }
}

impl Schema for Scalar {
    fn schema() -> Json {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

impl Schema for Word {
    fn schema() -> Json {
        json!({ "anyOf": [Scalar::schema(), Apart::schema()] })
    }
}
