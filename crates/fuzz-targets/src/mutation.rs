//! Making JSON that is nearly right.

use serde_json::{Map, Number, Value as Json, json};

use crate::choices::Choices;
use crate::seeds;

/// A document becomes no larger than this by itself.
const MAXIMUM_NODES: usize = 4000;

/// Changes a document in a few places.
pub(crate) fn mutate(document: &mut Json, choices: &mut Choices<'_>) {
    for _ in 0..choices.below(8) {
        if choices.is_empty() || nodes(document) > MAXIMUM_NODES {
            return;
        }
        once(document, choices);
    }
}

/// Writes a document, rarely with a scratch in the text itself: what no JSON value can hold.
pub(crate) fn write(document: &Json, choices: &mut Choices<'_>) -> String {
    let mut text = document.to_string();
    if choices.rarely(8) {
        scratch(&mut text, choices);
    }
    text
}

/// Repeats, drops or replaces a piece of a text.
pub(crate) fn scratch(text: &mut String, choices: &mut Choices<'_>) {
    for _ in 0..=choices.below(3) {
        let mut places: Vec<_> = text.char_indices().map(|(place, _)| place).collect();
        places.push(text.len());
        let from = *choices.of_all(&places);
        let length = choices.below(40);
        let to = *places
            .iter()
            .find(|place| **place >= from + length)
            .unwrap_or(&text.len());
        let new = match choices.below(4) {
            0 => String::new(),
            1 => text[from..to].repeat(2),
            2 => word(choices),
            _ => String::from_utf8_lossy(choices.bytes(8)).into_owned(),
        };
        text.replace_range(from..to, &new);
    }
}

fn once(document: &mut Json, choices: &mut Choices<'_>) {
    let elsewhere = pick(document, choices).clone();
    let place = pick(document, choices);
    match choices.below(9) {
        0 => *place = odd(choices),
        1 => *place = elsewhere,
        2 => remove(place, choices),
        3 => duplicate(place, choices),
        4 => rename(place, choices),
        5 => insert(place, elsewhere, choices),
        6 => retype(place, choices),
        7 => swap(place, choices),
        _ => tweak(place, choices),
    }
}

fn nodes(document: &Json) -> usize {
    match document {
        Json::Array(items) => 1 + items.iter().map(nodes).sum::<usize>(),
        Json::Object(fields) => 1 + fields.values().map(nodes).sum::<usize>(),
        Json::String(text) => 1 + text.len() / 64,
        _ => 1,
    }
}

/// Any place of the document.
fn pick<'d>(document: &'d mut Json, choices: &mut Choices<'_>) -> &'d mut Json {
    let children = match document {
        Json::Array(items) => items.len(),
        Json::Object(fields) => fields.len(),
        _ => 0,
    };
    if children == 0 || choices.rarely(4) {
        return document;
    }
    let chosen = choices.below(children);
    match document {
        Json::Array(items) => pick(&mut items[chosen], choices),
        Json::Object(fields) => pick(fields.values_mut().nth(chosen).unwrap(), choices),
        _ => unreachable!("only these have children"),
    }
}

fn key(fields: &Map<String, Json>, choices: &mut Choices<'_>) -> Option<String> {
    fields
        .keys()
        .nth(choices.below(fields.len().max(1)))
        .cloned()
}

fn remove(place: &mut Json, choices: &mut Choices<'_>) {
    match place {
        Json::Array(items) if !items.is_empty() => {
            items.remove(choices.below(items.len()));
        }
        Json::Object(fields) => {
            if let Some(key) = key(fields, choices) {
                fields.remove(&key);
            }
        }
        _ => *place = Json::Null,
    }
}

fn duplicate(place: &mut Json, choices: &mut Choices<'_>) {
    match place {
        Json::Array(items) if !items.is_empty() => {
            let item = choices.of_all(items).clone();
            let times = [1, 2, 10, 120, 400][choices.below(5)];
            items.extend(std::iter::repeat_n(item, times));
        }
        Json::Object(fields) => {
            if let Some(key) = key(fields, choices) {
                let value = fields[&key].clone();
                fields.insert(word(choices), value);
            }
        }
        Json::String(text) => *text = text.repeat([2, 10, 200][choices.below(3)]),
        _ => *place = json!([place, place]),
    }
}

