//! The words for what is no TOML: the parser's, and the mend for the mistakes that people make.

use std::ops::Range;

use toml::de::Error;

use super::reader::ROOT;

/// What a telephone makes of straight quotes.
const CURLY: [char; 6] = ['“', '”', '„', '‘', '’', '‚'];

/// What the parser says of a key that stands twice.
const TWICE: &str = "duplicate key";

/// What is wrong, and where: of each line the first, for the parser's later ones mostly follow from it. An endpoint that
/// stands twice has its keys twice, which is not told again.
pub(super) fn explain_all(errors: &[Error], text: &str) -> Vec<(Range<usize>, String)> {
    let mut lines = Vec::new();
    let mut endpoint_again = false;
    let mut mistakes: Vec<_> = errors
        .iter()
        .map(|error| Mistake::of(error, text))
        .collect();
    mistakes.sort_by_key(|mistake| mistake.place.start);
    let told = mistakes.into_iter().filter_map(|mistake| {
        let line = mistake.before.matches('\n').count();
        let again = mistake.complaint == TWICE;
        if lines.contains(&line) || (again && endpoint_again) {
            return None;
        }
        lines.push(line);
        endpoint_again |= again && mistake.marked == ROOT;
        Some(mistake.explain())
    });
    told.collect()
}

/// What the parser complains of, and the text around it.
struct Mistake<'a> {
    complaint: &'a str,
    message: &'a str,
    place: Range<usize>,
    before: &'a str,
    marked: &'a str,
    /// From the place on to the end of its line.
    rest: &'a str,
}

impl<'a> Mistake<'a> {
    fn of(error: &'a Error, text: &'a str) -> Self {
        let place = error.span().unwrap_or_default();
        let (before, after) = text.split_at_checked(place.start).unwrap_or((text, ""));
        let message = error.message();
        Self {
            complaint: message.split(',').next().unwrap_or_default(),
            message,
            marked: text.get(place.clone()).unwrap_or_default(),
            place,
            before,
            rest: after.lines().next().unwrap_or_default(),
        }
    }

    fn explain(self) -> (Range<usize>, String) {
        let words = match self.complaint {
            "invalid boolean"
            | "string values must be quoted"
            | "invalid literal string"
            | "missing value" => return self.explain_value(),
            "invalid basic string" => "the text does not end; close it with \"",
            "key with no value" => {
                "a key is followed by = and its value; words of your own stand before the description"
            }
            _ if self.rest.starts_with("//") => "a remark begins with #",
            _ if self.rest.starts_with(':') => "a key is followed by =, not by a colon",
            "invalid unquoted key" => {
                "a key consists of letters, digits, - and _; any other stands in quotes"
            }
            "unclosed inline table" => "a table that begins with { does not end; close it with }",
            "unclosed array" => "a list that begins with [ does not end; close it with ]",
            "missing comma between key-value pairs" => {
                "a comma is missing before this, or the } of the table"
            }
            "missing comma between array elements" => {
                "a comma is missing before this, or the ] of the list"
            }
            "unclosed table" => "the head of a table is closed with ]",
            "unclosed array table" => "the head of one of several tables is closed with ]]",
            TWICE if self.marked == ROOT => {
                "of several endpoints each starts with [[alexa]], and has an `id` of its own"
            }
            TWICE => "this key stands here for the second time; keep one",
            "unexpected key or value" => {
                "one key stands on a line; what comes after its value is too much"
            }
            "missing escaped value" => "a backslash in a text is written twice",
            "unexpected leading zero" => "a number does not begin with 0; leave that out",
            "cannot recurse further; max recursion depth met" => {
                "so many tables and lists one in the other are none of a description"
            }
            "extra comma in array" | "extra comma in inline table" => "this comma is too much",
            "extra `=`" => "this = is too much",
            _ => self.message.trim_end_matches(", expected nothing"),
        };
        (self.place, words.to_owned())
    }

    /// What stands where a value should.
    fn explain_value(self) -> (Range<usize>, String) {
        if self.rest.starts_with(CURLY) {
            let words = "a text stands in straight quotes: \"".to_owned();
            return (self.place, words);
        }
        if self.rest.starts_with('(') {
            let words = "a list stands in brackets: [ ]".to_owned();
            return (self.place, words);
        }
        let is_of_word = |char: char| char.is_alphanumeric() || "_-. ".contains(char);
        let before = self.before.trim_end_matches(is_of_word).len();
        let word = [self.before.get(before..).unwrap_or_default(), self.rest].concat();
        let after = word.trim_start_matches(is_of_word);
        let length = word.len() - after.len();
        let word = word.get(..length).unwrap_or_default();
        let start = before + word.len() - word.trim_start().len();
        let word = word.trim();
        if word.is_empty() {
            let words = "the value is missing; write one, or leave out the key";
            return (self.place, words.to_owned());
        }
        let place = start..start + word.len();
        if let Some(small) = ["true", "false"]
            .into_iter()
            .find(|small| small.eq_ignore_ascii_case(word))
        {
            return (place, format!("it is written in small letters: {small}"));
        }
        if after.starts_with('=') {
            let words = "keys and their values stand in braces, not in brackets";
            return (place, words.to_owned());
        }
        (place, format!("a text stands in quotes: \"{word}\""))
    }
}
