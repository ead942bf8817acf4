//! The tables of keys, out of the JSON Schema of the language.

use alexa_for_particle::capability;
use alexa_for_particle::description;
use serde_json::{Map, Value as Json};

const BEGIN: &str = "<!-- The tables below are made of the JSON Schema by a test. -->";
const END: &str = "<!-- The end of what a test makes. -->";

/// The guide with the tables as they should be.
pub(super) fn told_right(guide: &str) -> String {
    let (before, rest) = guide.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    format!("{before}{BEGIN}\n\n{}\n{END}{after}", tables())
}

/// Puts what is referred to in the place of the references to what all of the language has in common.
fn resolve(part: &mut Json, whole: &Json) {
    let place = part.get("$ref").and_then(Json::as_str);
    let place = place.filter(|place| !place.ends_with("/endpoint"));
    if let Some(mut meant) = place.and_then(|place| whole.pointer(&place[1..])).cloned() {
        if let Some(description) = part.get("description") {
            meant["description"] = description.clone();
        }
        *part = meant;
    }
    match part {
        Json::Object(parts) => parts.values_mut().for_each(|part| resolve(part, whole)),
        Json::Array(parts) => parts.iter_mut().for_each(|part| resolve(part, whole)),
        _ => {}
    }
}

/// A key with its meaning: a row of a table.
type Row = (String, String);

fn tables() -> String {
    let referring = description::schema();
    let mut schema = referring.clone();
    resolve(&mut schema, &referring);
    let keys = schema
        .pointer("/$defs/endpoint/properties")
        .and_then(Json::as_object)
        .unwrap();
    let is_capability = |key: &str| capability::ALL.iter().any(|entry| entry.key == key);
    let own = keys
        .iter()
        .filter(|(_, value)| table_of(value).is_none() && value.get("not").is_none());
    let own: Vec<Row> = own.map(|(key, value)| row(key, value)).collect();

    let power = table_of(&keys["power"]).unwrap();
    let common = [
        (
            "What sets it",
            part_of(power, &["function", "argument", "success", "errors"]),
        ),
        ("What tells it", part_of(power, &["variable", "pointer"])),
        (
            "What one calls it",
            part_of(table_of(&keys["range"]).unwrap(), &["id", "names"]),
        ),
        (
            "What open and close mean",
            part_of(table_of(&keys["range"]).unwrap(), &["actions", "states"]),
        ),
    ];
    let word = rows(table_of(&power["on"]).unwrap());

    let mut text = format!("### An endpoint\n\n{}\n", table(&own));
    text.push_str("### Keys that many capabilities have\n\n");
    for (title, rows) in &common {
        text.push_str(&format!("{title}:\n\n{}\n", table(rows)));
    }
    text.push_str("A firmware's word is text, a number, or true or false; or a table:\n\n");
    text.push_str(&format!("{}\n", table(&word)));
    let common: Vec<Row> = common
        .into_iter()
        .flat_map(|(_, rows)| rows)
        .chain(word)
        .collect();
    text.push_str(
        "### Capabilities\n\n\
         A key with a dot is one of the table before it, and `*` stands for any name.\n\
         Keys that many capabilities have are not told again, and tables in tables have them, too.\n\n",
    );
    for (key, value) in keys.iter().filter(|(key, _)| is_capability(key)) {
        text.push_str(&capability(key, value, &common));
    }
    text.push_str("### Ready-made kinds\n\n");
    for (key, value) in keys {
        if let Some(own) = table_of(value).filter(|_| !is_capability(key)) {
            text.push_str(&kind(key, value, own, keys));
        }
    }
    text.push_str("### A profile\n\n");
    let profile = schema
        .pointer("/properties/profile/items/properties")
        .and_then(Json::as_object)
        .unwrap();
    let mut profile = rows(profile);
    for (key, meaning) in &mut profile {
        if key == "alexa" {
            "an endpoint as above, or a list of them".clone_into(meaning);
        }
    }
    text.push_str(&table(&profile));
    text
}

/// One capability: the keys it has in common with others by name, its own with their meaning.
fn capability(key: &str, value: &Json, common: &[Row]) -> String {
    let keys = table_of(value).unwrap();
    let (shared, own): (Vec<Row>, Vec<Row>) = rows(keys).into_iter().partition(|(key, meaning)| {
        let last = key.rsplit('.').next().unwrap_or_default();
        common.contains(&(last.to_owned(), meaning.clone()))
    });
    let mut text = format!("#### `{key}`: {}\n\n", meaning(value));
    if is_name(value) {
        let named = ["function", "variable"]
            .into_iter()
            .find(|key| keys.contains_key(*key));
        text.push_str(&format!("A name alone is its `{}`.\n", named.unwrap()));
    }
    // Those of tables in it go without saying.
    let shared: Vec<_> = shared
        .iter()
        .filter(|(key, _)| !key.contains('.'))
        .map(|(key, _)| format!("`{key}`"))
        .collect();
    if !shared.is_empty() {
        text.push_str(&format!("As above: {}.\n", shared.join(", ")));
    }
    if !own.is_empty() {
        let space = if text.ends_with("\n\n") { "" } else { "\n" };
        text.push_str(&format!("{space}{}", table(&own)));
    }
    text + "\n"
}

