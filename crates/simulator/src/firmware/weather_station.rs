//! The sketch `firmware/weather_station`: everything in the string variable `state`, as JSON, and nothing to call.

use super::{Firmware, REFUSED};
use crate::value::Variables;

#[derive(Debug)]
pub(super) struct WeatherStation;

impl Firmware for WeatherStation {
    fn functions(&self) -> &'static [&'static str] {
        &[]
    }

    fn register(&self, variables: &mut Variables) {
        let state = r#"{"temperature":18.4,"humidity":61,"wind":3.2,"rain":false}"#;
        variables.set("state", state);
    }

    fn call(&mut self, _function: &str, _argument: &str, _variables: &mut Variables) -> i32 {
        REFUSED
    }
}
