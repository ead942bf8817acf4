//! A share of a hundred of whatever the device does: [Alexa.PercentageController].
//!
//! [Alexa.PercentageController]: https://developer.amazon.com/docs/device-apis/alexa-percentagecontroller.html

use serde::Deserialize;

use super::level::Level;
use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::Convention;
use crate::device::Change;

#[derive(Debug)]
pub(super) enum PercentageController {}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetPercentage {
        #[serde(deserialize_with = "crate::lenient::whole")]
        percentage: i64,
    },
    AdjustPercentage {
        #[serde(deserialize_with = "crate::lenient::whole")]
        percentage_delta: i64,
    },
}

impl Interface for PercentageController {
    const INTERFACE: &'static str = "Alexa.PercentageController";
    const KEY: &'static str = "percentage";
    const MEANING: &'static str = "a percentage of anything";
    const CATEGORY: Category = Category::Other;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setPercentage"),
        variable: Self::PROPERTY,
        values: "0 to 100",
    }];
    const PROPERTY: &'static str = Self::KEY;

    type Directive = Directive;
    type Binding = Level;
}

impl From<Directive> for Change {
    fn from(directive: Directive) -> Self {
        match directive {
            Directive::SetPercentage { percentage } => Self::To(percentage),
            Directive::AdjustPercentage { percentage_delta } => Self::By(percentage_delta),
        }
    }
}
