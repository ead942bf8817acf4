//! From the text of a description to its endpoints, mistake by mistake.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::clash::Traits;
use super::fields::{Known, Line, Name};
use super::kind::{self, Expansion, Kind};
use super::syntax;
use super::{Described, Description, Mistake};
use crate::alexa::discovery::MAXIMUM_CAPABILITIES;
use crate::alexa::error;
use crate::capability::{self, Bound, Capabilities, Entry, Id, Refused};
use crate::label::Locale;
use crate::language::{Key, Node, Read, Schema as _, Unsuitable};
use crate::suggestion::nearest;

pub(super) const ROOT: &str = "alexa";

/// Enough to mend first; a description can have a mistake every three bytes.
const MAXIMUM_MISTAKES: usize = 20;

/// So many characters of a line are shown with a mistake in it.
const MAXIMUM_SHOWN: usize = 400;

/// So many characters of what is wrong, which may name a key of any length.
const MAXIMUM_TOLD: usize = 1500;

const NO_TABLE: &str = "an endpoint is a table";
/// The keys of an endpoint itself.
pub(super) fn own_keys() -> [Key; 7] {
    let key = |name, meaning, schema| Key {
        name,
        meaning,
        schema,
    };
    [
        key(
            "id",
            "tells the endpoints of one device apart, and stays when the name changes",
            Id::schema,
        ),
        key(
            "name",
            "what one says; by default the device's name",
            String::schema,
        ),
        key(
            "category",
            "how the app shows it; by default by what it can do",
            Known::schema,
        ),
        key(
            "language",
            "the language of its names, such as \"de\" or \"en-GB\"; English by default",
            Locale::schema,
        ),
        key("manufacturer", "who made it, for the app", String::schema),
        key("model", "which one it is, for the app", String::schema),
        key("description", "what it is, for the app", String::schema),
    ]
}

/// All keys of an endpoint.
fn all_keys() -> Vec<&'static str> {
    let own = own_keys().into_iter().map(|key| key.name);
    let capabilities = capability::ALL.iter().map(|entry| entry.key);
    let kinds = Kind::all().map(|(name, _)| name);
    own.chain(capabilities).chain(kinds).collect()
}

/// A text in which descriptions stand, and the mistakes that were found in it.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    whole: &'a str,
    /// Where the part that is read starts; spans count from here.
    start: usize,
    mistakes: Vec<Mistake>,
    /// How many there are, also those that are not kept.
    found: usize,
}

/// What a description says has errors of its own interface alone. A cookie says what was read of one, and need not be
/// looked at with each directive.
fn suitable(read: Box<dyn Bound>) -> Result<Box<dyn Bound>, Unsuitable> {
    let bindings = read.description().unwrap_or_default();
    match error::misplaced(&bindings, read.entry().interface) {
        Some(message) => Err(Unsuitable::new(message)),
        None => Ok(read),
    }
}

impl<'t> Text<'t> {
    pub(crate) fn new(whole: &'t str, start: usize) -> Self {
        Self {
            whole,
            start,
            mistakes: Vec::new(),
            found: 0,
        }
    }

    /// Reads the text from its start as one description.
    pub(super) fn read(mut self) -> Description {
        let text = self.whole.get(self.start..).unwrap_or_default();
        let text = text
            .strip_prefix('\u{feff}')
            .inspect(|_| self.start += '\u{feff}'.len_utf8())
            .unwrap_or(text);
        let mut described = Vec::new();
        for (key, value) in self.parse(text) {
            if key.get_ref() == ROOT {
                described.push(value);
            } else {
                let name = key.get_ref();
                let mend = if name.eq_ignore_ascii_case(ROOT) {
                    format!("it is written `{ROOT}`")
                } else if all_keys().contains(&&**name) {
                    format!("what it belongs to is said before it: [{ROOT}.{name}]")
                } else {
                    format!("a description consists of [[{ROOT}]] tables")
                };
                self.mistake(key.span(), &format!("unknown table `{name}`; {mend}"));
            }
        }
        self.description(described)
    }

