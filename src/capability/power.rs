//! On and off: [Alexa.PowerController](https://developer.amazon.com/docs/device-apis/alexa-powercontroller.html).
//!
//! Firmware: a function that takes a word for on and one for off, and perhaps a variable that tells which it is.

use serde::Deserialize;

use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::value::PowerState;

#[derive(Debug)]
pub(super) enum PowerController {}

#[derive(Deserialize)]
pub(super) enum Directive {
    TurnOn {},
    TurnOff {},
}

impl Interface for PowerController {
    const INTERFACE: &'static str = "Alexa.PowerController";
    const KEY: &'static str = "power";
    const MEANING: &'static str = "on and off";
    const CATEGORY: Category = Category::Switch;
    const CONVENTION: &'static [Convention] = &[
        Convention {
            function: Some("setPower"),
            variable: Self::KEY,
            values: "`on` or `off`",
        },
        Convention {
            function: Some("led"),
            variable: "led",
            values: "`on` or `off`",
        },
    ];
    const PROPERTY: &'static str = "powerState";

    type Directive = Directive;
    type Binding = Control<PowerState>;
}

impl From<Directive> for PowerState {
    fn from(directive: Directive) -> Self {
        match directive {
            Directive::TurnOn {} => Self::On,
            Directive::TurnOff {} => Self::Off,
        }
    }
}
