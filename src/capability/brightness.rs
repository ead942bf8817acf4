//! How bright a light is: [Alexa.BrightnessController].
//!
//! [Alexa.BrightnessController]: https://developer.amazon.com/docs/device-apis/alexa-brightnesscontroller.html

use serde::Deserialize;

use super::level::Level;
use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::Convention;
use crate::device::Change;

#[derive(Debug)]
pub(super) enum BrightnessController {}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetBrightness {
        #[serde(deserialize_with = "crate::lenient::whole")]
        brightness: i64,
    },
    AdjustBrightness {
        #[serde(deserialize_with = "crate::lenient::whole")]
        brightness_delta: i64,
    },
}

impl Interface for BrightnessController {
    const INTERFACE: &'static str = "Alexa.BrightnessController";
    const KEY: &'static str = "brightness";
    const MEANING: &'static str = "how bright a light is";
    const CATEGORY: Category = Category::Light;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setBrightness"),
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
            Directive::SetBrightness { brightness } => Self::To(brightness),
            Directive::AdjustBrightness { brightness_delta } => Self::By(brightness_delta),
        }
    }
}
