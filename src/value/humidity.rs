//! How humid the air is.

use serde_json::{Value as Json, json};

use super::percent::Scale;
use super::{Value, rounded};

/// A relative humidity in percent, which may have decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Humidity(f64);

/// How far beyond the ends a sensor may be off, in percent; most are off by two to five.
const TOLERANCE: f64 = 5.0;

impl Value for Humidity {
    type Spelling = Scale;

    fn to_alexa(&self) -> Json {
        json!(rounded(self.0))
    }

    fn from_variable(said: &Json, scale: &Scale) -> Option<Self> {
        scale
            .share(said)
            .filter(|share| (-TOLERANCE..=100.0 + TOLERANCE).contains(share))
            .map(|share| Self(share.clamp(0.0, 100.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensor_may_be_off_by_a_little() {
        for (said, humidity) in [
            (json!(40.5), Some(40.5)),
            (json!(100.4), Some(100.0)),
            (json!(-2), Some(0.0)),
            (json!(105.1), None),
            (json!(-6), None),
            (json!("-0.0"), Some(0.0)),
        ] {
            let read = Humidity::from_variable(&said, &Scale::default());
            assert_eq!(read, humidity.map(Humidity), "{said}");
            let told = read.map(|humidity| humidity.to_alexa().to_string());
            assert!(!told.is_some_and(|told| told.starts_with('-')), "{said}");
        }
    }
}
