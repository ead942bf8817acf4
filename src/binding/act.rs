//! A function that does one thing, and takes no value.

use serde::Serialize;

use super::Command;
use super::call::Returns;
use super::name::Name;
use crate::language::{Fields, Problems, fields};

/// Which function to call, and what it takes, word for word.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Act {
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument: Option<String>,
    #[serde(flatten)]
    returns: Returns,
}

impl Act {
    /// The call; `None` only before it is read.
    pub(crate) fn command(&self) -> Option<Command<'_>> {
        Some(Command {
            function: self.function.as_ref()?.as_str(),
            argument: self.argument.clone().unwrap_or_default(),
            returns: &self.returns,
        })
    }
}

impl Fields for Act {
    const EXPECTED: Option<&'static str> =
        Some("the name of a function, or a table with `function`");

    fields! {
        required "function";
        "function" => function: "the function to call";
        "argument" => argument: "what the function takes, word for word; by default nothing";
        ..returns: Returns;
    }

    fn check(&self, problems: &mut Problems) {
        self.returns.check(problems);
        let absent = self.function.is_none();
        problems.of_table(absent.then_some("it needs a `function`: what else would do it?"));
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Some(Name::try_from(name.to_owned()).map(|name| Self {
            function: Some(name),
            ..Self::default()
        }))
    }
}
