//! The description of a device: which endpoints it has, and the binding of each capability.
//!
//! It is [TOML](https://toml.io), and stands in the device's notes from the first line that starts with `[alexa]` or
//! `[[alexa]]`; the owner's own words may come before it.
//!
//! ```toml
//! [[alexa]]
//! id = "bedroom"                  # tells several endpoints of one device apart; stays when the name changes
//! name = "Bedroom light"          # what one says; by default the device's name
//! category = "LIGHT"              # how the app shows it; by default by its capabilities
//! power = { function = "onoff", on = "0=1", off = "0=0" }
//! brightness = { function = "setvalue", argument = "0={}", variable = "level0", scale = [0, 255] }
//! ```
//!
//! A mistake costs the endpoint it is in, not the others.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::alexa::discovery::{Category, MAXIMUM_NAME_CHARACTERS};
use crate::capability::{self, Capabilities, Entry};
use crate::suggestion::nearest;

/// What a description says.
#[derive(Debug, Default)]
pub struct Description {
    /// The endpoints without a mistake, in their order.
    pub endpoints: Vec<Described>,
    /// What is wrong, by place.
    pub mistakes: Vec<Mistake>,
}

/// One endpoint of a description.
#[derive(Debug, Default)]
pub struct Described {
    /// Its part of the endpoint id; the one endpoint without is the device itself.
    pub id: Option<String>,
    /// What one says.
    pub name: Option<String>,
    /// How the app shows it.
    pub category: Option<Category>,
    /// What it can do.
    pub capabilities: Capabilities,
}

/// Something that cannot be understood, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// How many characters it covers on that line, at least 1.
    pub length: usize,
    /// What is wrong and what to write.
    pub message: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

const ROOT: &str = "alexa";
const OWN_KEYS: [&str; 3] = ["id", "name", "category"];

impl Description {
    /// Reads the description in a device's notes, or `None` where they hold none. Lines count from the notes' first.
    ///
    /// The line that starts it may be indented, as it is when it was copied out of a terminal.
    #[must_use]
    pub fn in_notes(notes: &str) -> Option<Self> {
        let mut start = 0;
        for line in notes.split_inclusive('\n') {
            if is_start(line) {
                let mut reader = Reader {
                    notes,
                    start,
                    mistakes: Vec::new(),
                };
                if notes.len() - start > MAXIMUM_BYTES {
                    let message = format!("the description is longer than {MAXIMUM_BYTES} bytes");
                    reader.mistake(0..0, &message);
                    return Some(Self {
                        endpoints: Vec::new(),
                        mistakes: reader.mistakes,
                    });
                }
                return Some(reader.read());
            }
            start += line.len();
        }
        None
    }
}

/// More than any device needs, and little enough to be read in no time.
const MAXIMUM_BYTES: usize = 16 << 10;

/// Whether a description starts with this line; one that does so in capitals is shown its mistake later.
fn is_start(line: &str) -> bool {
    let line: String = line
        .trim_start_matches('\u{feff}')
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let line = line.to_ascii_lowercase();
    ["[alexa]", "[[alexa]]", "[alexa.", "[[alexa."]
        .iter()
        .any(|start| line.starts_with(start))
}

