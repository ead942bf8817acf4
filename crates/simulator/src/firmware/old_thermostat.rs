//! A thermostat that thinks in Fahrenheit, as firmware does that cannot change: `setTarget` with 45 to 95, or `off`, and
//! the variables `temperature`, `target` and `state`, which is `heating`, `idle` or `off`.

use super::{DONE, Firmware, REFUSED, digits};
use crate::value::{Value, Variables};

#[derive(Debug)]
pub(super) struct OldThermostat;

impl Firmware for OldThermostat {
    fn functions(&self) -> &'static [&'static str] {
        &["setTarget"]
    }

    fn register(&self, variables: &mut Variables) {
        variables.set("temperature", 66.5);
        variables.set("target", 65);
        variables.set(STATE, "idle");
    }

    fn call(&mut self, _function: &str, argument: &str, variables: &mut Variables) -> i32 {
        if argument == "off" {
            variables.set(STATE, "off");
            return DONE;
        }
        let Some(target) = digits(argument).filter(|target| (45..=95).contains(target)) else {
            return REFUSED;
        };
        let warm_enough = match variables.get("temperature") {
            Some(Value::Double(temperature)) => *temperature >= f64::from(target),
            Some(Value::Bool(_) | Value::Int32(_) | Value::String(_)) | None => true,
        };
        variables.set("target", target);
        variables.set(STATE, if warm_enough { "idle" } else { "heating" });
        DONE
    }
}

const STATE: &str = "state";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_follows_target_and_temperature() {
        let mut variables = Variables::default();
        OldThermostat.register(&mut variables);
        let steps = [
            ("70", 1, 70, "heating"),
            ("66", 1, 66, "idle"),
            ("off", 1, 66, "off"),
            ("67", 1, 67, "heating"),
            ("44", -1, 67, "heating"),
            ("96", -1, 67, "heating"),
            ("70.5", -1, 67, "heating"),
            ("warm", -1, 67, "heating"),
            ("", -1, 67, "heating"),
        ];
        for (argument, returned, target, state) in steps {
            assert_eq!(
                OldThermostat.call("setTarget", argument, &mut variables),
                returned,
                "{argument}"
            );
            assert_eq!(variables.int("target"), target, "{argument}");
            assert_eq!(
                variables.get(STATE),
                Some(&Value::from(state)),
                "{argument}"
            );
        }
    }
}
