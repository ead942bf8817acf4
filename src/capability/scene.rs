//! A scene: [Alexa.SceneController].
//!
//! Firmware: a function that starts it, which may be one for many scenes that takes a word for each; and perhaps one that
//! ends it.
//!
//! [Alexa.SceneController]: https://developer.amazon.com/docs/device-apis/alexa-scenecontroller.html

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::power::PowerController;
use super::single::Interface as _;
use super::{Capability, Property};
use crate::alexa::discovery::{self, Category};
use crate::alexa::{Error, Kind};
use crate::binding::Act;
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, Problems, fields};
use crate::time;

#[derive(Debug, Default, Serialize)]
pub(super) struct SceneController {
    #[serde(flatten)]
    activate: Act,
    #[serde(skip_serializing_if = "Option::is_none")]
    deactivate: Option<Act>,
}

#[derive(Deserialize)]
pub(super) enum Directive {
    Activate {},
    Deactivate {},
}

impl Fields for SceneController {
    const EXPECTED: Option<&'static str> = Act::EXPECTED;

    fields! {
        "deactivate" => deactivate: "the function that ends the scene, or a table as for the scene itself";
        ..activate: Act;
    }

    fn check(&self, problems: &mut Problems) {
        self.activate.check(problems);
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        let scene = |activate| Self {
            activate,
            deactivate: None,
        };
        Act::short(name).map(|act| act.map(scene))
    }
}

impl Capability for SceneController {
    const INTERFACE: &'static str = "Alexa.SceneController";
    const KEY: &'static str = "scene";
    const MEANING: &'static str = "a scene, which one can turn on, and perhaps off";
    const CATEGORY: Category = Category::SceneTrigger;
    const NOT_BESIDE: Option<(&'static str, &'static str)> = Some((
        PowerController::KEY,
        "are both what \"turn on\" asks for; make the scene an endpoint of its own",
    ));

    type Directive = Directive;

    fn properties(&self) -> Vec<Property<'_>> {
        Vec::new()
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        let ends = self.deactivate.is_some();
        declared
            .peculiar
            .insert("supportsDeactivation".to_owned(), ends.into());
        declared
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let (act, name) = match directive {
            Directive::Activate {} => (Some(&self.activate), "ActivationStarted"),
            Directive::Deactivate {} => (self.deactivate.as_ref(), "DeactivationStarted"),
        };
        let command = act.and_then(Act::command).ok_or_else(|| {
            let message = "nothing ends this scene";
            Error::new(Kind::InvalidDirective, message)
        })?;
        let returned = device.call(&command).await?;
        let payload = json!({
            "cause": { "type": "VOICE_INTERACTION" },
            "timestamp": time::written(returned.at).to_string(),
        });
        Ok(Reply {
            changed: Vec::new(),
            told: Some((name, payload)),
        })
    }
}
