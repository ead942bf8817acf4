//! Properties whose value is one of a few words, such as on and off.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::{Settable, Spelling, Value, number};

/// The values of a property that has few, with the words for each.
pub trait Vocabulary: Copy + fmt::Debug + Eq + Send + Sync + 'static {
    /// Each value, Alexa's word for it, and the key under which a description gives the firmware's word; that key is the
    /// firmware's word by default.
    const WORDS: &'static [(Self, &'static str, &'static str)];

    /// What firmware means that says `true` or any number but 0, and `false` or 0, and has no word for it.
    const TRUTH: Option<[Self; 2]>;
}

/// The firmware's words for the values of a property.
#[derive(Clone, Debug)]
pub struct Words<V: Vocabulary>(Vec<(V, Word)>);

impl<V: Vocabulary> Words<V> {
    fn of(&self, value: V) -> &str {
        let word = self.0.iter().find(|(candidate, _)| *candidate == value);
        word.map(|(_, Word(word))| word.as_str())
            .unwrap_or_default()
    }
}

impl<V: Vocabulary> Default for Words<V> {
    fn default() -> Self {
        Self(
            V::WORDS
                .iter()
                .map(|(value, _, key)| (*value, Word((*key).to_owned())))
                .collect(),
        )
    }
}

impl<V: Vocabulary> Serialize for Words<V> {
    /// Only the words that are not the default's.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (value, _, key) in V::WORDS {
            let word = self.of(*value);
            if word != *key {
                map.serialize_entry(key, word)?;
            }
        }
        map.end()
    }
}

impl<V: Vocabulary> Spelling for Words<V> {
    fn keys() -> Vec<&'static str> {
        V::WORDS.iter().map(|(_, _, key)| *key).collect()
    }

    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let word = map.next_value()?;
        let value = V::WORDS.iter().find(|(_, _, candidate)| *candidate == key);
        let (value, _, _) =
            value.ok_or_else(|| A::Error::custom(format!("unknown key `{key}`")))?;
        self.0.retain(|(candidate, _)| candidate != value);
        self.0.push((*value, word));
        Ok(())
    }

    fn contradiction(&self) -> Option<String> {
        self.0
            .iter()
            .enumerate()
            .find_map(|(index, (_, Word(word)))| {
                let again = self
                    .0
                    .iter()
                    .skip(index + 1)
                    .any(|(_, Word(other))| other == word);
                again.then(|| format!("\"{word}\" cannot stand for two values"))
            })
    }
}

impl<V: Vocabulary> Value for V {
    type Spelling = Words<V>;

    fn to_alexa(&self) -> Json {
        V::WORDS
            .iter()
            .find(|(value, _, _)| value == self)
            .map_or(Json::Null, |(_, word, _)| (*word).into())
    }

    /// The firmware's own words count first, numbers among them as numbers, so that inverted logic (`on = 0`, `off = 1`)
    /// reads right; after them the default words in any case. The truth of a boolean or a number counts last, and not at
    /// all where the firmware has numbers of its own.
    fn from_variable(said: &Json, words: &Words<V>) -> Option<Self> {
        let text = match said {
            Json::String(text) => text.trim().to_owned(),
            Json::Bool(_) | Json::Number(_) => said.to_string(),
            Json::Null | Json::Array(_) | Json::Object(_) => return None,
        };
        let amount = match said {
            Json::Bool(truth) => Some(f64::from(u8::from(*truth))),
            said => number(said),
        };
        let own = words
            .0
            .iter()
            .find(|(_, word)| word.0 == text || (amount.is_some() && word.amount() == amount));
        if let Some((value, _)) = own {
            return Some(*value);
        }
        let common = V::WORDS
            .iter()
            .find(|(_, _, key)| key.eq_ignore_ascii_case(&text));
        if let Some((value, _, _)) = common {
            return Some(*value);
        }
        let [yes, no] =
            V::TRUTH.filter(|_| words.0.iter().all(|(_, word)| word.amount().is_none()))?;
        match text.to_ascii_lowercase().as_str() {
            "true" => Some(yes),
            "false" => Some(no),
            _ => Some(if amount? == 0.0 { no } else { yes }),
        }
    }
}

impl<V: Vocabulary> Settable for V {
    fn to_argument(&self, words: &Words<V>) -> String {
        words.of(*self).to_owned()
    }
}

/// A word as firmware spells it; a description may write a number or a boolean as such.
#[derive(Clone, Debug)]
struct Word(String);

impl Word {
    fn amount(&self) -> Option<f64> {
        number(&Json::String(self.0.clone()))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyScalar;

        impl Visitor<'_> for AnyScalar {
            type Value = String;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a word in quotes, a number, or true or false")
            }

            fn visit_str<E>(self, text: &str) -> Result<String, E> {
                Ok(text.to_owned())
            }

            fn visit_bool<E>(self, value: bool) -> Result<String, E> {
                Ok(value.to_string())
            }

            fn visit_i64<E>(self, value: i64) -> Result<String, E> {
                Ok(value.to_string())
            }

            fn visit_u64<E>(self, value: u64) -> Result<String, E> {
                Ok(value.to_string())
            }

            fn visit_f64<E>(self, value: f64) -> Result<String, E> {
                Ok(value.to_string())
            }
        }

        deserializer.deserialize_any(AnyScalar).map(Self)
    }
}
