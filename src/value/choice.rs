//! Properties whose value is one of a few that the description names: modes, inputs, states of an alarm system.

use std::marker::PhantomData;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::word::{Apart, spoken};
use super::words::said_twice;
use super::{Settable, Value, Word};
use crate::alexa;
use crate::binding::Name;
use crate::language::{
    Content, Fields, Key, Node, Problems, Read, Schema, Slot, Unsuitable, entries_of, fields,
    read_at, schema_of_names,
};
use crate::lenient::same_name;
use crate::suggestion::nearest;

/// What tells one choice of values from another.
pub trait Kind: std::fmt::Debug + Send + Sync + 'static {
    /// The key of a description that lists the values.
    const KEY: &'static str;
    /// What it lists, in a line.
    const MEANING: &'static str;
    /// What else is said of each value.
    type Details: Fields + Clone + Serialize + Send + Sync + std::fmt::Debug + 'static;

    /// The values that there can be, as descriptions call them and as Alexa does; none where any word will do.
    fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
        std::iter::empty()
    }

    /// The schema of how a description can call them.
    fn schema() -> Json {
        let names: Vec<_> = Self::known().map(|(name, _)| name).collect();
        if names.is_empty() {
            String::schema()
        } else {
            schema_of_names(names, Self::known().map(|(_, alexa)| alexa))
        }
    }

    /// Alexa's word for the value that a description calls so, or calls as she does.
    ///
    /// # Errors
    /// What to write instead, where Alexa has no such value.
    fn alexa(written: &str) -> Result<String, String> {
        let found = Self::known()
            .find(|(name, alexa)| same_name(name, written) || same_name(alexa, written));
        found.map(|(_, alexa)| alexa.to_owned()).ok_or_else(|| {
            let names: Vec<_> = Self::known().map(|(name, _)| name).collect();
            let what = Self::KEY.trim_end_matches('s');
            format!("unknown {what} `{written}`{}", nearest(written, &names))
        })
    }

    /// The values there are where a description lists none.
    const DEFAULT: &'static [&'static str] = &[];
}

/// One of the values: Alexa's word for it.
#[derive(Debug)]
pub struct Choice<K>(String, PhantomData<K>);

/// The values, in the order of the description, with the firmware's words.
#[derive(Debug)]
pub struct Choices<K: Kind>(List<K>);

/// One value: how a description calls it, how Alexa does, how the firmware does, and what else is said of it.
#[derive(Debug)]
pub struct Chosen<K: Kind> {
    /// As the description calls it.
    pub written: String,
    /// As Alexa calls it.
    pub alexa: String,
    /// As the firmware calls it.
    pub word: Word,
    /// What else is said of it.
    pub details: K::Details,
}

impl<K: Kind> Choice<K> {
    /// Alexa's word for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<K: Kind> Choices<K> {
    /// The values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Chosen<K>> {
        let List(options) = &self.0;
        options.iter()
    }

    /// The value that Alexa calls so, in any case.
    ///
    /// # Errors
    /// `INVALID_VALUE` where it is none of these.
    pub fn find(&self, alexa: &str) -> Result<Choice<K>, alexa::Error> {
        let found = self
            .iter()
            .find(|option| option.alexa.eq_ignore_ascii_case(alexa));
        let found = found.map(|option| Choice(option.alexa.clone(), PhantomData));
        found.ok_or_else(|| {
            let message = "the endpoint has no such value; discover devices again";
            alexa::Error::new(alexa::Kind::InvalidValue, message)
        })
    }

    /// The value so many places on, held at the ends of the list.
    #[must_use]
    pub fn shifted(&self, from: &Choice<K>, by: i64) -> Option<Choice<K>> {
        let place = self.iter().position(|option| option.alexa == from.0)?;
        let last = self.iter().len().checked_sub(1)?;
        let place = i64::try_from(place).ok()?.saturating_add(by);
        let place = usize::try_from(place.max(0)).ok()?.min(last);
        let option = self.iter().nth(place)?;
        Some(Choice(option.alexa.clone(), PhantomData))
    }

    fn of(&self, choice: &Choice<K>) -> Option<&Chosen<K>> {
        self.iter().find(|option| option.alexa == choice.0)
    }
}

