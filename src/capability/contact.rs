//! Whether a door or window is open: [Alexa.ContactSensor].
//!
//! Firmware: a variable that says so in two words, or is true or not 0 while it is open.
//!
//! [Alexa.ContactSensor]: https://developer.amazon.com/docs/device-apis/alexa-contactsensor.html

use super::Never;
use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::{Convention, Sensor};
use crate::value::Contact;

#[derive(Debug)]
pub(super) enum ContactSensor {}

impl Interface for ContactSensor {
    const INTERFACE: &'static str = "Alexa.ContactSensor";
    const KEY: &'static str = "contact";
    const MEANING: &'static str = "whether a door or window is open";
    const CATEGORY: Category = Category::ContactSensor;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: None,
        variable: Self::KEY,
        values: "`open` or `closed`",
    }];
    const PROPERTY: &'static str = "detectionState";

    type Directive = Never;
    type Binding = Sensor<Contact>;
}
