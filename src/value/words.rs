//! Properties whose value is one of a few words, such as on and off.

use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::word::spoken;
use super::{Settable, Value, Word};
use crate::binding::Name;
use crate::language::{Fields, Key, Problems, Schema, Slot};

/// The values of a property that has few, with the words for each.
pub trait Vocabulary: Copy + fmt::Debug + Eq + Send + Sync + 'static {
    /// Each value, Alexa's word for it, and the key under which a description gives the firmware's word; that key is the
    /// firmware's word by default.
    const WORDS: &'static [(Self, &'static str, &'static str)];

    /// What firmware means that says `true` or any number but 0, and `false` or 0, and has no word for it.
    const TRUTH: Option<[Self; 2]>;

    /// The value of the property, where that is more than Alexa's word for it.
    fn property(word: &'static str) -> Json {
        word.into()
    }

    /// Whether Alexa commands the value; what nobody commands needs no function.
    fn is_commanded(self) -> bool {
        true
    }
}

/// The firmware's words for the values of a property.
#[derive(Clone, Debug)]
pub struct Words<V: Vocabulary>(Vec<(V, Word)>);

impl<V: Vocabulary> Words<V> {
    fn of(&self, value: V) -> Option<&Word> {
        let word = self.0.iter().find(|(candidate, _)| *candidate == value);
        word.map(|(_, word)| word)
    }

    fn each(&self) -> impl Iterator<Item = (V, &'static str, &Word)> {
        V::WORDS
            .iter()
            .filter_map(|(value, _, key)| Some((*value, *key, self.of(*value)?)))
    }
}

impl<V: Vocabulary> Default for Words<V> {
    fn default() -> Self {
        let word = |key: &str| Word::Same(key.to_owned());
        Self(
            V::WORDS
                .iter()
                .map(|(value, _, key)| (*value, word(key)))
                .collect(),
        )
    }
}

impl<V: Vocabulary> Serialize for Words<V> {
    /// Only the words that are not the default's.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (_, key, word) in self.each() {
            if !matches!(word, Word::Same(word) if word == key) {
                map.serialize_entry(key, word)?;
            }
        }
        map.end()
    }
}

impl<V: Vocabulary> Fields for Words<V> {
    fn keys() -> Vec<&'static str> {
        V::WORDS.iter().map(|(_, _, key)| *key).collect()
    }

    fn documented() -> Vec<Key> {
        let key = |(_, _, name): &(V, &str, &'static str)| Key {
            name,
            meaning: "the firmware's word for it",
            schema: Word::schema,
        };
        V::WORDS.iter().map(key).collect()
    }

    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot> {
        let (value, _, _) = V::WORDS.iter().find(|(_, _, known)| *known == key)?;
        let (_, word) = self.0.iter_mut().find(|(known, _)| known == value)?;
        Some(word)
    }

    fn check(&self, problems: &mut Problems) {
        let said: Vec<_> = self
            .each()
            .flat_map(|(_, key, word)| word.says(key).map(move |said| (key, said)))
            .collect();
        if let Some((key, message)) = said_twice(&said) {
            problems.at(key, Some(message));
        }
    }
}

/// What is wrong with words of which one stands twice, and the later of the two things that it stands for.
pub(super) fn said_twice<T: Copy>(said: &[(T, &str)]) -> Option<(T, String)> {
    said.iter().enumerate().find_map(|(index, (thing, word))| {
        let again = said.iter().take(index).any(|(_, other)| other == word);
        again.then(|| (*thing, format!("\"{word}\" cannot stand for two values")))
    })
}

impl<V: Vocabulary> Value for V {
    type Spelling = Words<V>;

    fn to_alexa(&self) -> Json {
        V::WORDS
            .iter()
            .find(|(value, _, _)| value == self)
            .map_or(Json::Null, |(_, word, _)| V::property(word))
    }

    /// The firmware's own words count first, numbers among them as numbers, so that inverted logic (`on = 0`, `off = 1`)
    /// reads right; after them the default words in any case. The truth of a boolean or a number counts last, and not at
    /// all where the firmware has numbers of its own.
    fn from_variable(said: &Json, words: &Words<V>) -> Option<Self> {
        let (text, amount) = spoken(said)?;
        let own = words
            .each()
            .find(|(_, key, word)| word.is_said(key, &text, amount));
        if let Some((value, _, _)) = own {
            return Some(value);
        }
        let common = V::WORDS
            .iter()
            .find(|(_, _, key)| key.eq_ignore_ascii_case(&text));
        if let Some((value, _, _)) = common {
            return Some(*value);
        }
        let [yes, no] =
            V::TRUTH.filter(|_| !words.each().any(|(_, key, word)| word.is_numeric(key)))?;
        match text.to_ascii_lowercase().as_str() {
            "true" => Some(yes),
            "false" => Some(no),
            _ => Some(if amount? == 0.0 { no } else { yes }),
        }
    }
}

impl<V: Vocabulary> Settable for V {
    fn to_argument(&self, _place: &str, words: &Words<V>) -> String {
        let word = words.each().find(|(value, _, _)| value == self);
        word.map(|(_, key, word)| word.argument(key).to_owned())
            .unwrap_or_default()
    }

    fn own_call<'a>(&self, words: &'a Words<V>) -> Option<(&'a Name, &'a str)> {
        words.of(*self)?.own_call()
    }

    fn own_calls(words: &Words<V>) -> Vec<bool> {
        words
            .each()
            .filter(|(value, _, _)| value.is_commanded())
            .map(|(_, _, word)| word.own_call().is_some())
            .collect()
    }
}
