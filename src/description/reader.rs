//! From the text of a description to its endpoints, mistake by mistake.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::clash;
use super::fields::{Known, Line, Name};
use super::kind::{self, Expansion, Kind};
use super::{Described, Description, Mistake};
use crate::alexa::discovery::MAXIMUM_CAPABILITIES;
use crate::capability::{self, Bound, Capabilities, Entry, Id, Refused};
use crate::label::Locale;
use crate::suggestion::nearest;

const ROOT: &str = "alexa";
const OWN_KEYS: [&str; 7] = [
    "id",
    "name",
    "category",
    "language",
    "manufacturer",
    "model",
    "description",
];

/// Reads one description and gathers its mistakes.
pub(super) struct Reader<'a> {
    pub(super) notes: &'a str,
    /// Where the description starts; spans count from here.
    pub(super) start: usize,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    pub(super) fn read(mut self) -> Description {
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

    /// Reads one table, without the keys that have a mistake; `None` and at least one mistake where nothing is left that
    /// makes an endpoint.
    fn endpoint(&mut self, span: Range<usize>, table: DeTable<'a>) -> Option<Spanned<Described>> {
        let before = self.mistakes.len();
        let mut endpoint = Described::default();
        let mut capabilities = Vec::new();
        let mut by_kind = None;
        // An endpoint under another id than its own would be another endpoint.
        let mut identified = true;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "id" => {
                    endpoint.id = self.take(value, |Id(id)| id);
                    identified = endpoint.id.is_some();
                }
                "name" => endpoint.name = self.take(value, |Name(name)| name),
                "category" => endpoint.category = self.take(value, |Known(category)| category),
                "language" => {
                    endpoint.language = self
                        .take(value, |language: Locale| language)
                        .unwrap_or_default();
                }
                "manufacturer" => {
                    endpoint.product.manufacturer = self.take(value, |Line(line)| line);
                }
                "model" => endpoint.product.model = self.take(value, |Line(line)| line),
                "description" => endpoint.product.description = self.take(value, |Line(line)| line),
                other => {
                    if let Some(entry) = Entry::find(other) {
                        capabilities.extend(self.capabilities(entry, value));
                    } else if let Some(kind) = Kind::find(other) {
                        by_kind = by_kind.or_else(|| kind.category().parse().ok());
                        let Expansion { parts, mistakes } = kind.expand(value);
                        for (place, message) in mistakes {
                            self.mistake(place, &message);
                        }
                        for (key, value) in parts {
                            if let Some(entry) = Entry::find(key) {
                                capabilities.extend(self.capabilities(entry, value));
                            }
                        }
                    } else if let Some(Refused { reason, .. }) = Refused::find(other) {
                        self.mistake(key.span(), &format!("`{other}` {reason}; leave it out"));
                    } else {
                        let known: Vec<_> = OWN_KEYS
                            .into_iter()
                            .chain(capability::ALL.iter().map(|entry| entry.key))
                            .chain(Kind::all().map(|(name, _)| name))
                            .collect();
                        let suggestion = nearest(other, &known);
                        self.mistake(key.span(), &format!("unknown key `{other}`{suggestion}"));
                    }
                }
            }
        }
        endpoint.category = endpoint.category.or(by_kind);
        endpoint.capabilities = self.compatible(capabilities);
        if endpoint.capabilities.is_empty() && self.mistakes.len() == before {
            let message =
                "the endpoint can do nothing yet; give it something, such as power = \"led\"";
            self.mistake(span.clone(), message);
        }
        (identified && !endpoint.capabilities.is_empty()).then(|| Spanned::new(span, endpoint))
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

    /// Reads what an endpoint has of one interface, each with its place.
    fn capabilities(
        &mut self,
        entry: &Entry,
        value: Spanned<DeValue<'a>>,
    ) -> Vec<Spanned<Box<dyn Bound>>> {
        let span = value.span();
        let values = match value.into_inner() {
            DeValue::Array(values) if entry.several => values.into_iter().collect(),
            value => vec![Spanned::new(span, value)],
        };
        let mut capabilities = Vec::new();
        for value in values {
            let place = value.span();
            let capability = match kind::spell_out(entry.key, value) {
                Ok(value) => self.understand(value, entry.from_description),
                Err((place, message)) => {
                    self.mistake(place, &message);
                    None
                }
            };
            capabilities.extend(capability.map(|capability| Spanned::new(place, capability)));
        }
        capabilities
    }

    /// Leaves out what Alexa would not take beside the rest: for such a clash she refuses all devices without a word.
    fn compatible(&mut self, capabilities: Vec<Spanned<Box<dyn Bound>>>) -> Capabilities {
        let mut kept = Capabilities::new();
        for capability in capabilities {
            let clash = match kept.len() {
                MAXIMUM_CAPABILITIES.. => Some(format!(
                    "Alexa takes {MAXIMUM_CAPABILITIES} capabilities of an endpoint; this is one more"
                )),
                _ => clash::between(&kept, capability.get_ref().as_ref()),
            };
            match clash {
                Some(message) => self.mistake(capability.span(), &message),
                None => kept.push(capability.into_inner()),
            }
        }
        kept
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

    pub(super) fn mistake(&mut self, span: Range<usize>, message: &str) {
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
