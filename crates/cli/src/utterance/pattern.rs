//! Phrases with places for what varies.
//!
//! `turn|switch on {endpoint}` matches "switch on desk lamp". A word stands for itself, `a|b` for either, `[a|b]` for
//! either or neither, `{endpoint}` for the words of a name and `{number}` for a number. Words that are not listened to,
//! such as "the", may stand in it for the sake of the example it gives.

use super::{number, words};

/// A phrase, taken apart.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Element>);

#[derive(Debug)]
enum Element {
    Silent(&'static str),
    Words(Vec<&'static str>),
    Optional(Vec<&'static str>),
    Endpoint,
    Number,
}

/// What an utterance has in the places of a phrase.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Slots {
    /// The words of the name.
    pub(super) endpoint: Option<Vec<String>>,
    /// Zero where the phrase has no place for a number.
    pub(super) number: f64,
}

impl Pattern {
    pub(super) fn of(phrase: &'static str) -> Self {
        let element = |word: &'static str| match word {
            "{endpoint}" => Element::Endpoint,
            "{number}" => Element::Number,
            _ if words::is_silent(word) => Element::Silent(word),
            _ => match word
                .strip_prefix('[')
                .and_then(|word| word.strip_suffix(']'))
            {
                Some(words) => Element::Optional(words.split('|').collect()),
                None => Element::Words(word.split('|').collect()),
            },
        };
        Self(phrase.split_whitespace().map(element).collect())
    }

    /// All ways to read the words as this phrase, those with the longest name first.
    pub(super) fn matches(&self, words: &[String]) -> Vec<Slots> {
        let mut found = Vec::new();
        walk(&self.0, words, &Slots::default(), &mut found);
        found
    }

    /// The phrase as one would say it of the endpoint with this name.
    pub(super) fn example(&self, endpoint: &str) -> String {
        let words = self.0.iter().map(|element| match element {
            Element::Silent(word) => word,
            Element::Words(any) | Element::Optional(any) => {
                any.first().copied().unwrap_or_default()
            }
            Element::Endpoint => endpoint,
            Element::Number => "40",
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

fn walk(elements: &[Element], words: &[String], slots: &Slots, found: &mut Vec<Slots>) {
    let Some((element, elements)) = elements.split_first() else {
        if words.is_empty() {
            found.push(slots.clone());
        }
        return;
    };
    match element {
        Element::Silent(_) => walk(elements, words, slots, found),
        Element::Words(any) => {
            if let Some(words) = after_one(any, words) {
                walk(elements, words, slots, found);
            }
        }
        Element::Optional(any) => {
            if let Some(words) = after_one(any, words) {
                walk(elements, words, slots, found);
            }
            walk(elements, words, slots, found);
        }
        Element::Number => {
            if let Some((number, taken)) = number::read(words) {
                let slots = Slots {
                    number,
                    ..slots.clone()
                };
                walk(
                    elements,
                    words.get(taken..).unwrap_or_default(),
                    &slots,
                    found,
                );
            }
        }
        Element::Endpoint => {
            for length in (1..=words.len()).rev() {
                let (name, words) = words.split_at(length);
                let slots = Slots {
                    endpoint: Some(name.to_owned()),
                    ..slots.clone()
                };
                walk(elements, words, &slots, found);
            }
        }
    }
}

fn after_one<'a>(any: &[&str], words: &'a [String]) -> Option<&'a [String]> {
    let (first, rest) = words.split_first()?;
    any.contains(&first.as_str()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_phrase_finds_its_places() {
        for (phrase, said, expected) in [
            (
                "turn|switch on {endpoint}",
                "switch on desk lamp",
                "desk lamp / 0",
            ),
            ("turn {endpoint} on", "turn on on", "on / 0"),
            (
                "set {endpoint} to {number} [percent]",
                "set lamp 2 to forty two percent",
                "lamp 2 / 42",
            ),
            (
                "set {endpoint} to {number} [percent]",
                "set lamp 2 to 7",
                "lamp 2 / 7",
            ),
            (
                "set {endpoint} to {number} [percent]",
                "set lamp 2 to red",
                "",
            ),
            ("set {endpoint} to {number} [percent]", "set to 7", ""),
            (
                "what is the state of {endpoint}",
                "what is state of lamp",
                "lamp / 0",
            ),
            ("dim {endpoint}", "dim", ""),
            ("discover [new] devices", "discover devices now", ""),
        ] {
            let words: Vec<_> = said.split_whitespace().map(str::to_owned).collect();
            let found: Vec<_> = Pattern::of(phrase)
                .matches(&words)
                .into_iter()
                .map(|slots| {
                    format!(
                        "{} / {}",
                        slots.endpoint.unwrap_or_default().join(" "),
                        slots.number
                    )
                })
                .collect();
            assert_eq!(found.join(", "), expected, "{phrase}: {said}");
        }
    }

    #[test]
    fn the_longest_name_comes_first() {
        let words = ["set", "a", "to", "b", "to", "5"].map(str::to_owned);
        let names: Vec<_> = Pattern::of("set {endpoint} to {number}")
            .matches(&words)
            .into_iter()
            .filter_map(|slots| slots.endpoint)
            .collect();
        assert_eq!(names, [vec!["a", "to", "b"]]);
    }
}
