//! What a device can be told, and does not tell.

use serde::Serialize;

use super::{Call, Command, Name};
use crate::language::{Fields, Problems, fields};
use crate::value::Settable;

/// Something that a function does, and no variable shows.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub(crate) struct Order<V: Settable> {
    #[serde(flatten)]
    call: Call<V>,
    #[serde(flatten)]
    spelling: V::Spelling,
}

impl<V: Settable> Order<V> {
    /// The function to call for this value, and its argument, if there is one.
    pub(crate) fn command(&self, value: &V) -> Option<Command<'_>> {
        self.call.command(value, &self.spelling)
    }

    /// Whether there is a function for every value.
    pub(crate) fn is_controllable(&self) -> bool {
        self.call.is_controllable(&self.spelling)
    }

    /// Whether its argument says the value, and not one for all.
    pub(crate) fn says_the_value(&self) -> bool {
        self.call.argument.says_the_value()
    }

    /// How the firmware spells the value.
    pub(crate) fn spelling(&self) -> &V::Spelling {
        &self.spelling
    }
}

impl<V: Settable> Fields for Order<V> {
    const EXPECTED: Option<&'static str> =
        Some("the name of a function, or a table with `function`");

    fields! { ..call: Call<V>; ..spelling: V::Spelling; }

    fn check(&self, problems: &mut Problems) {
        self.call.check(problems);
        self.spelling.check(problems);
        let absent = !self.is_controllable();
        problems.of_table(absent.then_some("it needs a `function`: what else would do it?"));
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Some(Name::try_from(name.to_owned()).map(|name| {
            let mut order = Self::default();
            order.call.function = Some(name);
            order
        }))
    }
}

impl<V: Settable> Default for Order<V> {
    fn default() -> Self {
        Self {
            call: Call::default(),
            spelling: V::Spelling::default(),
        }
    }
}