struct Reader<'a> {
    notes: &'a str,
    /// Where the description starts; spans count from here.
    start: usize,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    fn read(mut self) -> Description {
        let text = self.notes.get(self.start..).unwrap_or_default();
        let text = text
            .strip_prefix('\u{feff}')
            .inspect(|_| self.start += '\u{feff}'.len_utf8())
            .unwrap_or(text);
        let (document, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            // What such a text means is a guess, so no part of it counts.
            for error in errors {
                self.mistake(error.span().unwrap_or_default(), error.message());
            }
            return Description {
                endpoints: Vec::new(),
                mistakes: self.mistakes,
            };
        }
        let mut endpoints = Vec::new();
        for (key, value) in document.into_inner() {
            let span = value.span();
            match value.into_inner() {
                _ if key.get_ref() != ROOT => {
                    let message = format!(
                        "unknown table `{}`; a description consists of [[{ROOT}]] tables",
                        key.get_ref()
                    );
                    self.mistake(key.span(), &message);
                }
                DeValue::Table(table) => endpoints.extend(self.endpoint(span, table)),
                DeValue::Array(tables) => {
                    for table in tables {
                        let span = table.span();
                        if let DeValue::Table(table) = table.into_inner() {
                            endpoints.extend(self.endpoint(span, table));
                        }
                    }
                }
                _ => self.mistake(span, "an endpoint is a table"),
            }
        }
        let endpoints = self.distinct(endpoints);
        self.mistakes
            .sort_by_key(|mistake| (mistake.line, mistake.column));
        Description {
            endpoints,
            mistakes: self.mistakes,
        }
    }

    /// Reads one table; `None` and at least one mistake where it is no endpoint.
    fn endpoint(&mut self, span: Range<usize>, table: DeTable<'a>) -> Option<Spanned<Described>> {
        let before = self.mistakes.len();
        let mut endpoint = Described::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "id" => endpoint.id = self.take(value, |Id(id)| id),
                "name" => endpoint.name = self.take(value, |Name(name)| name),
                "category" => endpoint.category = self.take(value, |Known(category)| category),
                other => match Entry::find(other) {
                    Some(entry) => endpoint
                        .capabilities
                        .extend(self.capabilities(entry, value)),
                    None => {
                        let known: Vec<_> = OWN_KEYS
                            .into_iter()
                            .chain(capability::ALL.iter().map(|entry| entry.key))
                            .collect();
                        let suggestion = nearest(other, &known);
                        self.mistake(key.span(), &format!("unknown key `{other}`{suggestion}"));
                    }
                },
            }
        }
        if endpoint.capabilities.is_empty() && self.mistakes.len() == before {
            let message =
                "the endpoint can do nothing yet; give it something, such as power = \"led\"";
            self.mistake(span.clone(), message);
        }
        (self.mistakes.len() == before).then(|| Spanned::new(span, endpoint))
    }

    /// Reads the value of a key of the endpoint itself.
    fn take<T: Deserialize<'a>, U>(
        &mut self,
        value: Spanned<DeValue<'a>>,
        unwrap: fn(T) -> U,
    ) -> Option<U> {
        let read = |value| T::deserialize(value).map(unwrap);
        self.understand(value, read)
    }

    /// Reads what an endpoint has of one interface.
    fn capabilities(&mut self, entry: &Entry, value: Spanned<DeValue<'a>>) -> Capabilities {
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(values) if entry.several => values
                .into_iter()
                .filter_map(|value| self.understand(value, entry.from_description))
                .collect(),
            value => self
                .understand(Spanned::new(span, value), entry.from_description)
                .into_iter()
                .collect(),
        }
    }

    fn understand<T>(
        &mut self,
        value: Spanned<DeValue<'a>>,
        read: impl FnOnce(ValueDeserializer<'a>) -> Result<T, toml::de::Error>,
    ) -> Option<T> {
        let place = value.span();
        let outcome = read(ValueDeserializer::from(value));
        if let Err(error) = &outcome {
            self.mistake(error.span().unwrap_or(place), error.message());
        }
        outcome.ok()
    }

    /// Keeps the first of the endpoints with the same id: one device has one endpoint without an id at most.
    fn distinct(&mut self, endpoints: Vec<Spanned<Described>>) -> Vec<Described> {
        let mut kept: Vec<Described> = Vec::new();
        for endpoint in endpoints {
            if kept.iter().any(|other| other.id == endpoint.get_ref().id) {
                let message = match &endpoint.get_ref().id {
                    Some(id) => format!("another endpoint of this device has the id \"{id}\""),
                    None => "another endpoint of this device has no id either; give this one, such as id = \"fan\"".to_owned(),
                };
                self.mistake(endpoint.span(), &message);
            } else {
                kept.push(endpoint.into_inner());
            }
        }
        kept
    }

    fn mistake(&mut self, span: Range<usize>, message: &str) {
        let start = (self.start + span.start).min(self.notes.len());
        let end = (self.start + span.end).clamp(start, self.notes.len());
        let before = self.notes.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let covered = self.notes.get(start..end).unwrap_or_default();
        self.mistakes.push(Mistake {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            length: covered
                .lines()
                .next()
                .unwrap_or_default()
                .chars()
                .count()
                .max(1),
            message: message.to_owned(),
        });
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Id(String);

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if (1..=64).contains(&id.len()) && id.bytes().all(allowed) {
            Ok(Self(id))
        } else {
            Err("an id is 1 to 64 letters, digits, `_` or `-`")
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match name.chars().count() {
            _ if !name.chars().any(char::is_alphanumeric) => {
                Err("a name needs a letter or digit that can be said".to_owned())
            }
            length if length > MAXIMUM_NAME_CHARACTERS => Err(format!(
                "the name has {length} characters; Alexa takes {MAXIMUM_NAME_CHARACTERS}"
            )),
            _ => Ok(Self(name)),
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Known(Category);

impl TryFrom<String> for Known {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        use strum::VariantNames as _;
        name.parse().map(Self).map_err(|_| {
            format!(
                "unknown category `{name}`{}",
                nearest(&name, Category::VARIANTS)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(notes: &str) -> Vec<String> {
        Description::in_notes(notes)
            .unwrap()
            .mistakes
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn notes_without_a_description_have_none() {
        for notes in [
            "",
            "bought in May",
            "see [alexa] in the manual",
            "[alexander]",
        ] {
            assert!(Description::in_notes(notes).is_none(), "{notes:?}");
        }
    }

    #[test]
    fn own_words_may_stand_before_it() {
        let description =
            Description::in_notes("Behind the sofa.\r\n[alexa]\r\npower = \"led\"\r\n").unwrap();
        assert_eq!(
            (description.endpoints.len(), description.mistakes),
            (1, vec![])
        );
    }

    #[test]
    fn the_start_may_be_written_in_many_ways() {
        for notes in [
            "    [alexa]\n    power = \"led\"",
            "[ alexa ]\npower = \"led\"",
            "\u{feff}[alexa]\npower = \"led\"",
            "[[ alexa ]]\r\npower = \"led\"\r\n",
            "[alexa.power]\nfunction = \"led\"",
        ] {
            let description = Description::in_notes(notes).unwrap();
            assert_eq!(
                (description.endpoints.len(), description.mistakes),
                (1, vec![]),
                "{notes:?}"
            );
        }
        assert_eq!(
            mistakes("[Alexa]\npower = \"led\""),
            ["line 1, column 2: unknown table `Alexa`; a description consists of [[alexa]] tables"]
        );
    }

    #[test]
    fn a_description_has_a_limit() {
        let notes = "[[alexa]]\nx = 1\n".repeat(40_000);
        assert_eq!(
            mistakes(&notes),
            ["line 1, column 1: the description is longer than 16384 bytes"]
        );
    }

    #[test]
    fn one_mistake_costs_one_endpoint() {
        let description = Description::in_notes(
            "[[alexa]]\nid = \"a\"\npower = 5\n[[alexa]]\nid = \"b\"\npower = \"led\"\n",
        )
        .unwrap();
        assert_eq!(description.endpoints.len(), 1);
        assert_eq!(description.mistakes.len(), 1);
    }

    #[test]
    fn each_mistake_is_shown_where_it_is() {
        let cases = [
            (
                "x\n[alexa]\npowre = \"led\"",
                "line 3, column 1: unknown key `powre`; did you mean `power`?",
            ),
            (
                "[alexa]\npower = { functoin = \"led\" }",
                "line 2, column 11: unknown key `functoin`; did you mean `function`?",
            ),
            (
                "[alexa]\npower = { on = \"1\" }",
                "line 2, column 9: it needs a `function`: what else would set it?",
            ),
            (
                "[alexa]\ntemperature = { unit = \"C\" }",
                "line 2, column 15: it needs a `variable`: what else would tell it?",
            ),
            (
                "[alexa]\ntemperature = { function = \"x\" }",
                "line 2, column 17: unknown key `function`; known are variable, pointer, unit",
            ),
            (
                "[alexa]\npower = 5",
                "line 2, column 9: invalid type: integer `5`, expected the name of a function, or a table with `function`",
            ),
            (
                "[alexa]\nbrightness = { function = \"f\", scale = [1, 1] }",
                "line 2, column 40: a scale is two different numbers, such as [0, 255]",
            ),
            (
                "[alexa]\nbrightness = { function = \"f\", argument = \"0\" }",
                "line 2, column 43: \"0\" must contain {} once, where the value goes",
            ),
            (
                "[alexa]\ntemperature = { variable = \"t\", unit = \"X\" }",
                "line 2, column 40: unknown unit `X`; a temperature is in \"C\", \"F\" or \"K\"",
            ),
            (
                "[alexa]\ncategory = \"LIHGT\"\npower = \"led\"",
                "line 2, column 12: unknown category `LIHGT`; did you mean `LIGHT`?",
            ),
            (
                "[alexa]\npower = { function = \"f\", on = \"off\" }",
                "line 2, column 9: \"off\" cannot stand for two values",
            ),
            (
                "[alexa]\nbrightness = { function = \"f\", scale = 255 }",
                "line 2, column 40: a scale is two different numbers, such as [0, 255]",
            ),
            (
                "[alexa]\nid = \"a b\"\npower = \"led\"",
                "line 2, column 6: an id is 1 to 64 letters, digits, `_` or `-`",
            ),
            (
                "[alexa]\nname = \"…\"\npower = \"led\"",
                "line 2, column 8: a name needs a letter or digit that can be said",
            ),
            (
                "[alexa]\npower = { function = \"..\" }",
                "line 2, column 22: \"..\" is no name of a function or variable",
            ),
            (
                "[alexa]\nname = \"x\"",
                "line 1, column 1: the endpoint can do nothing yet; give it something, such as power = \"led\"",
            ),
            (
                "[alexa]\npower = \"led\"\n[other]\nx = 1",
                "line 3, column 2: unknown table `other`; a description consists of [[alexa]] tables",
            ),
            (
                "[[alexa]]\npower = \"a\"\n[[alexa]]\npower = \"b\"",
                "line 3, column 1: another endpoint of this device has no id either; give this one, such as id = \"fan\"",
            ),
            (
                "[[alexa]]\nid=\"a\"\npower = \"a\"\n[[alexa]]\nid=\"a\"\npower = \"b\"",
                "line 4, column 1: another endpoint of this device has the id \"a\"",
            ),
        ];
        for (notes, expected) in cases {
            assert_eq!(mistakes(notes), [expected], "{notes}");
        }
    }

    #[test]
    fn broken_toml_is_shown_where_it_breaks() {
        let description = Description::in_notes("[alexa]\npower = \n[alexa]\n").unwrap();
        assert!(description.endpoints.is_empty());
        assert_eq!(
            description.mistakes.first().map(|mistake| mistake.line),
            Some(2),
            "{:?}",
            description.mistakes
        );
    }
}
