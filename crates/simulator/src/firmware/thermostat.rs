//! The sketch `firmware/thermostat`: `setTarget` with 5 to 30 °C, `setMode` with `heat`, `cool`, `auto` or `off`, and
//! the variables `temperature`, `humidity`, `target` and `mode`.
//!
//! The room stays as warm as the home file says.

use super::{DONE, Firmware, REFUSED};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct Thermostat;

impl Firmware for Thermostat {
    fn functions(&self) -> &'static [&'static str] {
        &["setTarget", "setMode"]
    }

    fn register(&self, variables: &mut Variables) {
        variables.set("temperature", 20.5);
        variables.set("humidity", 45.0);
        variables.set("target", 20.0);
        variables.set("mode", "off");
    }

    fn call(&mut self, function: &str, argument: &str, variables: &mut Variables) -> i32 {
        match function {
            "setTarget" => match decimal(argument) {
                Some(target) if (5.0..=30.0).contains(&target) => variables.set("target", target),
                _ => return REFUSED,
            },
            "setMode" => match argument {
                "heat" | "cool" | "auto" | "off" => variables.set("mode", argument),
                _ => return REFUSED,
            },
            _ => return REFUSED,
        }
        DONE
    }
}

/// Reads up to five digits with at most one point, which is not the first.
fn decimal(text: &str) -> Option<f64> {
    let spelled = |byte| matches!(byte, b'0'..=b'9' | b'.');
    let is_number = text.len() <= 5 && !text.starts_with('.') && text.bytes().all(spelled);
    text.parse().ok().filter(|_| is_number)
}
