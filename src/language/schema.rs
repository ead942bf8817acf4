//! The JSON Schema of what may stand in a description.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use serde_json::{Map, Value as Json, json};

use super::Fields;
use crate::lenient::PARTS;

/// What the values of a type look like in a description, as [JSON Schema].
///
/// [JSON Schema]: https://json-schema.org/draft/2020-12/schema
pub trait Schema {
    /// The schema.
    fn schema() -> Json;
}

impl<T: Fields> Schema for T {
    fn schema() -> Json {
        of_table(T::documented(), &T::required(), T::short("x").is_some())
    }
}

/// The schema of a table with these keys, or of its short form.
pub(crate) fn of_table(keys: Vec<super::Key>, required: &[&str], short: bool) -> Json {
    let properties: Map<String, Json> = keys
        .into_iter()
        .map(|key| {
            let mut schema = (key.schema)();
            if let Json::Object(schema) = &mut schema {
                schema.insert("description".to_owned(), key.meaning.into());
            }
            (key.name.to_owned(), schema)
        })
        .collect();
    let mut table =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let Json::Object(table) = &mut table
        && !required.is_empty()
    {
        table.insert("required".to_owned(), required.into());
    }
    if short {
        json!({ "anyOf": [{ "type": "string" }, table] })
    } else {
        table
    }
}

/// The schema of one of these names, or of others that are taken for them, in any case and with its words parted in any
/// way.
pub(crate) fn of_names<'a>(
    names: impl IntoIterator<Item = &'a str>,
    others: impl IntoIterator<Item = &'a str>,
) -> Json {
    let names: Vec<_> = names.into_iter().collect();
    let parts: String = PARTS.iter().collect();
    let pattern = |name: &str| -> String {
        let letters = name.chars().filter(|letter| !PARTS.contains(letter));
        let letters = letters.map(|letter| {
            let cases = [letter.to_ascii_uppercase(), letter.to_ascii_lowercase()];
            let cases: String = match cases {
                [upper, lower] if upper == lower => letter.into(),
                cases => cases.iter().collect(),
            };
            format!("[{parts}]*[{cases}]")
        });
        letters.collect()
    };
    let patterns: IndexSet<String> = names.iter().copied().chain(others).map(pattern).collect();
    let patterns: Vec<_> = patterns.into_iter().collect();
    let pattern = format!("^({})[{parts}]*$", patterns.join("|"));
    json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": pattern }] })
}

macro_rules! schema {
    ($($type:ty => $schema:tt),* $(,)?) => {
        $(impl Schema for $type {
            fn schema() -> Json {
                json!($schema)
            }
        })*
    };
}

schema! {
    String => { "type": "string" },
    bool => { "type": "boolean" },
    f64 => { "type": "number" },
    i64 => { "type": "integer" },
}

impl<T: Schema> Schema for Option<T> {
    fn schema() -> Json {
        T::schema()
    }
}

impl<T: Schema> Schema for Vec<T> {
    fn schema() -> Json {
        json!({ "type": "array", "items": T::schema() })
    }
}

impl<K, T: Schema> Schema for BTreeMap<K, T> {
    fn schema() -> Json {
        json!({ "type": "object", "additionalProperties": T::schema() })
    }
}
