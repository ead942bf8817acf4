//! Phrases with places for what varies.
//!
//! `turn|switch on {endpoint}` matches "switch on desk lamp". A word stands for itself, `a|b` for either, and what is in
//! `[ ]` may be left out. Words that are not listened to, such as "the", may stand in it for the sake of the example it
//! gives. The places are
//!
//! - `{endpoint}` for the words of an endpoint's name,
//! - `{name}` for a name of a capability's own, such as "speed",
//! - `{value}` for a value that the interface may have a name for, such as a mode or a colour, and `{known}` for one that
//!   it has a name for: there, other words are no mistake in a value but another phrase,
//! - `{text}` for any words,
//! - `{number}` for a number, and `{unit}` for a unit.
//!
//! `{text:seven}` and `{number:20}` say what to put there in an example.

use super::unit::{self, Unit};
use super::{number, words};

/// A phrase, taken apart: each way to say it, the fullest first.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Vec<Element>>);

#[derive(Clone, Debug)]
enum Element {
    Silent(&'static str),
    Words(Vec<&'static str>),
    Endpoint,
    Name,
    Value,
    Known,
    Text(&'static str),
    Number(Option<&'static str>),
    Unit,
}

/// What an utterance has in the places of a phrase.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Slots {
    /// The words of the name.
    pub(super) endpoint: Option<Vec<String>>,
    pub(super) name: Option<Vec<String>>,
    pub(super) value: Option<Vec<String>>,
    pub(super) text: Option<Vec<String>>,
    pub(super) numbers: Vec<f64>,
    pub(super) unit: Option<&'static Unit>,
}

/// What capabilities call themselves and their values.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    pub(super) names: Vec<Vec<String>>,
    pub(super) values: Vec<Vec<String>>,
}

/// What to put into the places of an example.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) endpoint: String,
    pub(super) name: Option<String>,
    pub(super) value: Option<String>,
    pub(super) number: String,
    pub(super) unit: &'static str,
}

impl Pattern {
    pub(super) fn of(phrase: &'static str) -> Self {
        let mut ways = vec![Vec::new()];
        // The ways as they were before the optional part, one for each open bracket.
        let mut without = Vec::new();
        for token in phrase.split_whitespace() {
            let word = token.trim_start_matches('[');
            for _ in 0..token.len() - word.len() {
                without.push(ways.clone());
            }
            let closed = word.trim_end_matches(']');
            for way in &mut ways {
                way.push(Element::of(closed));
            }
            for _ in 0..word.len() - closed.len() {
                ways.extend(without.pop().unwrap_or_default());
            }
        }
        Self(ways)
    }

    /// All ways to read the words as this phrase: of each way to say it, those with the longest name of an endpoint
    /// first.
    pub(super) fn matches(&self, words: &[String], vocabulary: &Vocabulary) -> Vec<Slots> {
        let mut found = Vec::new();
        for way in &self.0 {
            walk(way, words, vocabulary, &Slots::default(), &mut found);
        }
        found
    }

