//! Which of its sockets something shows or plays: [Alexa.InputController].
//!
//! Firmware: a function that takes a word for each input, or a function for each, and perhaps a variable that tells which
//! it is.
//!
//! [Alexa.InputController]: https://developer.amazon.com/docs/device-apis/alexa-inputcontroller.html

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::{self, Category};
use crate::binding::Control;
use crate::device::{Device, Reply};
use crate::label::{Locale, name_of_two};
use crate::language::{Fields, Problems, fields};
use crate::value::{Choice, ChoiceKind as _, Input};

#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct InputController {
    control: Control<Choice<Input>>,
}

#[derive(Deserialize)]
pub(super) enum Directive {
    SelectInput { input: String },
}

const INPUT: &str = "input";

impl Fields for InputController {
    fields! { ..control: Control<Choice<Input>>; }

    fn check(&self, problems: &mut Problems) {
        self.control.check(problems);
        let mut called: BTreeMap<_, HashSet<_>> = BTreeMap::new();
        for input in self.control.spelling().iter() {
            let names = input.details.friendly_names().into_iter();
            let names = names.chain([input.alexa.as_str()]);
            let called = called.entry(&input.alexa).or_default();
            called.extend(names.map(str::to_lowercase));
        }
        problems.at(Input::KEY, name_of_two(called.into_values()));
    }
}

impl Capability for InputController {
    const INTERFACE: &'static str = "Alexa.InputController";
    const KEY: &'static str = "input";
    const MEANING: &'static str = "which of its inputs a television or an amplifier shows";
    const CATEGORY: Category = Category::Tv;

    type Directive = Directive;

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(INPUT, &self.control)]
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        let inputs = self.control.spelling().iter().map(|input| {
            let names = input.details.friendly_names();
            if names.is_empty() {
                json!({ "name": input.alexa })
            } else {
                json!({ "name": input.alexa, "friendlyNames": names })
            }
        });
        let inputs: Json = inputs.collect();
        declared.peculiar.insert("inputs".to_owned(), inputs);
        declared
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let Directive::SelectInput { input } = directive;
        // What she would not call so herself is found to be none of the endpoint's.
        let input = Input::alexa(&input).unwrap_or(input);
        let input = self.control.spelling().find(&input)?;
        device.set(INPUT, &self.control, &input).await
    }
}
