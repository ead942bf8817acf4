//! A value of a description or a cookie: the one thing that the tables of the language are read from.

use std::fmt;
use std::ops::Range;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::DeValue;

use super::mismatch;

/// A value, and where it stands if it was written by somebody.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) place: Option<Range<usize>>,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    /// What no key takes: a date, an infinite number.
    Other(String),
    Array(Vec<Node>),
    Table(Vec<(Node, Node)>),
}

/// Why a value is not what it should be: one reason or more.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsuitable(pub Vec<Fault>);

/// One reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What is wrong and what to write.
    pub message: String,
    /// Where, in bytes of the text it was read from.
    pub place: Option<Range<usize>>,
    /// What is wrong though each key of the table is right by itself: the key to mend it at, empty for the whole table.
    pub key: Option<String>,
}

impl Unsuitable {
    /// One reason, of the value that is read.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(vec![Fault {
            message: message.into(),
            place: None,
            key: None,
        }])
    }

    /// The same at this place, where none nearer is known.
    pub(crate) fn at(mut self, place: Option<&Range<usize>>) -> Self {
        for fault in &mut self.0 {
            fault.place = fault.place.take().or_else(|| place.cloned());
        }
        self
    }
}

impl fmt::Display for Unsuitable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<_> = self.0.iter().map(|fault| fault.message.as_str()).collect();
        formatter.write_str(&messages.join("; "))
    }
}

impl std::error::Error for Unsuitable {}

impl Node {
    /// That something else must stand here.
    pub(crate) fn instead_of(&self, wanted: &str) -> Unsuitable {
        Unsuitable::new(mismatch::message(wanted, &self.content))
    }

    /// Takes out the innermost entry of a table, or item of a list, in which this place lies; false if there is none.
    pub(crate) fn take_out(&mut self, place: &Range<usize>) -> bool {
        let holds = |outer: &Option<Range<usize>>| {
            let outer = outer.as_ref();
            outer.is_some_and(|outer| outer.start <= place.start && place.end <= outer.end)
        };
        match &mut self.content {
            Content::Array(values) => {
                let found = values.iter().position(|value| holds(&value.place));
                let Some((index, value)) =
                    found.and_then(|index| Some((index, values.get_mut(index)?)))
                else {
                    return false;
                };
                if !value.take_out(place) {
                    values.remove(index);
                }
                true
            }
            Content::Table(entries) => {
                let found = entries
                    .iter()
                    .position(|(key, value)| holds(&key.place) || holds(&value.place));
                let Some((index, (key, value))) =
                    found.and_then(|index| Some((index, entries.get_mut(index)?)))
                else {
                    return false;
                };
                if holds(&key.place) || !value.take_out(place) {
                    entries.remove(index);
                }
                true
            }
            Content::Boolean(_)
            | Content::Integer(_)
            | Content::Float(_)
            | Content::String(_)
            | Content::Other(_) => false,
        }
    }
}

impl From<Spanned<DeValue<'_>>> for Node {
    fn from(written: Spanned<DeValue<'_>>) -> Self {
        let place = Some(written.span());
        let content = match written.into_inner() {
            DeValue::Boolean(value) => Content::Boolean(value),
            DeValue::Integer(value) => {
                let digits = value.as_str().replace('_', "");
                i64::from_str_radix(&digits, value.radix())
                    .map_or(Content::Other(digits), Content::Integer)
            }
            DeValue::Float(value) => {
                let digits = value.as_str().replace('_', "");
                match digits.parse::<f64>() {
                    Ok(number) if number.is_finite() => Content::Float(number),
                    _ => Content::Other(digits),
                }
            }
            DeValue::String(value) => Content::String(value.into_owned()),
            DeValue::Datetime(value) => Content::Other(value.to_string()),
            DeValue::Array(values) => Content::Array(values.into_iter().map(Self::from).collect()),
            DeValue::Table(table) => {
                let entries = table.into_iter().map(|(key, value)| {
                    let place = Some(key.span());
                    let content = Content::String(key.into_inner().into_owned());
                    (Self { place, content }, Self::from(value))
                });
                Content::Table(entries.collect())
            }
        };
        Self { place, content }
    }
}

/// From a cookie, where nothing has a place.
impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue;

        macro_rules! content {
            ($($visit:ident: $type:ty => $content:expr),* $(,)?) => {
                $(fn $visit<E: serde::de::Error>(self, value: $type) -> Result<Content, E> {
                    $content(value)
                })*
            };
        }

        impl<'de> Visitor<'de> for AnyValue {
            type Value = Content;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value of a description")
            }

            content! {
                visit_bool: bool => |value| Ok(Content::Boolean(value)),
                visit_i64: i64 => |value| Ok(Content::Integer(value)),
                visit_u64: u64 => |value| i64::try_from(value).map(Content::Integer).map_err(E::custom),
                visit_f64: f64 => |value| Ok(Content::Float(value)),
                visit_str: &str => |value: &str| Ok(Content::String(value.to_owned())),
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = items.next_element()? {
                    values.push(value);
                }
                Ok(Content::Array(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Content::Table(entries))
            }
        }

        let content = deserializer.deserialize_any(AnyValue)?;
        Ok(Self {
            place: None,
            content,
        })
    }
}