    /// The phrase as one would say it, or `None` where there is nothing to put into one of its places.
    pub(super) fn example(&self, example: &Example) -> Option<String> {
        let words = self.0.first()?.iter().map(|element| match element {
            Element::Silent(word) => Some(*word),
            Element::Words(any) => any.first().copied(),
            Element::Endpoint => Some(example.endpoint.as_str()),
            Element::Name => example.name.as_deref(),
            Element::Value | Element::Known => example.value.as_deref(),
            Element::Text(text) => Some(*text),
            Element::Number(own) => Some(own.unwrap_or(example.number.as_str())),
            Element::Unit => Some(example.unit),
        });
        let words: Vec<&str> = words.collect::<Option<_>>()?;
        Some(
            words
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        )
    }
}

impl Element {
    fn of(token: &'static str) -> Self {
        let place = token
            .strip_prefix('{')
            .and_then(|place| place.strip_suffix('}'));
        let (place, example) = match place {
            Some(place) => match place.split_once(':') {
                Some((place, example)) => (place, Some(example)),
                None => (place, None),
            },
            None => ("", None),
        };
        match place {
            "endpoint" => Self::Endpoint,
            "name" => Self::Name,
            "value" => Self::Value,
            "known" => Self::Known,
            "text" => Self::Text(example.unwrap_or_default()),
            "number" => Self::Number(example),
            "unit" => Self::Unit,
            _ if words::is_silent(token) => Self::Silent(token),
            _ => Self::Words(token.split('|').collect()),
        }
    }
}

fn walk(
    elements: &[Element],
    words: &[String],
    vocabulary: &Vocabulary,
    slots: &Slots,
    found: &mut Vec<Slots>,
) {
    let Some((element, elements)) = elements.split_first() else {
        if words.is_empty() {
            found.push(slots.clone());
        }
        return;
    };
    let mut take = |taken: usize, slots: &Slots| {
        let rest = words.get(taken..).unwrap_or_default();
        walk(elements, rest, vocabulary, slots, found);
    };
    // Any words, the most first.
    let beginnings = || {
        (1..=words.len())
            .rev()
            .map(|length| words.split_at(length).0)
    };
    match element {
        Element::Silent(_) => take(0, slots),
        Element::Words(any) => {
            if words
                .first()
                .is_some_and(|word| any.contains(&word.as_str()))
            {
                take(1, slots);
            }
        }
        Element::Endpoint => {
            for words in beginnings() {
                let endpoint = Some(words.to_owned());
                let slots = slots.clone();
                take(words.len(), &Slots { endpoint, ..slots });
            }
        }
        Element::Value => {
            for words in beginnings() {
                let value = Some(words.to_owned());
                let slots = slots.clone();
                take(words.len(), &Slots { value, ..slots });
            }
        }
        Element::Text(_) => {
            for words in beginnings() {
                let text = Some(words.to_owned());
                let slots = slots.clone();
                take(words.len(), &Slots { text, ..slots });
            }
        }
        Element::Name => {
            for known in known(&vocabulary.names, words) {
                let name = Some(known.clone());
                let slots = slots.clone();
                take(known.len(), &Slots { name, ..slots });
            }
        }
        Element::Known => {
            for known in known(&vocabulary.values, words) {
                let value = Some(known.clone());
                let slots = slots.clone();
                take(known.len(), &Slots { value, ..slots });
            }
        }
        Element::Number(_) => {
            if let Some((number, taken)) = number::read(words) {
                let mut slots = slots.clone();
                slots.numbers.push(number);
                take(taken, &slots);
            }
        }
        Element::Unit => {
            for (unit, taken) in unit::read(words) {
                let unit = Some(unit);
                let slots = slots.clone();
                take(taken, &Slots { unit, ..slots });
            }
        }
    }
}

/// Those that the words begin with.
fn known<'a>(all: &'a [Vec<String>], words: &'a [String]) -> impl Iterator<Item = &'a Vec<String>> {
    all.iter()
        .filter(move |known| !known.is_empty() && words.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::{Example, Pattern, Slots, Vocabulary};

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// The places of each reading, in one line.
    fn read(phrase: &'static str, said: &str) -> String {
        let vocabulary = Vocabulary {
            names: ["speed", "water level"].map(words).into(),
            values: ["red", "dark red"].map(words).into(),
        };
        let tell = |slots: Slots| {
            let texts = [slots.endpoint, slots.name, slots.value, slots.text]
                .map(|words| words.map(|words| words.join(" ")));
            let numbers = slots.numbers.iter().map(ToString::to_string);
            let unit = slots.unit.map(|unit| unit.id.to_owned());
            let all: Vec<_> = texts
                .into_iter()
                .flatten()
                .chain(numbers)
                .chain(unit)
                .collect();
            all.join(" / ")
        };
        let found = Pattern::of(phrase).matches(&words(said), &vocabulary);
        found.into_iter().map(tell).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_phrase_finds_its_places() {
        let set = "set {endpoint} to {number} [percent]";
        for (phrase, said, expected) in [
            (
                "turn|switch on {endpoint}",
                "switch on desk lamp",
                "desk lamp",
            ),
            ("turn {endpoint} on", "turn on on", "on"),
            (set, "set lamp 2 to forty two percent", "lamp 2 / 42"),
            (set, "set lamp 2 to 7", "lamp 2 / 7"),
            (set, "set lamp 2 to red", ""),
            (set, "set to 7", ""),
            (
                "what is the state of {endpoint}",
                "what is state of lamp",
                "lamp",
            ),
            ("dim {endpoint}", "dim", ""),
            ("discover [new] devices", "discover devices now", ""),
            ("dim {endpoint} [by {number} [percent]]", "dim lamp", "lamp"),
            (
                "dim {endpoint} [by {number} [percent]]",
                "dim lamp by 2",
                "lamp / 2, lamp by 2",
            ),
            (
                "set {endpoint} {name} to {number}",
                "set tank water level to 5",
                "tank / water level / 5",
            ),
            (
                "set {endpoint} {name} to {number}",
                "set tank level to 5",
                "",
            ),
            (
                "set {endpoint} to {value}",
                "set a to b to c",
                "a to b / c, a / b to c",
            ),
            (
                "make {endpoint} {known}",
                "make lamp dark red",
                "lamp dark / red, lamp / dark red",
            ),
            ("make {endpoint} {known}", "make me coffee", ""),
            (
                "play {text} on {endpoint}",
                "play jazz on radio",
                "radio / jazz",
            ),
            (
                "set {endpoint} between {number} and {number}",
                "set x between 18 and 20.5",
                "x / 18 / 20.5",
            ),
            (
                "set {endpoint} to {number} [{unit}]",
                "set x to 70 fahrenheit",
                "x / 70 / Alexa.Unit.Temperature.Fahrenheit",
            ),
        ] {
            assert_eq!(read(phrase, said), expected, "{phrase}: {said}");
        }
    }

    #[test]
    fn the_longest_name_comes_first() {
        assert_eq!(
            read("set {endpoint} to {text}", "set a to b to 5"),
            "a to b / 5, a / b to 5"
        );
    }

    #[test]
    fn an_example_is_the_fullest_way_to_say_it() {
        let example = Example {
            endpoint: "the fan".to_owned(),
            name: Some("speed".to_owned()),
            value: None,
            number: "3".to_owned(),
            unit: "",
        };
        for (phrase, expected) in [
            (
                "raise|lift {endpoint} {name} [by {number} [{unit}]]",
                Some("raise the fan speed by 3"),
            ),
            (
                "tune {endpoint} to {text:seven} [now]",
                Some("tune the fan to seven now"),
            ),
            ("set the {name} to {number:20}", Some("set the speed to 20")),
            ("set {endpoint} to {value}", None),
        ] {
            assert_eq!(
                Pattern::of(phrase).example(&example).as_deref(),
                expected,
                "{phrase}"
            );
        }
    }
}
