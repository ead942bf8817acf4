//! What runs on a simulated device: one file for each well-known sketch, listed in [`Sketch`], and `declared` for the
//! functions that a home file adds.

use std::fmt::Debug;

use serde::Deserialize;

use crate::{home::Platform, value::Variables};

mod bare;
mod declared;
mod dimmer;
mod dispatcher;
mod four_relays;
mod garage_door;
mod led;
mod old_thermostat;
mod relays;
mod self_describing_dimmer;
mod thermometer;
mod thermostat;
mod tinker;
mod two_lights;
mod weather_station;

pub(crate) use declared::{Add, Bounds, Declared, Effect, Store};
pub use tinker::{Pin, PinMode};

/// A sketch's behavior, as seen through cloud functions and variables.
pub(crate) trait Firmware: Debug + Send {
    fn functions(&self) -> &'static [&'static str];

    /// Registers the variables with the values they have after a reset.
    fn register(&self, variables: &mut Variables);

    /// Runs one of [`Self::functions`] and gives its return value.
    fn call(&mut self, function: &str, argument: &str, variables: &mut Variables) -> i32;

    /// The pin of that name, where the sketch has one that matters here.
    fn pin(&mut self, _name: &str) -> Option<&mut Pin> {
        None
    }
}

/// The firmware a home file can name.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sketch {
    Dimmer,
    Dispatcher,
    FourRelays,
    GarageDoor,
    Led,
    #[default]
    None,
    OldThermostat,
    Relays,
    SelfDescribingDimmer,
    Thermometer,
    Thermostat,
    Tinker,
    TwoLights,
    WeatherStation,
}

impl Sketch {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Dimmer => "dimmer",
            Self::Dispatcher => "dispatcher",
            Self::FourRelays => "four-relays",
            Self::GarageDoor => "garage-door",
            Self::Led => "led",
            Self::None => "none",
            Self::OldThermostat => "old-thermostat",
            Self::Relays => "relays",
            Self::SelfDescribingDimmer => "self-describing-dimmer",
            Self::Thermometer => "thermometer",
            Self::Thermostat => "thermostat",
            Self::Tinker => "tinker",
            Self::TwoLights => "two-lights",
            Self::WeatherStation => "weather-station",
        }
    }

    pub(crate) fn start(self, platform: Platform) -> Box<dyn Firmware> {
        match self {
            Self::Dimmer => Box::new(dimmer::Dimmer::default()),
            Self::Dispatcher => Box::new(dispatcher::Dispatcher),
            Self::FourRelays => Box::new(four_relays::FourRelays),
            Self::GarageDoor => Box::new(garage_door::GarageDoor::default()),
            Self::Led => Box::new(led::Led),
            Self::None => Box::new(bare::Bare),
            Self::OldThermostat => Box::new(old_thermostat::OldThermostat),
            Self::Relays => Box::new(relays::Relays),
            Self::SelfDescribingDimmer => Box::new(self_describing_dimmer::SelfDescribingDimmer),
            Self::Thermometer => Box::new(thermometer::Thermometer),
            Self::Thermostat => Box::new(thermostat::Thermostat),
            Self::Tinker => Box::new(tinker::Tinker::on(platform)),
            Self::TwoLights => Box::new(two_lights::TwoLights::default()),
            Self::WeatherStation => Box::new(weather_station::WeatherStation),
        }
    }
}

/// What a function returns by convention when it can do nothing with its argument.
pub(crate) const REFUSED: i32 = -1;

/// What most sketches return when they did what they were told.
pub(crate) const DONE: i32 = 1;

/// Half of the supply, where a digital input changes its mind.
const LOGIC_THRESHOLD: u16 = 2048;

/// Reads one to three digits and nothing else.
fn digits(text: &str) -> Option<i32> {
    let is_number = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Reads `"<n>=<value>"`, the argument of sketches that serve several outputs with one function.
fn numbered(argument: &str) -> Option<(usize, i32)> {
    let (number, value) = argument.split_once('=')?;
    Some((number.parse().ok()?, value.parse().ok()?))
}
