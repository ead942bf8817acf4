//! The web-connected LED of Particle's documentation: `led` with `on` or `off`, and no way to read the state back.
//!
//! It returns 1 for on and 0 for off, so 0 is no failure.
//! <https://docs.particle.io/getting-started/hardware-tutorials/hardware-examples/>

use super::{Firmware, REFUSED};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct Led;

impl Firmware for Led {
    fn functions(&self) -> &'static [&'static str] {
        &["led"]
    }

    fn register(&self, _variables: &mut Variables) {}

    fn call(&mut self, _function: &str, argument: &str, _variables: &mut Variables) -> i32 {
        match argument {
            "on" => 1,
            "off" => 0,
            _ => REFUSED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_documented() {
        for (argument, returned) in [("on", 1), ("off", 0), ("ON", -1), ("", -1)] {
            assert_eq!(
                Led.call("led", argument, &mut Variables::default()),
                returned,
                "{argument}"
            );
        }
    }
}
