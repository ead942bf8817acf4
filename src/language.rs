//! The tables of the description language: which keys each has, what they mean, and how they are read.
//!
//! A table is a type that says its keys once, with [`Fields`]. Reading it, the refusal of unknown keys where they stand
//! and the JSON [`Schema`] of the language all follow from that.

mod mismatch;
mod node;
mod problem;
mod schema;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

pub use self::node::{Fault, Node, Unsuitable};
pub use self::problem::Problems;
pub use self::schema::Schema;
pub(crate) use self::schema::of_names as schema_of_names;
use crate::suggestion::nearest;

/// A table, or the part of one that a type has in common with others.
pub trait Fields: Default {
    /// What is to be written in its place, in an error's words, where that is more than a table with some of its keys.
    const EXPECTED: Option<&'static str> = None;

    /// Its keys, in the order of the documentation.
    fn keys() -> Vec<&'static str>;

    /// The same with what is to be known of them. The program that only reads tables leaves it out.
    fn documented() -> Vec<Key>;

    /// The keys without which there is no table, as far as that does not hang on others.
    fn required() -> Vec<&'static str> {
        Vec::new()
    }

    /// Takes the value of one of the [`keys`](Self::keys); false where the key is another's.
    ///
    /// # Errors
    /// Where the value does not suit the key.
    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;

    /// Takes to all keys what one of them says for others too.
    fn complete(&mut self) {}

    /// Finds what is wrong with the table as a whole: keys that it lacks, and keys that contradict one another.
    fn check(&self, _problems: &mut Problems) {}

    /// What a name alone says in place of the table, for tables that have such a short form.
    fn short(_name: &str) -> Option<Result<Self, String>> {
        None
    }
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it is for, in a line.
    pub meaning: &'static str,
    /// The JSON Schema of its values.
    pub schema: fn() -> serde_json::Value,
}

impl Key {
    /// The key whose values are of the type of a field.
    pub(crate) fn of<S, T: Schema>(
        name: &'static str,
        meaning: &'static str,
        _field: fn(&S) -> &T,
    ) -> Self {
        Self {
            name,
            meaning,
            schema: T::schema,
        }
    }
}

/// The methods of [`Fields`] for a struct: the keys it cannot do without, its keys, each with its field and its meaning,
/// and the fields that are parts with keys of their own.
macro_rules! fields {
    (
        $(required $required:expr;)*
        $($key:literal => $field:ident: $meaning:literal;)*
        $(..$part:ident: $type:ty;)*
    ) => {
        fn required() -> Vec<&'static str> {
            [
                vec![$($required),*],
                $(<$type as $crate::language::Fields>::required()),*
            ]
            .concat()
        }

        // Not into each that has them as a part: that would make the program larger.
        #[inline(never)]
        fn keys() -> Vec<&'static str> {
            [
                vec![$($key),*],
                $(<$type as $crate::language::Fields>::keys()),*
            ]
            .concat()
        }

        fn documented() -> Vec<$crate::language::Key> {
            [
                vec![$($crate::language::Key::of($key, $meaning, |table: &Self| &table.$field)),*],
                $(<$type as $crate::language::Fields>::documented()),*
            ]
            .concat()
        }

        #[inline(never)]
        fn take<'de, A: serde::de::MapAccess<'de>>(
            &mut self,
            key: &str,
            map: &mut A,
        ) -> Result<bool, A::Error> {
            $(if key == $key {
                self.$field = $crate::language::value(map)?;
                return Ok(true);
            })*
            Ok(false $(|| $crate::language::Fields::take(&mut self.$part, key, map)?)*)
        }
    };
}
pub(crate) use fields;

/// Reads the value of a key. One function for all keys of a type keeps the program small.
#[inline(never)]
pub(crate) fn value<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
) -> Result<T, A::Error> {
    map.next_value()
}

/// Reads a table where it stands.
#[inline(never)]
pub(crate) fn read<'de, T: Fields, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(TableVisitor(PhantomData))
}

/// A table as a value of serde's.
pub(crate) struct Table<T>(pub(crate) T);

impl<'de, T: Fields> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(Self)
    }
}

struct TableVisitor<T>(PhantomData<T>);

impl<'de, T: Fields> Visitor<'de> for TableVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match T::EXPECTED {
            Some(expected) => formatter.write_str(expected),
            None => write!(formatter, "a table with some of {}", T::keys().join(", ")),
        }
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<T, E> {
        match T::short(name) {
            Some(table) => table.map_err(E::custom),
            None => Err(E::invalid_type(serde::de::Unexpected::Str(name), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let known = T::keys();
        let mut table = T::default();
        while let Some(key) = map.next_key_seed(KnownKey(&known))? {
            table.take(&key, &mut map)?;
        }
        table.complete();
        let mut problems = Problems::default();
        table.check(&mut problems);
        if problems.is_empty() {
            return Ok(table);
        }
        debug_assert!(problems.are_of(&known), "{problems}");
        Err(A::Error::custom(problems))
    }
}

/// A key that must be one of these: refused as it is read, so that the error points at the key itself.
struct KnownKey<'a>(&'a [&'static str]);

impl<'de> DeserializeSeed<'de> for KnownKey<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        if self.0.contains(&key.as_str()) {
            Ok(key)
        } else {
            let suggestion = nearest(&key, self.0);
            Err(D::Error::custom(format!("unknown key `{key}`{suggestion}")))
        }
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(transparent)]
pub struct OneOrMore<T>(pub(crate) Vec<T>);

impl<T> OneOrMore<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for OneOrMore<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);

        macro_rules! one {
            ($($visit:ident: $type:ty),*) => {
                $(fn $visit<E: serde::de::Error>(self, value: $type) -> Result<Self::Value, E> {
                    let value = serde::de::IntoDeserializer::into_deserializer(value);
                    T::deserialize(value).map(|value| OneOrMore(vec![value]))
                })*
            };
        }

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMore<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("one value or a list")
            }

            one! { visit_str: &str, visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64 }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = items.next_element()? {
                    values.push(value);
                }
                Ok(OneOrMore(values))
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

impl<T: Schema> Schema for OneOrMore<T> {
    fn schema() -> serde_json::Value {
        serde_json::json!({ "anyOf": [T::schema(), { "type": "array", "items": T::schema() }] })
    }
}

/// A part without keys.
impl Fields for () {
    fn keys() -> Vec<&'static str> {
        Vec::new()
    }

    fn documented() -> Vec<Key> {
        Vec::new()
    }

    fn take<'de, A: MapAccess<'de>>(&mut self, _key: &str, _map: &mut A) -> Result<bool, A::Error> {
        Ok(false)
    }
}
