//! What tells one generic controller from another: its instance, and what one calls it.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::label::{Locale, Names};
use crate::language::{Fields, Problems, Schema, fields};

/// The names of a controller.
#[derive(Debug, Default, Serialize)]
pub(super) struct Labels {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    names: Names,
}

/// What tells one of several from the others, and stays when its name changes.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Id(pub(crate) String);

impl Fields for Labels {
    fields! {
        required "names";
        "id" => id: "what tells it from the others of the endpoint, by default its first name; stays when the names change";
        "names" => names: "what one calls it: a name, a list, or lists by locale; `Alexa.Setting.…` is a name that Alexa knows in all languages";
    }

    fn check(&self, problems: &mut Problems) {
        if self.names.is_empty() {
            let message = "it needs `names`: what one calls it, such as names = [\"speed\"]";
            return problems.of_table(Some(message));
        }
        let reserved = self.names.reserved().map(|name| {
            format!("\"{name}\" is a word that Alexa keeps for herself; find another name")
        });
        problems.at("names", reserved);
        let message =
            "its first name has no letter from a to z; give it an `id`, such as id = \"speed\"";
        problems.at("names", self.word().is_empty().then_some(message));
    }
}

impl Labels {
    /// The instance of a controller of this kind: `range.fan_speed`.
    pub(super) fn instance(&self, kind: &str) -> String {
        format!("{kind}.{}", self.word())
    }

    /// The names as `capabilityResources`.
    pub(super) fn resources(&self, language: &Locale) -> Json {
        self.names.resources(language)
    }

    fn word(&self) -> String {
        match &self.id {
            Some(Id(id)) => id.clone(),
            None => identifier(self.names.first().unwrap_or_default()),
        }
    }
}

/// A name as an identifier: `Fan speed` becomes `fan_speed`.
pub(super) fn identifier(name: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric();
    let words = name.split(|character| !plain(character));
    words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("_")
}

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

impl Schema for Id {
    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$" })
    }
}
