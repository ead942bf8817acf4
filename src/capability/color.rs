//! What colour a light has: [Alexa.ColorController].
//!
//! Firmware: a function that takes hue, saturation and brightness, or red, green and blue, or six hexadecimal digits; and
//! perhaps a variable that tells them.
//!
//! [Alexa.ColorController]: https://developer.amazon.com/docs/device-apis/alexa-colorcontroller.html

use serde::{Deserialize, Serialize};

use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::device::{Device, Reply};
use crate::language::{Fields, fields};
use crate::particle;
use crate::value::{Color, Hsb};

#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct ColorController {
    control: Control<Color>,
}

#[derive(Deserialize)]
pub(super) enum Directive {
    SetColor { color: Hsb },
}

const COLOR: &str = "color";

impl Fields for ColorController {
    const EXPECTED: &'static str = Control::<Color>::EXPECTED;

    fields! { ..control: Control<Color>; }

    fn problem(&self) -> Option<String> {
        self.control.problem()
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Control::short(name).map(|control| control.map(|control| Self { control }))
    }
}

impl Capability for ColorController {
    const INTERFACE: &'static str = "Alexa.ColorController";
    const KEY: &'static str = COLOR;
    const MEANING: &'static str = "what colour a light has";
    const CATEGORY: Category = Category::Light;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setColor"),
        variable: COLOR,
        values: "hue, saturation and brightness: `0-360,0-100,0-100`",
    }];

    type Directive = Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(|control| Self { control })
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        self.control.resolve(device)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(COLOR, &*self.control)]
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let Directive::SetColor { color } = directive;
        device
            .set(COLOR, &self.control, &Color::try_from(color)?)
            .await
    }
}
