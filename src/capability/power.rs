//! On and off: [Alexa.PowerController](https://developer.amazon.com/docs/device-apis/alexa-powercontroller.html).
//!
//! Firmware: a function that takes a word for on and one for off, and perhaps a variable that tells which it is.

use serde::{Deserialize, Serialize};

use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::device::{Device, Reply};
use crate::particle;
use crate::value::PowerState;

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct PowerController(Control<PowerState>);

#[derive(Deserialize)]
pub(super) enum Directive {
    TurnOn {},
    TurnOff {},
}

const POWER_STATE: &str = "powerState";

impl Capability for PowerController {
    const INTERFACE: &'static str = "Alexa.PowerController";
    const KEY: &'static str = "power";
    const CATEGORY: Category = Category::Switch;
    const CONVENTION: &'static [Convention] = &[
        Convention {
            function: Some("setPower"),
            variable: "power",
            values: "`on` or `off`",
        },
        Convention {
            function: Some("led"),
            variable: "led",
            values: "`on` or `off`",
        },
    ];

    type Directive = Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(Self)
    }

    fn resolve(&mut self, device: &particle::Device) {
        self.0.resolve(device);
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property {
            name: POWER_STATE,
            binding: &self.0,
        }]
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let state = match directive {
            Directive::TurnOn {} => PowerState::On,
            Directive::TurnOff {} => PowerState::Off,
        };
        device.set(POWER_STATE, &self.0, &state).await
    }
}
