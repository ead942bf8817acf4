//! A thermometer: the double `temperature` in °C, and nothing to call.

use super::{Firmware, REFUSED};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct Thermometer;

impl Firmware for Thermometer {
    fn functions(&self) -> &'static [&'static str] {
        &[]
    }

    fn register(&self, variables: &mut Variables) {
        variables.set("temperature", 21.5);
    }

    fn call(&mut self, _function: &str, _argument: &str, _variables: &mut Variables) -> i32 {
        REFUSED
    }
}