impl<K: Kind> Value for Choice<K> {
    type Spelling = Choices<K>;

    fn to_alexa(&self) -> Json {
        self.0.as_str().into()
    }

    /// The firmware's own words count first, numbers among them as numbers; after them the description's, in any case.
    fn from_variable(said: &Json, choices: &Choices<K>) -> Option<Self> {
        let (text, amount) = spoken(said)?;
        let own = choices
            .iter()
            .find(|option| option.word.is_said(&option.written, &text, amount));
        let found = own.or_else(|| {
            choices
                .iter()
                .find(|option| option.written.eq_ignore_ascii_case(&text))
        })?;
        Some(Self(found.alexa.clone(), PhantomData))
    }
}

impl<K: Kind> Settable for Choice<K> {
    fn to_argument(&self, _place: &str, choices: &Choices<K>) -> String {
        choices
            .of(self)
            .map(|option| option.word.argument(&option.written).to_owned())
            .unwrap_or_default()
    }

    fn own_call<'a>(&self, choices: &'a Choices<K>) -> Option<(&'a Name, &'a str)> {
        choices.of(self)?.word.own_call()
    }

    fn own_calls(choices: &Choices<K>) -> Vec<bool> {
        let options = choices.iter();
        options
            .map(|option| option.word.own_call().is_some())
            .collect()
    }
}

impl<K: Kind> Fields for Choices<K> {
    fn keys() -> Vec<&'static str> {
        vec![K::KEY]
    }

    fn required() -> Vec<&'static str> {
        let required = K::DEFAULT.is_empty().then_some(K::KEY);
        required.into_iter().collect()
    }

    fn documented() -> Vec<Key> {
        vec![Key {
            name: K::KEY,
            meaning: K::MEANING,
            schema: List::<K>::schema,
        }]
    }

    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot> {
        (key == K::KEY).then_some(&mut self.0)
    }

    fn check(&self, problems: &mut Problems) {
        let key = K::KEY;
        if self.iter().len() == 0 {
            return problems.of_table(Some(format!("it needs `{key}`: {}", K::MEANING)));
        }
        let alexa: Vec<_> = self
            .iter()
            .map(|option| (&*option.written, option.alexa.as_str()))
            .collect();
        let said: Vec<_> = self
            .iter()
            .flat_map(|option| option.word.says(&option.written).map(|said| ((), said)))
            .collect();
        let same = said_twice(&alexa)
            .map(|(written, _)| format!("to Alexa \"{written}\" is the same as another"));
        let twice = || said_twice(&said).map(|((), message)| message);
        problems.at(key, same.or_else(twice));
    }
}

impl<K: Kind> Default for Choices<K> {
    fn default() -> Self {
        let option = |written: &&str| {
            let alexa = K::alexa(written).ok()?;
            Some(Chosen::of((*written).to_owned(), alexa, Entry::default()))
        };
        Self(List(K::DEFAULT.iter().filter_map(option).collect()))
    }
}

impl<K: Kind> Clone for Choices<K> {
    fn clone(&self) -> Self {
        Self(List(self.iter().cloned().collect()))
    }
}

impl<K: Kind> Serialize for Choices<K> {
    /// A table with the one key, to be flattened: a list where the firmware's words are the description's.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Listed<'a, K: Kind>(&'a Choices<K>);

        impl<K: Kind> Serialize for Listed<'_, K> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let entries: Vec<_> = self
                    .0
                    .iter()
                    .map(|option| (&option.written, option.entry()))
                    .collect();
                if entries.iter().all(|(_, entry)| entry.is_null()) {
                    return serializer.collect_seq(entries.iter().map(|(written, _)| written));
                }
                serializer.collect_map(entries.iter().map(|(written, entry)| {
                    let word = Json::String((*written).clone());
                    (written, if entry.is_null() { word } else { entry.clone() })
                }))
            }
        }

        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(K::KEY, &Listed(self))?;
        map.end()
    }
}

