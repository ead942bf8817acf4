//! The keys of an endpoint itself, and what their values must be.

use serde::Deserialize;

use crate::alexa::discovery::{Category, MAXIMUM_NAME_CHARACTERS};
use crate::suggestion::nearest;

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Id(pub(super) String);

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if (1..=64).contains(&id.len()) && id.bytes().all(allowed) {
            Ok(Self(id))
        } else {
            Err("an id is 1 to 64 letters, digits, `_` or `-`")
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Name(pub(super) String);

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

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Known(pub(super) Category);

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
