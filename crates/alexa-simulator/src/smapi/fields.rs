//! Reads an object of a request, and collects all that is wrong with it.

use axum::body::Bytes;
use serde_json::{Map, Value};
use url::Url;

use super::{Refusal, Violation, violation::Instance};

/// The object at a path, and what was found to be wrong so far.
pub(crate) struct Fields<'a> {
    path: String,
    object: &'a Map<String, Value>,
    known: Vec<&'static str>,
    pub(crate) violations: Vec<Violation>,
}

/// A request's body, which must be JSON.
pub(crate) fn body(bytes: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes).map_err(|_| {
        let unreadable = "Content of the request body cannot be parsed as JSON.";
        Refusal::bad_request(vec![Violation::uncoded(unreadable)])
    })
}

impl<'a> Fields<'a> {
    /// The object in a value, if it is one.
    pub(crate) fn of(path: impl Into<String>, value: &'a Value) -> Result<Self, Violation> {
        let path = path.into();
        match value.as_object() {
            Some(object) => Ok(Self {
                path,
                object,
                known: Vec::new(),
                violations: Vec::new(),
            }),
            None => Err(Violation::data_type(&path, value, "object")),
        }
    }

    /// A property's path.
    pub(crate) fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    /// A property that may be absent; null is absent.
    pub(crate) fn optional(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// A property that must be there.
    pub(crate) fn required(&mut self, name: &'static str) -> Option<&'a Value> {
        let value = self.optional(name);
        if value.is_none() {
            self.violations.push(Violation::missing(&self.path, name));
        }
        value
    }

    /// An object in it.
    pub(crate) fn object(&mut self, name: &'static str) -> Option<Fields<'a>> {
        let value = self.required(name)?;
        self.keep(Fields::of(self.at(name), value))
    }

    /// An object in it, if there is one.
    pub(crate) fn optional_object(&mut self, name: &'static str) -> Option<Fields<'a>> {
        let value = self.optional(name)?;
        self.keep(Fields::of(self.at(name), value))
    }

    /// Takes over what was found to be wrong in an object in it.
    pub(crate) fn close(&mut self, inner: Fields<'_>) {
        self.violations.extend(inner.finish());
    }

    /// A string of one to so many characters.
    pub(crate) fn string(&mut self, name: &'static str, most: usize) -> Option<&'a str> {
        let value = self.required(name)?;
        let text = self.text(&self.at(name), value)?;
        self.bounded(
            Instance {
                path: &self.at(name),
                text: Some(text),
            },
            text,
            most,
        )
    }

    /// A string that must not be repeated.
    pub(crate) fn secret(&mut self, name: &'static str, most: usize) -> Option<&'a str> {
        let value = self.required(name)?;
        let text = self.text(&self.at(name), value)?;
        self.bounded(
            Instance {
                path: &self.at(name),
                text: None,
            },
            text,
            most,
        )
    }

    /// An https URL.
    pub(crate) fn url(&mut self, name: &'static str) -> Option<&'a str> {
        let text = self.string(name, LONGEST_URL)?;
        self.secure(&self.at(name), text)
    }

    /// An https URL, if there is one; an empty string is none.
    pub(crate) fn optional_url(&mut self, name: &'static str) -> Option<&'a str> {
        let value = self.optional(name)?;
        let text = self.text(&self.at(name), value)?;
        if text.is_empty() {
            return None;
        }
        self.secure(&self.at(name), text)
    }

    /// One of these words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = self.required(name)?;
        self.chosen(name, value, words)
    }

    /// One of these words, if there is one.
    pub(crate) fn optional_choice<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = self.optional(name)?;
        self.chosen(name, value, words)
    }

    /// A list of so many strings; absent where none is needed.
    pub(crate) fn strings(
        &mut self,
        name: &'static str,
        least: usize,
        most: usize,
    ) -> Vec<&'a str> {
        let path = self.at(name);
        let items = self.items(name, least, most).into_iter().enumerate();
        items
            .filter_map(|(position, item)| {
                let path = format!("{path}[{position}]");
                let text = self.text(&path, item)?;
                self.bounded(
                    Instance {
                        path: &path,
                        text: Some(text),
                    },
                    text,
                    LONGEST_ITEM,
                )
            })
            .collect()
    }

    /// A list of so many values; absent where none is needed.
    pub(crate) fn items(
        &mut self,
        name: &'static str,
        least: usize,
        most: usize,
    ) -> Vec<&'a Value> {
        let path = self.at(name);
        let value = if least > 0 {
            self.required(name)
        } else {
            self.optional(name)
        };
        let Some(value) = value else {
            return vec![];
        };
        let Some(items) = value.as_array() else {
            self.violations
                .push(Violation::data_type(&path, value, "array"));
            return vec![];
        };
        if !(least..=most).contains(&items.len()) {
            let violation = Violation::array_size(&path, items.len(), least, most);
            self.violations.push(violation);
        }
        items.iter().collect()
    }

    /// A whole number of at least so much, if there is one.
    pub(crate) fn optional_integer(&mut self, name: &'static str, least: u64) -> Option<u64> {
        let value = self.optional(name)?;
        if !value.is_i64() && !value.is_u64() {
            let violation = Violation::data_type(&self.at(name), value, "integer");
            self.violations.push(violation);
            return None;
        }
        let number = value.as_u64().filter(|number| *number >= least);
        if number.is_none() {
            let violation = Violation::integer(&self.at(name), value, least);
            self.violations.push(violation);
        }
        number
    }

    /// A truth value, which Amazon's own examples spell as a string, too.
    pub(crate) fn boolean(&mut self, name: &'static str) -> bool {
        match self.optional(name) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) if matches!(text.as_str(), "true" | "false") => {
                text == "true"
            }
            Some(value) => {
                let violation = Violation::data_type(&self.at(name), value, "boolean");
                self.violations.push(violation);
                false
            }
        }
    }

    /// What is wrong, properties included that nobody asked for.
    pub(crate) fn finish(mut self) -> Vec<Violation> {
        let unexpected = self
            .object
            .keys()
            .filter(|key| !self.known.contains(&key.as_str()));
        let unexpected = unexpected.map(|key| Violation::unexpected(&self.path, key));
        let unexpected: Vec<_> = unexpected.collect();
        self.violations.extend(unexpected);
        self.violations
    }

    fn keep<T>(&mut self, result: Result<T, Violation>) -> Option<T> {
        result
            .map_err(|violation| self.violations.push(violation))
            .ok()
    }

    fn text(&mut self, path: &str, value: &'a Value) -> Option<&'a str> {
        let wrong = || Violation::data_type(path, value, "string");
        let text = value.as_str().ok_or_else(wrong);
        self.keep(text)
    }

    fn bounded(&mut self, instance: Instance<'_>, text: &'a str, most: usize) -> Option<&'a str> {
        let length = text.chars().count();
        if (1..=most).contains(&length) {
            return Some(text);
        }
        let violation = Violation::string_length(instance, length, most);
        self.violations.push(violation);
        None
    }

    fn secure(&mut self, path: &str, text: &'a str) -> Option<&'a str> {
        if is_secure(text) {
            return Some(text);
        }
        let instance = Instance {
            path,
            text: Some(text),
        };
        self.violations.push(Violation::url(instance));
        None
    }

    fn chosen<T: Copy>(
        &mut self,
        name: &str,
        value: &'a Value,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let path = self.at(name);
        let text = self.text(&path, value)?;
        let choice = words.iter().find(|(word, _)| *word == text);
        if choice.is_none() {
            let allowed: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            let instance = Instance {
                path: &path,
                text: Some(text),
            };
            self.violations.push(Violation::choice(instance, &allowed));
        }
        choice.map(|(_, choice)| *choice)
    }
}

/// Whether Alexa would go there. It goes to no loopback address at all; those are taken here for the simulators' sake.
fn is_secure(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    match url.scheme() {
        "https" => loopback || url.port().is_none(),
        "http" => loopback,
        _ => false,
    }
}

const LONGEST_URL: usize = 2000;
const LONGEST_ITEM: usize = 500;
