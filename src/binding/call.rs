//! How a value is commanded: a function, what it takes, and what its return value means.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::Command;
use super::name::Name;
use crate::alexa::{Error, Refusal};
use crate::language::{Fields, Node, Problems, Read, Schema, Unsuitable, fields, read_as};
use crate::lenient::whole_number;
use crate::particle;
use crate::value::Settable;

/// The function that is called with a value.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub(crate) struct Call<V: Settable> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function: Option<Name>,
    #[serde(skip_serializing_if = "Argument::is_default")]
    pub(super) argument: Argument<V>,
    #[serde(flatten)]
    pub(super) returns: Returns,
}

/// What a function takes: text around the value, or around the parts of one that has several.
#[derive(Debug)]
pub(super) struct Argument<V>(pub(super) String, PhantomData<V>);

/// What the return value of a function means.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Returns {
    #[serde(skip_serializing_if = "Success::is_default")]
    success: Success,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    errors: BTreeMap<Returned, Refusal>,
}

/// Which return values tell that a function did what it was told.
#[derive(Clone, Debug, Default, PartialEq)]
enum Success {
    /// All but the negative ones.
    #[default]
    NotNegative,
    Any,
    These(Vec<i64>),
}

/// A return value as the key of a table.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Returned(i64);

impl<V: Settable> Call<V> {
    /// The function to call for this value, and its argument, if there is one.
    pub(super) fn command<'a>(
        &'a self,
        value: &V,
        spelling: &'a V::Spelling,
    ) -> Option<Command<'a>> {
        let (function, argument) = match value.own_call(spelling) {
            Some((function, argument)) => (function, argument.to_owned()),
            None => (
                self.function.as_ref()?,
                value.in_places(&self.argument.0, spelling),
            ),
        };
        Some(Command {
            function: function.as_str(),
            argument,
            returns: &self.returns,
        })
    }

    /// Whether there is a function for every value.
    pub(super) fn is_controllable(&self, spelling: &V::Spelling) -> bool {
        let own = V::own_calls(spelling);
        self.function.is_some() || !own.is_empty() && !own.contains(&false)
    }

    /// Tells of what nothing is called with.
    pub(super) fn check_idle(&self, spelling: &V::Spelling, problems: &mut Problems) {
        let idle = "it goes with a `function`; add one, or leave this out";
        let argued = self.function.is_none() && !self.argument.is_default();
        problems.at("argument", argued.then_some(idle));
        if self.is_controllable(spelling) {
            return;
        }
        let Returns { success, errors } = &self.returns;
        problems.at("success", (!success.is_default()).then_some(idle));
        problems.at("errors", (!errors.is_empty()).then_some(idle));
        let some = V::own_calls(spelling).contains(&true);
        let message =
            "only some of its values have a `function`; give all one, or one to the table";
        problems.of_table(some.then_some(message));
    }
}

impl<V: Settable> Fields for Call<V> {
    fields! {
        "function" => function: "the function to call";
        "argument" => argument: "what the function takes, with {} for the value";
        ..returns: Returns;
    }

    fn check(&self, problems: &mut Problems) {
        self.returns.check(problems);
    }
}

impl Fields for Returns {
    fields! {
        "success" => success: "the return value, or list of values, that tells success, or \"any\"; by default all but the negative";
        "errors" => errors: "what Alexa is told at a return value, such as { -2 = \"ENDPOINT_BUSY\" }";
    }

    fn check(&self, problems: &mut Problems) {
        let both = match &self.success {
            Success::These(values) => values
                .iter()
                .find(|value| self.errors.contains_key(&Returned(**value))),
            Success::NotNegative | Success::Any => None,
        };
        let words =
            both.map(|value| format!("{value} is in `success`, too; keep it in one of them"));
        problems.at("errors", words);
    }
}

impl Returns {
    /// Judges what a function returned.
    ///
    /// # Errors
    /// The refusal that its description has for this value, or `INVALID_VALUE`.
    pub(crate) fn judge(&self, returned: i64) -> Result<(), Error> {
        if let Some(refusal) = self.errors.get(&Returned(returned)) {
            return Err(refusal.with(format!("the device's function returned {returned}")));
        }
        let success = match &self.success {
            Success::NotNegative => returned >= 0,
            Success::Any => true,
            Success::These(values) => values.contains(&returned),
        };
        if success {
            Ok(())
        } else {
            Err(particle::Error::Refused(returned).into())
        }
    }
}

