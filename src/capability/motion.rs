//! Whether something moves: [Alexa.MotionSensor].
//!
//! Firmware: a variable that says so in two words, or is true or not 0 while it does.
//!
//! [Alexa.MotionSensor]: https://developer.amazon.com/docs/device-apis/alexa-motionsensor.html

use super::Never;
use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::{Convention, Sensor};
use crate::value::Motion;

#[derive(Debug)]
pub(super) enum MotionSensor {}

impl Interface for MotionSensor {
    const INTERFACE: &'static str = "Alexa.MotionSensor";
    const KEY: &'static str = "motion";
    const MEANING: &'static str = "whether something moves";
    const CATEGORY: Category = Category::MotionSensor;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: None,
        variable: Self::KEY,
        values: "`detected` or `clear`",
    }];
    const PROPERTY: &'static str = "detectionState";

    type Directive = Never;
    type Binding = Sensor<Motion>;
}