/// A ready-made kind: its parts, and which capability each is.
fn kind(key: &str, value: &Json, own: &Map<String, Json>, keys: &Map<String, Json>) -> String {
    let capability_of = |part: &Json| {
        // A part has the kind's words beside the capability's keys.
        let part = table_of(part)?;
        let own = |entry: &capability::Entry| table_of(&keys[entry.key]).unwrap();
        let fits = |entry: &&capability::Entry| {
            let mut own = own(entry).iter();
            own.all(|(key, value)| part.get(key) == Some(value))
        };
        let fitting = capability::ALL.iter().filter(fits);
        fitting
            .rev()
            .max_by_key(|entry| own(entry).len())
            .map(|entry| entry.key)
    };
    let parts: Vec<(&str, &str)> = own
        .iter()
        .filter(|(_, part)| part.get("description").is_none())
        .filter_map(|(name, part)| Some((name.as_str(), capability_of(part)?)))
        .collect();
    let is_main = |(_, capability): &&(&str, &str)| {
        let all = table_of(&keys[*capability]).unwrap();
        all.keys().all(|key| own.contains_key(key))
    };
    let (main, as_main) = parts.iter().find(is_main).unwrap();
    let of_main = table_of(&keys[*as_main]).unwrap();
    let mut described = Vec::new();
    for (name, part) in own.iter().filter(|(name, _)| !of_main.contains_key(*name)) {
        let said = match parts.iter().find(|(part, _)| part == name) {
            Some((_, capability)) if name == main => {
                format!("as `{capability}`, in a table of its own")
            }
            Some((_, capability)) => format!("as `{capability}`"),
            None => row(name, part).1,
        };
        described.push((name.clone(), said));
    }
    format!(
        "#### `{key}`: {}\n\nIts own keys are those of `{as_main}`, for its {main}; and\n\n{}\n",
        meaning(value),
        table(&described)
    )
}

/// The rows, those with the same meaning in one.
fn table(rows: &[Row]) -> String {
    let mut text = "| key | meaning |\n|---|---|\n".to_owned();
    for same in rows.chunk_by(|(_, one), (_, other)| one == other) {
        let keys: Vec<_> = same.iter().map(|(key, _)| format!("`{key}`")).collect();
        let meaning = &same[0].1;
        assert!(!meaning.contains('|'), "{meaning}");
        text.push_str(&format!("| {} | {meaning} |\n", keys.join(", ")));
    }
    text
}

/// The keys of a table, and those of tables in it.
fn rows(table: &Map<String, Json>) -> Vec<Row> {
    let mut all = Vec::new();
    for (key, value) in table {
        all.push(row(key, value));
        let (inner, path) = match (table_of(value), each_of(value).and_then(table_of)) {
            (Some(inner), _) => (inner, key.clone()),
            (None, Some(inner)) => (inner, format!("{key}.*")),
            (None, None) => continue,
        };
        // What needs no meaning is told where it is used.
        let mut inner = inner.clone();
        inner.retain(|_, value| !meaning(value).is_empty());
        let inner = rows(&inner).into_iter();
        all.extend(inner.map(|(key, meaning)| (format!("{path}.{key}"), meaning)));
    }
    all
}

fn part_of(table: &Map<String, Json>, keys: &[&str]) -> Vec<Row> {
    keys.iter().map(|key| row(key, &table[*key])).collect()
}

/// More values than this are looked up in the schema.
const MANY: usize = 60;

/// The meaning, and the values where there are few and it does not name them.
fn row(key: &str, value: &Json) -> Row {
    let mut told = meaning(value).to_owned();
    let values = [
        Some(value),
        value.pointer("/anyOf/0"),
        each_of(value),
        each_of(value).and_then(|each| each.pointer("/anyOf/0")),
    ];
    let values = values
        .into_iter()
        .flatten()
        .find_map(|value| value.get("enum")?.as_array());
    let mut values: Vec<&str> = values
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    values.dedup();
    let named = |value: &&str| told.contains(&format!("\"{value}\""));
    if values.len() <= MANY && !values.iter().all(named) {
        let list: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
        let start = if told.is_empty() {
            "one of"
        } else {
            ": one of"
        };
        told.push_str(&format!("{start} {}", list.join(", ")));
    }
    (key.to_owned(), told)
}

fn meaning(value: &Json) -> &str {
    value
        .get("description")
        .and_then(Json::as_str)
        .unwrap_or_default()
}

/// The keys of a table that may also have a short form, or stand in a list.
fn table_of(value: &Json) -> Option<&Map<String, Json>> {
    if let Some(Json::Object(keys)) = value.get("properties") {
        return Some(keys);
    }
    value.get("anyOf")?.as_array()?.iter().find_map(table_of)
}

/// Whether a name can stand in place of the table.
fn is_name(value: &Json) -> bool {
    let forms = value.get("anyOf").and_then(Json::as_array);
    forms
        .into_iter()
        .flatten()
        .any(|form| form["type"] == "string")
}

/// What each value of a table with any keys is.
fn each_of(value: &Json) -> Option<&Json> {
    if let Some(each) = value
        .get("additionalProperties")
        .filter(|each| each.is_object())
    {
        return Some(each);
    }
    value.get("anyOf")?.as_array()?.iter().find_map(each_of)
}
