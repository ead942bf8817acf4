//! How humid the air is.

use serde_json::{Value as Json, json};

use super::percent::Scale;
use super::{Value, rounded};

/// A relative humidity in percent, which may have decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Humidity(f64);

impl Value for Humidity {
    type Spelling = Scale;

    fn to_alexa(&self) -> Json {
        json!(rounded(self.0))
    }

    fn from_variable(said: &Json, scale: &Scale) -> Option<Self> {
        scale
            .share(said)
            .filter(|share| (0.0..=100.0).contains(share))
            .map(Self)
    }
}
