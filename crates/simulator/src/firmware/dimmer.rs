//! A dimmable lamp: `setPower` with `on` or `off`, `setBrightness` with 0 to 100, and variables that say how it is.
//!
//! Brightness above 0 turns it on.
//! Brightness 0 turns it off and is what `brightness` then says, but the lamp remembers its level: `on` brings it back.

use super::{DONE, Firmware, REFUSED};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct Dimmer {
    /// Where `on` goes after brightness 0.
    level: i32,
}

impl Default for Dimmer {
    fn default() -> Self {
        Self { level: 100 }
    }
}

impl Firmware for Dimmer {
    fn functions(&self) -> &'static [&'static str] {
        &["setPower", "setBrightness"]
    }

    fn register(&self, variables: &mut Variables) {
        variables.set(POWER, false);
        variables.set(BRIGHTNESS, self.level);
    }

    fn call(&mut self, function: &str, argument: &str, variables: &mut Variables) -> i32 {
        match function {
            "setPower" => self.set_power(argument, variables),
            "setBrightness" => self.set_brightness(argument, variables),
            _ => REFUSED,
        }
    }
}

impl Dimmer {
    fn set_power(&self, argument: &str, variables: &mut Variables) -> i32 {
        let on = match argument {
            "on" => true,
            "off" => false,
            _ => return REFUSED,
        };
        if on && variables.int(BRIGHTNESS) == 0 {
            variables.set(BRIGHTNESS, self.level);
        }
        variables.set(POWER, on);
        DONE
    }

    fn set_brightness(&mut self, argument: &str, variables: &mut Variables) -> i32 {
        let Some(percent) = argument
            .parse()
            .ok()
            .filter(|percent| (0..=100).contains(percent))
        else {
            return REFUSED;
        };
        let before = variables.int(BRIGHTNESS);
        if percent == 0 && before > 0 {
            self.level = before;
        }
        variables.set(BRIGHTNESS, percent);
        variables.set(POWER, percent > 0);
        DONE
    }
}

const POWER: &str = "power";
const BRIGHTNESS: &str = "brightness";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn power_and_brightness_follow_each_other() {
        let mut dimmer = Dimmer::default();
        let mut variables = Variables::default();
        dimmer.register(&mut variables);
        let steps = [
            ("setPower", "on", 1, true, 100),
            ("setBrightness", "40", 1, true, 40),
            ("setPower", "off", 1, false, 40),
            ("setBrightness", "55", 1, true, 55),
            ("setBrightness", "0", 1, false, 0),
            ("setBrightness", "0", 1, false, 0),
            ("setPower", "on", 1, true, 55),
            ("setBrightness", "101", -1, true, 55),
            ("setBrightness", "-1", -1, true, 55),
            ("setBrightness", "bright", -1, true, 55),
            ("setPower", "1", -1, true, 55),
        ];
        for (function, argument, returned, power, brightness) in steps {
            assert_eq!(
                dimmer.call(function, argument, &mut variables),
                returned,
                "{function} {argument}"
            );
            assert_eq!(
                variables.get(POWER),
                Some(&Value::from(power)),
                "{function} {argument}"
            );
            assert_eq!(
                variables.int(BRIGHTNESS),
                brightness,
                "{function} {argument}"
            );
        }
    }
}
