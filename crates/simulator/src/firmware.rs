//! What runs on a simulated device: one file for each well-known sketch, listed in [`Sketch`], and `declared` for the
//! functions that a home file adds.

use std::fmt::Debug;

use serde::Deserialize;

use crate::{home::Platform, value::Variables};

mod bare;
mod declared;
mod dimmer;
mod led;
mod relays;
mod thermometer;
mod tinker;
mod two_lights;

pub(crate) use declared::{Add, Bounds, Declared, Effect, Store};
pub use tinker::{Pin, PinMode};

/// A sketch's behavior, as seen through cloud functions and variables.
pub(crate) trait Firmware: Debug + Send {
    fn functions(&self) -> &'static [&'static str];

    /// Registers the variables with the values they have after a reset.
    fn register(&self, variables: &mut Variables);

    /// Runs one of [`Self::functions`] and gives its return value.
    fn call(&mut self, function: &str, argument: &str, variables: &mut Variables) -> i32;

    /// The pin of that name, where the sketch's state is its pins.
    fn pin(&mut self, _name: &str) -> Option<&mut Pin> {
        None
    }
}

/// The firmware a home file can name.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sketch {
    Dimmer,
    Led,
    #[default]
    None,
    Relays,
    Thermometer,
    Tinker,
    TwoLights,
}

impl Sketch {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Dimmer => "dimmer",
            Self::Led => "led",
            Self::None => "none",
            Self::Relays => "relays",
            Self::Thermometer => "thermometer",
            Self::Tinker => "tinker",
            Self::TwoLights => "two-lights",
        }
    }

    pub(crate) fn start(self, platform: Platform) -> Box<dyn Firmware> {
        match self {
            Self::Dimmer => Box::new(dimmer::Dimmer::default()),
            Self::Led => Box::new(led::Led),
            Self::None => Box::new(bare::Bare),
            Self::Relays => Box::new(relays::Relays),
            Self::Thermometer => Box::new(thermometer::Thermometer),
            Self::Tinker => Box::new(tinker::Tinker::on(platform)),
            Self::TwoLights => Box::new(two_lights::TwoLights::default()),
        }
    }
}

/// What a function returns by convention when it can do nothing with its argument.
pub(crate) const REFUSED: i32 = -1;

/// What most sketches return when they did what they were told.
pub(crate) const DONE: i32 = 1;

/// Reads `"<n>=<value>"`, the argument of sketches that serve several outputs with one function.
fn numbered(argument: &str) -> Option<(usize, i32)> {
    let (number, value) = argument.split_once('=')?;
    Some((number.parse().ok()?, value.parse().ok()?))
}
