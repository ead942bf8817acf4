//! How warm it is: [Alexa.TemperatureSensor].
//!
//! Firmware: a variable with a number.
//!
//! [Alexa.TemperatureSensor]: https://developer.amazon.com/docs/device-apis/alexa-temperaturesensor.html

use super::Never;
use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::{Convention, Sensor};
use crate::value::Temperature;

#[derive(Debug)]
pub(super) enum TemperatureSensor {}

impl Interface for TemperatureSensor {
    const INTERFACE: &'static str = "Alexa.TemperatureSensor";
    const KEY: &'static str = "temperature";
    const MEANING: &'static str = "how warm it is";
    const CATEGORY: Category = Category::TemperatureSensor;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: None,
        variable: Self::KEY,
        values: "degrees Celsius",
    }];
    const PROPERTY: &'static str = Self::KEY;

    type Directive = Never;
    type Binding = Sensor<Temperature>;
}
