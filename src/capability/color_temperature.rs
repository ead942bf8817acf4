//! How warm or cool a white light is: [Alexa.ColorTemperatureController].
//!
//! Firmware: a function that takes kelvins or mireds, and a variable that tells them, without which there is nothing to
//! make warmer or cooler. While the light shows a colour the variable says something else: 0, nothing, or a word.
//!
//! [Alexa.ColorTemperatureController]: https://developer.amazon.com/docs/device-apis/alexa-colortemperaturecontroller.html

use serde::Deserialize;

use super::color::ColorController;
use super::single::{Interface, Obeys};
use crate::alexa::discovery::Category;
use crate::alexa::error::DeviceMode;
use crate::alexa::{Error, Kind};
use crate::binding::{Control, Convention};
use crate::device::{Device, Reply, unknown};
use crate::value::ColorTemperature;

#[derive(Debug)]
pub(super) enum ColorTemperatureController {}

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

impl Interface for ColorTemperatureController {
    const INTERFACE: &'static str = "Alexa.ColorTemperatureController";
    const KEY: &'static str = "color_temperature";
    const MEANING: &'static str = "how warm or cool a white light is";
    const CATEGORY: Category = Category::Light;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setColorTemperature"),
        variable: "colorTemperature",
        values: "kelvin: 2200 to 7000",
    }];
    const PROPERTY: &'static str = "colorTemperatureInKelvin";

    type Directive = Directive;
    type Binding = Control<ColorTemperature>;
}

impl Obeys<Directive> for Control<ColorTemperature> {
    async fn obey(
        &self,
        property: &'static str,
        directive: Directive,
        device: &Device<'_>,
    ) -> Result<Reply, Error> {
        let whites = self.spelling();
        let value = match directive {
            // Alexa asks for the nearest there is, not for an error.
            Directive::SetColorTemperature {
                color_temperature_in_kelvin: kelvin,
            } => whites.nearest(kelvin),
            Directive::IncreaseColorTemperature {} => whites.cooler(present(self, device).await?),
            Directive::DecreaseColorTemperature {} => whites.warmer(present(self, device).await?),
        };
        device.set(property, self, &value).await
    }
}

async fn present(
    control: &Control<ColorTemperature>,
    device: &Device<'_>,
) -> Result<ColorTemperature, Error> {
    device.look(control).await?.ok_or_else(|| {
        if !device.offers(ColorController::KEY) {
            return unknown(control);
        }
        let kind = Kind::NotSupportedInCurrentMode {
            current_device_mode: DeviceMode::Color,
        };
        let message = "the variable tells no colour temperature: the light shows a colour";
        Error::new(kind, message)
    })
}
