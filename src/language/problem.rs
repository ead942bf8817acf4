//! What is wrong with a table although each of its keys is right by itself.

use std::ops::Range;

use super::node::Fault;

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

    /// Whether all keys are those of the table.
    pub(super) fn are_of(&self, known: &[&str]) -> bool {
        let mut keys = self.0.iter().filter_map(|problem| problem.key);
        keys.all(|key| known.contains(&key))
    }

    /// The same as reasons, at the values of their keys.
    pub(super) fn at_values(self, places: &[(String, Range<usize>)]) -> Vec<Fault> {
        let faults = self.0.into_iter().map(|Problem { key, message }| {
            let key = key.unwrap_or_default();
            let place = places.iter().find(|(name, _)| name == key);
            Fault {
                message,
                place: place.map(|(_, place)| place.clone()),
                key: Some(key.to_owned()),
            }
        });
        faults.collect()
    }
}
