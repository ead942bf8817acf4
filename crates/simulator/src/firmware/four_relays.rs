//! The sketch `firmware/relays`, four relays behind one function: `relay` with `"<n>=<0|1>"`, and `relay1` to `relay4`.

use super::{DONE, Firmware, REFUSED};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct FourRelays;

impl Firmware for FourRelays {
    fn functions(&self) -> &'static [&'static str] {
        &["relay"]
    }

    fn register(&self, variables: &mut Variables) {
        for number in 1..=RELAYS {
            variables.set(format!("relay{number}"), 0);
        }
    }

    fn call(&mut self, _function: &str, argument: &str, variables: &mut Variables) -> i32 {
        let (number, state) = match *argument.as_bytes() {
            [number @ b'1'..=b'4', b'=', b'0'] => (number - b'0', 0),
            [number @ b'1'..=b'4', b'=', b'1'] => (number - b'0', 1),
            _ => return REFUSED,
        };
        variables.set(format!("relay{number}"), state);
        DONE
    }
}

const RELAYS: u8 = 4;