    /// Reads TOML. What a broken text means is a guess, so no part of it counts.
    pub(crate) fn parse<'a>(&mut self, text: &'a str) -> DeTable<'a> {
        let (document, errors) = DeTable::parse_recoverable(text);
        for (place, message) in syntax::explain_all(&errors, text) {
            self.mistake(place, &message);
        }
        if errors.is_empty() {
            document.into_inner()
        } else {
            DeTable::new()
        }
    }

    /// Reads what stands under `alexa`: one endpoint, or a list.
    pub(crate) fn description<'a>(
        mut self,
        described: impl IntoIterator<Item = Spanned<DeValue<'a>>>,
    ) -> Description {
        let mut endpoints = Vec::new();
        for value in described {
            let span = value.span();
            match value.into_inner() {
                DeValue::Table(table) => endpoints.extend(self.endpoint(span, table)),
                DeValue::Array(tables) => {
                    for table in tables {
                        let span = table.span();
                        if let DeValue::Table(table) = table.into_inner() {
                            endpoints.extend(self.endpoint(span, table));
                        } else {
                            self.mistake(span, NO_TABLE);
                        }
                    }
                }
                _ => self.mistake(span, NO_TABLE),
            }
        }
        let endpoints = self.distinct(endpoints);
        Description {
            endpoints,
            mistakes: self.into_mistakes(),
        }
    }

    /// What was found, by place.
    pub(crate) fn into_mistakes(mut self) -> Vec<Mistake> {
        self.mistakes
            .sort_by_key(|mistake| (mistake.line, mistake.column));
        let more = self.found - self.mistakes.len();
        if let Some(last) = self.mistakes.last_mut().filter(|_| more > 0) {
            last.message = format!("{}; and {more} more mistakes", last.message);
        }
        self.mistakes
    }

    /// Reads one table, without the keys that have a mistake; `None` and at least one mistake where nothing is left that
    /// makes an endpoint.
    fn endpoint(&mut self, span: Range<usize>, table: DeTable<'_>) -> Option<Spanned<Described>> {
        let before = self.found;
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
                        let suggestion = nearest(other, &all_keys());
                        self.mistake(key.span(), &format!("unknown key `{other}`{suggestion}"));
                    }
                }
            }
        }
        endpoint.category = endpoint.category.or(by_kind);
        endpoint.capabilities = self.compatible(capabilities);
        if endpoint.capabilities.is_empty() && self.found == before {
            let message =
                "the endpoint can do nothing yet; give it something, such as power = \"led\"";
            self.mistake(span.clone(), message);
        }
        (identified && !endpoint.capabilities.is_empty()).then(|| Spanned::new(span, endpoint))
    }

    /// Reads the value of a key of the endpoint itself.
    fn take<T: Read, U>(&mut self, value: Spanned<DeValue<'_>>, unwrap: fn(T) -> U) -> Option<U> {
        self.understand(value, |value| T::read(value).map(unwrap))
    }

    /// Reads what an endpoint has of one interface, each with its place.
    fn capabilities(
        &mut self,
        entry: &Entry,
        value: Spanned<DeValue<'_>>,
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
                Ok(value) => self.understand(value, |written| suitable((entry.read)(written)?)),
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
        let mut kept: Vec<Spanned<Box<dyn Bound>>> = Vec::new();
        let mut all = Traits::default();
        for capability in capabilities {
            let clash = match kept.len() {
                MAXIMUM_CAPABILITIES.. => Some(format!(
                    "Alexa takes {MAXIMUM_CAPABILITIES} capabilities of an endpoint; this is one more"
                )),
                _ => all.add(capability.get_ref().as_ref()),
            };
            match clash {
                Some(message) => self.mistake(capability.span(), &message),
                None => kept.push(capability),
            }
        }
        // What it would do to the other is not done, and the rest of it is: that needs no other.
        for capability in &kept {
            let has = |key: &str| kept.iter().any(|other| other.get_ref().entry().key == key);
            if let Some(needed) = capability.get_ref().needs().filter(|needed| !has(needed)) {
                let message = format!("with it the endpoint needs `{needed}`; add that");
                self.mistake(capability.span(), &message);
            }
        }
        kept.into_iter().map(Spanned::into_inner).collect()
    }

    /// Reads a value; where it cannot be read, tells of each mistake in it.
    pub(crate) fn understand<T>(
        &mut self,
        value: Spanned<DeValue<'_>>,
        read: impl Fn(Node) -> Result<T, Unsuitable>,
    ) -> Option<T> {
        let whole = value.span();
        let mut rest = Node::from(value);
        let mut told: Vec<Range<usize>> = Vec::new();
        let mut first = true;
        loop {
            let faults = match read(rest.clone()) {
                Ok(read) => return first.then_some(read),
                Err(Unsuitable(faults)) => faults,
            };
            let mut taken = false;
            let mut unsuitable = Vec::new();
            for fault in faults {
                // What a table lacks may be what was taken out of it.
                if !first && fault.key.is_some() {
                    continue;
                }
                let place = fault.place.as_ref().unwrap_or(&whole);
                // What lost a part says nothing by itself.
                let within = |told: &Range<usize>| {
                    !first && place.start <= told.start && told.end <= place.end
                };
                if place.is_empty() {
                    // What a kind says has no place of its own.
                    let key = fault.key.as_deref().unwrap_or_default();
                    unsuitable.push(format!("`{key}`"));
                } else if !told.iter().any(within) {
                    self.mistake(place.clone(), &fault.message);
                    told.push(place.clone());
                }
                taken |= rest.take_out(place);
            }
            if !unsuitable.is_empty() {
                unsuitable.dedup();
                let message = format!(
                    "what is written here does not go with the kind's own {keys}; write {keys} too",
                    keys = unsuitable.join(", ")
                );
                self.mistake(whole.clone(), &message);
            }
            first = false;
            if !taken {
                return None;
            }
        }
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

    pub(crate) fn mistake(&mut self, span: Range<usize>, message: &str) {
        self.found += 1;
        if self.found > MAXIMUM_MISTAKES {
            return;
        }
        let start = (self.start + span.start).min(self.whole.len());
        let end = (self.start + span.end).clamp(start, self.whole.len());
        let before = self.whole.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let covered = self.whole.get(start..end).unwrap_or_default();
        let line = self
            .whole
            .get(line_start..)
            .and_then(|rest| rest.lines().next());
        let mistake = Mistake {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            length: covered
                .lines()
                .next()
                .unwrap_or_default()
                .chars()
                .count()
                .max(1),
            message: message.chars().take(MAXIMUM_TOLD).collect(),
            text: line
                .unwrap_or_default()
                .chars()
                .take(MAXIMUM_SHOWN)
                .collect(),
        };
        // The parser stumbles more than once over the same thing.
        if self.mistakes.last() == Some(&mistake) {
            self.found -= 1;
        } else {
            self.mistakes.push(mistake);
        }
    }
}