fn rename(place: &mut Json, choices: &mut Choices<'_>) {
    if let Json::Object(fields) = place
        && let Some(old) = key(fields, choices)
        && let Some(value) = fields.remove(&old)
    {
        fields.insert(word(choices), value);
    }
}

fn insert(place: &mut Json, new: Json, choices: &mut Choices<'_>) {
    let new = if choices.rarely(2) { odd(choices) } else { new };
    match place {
        Json::Array(items) => items.insert(choices.below(items.len() + 1), new),
        Json::Object(fields) => {
            fields.insert(word(choices), new);
        }
        _ => *place = new,
    }
}

fn retype(place: &mut Json, choices: &mut Choices<'_>) {
    *place = match (choices.below(4), place.take()) {
        (0, old) => json!([old]),
        (1, old) => json!({ word(choices): old }),
        (_, Json::String(text)) => serde_json::from_str(&text).unwrap_or(json!(0)),
        (_, old) => Json::String(old.to_string()),
    };
}

fn swap(place: &mut Json, choices: &mut Choices<'_>) {
    match place {
        Json::Array(items) if !items.is_empty() => {
            let (one, other) = (choices.below(items.len()), choices.below(items.len()));
            items.swap(one, other);
        }
        Json::Object(fields) => {
            if let (Some(one), Some(other)) = (key(fields, choices), key(fields, choices)) {
                let (left, right) = (fields[&one].clone(), fields[&other].clone());
                fields.insert(one, right);
                fields.insert(other, left);
            }
        }
        _ => {}
    }
}

fn tweak(place: &mut Json, choices: &mut Choices<'_>) {
    match place {
        Json::String(text) => scratch(text, choices),
        Json::Bool(value) => *value = !*value,
        Json::Number(number) => {
            let old = number.as_f64().unwrap_or_default();
            let by = *choices.of_all(&[1.0, -1.0, 0.5, 0.1, 100.0, -273.15, 1e9]);
            let new = if choices.rarely(2) {
                old * by
            } else {
                old + by
            };
            *place = Number::from_f64(new).map_or(Json::Null, Json::Number);
        }
        _ => *place = odd(choices),
    }
}

/// A value that is seldom right.
pub(crate) fn odd(choices: &mut Choices<'_>) -> Json {
    match choices.below(24) {
        0 => Json::Null,
        1 => json!(true),
        2 => json!(false),
        3 => json!(0),
        4 => json!(-1),
        5 => json!(i64::MAX),
        6 => json!(i64::MIN),
        7 => json!(u64::MAX),
        8 => json!(f64::MAX),
        9 => json!(f64::MIN_POSITIVE),
        10 => json!(-0.0),
        11 => json!(1e15),
        12 => json!(0.1 + 0.2),
        13 => json!(choices.byte()),
        14 => json!(f64::from(choices.byte()) / 7.0 - 9.0),
        15 => json!([]),
        16 => json!({}),
        17 => json!(""),
        18 => json!([0, 1]),
        19 => (0..choices.byte()).fold(json!(1), |inner, _| json!([inner])),
        20 => json!(String::from_utf8_lossy(choices.bytes(16))),
        _ => json!(word(choices)),
    }
}

/// A text: a word of this project's own, or one that somebody might have reckoned without.
fn word(choices: &mut Choices<'_>) -> String {
    const ODD: [&str; 24] = [
        "", " ", ".", "..", "../..", "/", "%2e%2e", "a/b?c#d", "{}", "{{}}", "{", "\0", "\r\nX: y",
        "\u{feff}", "🤖", "e\u{301}", "\u{202e}", "NaN", "-0", "1e999", "0x10", "ping", "alexa",
        "Infinity",
    ];
    match choices.below(8) {
        0 => (*choices.of_all(&ODD)).to_owned(),
        1 => "x".repeat([63, 64, 65, 128, 129, 256, 257, 1024, 1025, 5000][choices.below(10)]),
        2 => (i64::from(choices.byte()) - 128).to_string(),
        _ => choices.of_all(seeds::words()).clone(),
    }
}