impl<V: Settable> Argument<V> {
    /// Whether there is a place for the value, or for a part of it.
    pub(super) fn says_the_value(&self) -> bool {
        let mut places = V::PLACES.iter();
        places.any(|place| self.0.contains(&format!("{{{place}}}")))
    }

    fn is_default(&self) -> bool {
        self.0 == V::ARGUMENT
    }
}

impl<V: Settable> TryFrom<String> for Argument<V> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let places: Vec<_> = V::PLACES
            .iter()
            .map(|place| format!("{{{place}}}"))
            .collect();
        let mut rest = text.as_str();
        let mut found = 0;
        while let Some(start) = rest.find('{') {
            let place = rest.get(start..).unwrap_or_default();
            let known = places
                .iter()
                .find(|known| place.starts_with(known.as_str()));
            let length = match known {
                Some(known) => {
                    found += 1;
                    known.len()
                }
                None => match braced(place) {
                    Some(unknown) => {
                        return Err(format!(
                            "\"{{{unknown}}}\" is no place of this argument; its places are {}",
                            places.join(" ")
                        ));
                    }
                    // A brace of the firmware's own, as in JSON.
                    None => 1,
                },
            };
            rest = place.get(length..).unwrap_or_default();
        }
        let repeated = places
            .iter()
            .any(|place| text.matches(place.as_str()).count() > 1);
        if (found > 0 || V::MAY_BE_UNSAID) && !repeated {
            return Ok(Self(text, PhantomData));
        }
        Err(match places.as_slice() {
            [place] => format!("\"{text}\" must contain {place} once, where the value goes"),
            places => format!(
                "\"{text}\" must contain one or more of {}, each once",
                places.join(" ")
            ),
        })
    }
}

/// The word in braces that a text begins with: `{rot}`.
fn braced(text: &str) -> Option<&str> {
    let (word, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_word = !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_word.then_some(word)
}

impl<V: Settable> Default for Call<V> {
    fn default() -> Self {
        Self {
            function: None,
            argument: Argument::default(),
            returns: Returns::default(),
        }
    }
}

impl<V: Settable> Clone for Call<V> {
    fn clone(&self) -> Self {
        Self {
            function: self.function.clone(),
            argument: Argument(self.argument.0.clone(), PhantomData),
            returns: self.returns.clone(),
        }
    }
}

impl<V: Settable> Default for Argument<V> {
    fn default() -> Self {
        Self(V::ARGUMENT.to_owned(), PhantomData)
    }
}

impl<V> Serialize for Argument<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<V: Settable> Read for Argument<V> {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        Self::try_from(String::read(node)?).map_err(Unsuitable::new)
    }
}

impl<V> Schema for Argument<V> {
    fn schema() -> Json {
        json!({ "type": "string" })
    }
}

impl Success {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Serialize for Success {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::NotNegative => serializer.serialize_none(),
            Self::Any => "any".serialize(serializer),
            Self::These(values) => values.serialize(serializer),
        }
    }
}

read_as! { Success: Json }

impl TryFrom<Json> for Success {
    type Error = &'static str;

    fn try_from(written: Json) -> Result<Self, Self::Error> {
        match &written {
            Json::String(word) if word == "any" => Some(Self::Any),
            Json::Number(_) => whole_number(&written).map(|value| Self::These(vec![value])),
            Json::Array(values) => values
                .iter()
                .map(whole_number)
                .collect::<Option<_>>()
                .map(Self::These),
            _ => None,
        }
        .ok_or("success is a return value such as 0, a list of them, or \"any\"")
    }
}

impl Schema for Success {
    fn schema() -> Json {
        json!({ "anyOf": [
            { "type": "integer" },
            { "type": "array", "items": { "type": "integer" } },
            { "const": "any" },
        ] })
    }
}

read_as! { Returned: String }

impl TryFrom<String> for Returned {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
            .map(Self)
            .map_err(|_| format!("\"{text}\" is no return value: write a whole number, such as -2"))
    }
}

impl Serialize for Returned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