impl<K: Kind> Chosen<K> {
    fn of(written: String, alexa: String, Entry { word, details }: Entry<K::Details>) -> Self {
        Self {
            word: word.unwrap_or_else(|| Word::Same(written.clone())),
            written,
            alexa,
            details,
        }
    }

    /// What a description says of it; null where its name says all.
    fn entry(&self) -> Json {
        let details = serde_json::to_value(&self.details).unwrap_or_default();
        let details = details.as_object().cloned().unwrap_or_default();
        match &self.word {
            Word::Same(word) if details.is_empty() && *word == self.written => Json::Null,
            Word::Same(word) if details.is_empty() => word.as_str().into(),
            word => {
                let word = match word {
                    Word::Same(word) if *word == self.written => json!({}),
                    Word::Same(word) => json!({ "argument": word }),
                    Word::Apart(apart) => serde_json::to_value(apart).unwrap_or_default(),
                };
                let mut entry = word.as_object().cloned().unwrap_or_default();
                entry.extend(details);
                Json::Object(entry)
            }
        }
    }
}

impl<K: Kind> Clone for Chosen<K> {
    fn clone(&self) -> Self {
        Self {
            written: self.written.clone(),
            alexa: self.alexa.clone(),
            word: self.word.clone(),
            details: self.details.clone(),
        }
    }
}

/// The value of the key: a list of names, or a table of names with what the firmware calls them.
#[derive(Debug)]
struct List<K: Kind>(Vec<Chosen<K>>);

/// What is said of one value.
struct Entry<X> {
    word: Option<Word>,
    details: X,
}

/// The table that says it.
#[derive(Default)]
struct EntryTable<X> {
    apart: Apart,
    details: X,
}

impl<X: Fields> Fields for EntryTable<X> {
    fields! { ..apart: Apart; ..details: X; }
}

impl<X: Default> Default for Entry<X> {
    fn default() -> Self {
        Self {
            word: None,
            details: X::default(),
        }
    }
}

impl<X: Fields> Read for Entry<X> {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::Table(_) => {
                let EntryTable { apart, details } = EntryTable::read(node)?;
                let word = (apart != Apart::default()).then_some(Word::Apart(apart));
                Ok(Self { word, details })
            }
            Content::Array(_) | Content::Other(_) => Err(node
                .instead_of("the firmware's word in quotes, a number, true or false, or a table")),
            _ => Word::read(node).map(|word| Self {
                word: Some(word),
                details: X::default(),
            }),
        }
    }
}

impl<K: Kind> Read for List<K> {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        let entries: Vec<(Written<K>, Entry<K::Details>)> = match node.content {
            Content::Array(names) => {
                let names = names.into_iter().map(read_at);
                let entries = names.map(|name| Ok((name?, Entry::default())));
                entries.collect::<Result<_, _>>()?
            }
            Content::Table(entries) => entries_of(entries)?,
            _ => {
                let wanted = "a list of names, or a table of names with the firmware's words";
                return Err(node.instead_of(wanted));
            }
        };
        let chosen = entries
            .into_iter()
            .map(|(Written { written, alexa, .. }, entry)| Chosen::of(written, alexa, entry));
        Ok(Self(chosen.collect()))
    }
}

impl<K: Kind> Schema for List<K> {
    fn schema() -> Json {
        let entry = json!({ "anyOf": [
            { "type": ["string", "number", "boolean"] },
            EntryTable::<K::Details>::schema(),
        ] });
        let name = K::schema();
        json!({ "anyOf": [
            { "type": "array", "items": name },
            { "type": "object", "propertyNames": name, "additionalProperties": entry },
        ] })
    }
}

/// The name of a value, refused where it stands if Alexa has none such.
struct Written<K> {
    written: String,
    alexa: String,
    kind: PhantomData<K>,
}

impl<K: Kind> Read for Written<K> {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        let written = String::read(node)?;
        Ok(Self {
            alexa: K::alexa(&written).map_err(Unsuitable::new)?,
            written,
            kind: PhantomData,
        })
    }
}
