//! How much is left of something: [Alexa.InventoryLevelSensor].
//!
//! Firmware: a variable that tells the amount.
//!
//! [Alexa.InventoryLevelSensor]: https://developer.amazon.com/docs/device-apis/alexa-inventorylevelsensor.html

use serde::Serialize;
use serde_json::json;

use super::labels::Labels;
use super::{Capability, Never, Property};
use crate::alexa::Error;
use crate::alexa::discovery::{self, Category};
use crate::binding::Sensor;
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, Problems, fields};
use crate::value::Amount;

#[derive(Debug, Default, Serialize)]
pub(super) struct InventoryLevelSensor {
    #[serde(flatten)]
    labels: Labels,
    #[serde(flatten)]
    sensor: Sensor<Amount>,
}

impl Fields for InventoryLevelSensor {
    fields! {
        ..labels: Labels;
        ..sensor: Sensor<Amount>;
    }

    fn check(&self, problems: &mut Problems) {
        self.labels.check(problems);
        self.sensor.check(problems);
    }
}

impl Capability for InventoryLevelSensor {
    const INTERFACE: &'static str = "Alexa.InventoryLevelSensor";
    const KEY: &'static str = "inventory";
    const MEANING: &'static str = "how much is left of something";
    const CATEGORY: Category = Category::Other;
    const SEVERAL: bool = true;

    type Directive = Never;

    fn instance(&self) -> Option<String> {
        Some(self.labels.instance(Self::KEY))
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of("level", &self.sensor)]
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        language: &Locale,
    ) -> discovery::Capability {
        declared.capability_resources = Some(self.labels.resources(language));
        // Alexa orders nothing for this skill, but she refuses a sensor that does not say so.
        declared.configuration = Some(json!({
            "measurement": self.sensor.spelling().measurement(),
            "replenishment": {},
        }));
        declared
    }

    async fn handle(&self, directive: Never, _device: &Device<'_>) -> Result<Reply, Error> {
        match directive {}
    }
}
