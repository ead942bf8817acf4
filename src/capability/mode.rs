//! One of several modes: [Alexa.ModeController].
//!
//! Firmware: a function that takes a word for each mode, or a function for each, and perhaps a variable that tells which
//! it is in; or the variable alone.
//!
//! [Alexa.ModeController]: https://developer.amazon.com/docs/device-apis/alexa-modecontroller.html

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::labels::{Labels, identifier};
use super::semantics::{Meant, Semantics};
use super::{Capability, Property};
use crate::alexa::discovery::{self, Category};
use crate::alexa::{Error, Kind};
use crate::binding::Setting;
use crate::device::{Device, Reply};
use crate::label::{Locale, Name, Names};
use crate::language::{Fields, Problems, fields};
use crate::value::{Choice, ChoiceKind, Choices, Chosen};

#[derive(Debug, Default, Serialize)]
pub(super) struct ModeController {
    #[serde(flatten)]
    labels: Labels,
    #[serde(flatten)]
    setting: Setting<Choice<Mode>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ordered: bool,
    #[serde(flatten)]
    semantics: Semantics<Mode>,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetMode {
        mode: String,
    },
    AdjustMode {
        #[serde(deserialize_with = "crate::lenient::whole")]
        mode_delta: i64,
    },
}

/// The modes of a controller, each with names.
#[derive(Debug)]
pub(super) enum Mode {}

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct ModeDetails {
    #[serde(skip_serializing_if = "Names::is_empty")]
    names: Names,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<bool>,
}

const MODE: &str = "mode";

/// As many as openHAB lets pass, citing Amazon.
const MAXIMUM_MODES: usize = 150;

impl Fields for ModeDetails {
    fields! {
        "names" => names: "what one calls it; by default its key";
        "allowed" => allowed: "false where one may hear of it, but not ask for it; true by default";
    }
}

impl ChoiceKind for Mode {
    const KEY: &'static str = "modes";
    const MEANING: &'static str =
        "the modes, at least two: a list of names, or each name with the firmware's word for it";
    type Details = ModeDetails;

    fn alexa(written: &str) -> Result<String, String> {
        Name::try_from(written.to_owned()).map(|_| identifier(written))
    }
}

impl ModeController {
    fn modes(&self) -> &Choices<Mode> {
        self.setting.spelling()
    }
}

/// What one calls a mode.
fn names_of(mode: &Chosen<Mode>) -> Names {
    let names = &mode.details.names;
    match Name::try_from(mode.written.clone()) {
        Ok(written) if names.is_empty() => Names::one(written),
        _ => names.clone(),
    }
}

impl Fields for ModeController {
    fields! {
        "ordered" => ordered: "whether the modes go from less to more, so that one can say \"increase\"";
        ..labels: Labels;
        ..setting: Setting<Choice<Mode>>;
        ..semantics: Semantics<Mode>;
    }

    fn check(&self, problems: &mut Problems) {
        self.labels.check(problems);
        self.setting.check(problems);
        self.semantics.check(&self.setting, problems);
        let unknown = |mode: &&String| !self.modes().iter().any(|known| known.written == **mode);
        let message = |mode: &String| format!("`{mode}` is none of the `{}`", Mode::KEY);
        let (actions, states) = self.semantics.values();
        for mode in actions.filter(unknown) {
            problems.at("actions", Some(message(mode)));
        }
        for mode in states.filter(unknown) {
            problems.at("states", Some(message(mode)));
        }
        let names: Vec<_> = self.modes().iter().map(names_of).collect();
        problems.at(Mode::KEY, Names::said_twice(&names));
        let message = match names.len() {
            1 => Some(
                "it needs two modes at least: for a single one Alexa would refuse all devices"
                    .to_owned(),
            ),
            ..=MAXIMUM_MODES => None,
            _ => Some(format!(
                "more than {MAXIMUM_MODES} modes are more than Alexa takes"
            )),
        };
        problems.at(Mode::KEY, message);
    }
}

impl Capability for ModeController {
    const INTERFACE: &'static str = "Alexa.ModeController";
    const KEY: &'static str = "mode";
    const MEANING: &'static str = "one of several modes";
    const CATEGORY: Category = Category::Other;
    const SEVERAL: bool = true;

    type Directive = Directive;

    fn instance(&self) -> Option<String> {
        Some(self.labels.instance(Self::KEY))
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(MODE, &self.setting)]
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        language: &Locale,
    ) -> discovery::Capability {
        let modes: Vec<_> = self
            .modes()
            .iter()
            .map(|mode| {
                let names = names_of(mode);
                json!({ "value": mode.alexa, "modeResources": names.resources(language) })
            })
            .collect();
        declared.configuration = Some(json!({ "ordered": self.ordered, "supportedModes": modes }));
        self.semantics
            .declare(declared, &self.labels, &self.setting, language)
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let mode = match directive {
            Directive::SetMode { mode } => self.modes().find(&mode)?,
            Directive::AdjustMode { .. } if !self.ordered => {
                return Err(Error::new(
                    Kind::InvalidDirective,
                    "the modes are in no order",
                ));
            }
            Directive::AdjustMode { mode_delta } => {
                let present = device.get(&self.setting).await?;
                self.modes()
                    .shifted(&present, mode_delta)
                    .unwrap_or(present)
            }
        };
        let refused = self
            .modes()
            .iter()
            .any(|known| known.alexa == mode.as_str() && known.details.allowed == Some(false));
        if refused {
            let message = "the description does not allow this mode to be asked for";
            return Err(Error::new(Kind::CloudControlDisabled, message));
        }
        device.set(MODE, &self.setting, &mode).await
    }
}

impl Meant for Mode {
    type Action = String;
    type State = String;

    fn directive(mode: &String) -> (&'static str, Json) {
        ("SetMode", json!({ "mode": identifier(mode) }))
    }

    fn mapping(mode: &String) -> Json {
        json!({ "@type": "StatesToValue", "value": identifier(mode) })
    }
}
