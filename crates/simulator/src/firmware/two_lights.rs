//! Two dimmable lights behind two functions, after a sketch that many makers have copied:
//! `onoff` with `"<n>=<0|1>"` and `setvalue` with `"<n>=<0-255>"`; `level0` and `level1` say how bright each is now.
//!
//! A light that is turned on goes back to the level it had.

use super::{DONE, Firmware, REFUSED, numbered};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct TwoLights {
    levels: [i32; 2],
}

impl Default for TwoLights {
    fn default() -> Self {
        Self { levels: [FULL; 2] }
    }
}

impl Firmware for TwoLights {
    fn functions(&self) -> &'static [&'static str] {
        &["onoff", "setvalue"]
    }

    fn register(&self, variables: &mut Variables) {
        for name in NAMES {
            variables.set(name, 0);
        }
    }

    fn call(&mut self, function: &str, argument: &str, variables: &mut Variables) -> i32 {
        let Some((number, value)) = numbered(argument) else {
            return REFUSED;
        };
        let (Some(name), Some(level)) = (NAMES.get(number), self.levels.get_mut(number)) else {
            return REFUSED;
        };
        let now = variables.int(name);
        if now > 0 {
            *level = now;
        }
        let next = match (function, value) {
            ("onoff", 0) => 0,
            ("onoff", 1) => *level,
            ("setvalue", 0..=FULL) => value,
            _ => return REFUSED,
        };
        variables.set(*name, next);
        DONE
    }
}

const FULL: i32 = 255;
const NAMES: [&str; 2] = ["level0", "level1"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_light_keeps_its_level() {
        let mut lights = TwoLights::default();
        let mut variables = Variables::default();
        lights.register(&mut variables);
        let steps = [
            ("onoff", "0=1", 1, [255, 0]),
            ("setvalue", "0=50", 1, [50, 0]),
            ("onoff", "0=0", 1, [0, 0]),
            ("onoff", "0=1", 1, [50, 0]),
            ("setvalue", "1=255", 1, [50, 255]),
            ("setvalue", "1=256", -1, [50, 255]),
            ("onoff", "1=2", -1, [50, 255]),
            ("onoff", "2=1", -1, [50, 255]),
            ("onoff", "lamp", -1, [50, 255]),
        ];
        for (function, argument, returned, levels) in steps {
            assert_eq!(
                lights.call(function, argument, &mut variables),
                returned,
                "{function} {argument}"
            );
            assert_eq!(
                NAMES.map(|name| variables.int(name)),
                levels,
                "{function} {argument}"
            );
        }
    }
}
