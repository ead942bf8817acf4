//! A board with two relays behind one function: `relay` with `"<n>=<0|1>"`, and `relay0` and `relay1` to read.

use super::{DONE, Firmware, REFUSED, numbered};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct Relays;

impl Firmware for Relays {
    fn functions(&self) -> &'static [&'static str] {
        &["relay"]
    }

    fn register(&self, variables: &mut Variables) {
        for relay in RELAYS {
            variables.set(relay, 0);
        }
    }

    fn call(&mut self, _function: &str, argument: &str, variables: &mut Variables) -> i32 {
        let switched = numbered(argument).filter(|(_, state)| matches!(state, 0 | 1));
        let Some((relay, state)) =
            switched.and_then(|(number, state)| Some((*RELAYS.get(number)?, state)))
        else {
            return REFUSED;
        };
        variables.set(relay, state);
        DONE
    }
}

const RELAYS: [&str; 2] = ["relay0", "relay1"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_function_switches_either_relay() {
        let mut variables = Variables::default();
        Relays.register(&mut variables);
        let steps = [
            ("0=1", 1, [1, 0]),
            ("1=1", 1, [1, 1]),
            ("0=0", 1, [0, 1]),
            ("2=1", -1, [0, 1]),
            ("1=2", -1, [0, 1]),
            ("1", -1, [0, 1]),
            ("", -1, [0, 1]),
            ("on", -1, [0, 1]),
        ];
        for (argument, returned, states) in steps {
            assert_eq!(
                Relays.call("relay", argument, &mut variables),
                returned,
                "{argument}"
            );
            assert_eq!(
                RELAYS.map(|relay| variables.int(relay)),
                states,
                "{argument}"
            );
        }
    }
}
