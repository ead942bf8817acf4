//! How a value of the language is read.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::ops::Range;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::mismatch::LIST;
use super::node::{Content, Node, Unsuitable};
use super::{Fields, Problems};
use crate::lenient::without_fraction;
use crate::suggestion::nearest;

/// No text needs more: Device OS takes [so many bytes] of a function's argument, and keeps as many of a variable.
///
/// [so many bytes]: https://docs.particle.io/reference/device-os/api/cloud-functions/overview-of-api-field-limits/
const MAXIMUM_TEXT_BYTES: usize = 1024;

/// What can be the value of a key.
pub trait Read: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with it; at no place where it is the whole value that is wrong.
    fn read(node: Node) -> Result<Self, Unsuitable>;
}

/// Where the value of a key goes.
pub trait Slot {
    /// Reads the value.
    ///
    /// # Errors
    /// See [`Read::read`].
    fn fill(&mut self, value: Node) -> Result<(), Unsuitable>;
}

impl<T: Read> Slot for T {
    fn fill(&mut self, value: Node) -> Result<(), Unsuitable> {
        *self = T::read(value)?;
        Ok(())
    }
}

/// [`Read`] for types that are made of what is read as another type.
macro_rules! read_as {
    ($type:ty: $from:ty) => {
        impl $crate::language::Read for $type {
            fn read(node: $crate::language::Node) -> Result<Self, $crate::language::Unsuitable> {
                let written: $from = $crate::language::Read::read(node)?;
                Self::try_from(written).map_err($crate::language::Unsuitable::new)
            }
        }
    };
}
pub(crate) use read_as;

/// A table, whichever it is: one function fills them all, which keeps the program small.
trait Table {
    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot>;
    fn complete(&mut self);
    fn check(&self, problems: &mut Problems);
    fn keys(&self) -> Vec<&'static str>;
    fn expected(&self) -> Option<&'static str>;
}

impl<T: Fields> Table for T {
    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot> {
        Fields::slot(self, key)
    }

    fn complete(&mut self) {
        Fields::complete(self);
    }

    fn check(&self, problems: &mut Problems) {
        Fields::check(self, problems);
    }

    fn keys(&self) -> Vec<&'static str> {
        T::keys()
    }

    fn expected(&self) -> Option<&'static str> {
        T::EXPECTED
    }
}

impl<T: Fields> Read for T {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        if let Content::String(name) = &node.content
            && let Some(table) = T::short(name)
        {
            short_enough(name)?;
            return table.map_err(Unsuitable::new);
        }
        let mut table = T::default();
        fill(&mut table, node)?;
        Ok(table)
    }
}

fn fill(table: &mut dyn Table, node: Node) -> Result<(), Unsuitable> {
    let Content::Table(entries) = node.content else {
        return Err(match table.expected() {
            Some(expected) => node.instead_of(expected),
            None => {
                let keys = table.keys().join(", ");
                node.instead_of(&format!("a table with some of {keys}"))
            }
        });
    };
    // Where the value of each key stands that was written by somebody.
    let mut places: Vec<(String, Range<usize>)> = Vec::new();
    for (key, value) in entries {
        let at = key.place.clone();
        let name = String::read(key).map_err(|error| error.at(at.as_ref()))?;
        let Some(slot) = table.slot(&name) else {
            let suggestion = nearest(&name, &table.keys());
            let unknown = Unsuitable::new(format!("unknown key `{name}`{suggestion}"));
            return Err(unknown.at(at.as_ref()));
        };
        let place = value.place.clone();
        slot.fill(value).map_err(|error| error.at(place.as_ref()))?;
        places.extend(place.map(|place| (name, place)));
    }
    table.complete();
    let mut problems = Problems::default();
    table.check(&mut problems);
    debug_assert!(problems.are_of(&table.keys()), "{problems:?}");
    match problems.at_values(&places) {
        faults if faults.is_empty() => Ok(()),
        faults => Err(Unsuitable(faults)),
    }
}

impl Read for bool {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::Boolean(value) => Ok(value),
            _ => Err(node.instead_of("true or false")),
        }
    }
}

impl Read for i64 {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::Integer(value) => Ok(value),
            // `5.0` is 5.
            Content::Float(value) => {
                without_fraction(value).ok_or_else(|| node.instead_of("a whole number"))
            }
            _ => Err(node.instead_of("a whole number")),
        }
    }
}

impl Read for f64 {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            #[expect(clippy::cast_precision_loss, reason = "what is written is far smaller")]
            Content::Integer(value) => Ok(value as Self),
            Content::Float(value) => Ok(value),
            _ => Err(node.instead_of("a number")),
        }
    }
}

impl Read for String {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::String(text) => short_enough(&text).map(|()| text),
            _ => Err(node.instead_of("a text in quotes")),
        }
    }
}

/// What can be several things, and says itself which.
impl Read for Json {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::Boolean(value) => Ok(value.into()),
            Content::Integer(value) => Ok(value.into()),
            Content::Float(value) => Ok(value.into()),
            Content::String(_) => String::read(node).map(Self::String),
            Content::Other(_) => Err(node.instead_of("a finite number or a text")),
            Content::Array(_) => Vec::read(node).map(Self::Array),
            Content::Table(entries) => entries_of(entries).map(Self::Object),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        T::read(node).map(Some)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        match node.content {
            Content::Array(values) => values.into_iter().map(read_at).collect(),
            _ => Err(node.instead_of(LIST)),
        }
    }
}

macro_rules! maps {
    ($($map:ident: $($bound:ident)+;)*) => {
        $(impl<K: Read $(+ $bound)+, V: Read> Read for $map<K, V> {
            fn read(node: Node) -> Result<Self, Unsuitable> {
                match node.content {
                    Content::Table(entries) => entries_of(entries),
                    _ => Err(node.instead_of("a table in braces")),
                }
            }
        })*
    };
}

maps! {
    BTreeMap: Ord;
    IndexMap: Eq Hash;
}

/// Reads an item of a list, or a key or value of a table, where it stands.
pub(crate) fn read_at<T: Read>(node: Node) -> Result<T, Unsuitable> {
    let place = node.place.clone();
    T::read(node).map_err(|error| error.at(place.as_ref()))
}

/// The entries of a table whose keys are names.
pub(crate) fn entries_of<K: Read, V: Read, M: FromIterator<(K, V)>>(
    entries: Vec<(Node, Node)>,
) -> Result<M, Unsuitable> {
    let entries = entries.into_iter();
    entries
        .map(|(key, value)| Ok((read_at(key)?, read_at(value)?)))
        .collect()
}

fn short_enough(text: &str) -> Result<(), Unsuitable> {
    if text.len() > MAXIMUM_TEXT_BYTES {
        return Err(Unsuitable::new(format!(
            "the text has {} bytes; a function or variable of a device holds {MAXIMUM_TEXT_BYTES}",
            text.len()
        )));
    }
    Ok(())
}
