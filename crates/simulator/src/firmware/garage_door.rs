//! The sketch `firmware/garage_door`: `door` with `open` or `close`, and the variables `door` and `contact`.
//!
//! The simulated door is at its end at once.
//! It does not close while pin `D6`, the light beam, is HIGH: then `close` returns −2.

use super::{DONE, Firmware, LOGIC_THRESHOLD, Pin, REFUSED};
use crate::value::{Value, Variables};

#[derive(Debug, Default)]
pub(super) struct GarageDoor {
    light_beam: Pin,
}

impl Firmware for GarageDoor {
    fn functions(&self) -> &'static [&'static str] {
        &["door"]
    }

    fn register(&self, variables: &mut Variables) {
        variables.set("door", "closed");
        variables.set("contact", "closed");
    }

    fn call(&mut self, _function: &str, argument: &str, variables: &mut Variables) -> i32 {
        let closed = variables.get("door") == Some(&Value::from("closed"));
        let end = match argument {
            "open" => "open",
            "close" if !closed && self.light_beam.signal >= LOGIC_THRESHOLD => return OBSTACLE,
            "close" => "closed",
            _ => return REFUSED,
        };
        variables.set("door", end);
        variables.set("contact", end);
        DONE
    }

    fn pin(&mut self, name: &str) -> Option<&mut Pin> {
        (name == "D6").then_some(&mut self.light_beam)
    }
}

const OBSTACLE: i32 = -2;
