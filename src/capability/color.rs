//! What colour a light has: [Alexa.ColorController].
//!
//! Firmware: a function that takes hue, saturation and brightness, or red, green and blue, or six hexadecimal digits; and
//! perhaps a variable that tells them. A light shows a colour or a white: while it tells a colour temperature, what colour it
//! had or will have is not its state.
//!
//! [Alexa.ColorController]: https://developer.amazon.com/docs/device-apis/alexa-colorcontroller.html

use serde::Deserialize;

use super::color_temperature::ColorTemperatureController;
use super::single::{Interface, Obeys};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::device::{Device, Reply};
use crate::value::{Color, Hsb};

#[derive(Debug)]
pub(super) enum ColorController {}

#[derive(Deserialize)]
pub(super) enum Directive {
    SetColor { color: Hsb },
}

impl Interface for ColorController {
    const INTERFACE: &'static str = "Alexa.ColorController";
    const KEY: &'static str = "color";
    const MEANING: &'static str = "what colour a light has";
    const CATEGORY: Category = Category::Light;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setColor"),
        variable: Self::PROPERTY,
        values: "hue, saturation and brightness: `0-360,0-100,0-100`",
    }];
    const YIELDS_TO: Option<&'static str> = Some(ColorTemperatureController::KEY);
    const PROPERTY: &'static str = Self::KEY;

    type Directive = Directive;
    type Binding = Control<Color>;
}

impl Obeys<Directive> for Control<Color> {
    async fn obey(
        &self,
        property: &'static str,
        directive: Directive,
        device: &Device<'_>,
    ) -> Result<Reply, Error> {
        let Directive::SetColor { color } = directive;
        device.set(property, self, &Color::try_from(color)?).await
    }
}
