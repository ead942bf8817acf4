//! How humid the air is: [Alexa.HumiditySensor].
//!
//! Firmware: a variable with a number.
//!
//! [Alexa.HumiditySensor]: https://developer.amazon.com/docs/device-apis/alexa-humiditysensor.html

use super::Never;
use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::{Convention, Sensor};
use crate::value::Humidity;

#[derive(Debug)]
pub(super) enum HumiditySensor {}

impl Interface for HumiditySensor {
    const INTERFACE: &'static str = "Alexa.HumiditySensor";
    const KEY: &'static str = "humidity";
    const MEANING: &'static str = "how humid the air is";
    const CATEGORY: Category = Category::TemperatureSensor;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: None,
        variable: Self::KEY,
        values: "0 to 100",
    }];
    const PROPERTY: &'static str = "relativeHumidity";

    type Directive = Never;
    type Binding = Sensor<Humidity>;
}
