//! The values that both sides know, each with its three spellings: Alexa's JSON, a Particle variable and the argument of
//! a Particle function.
//!
//! The law of a value that can be set: what [`Settable::to_argument`] writes and a device echoes,
//! [`Settable::from_echo`] reads back as the same value, as far as the device's scale can hold it.

mod alarm;
mod amount;
mod arm_state;
mod channel;
mod choice;
mod color;
mod color_temperature;
mod detection;
mod equalizer;
mod humidity;
mod input;
mod interval;
mod lock_state;
mod milliseconds;
mod muted;
mod number;
mod percent;
mod playback;
mod power_state;
mod range;
mod steps;
mod temperature;
mod template;
mod word;
mod words;

pub use alarm::Alarm;
pub use amount::{Amount, Measure};
pub use arm_state::ArmState;
pub use channel::{Channel, Channels};
pub use choice::{Choice, Choices, Chosen, Kind as ChoiceKind};
pub use color::{Color, Hsb};
pub use color_temperature::{ColorTemperature, Whites};
pub use detection::{Contact, Motion};
pub use equalizer::{Band, BandLevel, BandName, Bass, EqualizerMode, Midrange, Treble};
pub use humidity::Humidity;
pub use input::{Input, InputNames};
pub use interval::Interval;
pub use lock_state::LockState;
pub use milliseconds::{Milliseconds, TimeScale};
pub use muted::Muted;
pub use number::plain;
pub(crate) use number::{number, rounded, serialize_plain};
pub use percent::{Percent, Scale};
pub use playback::{HoldOperation, PlaybackOperation, PlaybackState};
pub use power_state::PowerState;
pub use range::{Bounds, RangeValue, Span};
pub use steps::{Presses, Steps};
pub use temperature::{Degrees, Difference, Temperature, Unit};
pub use word::Word;
pub use words::{Vocabulary, Words};

use serde::Serialize;
use serde_json::Value as Json;

use crate::binding::Name;
use crate::language::Fields;

/// A value that a device has.
pub trait Value: Sized + Send + Sync + std::fmt::Debug + 'static {
    /// What a description may say about how firmware spells it. Its `Default` is the naming convention's spelling.
    type Spelling: Fields + Clone + Serialize + Send + Sync + std::fmt::Debug + 'static;

    /// The value of the property, as Alexa's pages give it.
    fn to_alexa(&self) -> Json;

    /// What a variable says, or `None` where that is no such value.
    fn from_variable(said: &Json, spelling: &Self::Spelling) -> Option<Self>;
}

/// What a variable says that holds what a function was told, where that is the value alone.
fn echoed<V: Settable>(value: &V, spelling: &V::Spelling) -> Option<V> {
    let echo = Json::String(value.to_argument("", spelling));
    V::from_variable(&echo, spelling)
}

/// A value that a device can be given.
pub trait Settable: Value {
    /// The places that an argument can have for the value: one without a name, or one for each part.
    const PLACES: &'static [&'static str] = &[""];
    /// The argument where a description says nothing else.
    const ARGUMENT: &'static str = "{}";
    /// Whether an argument may have no place for the value, for firmware that knows one value only.
    const MAY_BE_UNSAID: bool = false;

    /// What a function is told in one of the [places](Self::PLACES).
    fn to_argument(&self, place: &str, spelling: &Self::Spelling) -> String;

    /// An argument with the value in its places.
    fn in_places(&self, argument: &str, spelling: &Self::Spelling) -> String {
        Self::PLACES
            .iter()
            .fold(argument.to_owned(), |text, place| {
                let slot = format!("{{{place}}}");
                if text.contains(&slot) {
                    text.replacen(&slot, &self.to_argument(place, spelling), 1)
                } else {
                    text
                }
            })
    }

    /// What a variable says that echoes such an argument.
    fn from_echo(said: &Json, _argument: &str, spelling: &Self::Spelling) -> Option<Self> {
        Self::from_variable(said, spelling)
    }

    /// Why nothing can be read of what echoes this argument, and what to write.
    fn unreadable(_argument: &str) -> Option<&'static str> {
        None
    }

    /// What the firmware makes of it, where it cannot hold every value: on a coarse scale the nearest step, of a colour the
    /// parts that it is told.
    fn held(&self, _argument: &str, _spelling: &Self::Spelling) -> Option<Self> {
        None
    }

    /// The function that is for this value alone, and what it takes.
    fn own_call<'a>(&self, _spelling: &'a Self::Spelling) -> Option<(&'a Name, &'a str)> {
        None
    }

    /// Of each value that is commanded, whether it has a function for it alone.
    fn own_calls(_spelling: &Self::Spelling) -> Vec<bool> {
        Vec::new()
    }
}
