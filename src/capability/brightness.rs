//! How bright a light is: [Alexa.BrightnessController].
//!
//! Firmware: a function that takes a number, and a variable that tells it, without which "dim" and "brighten" have
//! nothing to start from.
//!
//! [Alexa.BrightnessController]: https://developer.amazon.com/docs/device-apis/alexa-brightnesscontroller.html

use serde::{Deserialize, Serialize};

use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::device::{Device, Reply};
use crate::particle;
use crate::value::Percent;

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct BrightnessController(Control<Percent>);

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetBrightness { brightness: i64 },
    AdjustBrightness { brightness_delta: i64 },
}

const BRIGHTNESS: &str = "brightness";

impl Capability for BrightnessController {
    const INTERFACE: &'static str = "Alexa.BrightnessController";
    const KEY: &'static str = BRIGHTNESS;
    const CATEGORY: Category = Category::Light;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setBrightness"),
        variable: BRIGHTNESS,
        values: "0 to 100",
    }];

    type Directive = Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(Self)
    }

    fn resolve(&mut self, device: &particle::Device) {
        self.0.resolve(device);
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property {
            name: BRIGHTNESS,
            binding: &self.0,
        }]
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let brightness = match directive {
            Directive::SetBrightness { brightness } => Percent::try_from(brightness)?,
            Directive::AdjustBrightness { brightness_delta } => {
                device.get(&self.0).await?.shifted(brightness_delta)
            }
        };
        device.set(BRIGHTNESS, &self.0, &brightness).await
    }
}
