//! No sketch at all, for a device whose functions and variables are those of the home file.

use super::{Firmware, REFUSED};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct Bare;

impl Firmware for Bare {
    fn functions(&self) -> &'static [&'static str] {
        &[]
    }

    fn register(&self, _variables: &mut Variables) {}

    fn call(&mut self, _function: &str, _argument: &str, _variables: &mut Variables) -> i32 {
        REFUSED
    }
}
