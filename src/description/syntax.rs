//! The words for what is no TOML: the parser's, and the mend for the mistakes that people make.

use std::ops::Range;

use toml::de::Error;

use super::reader::ROOT;

/// What a telephone makes of straight quotes.
const CURLY: [char; 6] = ['“', '”', '„', '‘', '’', '‚'];

/// What the parser says of a key that stands twice.
const TWICE: &str = "duplicate key";

/// What is wrong, and where. An endpoint that stands twice has its keys twice, which is not told again.
pub(super) fn explain_all(errors: &[Error], text: &str) -> Vec<(Range<usize>, String)> {
    let again = |error: &&Error| error.message().starts_with(TWICE);
    let is_endpoint = |error: &Error| {
        let place = error.span().unwrap_or_default();
        text.get(place) == Some(ROOT)
    };
    let endpoint = errors
        .iter()
        .position(|error| again(&error) && is_endpoint(error));
    let told = errors.iter().enumerate().filter(|(index, error)| {
        !again(error) || endpoint.is_none_or(|endpoint| *index <= endpoint)
    });
    told.map(|(_, error)| explain(error, text)).collect()
}

fn explain(error: &Error, text: &str) -> (Range<usize>, String) {
    let span = error.span().unwrap_or_default();
    let message = error.message();
    let complaint = message.split(',').next().unwrap_or_default();
    let words = match complaint {
        "invalid boolean" | "string values must be quoted" | "invalid literal string" => {
            let word = word_at(text, span.start);
            let bare = text.get(word.clone()).unwrap_or_default();
            if text
                .get(span.start..)
                .is_some_and(|rest| rest.starts_with(CURLY))
            {
                return (span, "a text stands in straight quotes: \"".to_owned());
            }
            if bare.is_empty() {
                return (
                    span,
                    "the value is missing; write one, or leave out the key".to_owned(),
                );
            }
            let words = format!("a text stands in quotes: \"{bare}\"");
            return (word, words);
        }
        "invalid basic string" => "the text does not end; close it with \"",
        "key with no value" => {
            "a key is followed by = and its value; words of your own stand before the description"
        }
        TWICE if text.get(span.clone()) == Some(ROOT) => {
            "of several endpoints each starts with [[alexa]], and has an `id` of its own"
        }
        TWICE => "this key stands here for the second time; keep one",
        "unexpected key or value" => {
            "one key stands on a line; what comes after its value is too much"
        }
        _ => message.trim_end_matches(", expected nothing"),
    };
    (span, words.to_owned())
}

/// Where the bare word stands that this place is in.
fn word_at(text: &str, place: usize) -> Range<usize> {
    let is_bare = |char: char| char.is_alphanumeric() || "_-.".contains(char);
    let (before, after) = text.split_at_checked(place).unwrap_or((text, ""));
    let start = before.trim_end_matches(is_bare).len();
    let end = text.len() - after.trim_start_matches(is_bare).len();
    start..end
}
