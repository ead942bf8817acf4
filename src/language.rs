//! The tables of the description language: which keys each has, what they mean, and how they are read.
//!
//! A table is a type that says its keys once, with [`Fields`]. Reading it, the refusal of unknown keys where they stand
//! and the JSON [`Schema`] of the language all follow from that.

mod mismatch;
mod node;
mod problem;
mod read;
mod schema;

pub(crate) use self::node::Content;
pub use self::node::{Fault, Node, Unsuitable};
pub use self::problem::Problems;
pub use self::read::{Read, Slot};
pub(crate) use self::read::{entries_of, read_as, read_at};
pub use self::schema::Schema;
pub(crate) use self::schema::of_names as schema_of_names;

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

    /// Where the value of one of the [`keys`](Self::keys) goes; `None` where the key is another's.
    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot>;

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

        fn slot(&mut self, key: &str) -> Option<&mut dyn $crate::language::Slot> {
            $(if key == $key {
                return Some(&mut self.$field);
            })*
            $(if let Some(slot) = $crate::language::Fields::slot(&mut self.$part, key) {
                return Some(slot);
            })*
            None
        }
    };
}
pub(crate) use fields;

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

impl<T: Read> Read for OneOrMore<T> {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::Array(_) => Vec::read(node).map(Self),
            Content::Table(_) => Err(node.instead_of("one value or a list")),
            _ => T::read(node).map(|value| Self(vec![value])),
        }
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

    fn slot(&mut self, _key: &str) -> Option<&mut dyn Slot> {
        None
    }
}

/// Reads what a cookie says.
#[cfg(test)]
pub(crate) fn from_json<T: Read>(written: serde_json::Value) -> Result<T, Unsuitable> {
    let node =
        serde_json::from_value(written).map_err(|error| Unsuitable::new(error.to_string()))?;
    T::read(node)
}
