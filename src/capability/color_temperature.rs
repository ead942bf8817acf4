//! How warm or cool a white light is: [Alexa.ColorTemperatureController].
//!
//! Firmware: a function that takes kelvins or mireds, and a variable that tells them, without which there is nothing to
//! make warmer or cooler. While the light shows a colour the variable says something else: 0, nothing, or a word.
//!
//! [Alexa.ColorTemperatureController]: https://developer.amazon.com/docs/device-apis/alexa-colortemperaturecontroller.html

use serde::{Deserialize, Serialize};

use super::{Capability, Property};
use crate::alexa::discovery::Category;
use crate::alexa::error::DeviceMode;
use crate::alexa::{Error, Kind};
use crate::binding::{Control, Convention};
use crate::device::{Device, Reply};
use crate::language::{Fields, fields};
use crate::particle;
use crate::value::ColorTemperature;

#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct ColorTemperatureController {
    control: Control<ColorTemperature>,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
#[expect(
    clippy::enum_variant_names,
    reason = "the names are Alexa's, and are read by them"
)]
pub(super) enum Directive {
    SetColorTemperature { color_temperature_in_kelvin: f64 },
    IncreaseColorTemperature {},
    DecreaseColorTemperature {},
}

const COLOR_TEMPERATURE: &str = "colorTemperatureInKelvin";

impl Fields for ColorTemperatureController {
    const EXPECTED: &'static str = Control::<ColorTemperature>::EXPECTED;

    fields! { ..control: Control<ColorTemperature>; }

    fn problem(&self) -> Option<String> {
        self.control.problem()
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Control::short(name).map(|control| control.map(|control| Self { control }))
    }
}

impl ColorTemperatureController {
    async fn present(&self, device: &Device<'_>) -> Result<ColorTemperature, Error> {
        device.look(&self.control).await?.ok_or_else(|| {
            let kind = Kind::NotSupportedInCurrentMode {
                current_device_mode: DeviceMode::Color,
            };
            let message = "the variable tells no colour temperature: the light shows a colour";
            Error::new(kind, message)
        })
    }
}

impl Capability for ColorTemperatureController {
    const INTERFACE: &'static str = "Alexa.ColorTemperatureController";
    const KEY: &'static str = "color_temperature";
    const MEANING: &'static str = "how warm or cool a white light is";
    const CATEGORY: Category = Category::Light;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setColorTemperature"),
        variable: "colorTemperature",
        values: "kelvin: 2200 to 7000",
    }];

    type Directive = Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(|control| Self { control })
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        self.control.resolve(device)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(COLOR_TEMPERATURE, &*self.control)]
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let whites = self.control.spelling();
        let value = match directive {
            // Alexa asks for the nearest there is, not for an error.
            Directive::SetColorTemperature {
                color_temperature_in_kelvin: kelvin,
            } => whites.nearest(kelvin),
            Directive::IncreaseColorTemperature {} => whites.cooler(self.present(device).await?),
            Directive::DecreaseColorTemperature {} => whites.warmer(self.present(device).await?),
        };
        device.set(COLOR_TEMPERATURE, &self.control, &value).await
    }
}
