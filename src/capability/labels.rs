//! What tells one generic controller from another: its instance, and what one calls it.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::label::{Locale, Names};
use crate::language::{Fields, Problems, Schema, fields, read_as};

/// The names of a controller.
#[derive(Debug, Default, Serialize)]
pub(super) struct Labels {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    names: Names,
}

/// What tells one of several from the others, and stays when its name changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
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

/// A name as an identifier: `Fan speed` becomes `fan_speed`. Other letters than those from a to z become their numbers,
/// such as `k__fc_hl`, so that names with different words have different identifiers: no plain name has two `_` together.
pub(super) fn identifier(name: &str) -> String {
    let words = name.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(|word| {
        let letters = word.chars().flat_map(char::to_lowercase);
        let letters = letters.map(|letter| match letter {
            'a'..='z' | '0'..='9' => letter.to_string(),
            other => format!("__{:x}_", u32::from(other)),
        });
        letters.collect::<String>()
    });
    words.collect::<Vec<_>>().join("_")
}

read_as! { Id: String }

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_make_identifiers() {
        for (name, expected) in [
            ("Fan speed", "fan_speed"),
            (" wash-cycle  2 ", "wash_cycle_2"),
            ("it’s on…", "it_s_on"),
            ("kühl", "k__fc_hl"),
            ("Größe", "gr__f6___df_e"),
            ("Nach Öffnen", "nach___f6_ffnen"),
            ("一", "__4e00_"),
        ] {
            assert_eq!(identifier(name), expected, "{name}");
        }
        let names = [
            "kühl", "kahl", "köhl", "KÜHL", "k fc hl", "k__fc_hl", "k ü hl", "kü hl",
        ];
        let different: BTreeSet<_> = names.into_iter().map(identifier).collect();
        assert_eq!(different.len(), 6, "{different:?}");
    }

    proptest! {
        #[test]
        fn an_identifier_tells_names_apart(one in "[ab¾ü一 -]{1,6}", other in "[ab¾ü一 -]{1,6}") {
            let words = |name: &str| {
                let words = name.split(|letter: char| !letter.is_alphanumeric());
                words.filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>()
            };
            let same = identifier(&one) == identifier(&other);
            prop_assert_eq!(same, words(&one) == words(&other));
        }

        #[test]
        fn an_identifier_is_of_letters_that_alexa_takes(name: String) {
            let taken = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            prop_assert!(identifier(&name).bytes().all(taken));
        }
    }
}
