//! The keys of an endpoint itself, and what their values must be.

use serde_json::Value as Json;

use crate::alexa::discovery::{Category, MAXIMUM_NAME_CHARACTERS};
use crate::language::{Schema, read_as, schema_of_names};
use crate::suggestion::nearest;

pub(super) struct Name(pub(super) String);

read_as! { Name: String }

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match name.chars().count() {
            _ if !name.chars().any(char::is_alphanumeric) => {
                Err("a name needs a letter or digit that can be said".to_owned())
            }
            length if length > MAXIMUM_NAME_CHARACTERS => Err(format!(
                "the name has {length} characters; Alexa takes {MAXIMUM_NAME_CHARACTERS}"
            )),
            _ => Ok(Self(name)),
        }
    }
}

pub(super) struct Known(pub(super) Category);

impl Schema for Known {
    fn schema() -> Json {
        use strum::VariantNames as _;
        schema_of_names(Category::VARIANTS.iter().copied(), [])
    }
}

read_as! { Known: String }

impl TryFrom<String> for Known {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        use strum::VariantNames as _;
        name.parse().map(Self).map_err(|_| {
            format!(
                "unknown category `{name}`{}",
                nearest(&name, Category::VARIANTS)
            )
        })
    }
}

/// A line about the product.
pub(super) struct Line(pub(super) String);

read_as! { Line: String }

impl TryFrom<String> for Line {
    type Error = String;

    fn try_from(line: String) -> Result<Self, Self::Error> {
        match line.chars().count() {
            _ if line.trim().is_empty() => Err("it is empty".to_owned()),
            length if length > MAXIMUM_NAME_CHARACTERS => Err(format!(
                "it has {length} characters; Alexa takes {MAXIMUM_NAME_CHARACTERS}"
            )),
            _ => Ok(Self(line)),
        }
    }
}
