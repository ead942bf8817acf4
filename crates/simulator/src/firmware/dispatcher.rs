//! Two lights behind one function that dispatches, as firmware does that cannot change: `do` with
//! `<index>:<capability>:<value>`, that is `0:power:1` or `1:brightness:75`, and `power0`, `level0`, `power1`, `level1`.
//!
//! Brightness above 0 turns a light on, and 0 turns it off.

use super::{DONE, Firmware, REFUSED, digits};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct Dispatcher;

impl Firmware for Dispatcher {
    fn functions(&self) -> &'static [&'static str] {
        &["do"]
    }

    fn register(&self, variables: &mut Variables) {
        for light in LIGHTS {
            variables.set(light.power, 0);
            variables.set(light.level, 100);
        }
    }

    fn call(&mut self, _function: &str, argument: &str, variables: &mut Variables) -> i32 {
        let mut parts = argument.splitn(3, ':');
        let light = parts
            .next()
            .and_then(digits)
            .and_then(|index| LIGHTS.get(usize::try_from(index).ok()?));
        let (capability, value) = (parts.next(), parts.next().and_then(digits));
        match (light, capability, value) {
            (Some(light), Some("power"), Some(power @ 0..=1)) => variables.set(light.power, power),
            (Some(light), Some("brightness"), Some(level @ 0..=100)) => {
                variables.set(light.level, level);
                variables.set(light.power, i32::from(level > 0));
            }
            _ => return REFUSED,
        }
        DONE
    }
}

struct Light {
    power: &'static str,
    level: &'static str,
}

const LIGHTS: [Light; 2] = [
    Light {
        power: "power0",
        level: "level0",
    },
    Light {
        power: "power1",
        level: "level1",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_function_does_everything() {
        let mut variables = Variables::default();
        Dispatcher.register(&mut variables);
        let steps = [
            ("0:power:1", 1, [1, 100, 0, 100]),
            ("1:brightness:75", 1, [1, 100, 1, 75]),
            ("1:power:0", 1, [1, 100, 0, 75]),
            ("0:brightness:0", 1, [0, 0, 0, 75]),
            ("0:brightness:101", -1, [0, 0, 0, 75]),
            ("0:power:2", -1, [0, 0, 0, 75]),
            ("2:power:1", -1, [0, 0, 0, 75]),
            ("0:color:1", -1, [0, 0, 0, 75]),
            ("0:power:1:1", -1, [0, 0, 0, 75]),
            ("0:power:", -1, [0, 0, 0, 75]),
            ("0:power", -1, [0, 0, 0, 75]),
            ("power", -1, [0, 0, 0, 75]),
            ("", -1, [0, 0, 0, 75]),
        ];
        for (argument, returned, states) in steps {
            assert_eq!(
                Dispatcher.call("do", argument, &mut variables),
                returned,
                "{argument}"
            );
            assert_eq!(
                ["power0", "level0", "power1", "level1"].map(|name| variables.int(name)),
                states,
                "{argument}"
            );
        }
    }
}
