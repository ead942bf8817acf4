//! Something of an endpoint that is on or off: [Alexa.ToggleController].
//!
//! Firmware: a function that takes a word for on and one for off, and perhaps a variable that tells which it is; or the
//! variable alone.
//!
//! [Alexa.ToggleController]: https://developer.amazon.com/docs/device-apis/alexa-togglecontroller.html

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::labels::Labels;
use super::power;
use super::semantics::{Meant, Semantics};
use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::{self, Category};
use crate::binding::Setting;
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, Problems, Schema, fields, read_as};
use crate::value::{PowerState, Value as _};

#[derive(Debug, Default, Serialize)]
pub(super) struct ToggleController {
    #[serde(flatten)]
    labels: Labels,
    #[serde(flatten)]
    setting: Setting<PowerState>,
    #[serde(flatten)]
    semantics: Semantics<Toggled>,
}

/// What a toggle's states mean.
#[derive(Debug)]
pub(super) enum Toggled {}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OnOrOff {
    On,
    Off,
}

const TOGGLE_STATE: &str = "toggleState";

impl Fields for ToggleController {
    fields! {
        ..labels: Labels;
        ..setting: Setting<PowerState>;
        ..semantics: Semantics<Toggled>;
    }

    fn check(&self, problems: &mut Problems) {
        self.labels.check(problems);
        self.setting.check(problems);
        self.semantics.check(&self.setting, problems);
    }
}

impl Capability for ToggleController {
    const INTERFACE: &'static str = "Alexa.ToggleController";
    const KEY: &'static str = "toggle";
    const MEANING: &'static str = "something of it that is on or off";
    const CATEGORY: Category = Category::Other;
    const SEVERAL: bool = true;

    type Directive = power::Directive;

    fn instance(&self) -> Option<String> {
        Some(self.labels.instance(Self::KEY))
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(TOGGLE_STATE, &self.setting)]
    }

    fn declare(&self, declared: discovery::Capability, language: &Locale) -> discovery::Capability {
        self.semantics
            .declare(declared, &self.labels, &self.setting, language)
    }

    async fn handle(
        &self,
        directive: power::Directive,
        device: &Device<'_>,
    ) -> Result<Reply, Error> {
        device
            .set(TOGGLE_STATE, &self.setting, &directive.into())
            .await
    }
}

impl Meant for Toggled {
    type Action = OnOrOff;
    type State = OnOrOff;

    fn directive(action: &OnOrOff) -> (&'static str, Json) {
        let name = match action {
            OnOrOff::On => "TurnOn",
            OnOrOff::Off => "TurnOff",
        };
        (name, json!({}))
    }

    fn mapping(state: &OnOrOff) -> Json {
        let state = match state {
            OnOrOff::On => PowerState::On,
            OnOrOff::Off => PowerState::Off,
        };
        json!({ "@type": "StatesToValue", "value": state.to_alexa() })
    }
}

read_as! { OnOrOff: String }

impl TryFrom<String> for OnOrOff {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match word.as_str() {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(format!("`{word}` is neither \"on\" nor \"off\"")),
        }
    }
}

impl Schema for OnOrOff {
    fn schema() -> Json {
        json!({ "enum": ["on", "off"] })
    }
}
