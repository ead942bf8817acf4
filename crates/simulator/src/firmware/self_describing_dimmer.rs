//! The sketch `firmware/dimmer`, a lamp that tells Alexa itself what it is: `lamp` with `on` or `off`, `level` with 0 to
//! 255, variables for both, and `alexa` with the description.
//!
//! Level 0 turns it off, and the lamp keeps the level it had; any other level turns it on.

use super::{DONE, Firmware, REFUSED, digits};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct SelfDescribingDimmer;

impl Firmware for SelfDescribingDimmer {
    fn functions(&self) -> &'static [&'static str] {
        &["lamp", "level"]
    }

    fn register(&self, variables: &mut Variables) {
        variables.set(ON, false);
        variables.set(LEVEL, FULL);
        variables.set("alexa", DESCRIPTION);
    }

    fn call(&mut self, function: &str, argument: &str, variables: &mut Variables) -> i32 {
        match (function, argument) {
            ("lamp", "on") => variables.set(ON, true),
            ("lamp", "off") => variables.set(ON, false),
            ("level", argument) => {
                let Some(level) = digits(argument).filter(|level| *level <= FULL) else {
                    return REFUSED;
                };
                variables.set(ON, level > 0);
                if level > 0 {
                    variables.set(LEVEL, level);
                }
            }
            _ => return REFUSED,
        }
        DONE
    }
}

const ON: &str = "lampOn";
const LEVEL: &str = "lampLevel";
const FULL: i32 = 255;

const DESCRIPTION: &str = "\
[alexa]
name = 'Reading lamp'
category = 'LIGHT'
power = { function = 'lamp', variable = 'lampOn' }
brightness = { function = 'level', variable = 'lampLevel', scale = [0, 255], turns_on = true }
";
