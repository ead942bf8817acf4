//! What is wrong with a table although each of its keys is right by itself.

use std::fmt::{self, Display, Formatter};

/// Parts a problem's key from its message, on the way through an error of serde's, which holds text alone.
const SEPARATOR: char = '\u{1f}';

/// A table lacks a key, or two of them contradict one another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The key that is to be changed; without one, the whole table is.
    key: Option<&'static str>,
    message: String,
}

impl Problem {
    /// To be mended at the value of this key.
    pub(crate) fn at(key: &'static str, message: impl Into<String>) -> Self {
        Self {
            key: Some(key),
            message: message.into(),
        }
    }

    pub(super) fn key(&self) -> Option<&'static str> {
        self.key
    }

    /// The key and the message of a problem that was written as `{:#}`.
    pub(super) fn parse(written: &str) -> Option<(&str, &str)> {
        written.strip_prefix(SEPARATOR)?.split_once(SEPARATOR)
    }
}

impl<T: Into<String>> From<T> for Problem {
    fn from(message: T) -> Self {
        Self {
            key: None,
            message: message.into(),
        }
    }
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if formatter.alternate() {
            let key = self.key.unwrap_or_default();
            write!(formatter, "{SEPARATOR}{key}{SEPARATOR}")?;
        }
        formatter.write_str(&self.message)
    }
}
