//! The one function that takes both setpoints of a thermostat.

use serde::Serialize;

use crate::binding::{Act, Command, Name, Returns};
use crate::language::{Fields, Problems, Schema, fields, read_as};
use crate::value::{Temperature, plain};

/// Which function it is, and what it takes.
#[derive(Debug, Default, Serialize)]
pub(super) struct Both {
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Name>,
    #[serde(skip_serializing_if = "Argument::is_default")]
    argument: Argument,
    #[serde(flatten)]
    returns: Returns,
}

/// Text around the two setpoints.
#[derive(Debug, PartialEq, Serialize)]
struct Argument(String);

const LOWER: &str = "{lower}";
const UPPER: &str = "{upper}";

impl Both {
    /// The call that sets these; `None` only before it is read.
    pub(super) fn command(&self, lower: Temperature, upper: Temperature) -> Option<Command<'_>> {
        let told = |setpoint: Temperature| plain(setpoint.degrees()).to_string();
        let Argument(argument) = &self.argument;
        let argument = argument.replace(LOWER, &told(lower));
        Some(Command {
            function: self.function.as_ref()?.as_str(),
            argument: argument.replace(UPPER, &told(upper)),
            returns: &self.returns,
        })
    }
}

impl Fields for Both {
    const EXPECTED: Option<&'static str> = Act::EXPECTED;

    fields! {
        required "function";
        "function" => function: "the function to call";
        "argument" => argument: "what the function takes, with {lower} and {upper} for the two setpoints; by default \"{lower},{upper}\"";
        ..returns: Returns;
    }

    fn check(&self, problems: &mut Problems) {
        self.returns.check(problems);
        let absent = self.function.is_none();
        problems.of_table(absent.then_some("it needs a `function`: what else would set them?"));
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Some(Name::try_from(name.to_owned()).map(|name| Self {
            function: Some(name),
            ..Self::default()
        }))
    }
}

impl Argument {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Argument {
    fn default() -> Self {
        Self(format!("{LOWER},{UPPER}"))
    }
}

read_as! { Argument: String }

impl TryFrom<String> for Argument {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if [LOWER, UPPER]
            .iter()
            .all(|place| text.matches(place).count() == 1)
        {
            Ok(Self(text))
        } else {
            Err(format!(
                "\"{text}\" must contain {LOWER} and {UPPER}, each once"
            ))
        }
    }
}

impl Schema for Argument {
    fn schema() -> serde_json::Value {
        String::schema()
    }
}
