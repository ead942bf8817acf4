//! How much power it draws: [Alexa.PowerLevelController].
//!
//! [Alexa.PowerLevelController]: https://developer.amazon.com/docs/device-apis/alexa-powerlevelcontroller.html

use serde::Deserialize;

use super::level::Level;
use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::Convention;
use crate::device::Change;

#[derive(Debug)]
pub(super) enum PowerLevelController {}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetPowerLevel {
        #[serde(deserialize_with = "crate::lenient::whole")]
        power_level: i64,
    },
    AdjustPowerLevel {
        #[serde(deserialize_with = "crate::lenient::whole")]
        power_level_delta: i64,
    },
}

impl Interface for PowerLevelController {
    const INTERFACE: &'static str = "Alexa.PowerLevelController";
    const KEY: &'static str = "power_level";
    const MEANING: &'static str = "how much power something uses";
    const CATEGORY: Category = Category::Switch;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setPowerLevel"),
        variable: Self::PROPERTY,
        values: "0 to 100",
    }];
    const PROPERTY: &'static str = "powerLevel";

    type Directive = Directive;
    type Binding = Level;
}

impl From<Directive> for Change {
    fn from(directive: Directive) -> Self {
        match directive {
            Directive::SetPowerLevel { power_level } => Self::To(power_level),
            Directive::AdjustPowerLevel { power_level_delta } => Self::By(power_level_delta),
        }
    }
}
