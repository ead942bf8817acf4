//! What is wrong with a table although each of its keys is right by itself.

use std::fmt::{self, Display, Formatter};

/// Parts problems, their keys and their messages, on the way through an error of serde's, which holds text alone.
const SEPARATOR: char = '\u{1f}';

/// All that is wrong with one table: keys that it lacks, and keys that contradict one another.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

/// One thing that is wrong.
#[derive(Debug)]
struct Problem {
    /// The key that is to be changed; without one, the whole table is.
    key: Option<&'static str>,
    message: String,
}

impl Problems {
    /// Adds one that is to be mended at the value of this key, if there is one.
    pub(crate) fn at<M: Into<String>>(&mut self, key: &'static str, message: Option<M>) {
        self.0.extend(message.map(|message| Problem {
            key: Some(key),
            message: message.into(),
        }));
    }

    /// Adds one of the table as a whole, if there is one.
    pub(crate) fn of_table<M: Into<String>>(&mut self, message: Option<M>) {
        self.0.extend(message.map(|message| Problem {
            key: None,
            message: message.into(),
        }));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all keys are those of the table.
    pub(super) fn are_of(&self, known: &[&str]) -> bool {
        let mut keys = self.0.iter().filter_map(|problem| problem.key);
        keys.all(|key| known.contains(&key))
    }

    /// The keys and messages of problems that were written as `{:#}`; a problem of the whole table has an empty key.
    pub(super) fn parse(written: &str) -> Vec<(&str, &str)> {
        let parts: Vec<_> = written.split(SEPARATOR).skip(1).collect();
        let pairs = parts.chunks_exact(2).filter_map(|pair| match pair {
            [key, message] => Some((*key, *message)),
            _ => None,
        });
        pairs.collect()
    }
}

impl Display for Problems {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if formatter.alternate() {
            return self.0.iter().try_for_each(|Problem { key, message }| {
                let key = key.unwrap_or_default();
                write!(formatter, "{SEPARATOR}{key}{SEPARATOR}{message}")
            });
        }
        let messages: Vec<_> = self.0.iter().map(|problem| &*problem.message).collect();
        formatter.write_str(&messages.join("; "))
    }
}
