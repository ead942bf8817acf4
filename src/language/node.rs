//! A value of a description or a cookie: the one thing that the tables of the language are read from.
//!
//! One small deserializer for both keeps the program small: every table is compiled for each that it is read with.

use std::fmt;
use std::ops::Range;

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Expected, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use toml::Spanned;
use toml::de::DeValue;

use super::mismatch::Mismatch;
use super::problem::Problems;
use crate::lenient::without_fraction;
use crate::suggestion::nearest;

/// No text needs more: Device OS takes [so many bytes] of a function's argument, and keeps as many of a variable.
///
/// [so many bytes]: https://docs.particle.io/reference/device-os/api/cloud-functions/overview-of-api-field-limits/
const MAXIMUM_TEXT_BYTES: usize = 1024;

/// A value, and where it stands if it was written by somebody.
#[derive(Clone, Debug)]
pub struct Node {
    place: Option<Range<usize>>,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    /// What no key takes: a date, an infinite number.
    Other(String),
    Array(Vec<Node>),
    Table(Vec<(Key, Node)>),
}

#[derive(Clone, Debug)]
struct Key {
    place: Option<Range<usize>>,
    name: String,
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
    /// The same at this place, where none nearer is known.
    fn at(mut self, place: &Option<Range<usize>>) -> Self {
        for fault in &mut self.0 {
            fault.place = fault.place.take().or_else(|| place.clone());
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

impl serde::de::Error for Unsuitable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let written = format!("{message:#}");
        let problems = Problems::parse(&written);
        if problems.is_empty() {
            return Self(vec![Fault {
                message: written,
                place: None,
                key: None,
            }]);
        }
        let faults = problems.into_iter().map(|(key, message)| Fault {
            message: message.to_owned(),
            place: None,
            key: Some(key.to_owned()),
        });
        Self(faults.collect())
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::custom(Mismatch { wanted, found })
    }

    /// Numbers out of a type's bounds, above all.
    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::custom(Mismatch { wanted, found })
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::custom(format_args!(
            "unknown word `{word}`{}",
            nearest(word, known)
        ))
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
                    let key = Key {
                        place: Some(key.span()),
                        name: key.into_inner().into_owned(),
                    };
                    (key, Self::from(value))
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
                while let Some((name, value)) = map.next_entry()? {
                    entries.push((Key { place: None, name }, value));
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

impl<'de> Deserializer<'de> for Node {
    type Error = Unsuitable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        let Self { place, content } = self;
        match content {
            Content::Boolean(value) => visitor.visit_bool(value),
            Content::Integer(value) => visitor.visit_i64(value),
            // `5.0` is 5: who reads a number takes it, and who reads a whole one need not know.
            Content::Float(value) => match without_fraction(value) {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_f64(value),
            },
            Content::String(value) => {
                short_enough(&value).and_then(|()| visitor.visit_string(value))
            }
            Content::Other(value) => Err(serde::de::Error::invalid_type(
                Unexpected::Other(&value),
                &visitor,
            )),
            Content::Array(values) => visitor.visit_seq(Values(values.into_iter())),
            Content::Table(entries) => {
                let mut entries = Entries {
                    rest: entries.into_iter(),
                    value: None,
                    read: Vec::new(),
                };
                visitor
                    .visit_map(&mut entries)
                    .map_err(|error| entries.locate(error))
            }
        }
        .map_err(|error| error.at(&place))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unsuitable> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        let place = self.place.clone();
        match self.content {
            Content::String(name) => visitor.visit_enum(Variant(name)),
            _ => self.deserialize_any(visitor),
        }
        .map_err(|error| error.at(&place))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Values(std::vec::IntoIter<Node>);

impl<'de> SeqAccess<'de> for Values {
    type Error = Unsuitable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unsuitable> {
        let Some(value) = self.0.next() else {
            return Ok(None);
        };
        let place = value.place.clone();
        seed.deserialize(value)
            .map(Some)
            .map_err(|error| error.at(&place))
    }
}

/// The entries of a table.
struct Entries {
    rest: std::vec::IntoIter<(Key, Node)>,
    value: Option<Node>,
    /// Where the value of each key stood that was written by somebody.
    read: Vec<(String, Range<usize>)>,
}

impl Entries {
    /// Shows problems of the table at the values of their keys.
    fn locate(&self, mut error: Unsuitable) -> Unsuitable {
        for fault in error.0.iter_mut().filter(|fault| fault.place.is_none()) {
            let key = fault.key.as_deref().unwrap_or_default();
            let found = self.read.iter().find(|(name, _)| name == key);
            fault.place = found.map(|(_, place)| place.clone());
        }
        error
    }
}

impl<'de> MapAccess<'de> for &mut Entries {
    type Error = Unsuitable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unsuitable> {
        let Some((Key { place, name }, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.read
            .extend(value.place.clone().map(|place| (name.clone(), place)));
        self.value = Some(value);
        short_enough(&name)
            .and_then(|()| {
                let name: StringDeserializer<Unsuitable> = name.into_deserializer();
                seed.deserialize(name)
            })
            .map(Some)
            .map_err(|error| error.at(&place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unsuitable> {
        match self.value.take() {
            Some(value) => {
                let place = value.place.clone();
                seed.deserialize(value).map_err(|error| error.at(&place))
            }
            None => Err(serde::de::Error::custom(
                "a key was not read before its value",
            )),
        }
    }
}

/// The name of a variant without fields.
struct Variant(String);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unsuitable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), Unsuitable> {
        let name: StringDeserializer<Unsuitable> = self.0.clone().into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Unsuitable;

    fn unit_variant(self) -> Result<(), Unsuitable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        _seed: T,
    ) -> Result<T::Value, Unsuitable> {
        Err(unexpected())
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        _visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        Err(unexpected())
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Unsuitable> {
        Err(unexpected())
    }
}

fn short_enough(text: &str) -> Result<(), Unsuitable> {
    if text.len() > MAXIMUM_TEXT_BYTES {
        return Err(serde::de::Error::custom(format_args!(
            "the text has {} bytes; a function or variable of a device holds {MAXIMUM_TEXT_BYTES}",
            text.len()
        )));
    }
    Ok(())
}

fn unexpected() -> Unsuitable {
    serde::de::Error::custom("a word alone does not say it")
}
