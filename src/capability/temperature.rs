//! How warm it is: [Alexa.TemperatureSensor](https://developer.amazon.com/docs/device-apis/alexa-temperaturesensor.html).
//!
//! Firmware: a variable with a number.

use serde::{Deserialize, Serialize};

use super::{Capability, Never, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Convention, Sensor};
use crate::device::{Device, Reply};
use crate::particle;
use crate::value::Temperature;

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct TemperatureSensor(Sensor<Temperature>);

const TEMPERATURE: &str = "temperature";

impl Capability for TemperatureSensor {
    const INTERFACE: &'static str = "Alexa.TemperatureSensor";
    const KEY: &'static str = TEMPERATURE;
    const CATEGORY: Category = Category::TemperatureSensor;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: None,
        variable: TEMPERATURE,
        values: "degrees Celsius",
    }];

    type Directive = Never;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Sensor::by_convention(names, device).map(Self)
    }

    fn resolve(&mut self, _device: &particle::Device) {}

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property {
            name: TEMPERATURE,
            binding: &self.0,
        }]
    }

    async fn handle(&self, directive: Never, _device: &Device<'_>) -> Result<Reply, Error> {
        match directive {}
    }
}
