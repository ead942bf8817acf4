//! The JSON Schema of descriptions and profiles, for editors and whoever generates them.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::kind::{Kind, Shorthand};
use super::reader::own_keys;
use crate::binding::Returns;
use crate::capability::{self, Entry};
use crate::label::Names;
use crate::language::{Fields as _, Key, Schema as _};
use crate::profile;
use crate::value::{ChoiceKind, Input, Word};

/// The schema of a description, and of the profiles of a `devices.toml`.
#[must_use]
pub fn schema() -> Json {
    let endpoint = json!({ "$ref": "#/$defs/endpoint" });
    let several = json!({ "anyOf": [endpoint, { "type": "array", "items": endpoint }] });
    let mut suits = properties(profile::keys());
    suits.insert("alexa".to_owned(), several.clone());
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What a Particle device is to Alexa",
        "description": "A description in a device's notes or its variable `alexa`, or the profiles of a devices.toml.",
        "type": "object",
        "properties": {
            "alexa": several,
            "profile": {
                "description": "Descriptions for the devices that suit them.",
                "type": "array",
                "items": { "type": "object", "properties": suits, "required": ["alexa"], "additionalProperties": false },
            },
        },
        "additionalProperties": false,
        "$defs": { "endpoint": of_endpoint() },
    });
    let shared = shared();
    refer(&mut schema, &shared);
    if let Some(Json::Object(definitions)) = schema.get_mut("$defs") {
        definitions.extend(
            shared
                .into_iter()
                .map(|(name, part)| (name.to_owned(), part)),
        );
    }
    schema
}

/// What stands in many places, by name.
fn shared() -> Vec<(&'static str, Json)> {
    let returns = Returns::documented();
    let returns = returns.into_iter().map(|key| (key.name, (key.schema)()));
    let input = <Input as ChoiceKind>::schema();
    let shorthands = capability::ALL
        .iter()
        .flat_map(|entry| Shorthand::of(entry.key));
    let shorthands: IndexMap<_, _> = shorthands
        .map(|shorthand| (shorthand.name, of_shorthand(shorthand)))
        .collect();
    [
        ("names", Names::schema()),
        ("word", Word::schema()),
        (Input::KEY, input),
    ]
    .into_iter()
    .chain(shorthands)
    .chain(returns)
    .collect()
}

/// Puts a reference wherever one of the shared parts stands.
fn refer(schema: &mut Json, shared: &[(&str, Json)]) {
    let description = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("description"));
    match shared.iter().find(|(_, part)| part == schema) {
        Some((name, _)) => *schema = json!({ "$ref": format!("#/$defs/{name}") }),
        None => match schema {
            Json::Object(parts) => parts.values_mut().for_each(|part| refer(part, shared)),
            Json::Array(parts) => parts.iter_mut().for_each(|part| refer(part, shared)),
            _ => {}
        },
    }
    if let (Some(description), Json::Object(schema)) = (description, schema) {
        schema.insert("description".to_owned(), description);
    }
}

fn of_endpoint() -> Json {
    let mut keys = properties(own_keys());
    for entry in capability::ALL {
        let mut one = of_capability(entry);
        if entry.several {
            one = json!({ "anyOf": [one, { "type": "array", "items": one }] });
        }
        keys.insert(entry.key.to_owned(), described(one, entry.meaning));
    }
    for refused in capability::REFUSED {
        // No value suits it, and the description says why.
        let why = format!("It {}.", refused.reason);
        keys.insert(
            refused.key.to_owned(),
            json!({ "not": {}, "description": why }),
        );
    }
    for (name, kind) in Kind::all() {
        keys.insert(name.to_owned(), described(of_kind(kind), kind.meaning()));
    }
    json!({ "type": "object", "properties": keys, "additionalProperties": false })
}

/// What a description says of one capability, its shorthands included.
fn of_capability(entry: &Entry) -> Json {
    let mut schema = capability::schema(entry.key).unwrap_or_default();
    if let Some(Json::Object(properties)) =
        table_of(&mut schema).and_then(|table| table.get_mut("properties"))
    {
        for shorthand in Shorthand::of(entry.key) {
            let schema = described(of_shorthand(shorthand), shorthand.meaning());
            properties.insert(shorthand.name.to_owned(), schema);
        }
    }
    schema
}

fn of_shorthand(shorthand: Shorthand) -> Json {
    json!({ "enum": shorthand.values() })
}

fn of_kind(kind: Kind) -> Json {
    let mut keys = Map::new();
    for (part, key) in kind.parts() {
        let Some(entry) = Entry::find(key) else {
            continue;
        };
        let mut schema = of_capability(entry);
        // The kind says it where the description does not.
        if let Some(table) = table_of(&mut schema) {
            table.remove("required");
        }
        let words = kind.words_of(part).into_iter().flat_map(|(_, words)| words);
        if let Some(Json::Object(own)) =
            table_of(&mut schema).and_then(|table| table.get_mut("properties"))
        {
            for word in words {
                let meaning = json!({ "description": "the firmware's word for it" });
                own.insert(word.to_owned(), meaning);
            }
        }
        if part == kind.main()
            && let Some(Json::Object(own)) =
                table_of(&mut schema).and_then(|table| table.get("properties"))
        {
            keys.extend(own.clone());
        }
        keys.insert(part.to_owned(), schema);
    }
    for (setting, values) in kind.settings() {
        keys.insert(setting.to_owned(), json!({ "enum": values }));
    }
    let table = json!({ "type": "object", "properties": keys, "additionalProperties": false });
    if kind.has_short_form() {
        json!({ "anyOf": [{ "type": "string" }, table] })
    } else {
        table
    }
}

/// The table of a schema that may also have a short form.
fn table_of(schema: &mut Json) -> Option<&mut Map<String, Json>> {
    if schema.get("anyOf").is_some() {
        let forms = schema.get_mut("anyOf")?.as_array_mut()?;
        let table = forms
            .iter_mut()
            .find(|form| form.get("properties").is_some())?;
        table.as_object_mut()
    } else {
        schema.as_object_mut()
    }
}

fn properties(keys: impl IntoIterator<Item = Key>) -> Map<String, Json> {
    keys.into_iter()
        .map(|key| (key.name.to_owned(), described((key.schema)(), key.meaning)))
        .collect()
}

fn described(mut schema: Json, meaning: &str) -> Json {
    if let Json::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), meaning.into());
    }
    schema
}
