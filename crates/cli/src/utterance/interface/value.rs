//! Values between Alexa's words and what one says.

use serde_json::{Value as Json, json};

use crate::utterance::words;

/// A value with a name.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::utterance) struct Value {
    pub(in crate::utterance) said: String,
    /// Alexa's word for it.
    pub(in crate::utterance) value: Json,
}

/// A number for a field that takes whole ones.
pub(super) fn whole(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and the skill checks the range"
    )]
    let whole = number.round() as i64;
    whole
}

/// A number for a field that takes any: `5` where it is whole, as Alexa writes it.
pub(super) fn plain(number: f64) -> Json {
    if number.fract() == 0.0 {
        json!(whole(number))
    } else {
        json!(number)
    }
}

/// Alexa's word as one would say it: `ARMED_AWAY` is "armed away".
pub(super) fn spoken(word: &str) -> String {
    word.to_lowercase().replace('_', " ")
}

/// Values that are called as Alexa's words for them are.
pub(super) fn spoken_values(words: Vec<String>) -> Vec<Value> {
    let value = |word: String| Value {
        said: spoken(&word),
        value: word.into(),
    };
    words.into_iter().map(value).collect()
}

/// Some of the values, as one would list them: `low, medium or high`.
pub(super) fn one_of(values: &[Value]) -> String {
    /// More would fill the table.
    const MOST: usize = 5;
    // One value may go by several names: the first stands for them.
    let mut different: Vec<&Value> = Vec::new();
    for value in values {
        if different.iter().all(|known| known.value != value.value) {
            different.push(value);
        }
    }
    let mut names: Vec<&str> = different
        .iter()
        .take(MOST)
        .map(|value| value.said.as_str())
        .collect();
    if different.len() > MOST {
        return format!("{} …", names.join(", "));
    }
    match (names.pop(), names.as_slice()) {
        (None, _) => String::new(),
        (Some(only), []) => only.to_owned(),
        (Some(last), others) => format!("{} or {last}", others.join(", ")),
    }
}

/// Whether words name this, whatever its capitals and articles.
pub(in crate::utterance) fn is_called(name: &str, said: &[String]) -> bool {
    words::of(name) == said
}
