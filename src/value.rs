//! The values that both sides know, each with its three spellings: Alexa's JSON, a Particle variable and the argument of
//! a Particle function.
//!
//! The law of a value that can be set: what [`Settable::to_argument`] writes and a device echoes,
//! [`Value::from_variable`] reads back as the same value, as far as the device's scale can hold it.

mod detection;
mod humidity;
mod lock_state;
mod percent;
mod power_state;
mod temperature;
mod words;

pub use detection::{Contact, Motion};
pub use humidity::Humidity;
pub use lock_state::LockState;
pub use percent::{Percent, Scale};
pub use power_state::PowerState;
pub use temperature::{Degrees, Temperature, Unit};
pub use words::{Vocabulary, Words};

use serde::Serialize;
use serde::de::{DeserializeOwned, MapAccess};
use serde_json::Value as Json;

/// A value that a device has.
pub trait Value: Sized + Send + Sync + 'static {
    /// What a description may say about how firmware spells it.
    type Spelling: Spelling;

    /// The value of the property, as Alexa's pages give it.
    fn to_alexa(&self) -> Json;

    /// What a variable says, or `None` where that is no such value.
    fn from_variable(said: &Json, spelling: &Self::Spelling) -> Option<Self>;
}

/// A value that a device can be given.
pub trait Settable: Value {
    /// What a function is told.
    fn to_argument(&self, spelling: &Self::Spelling) -> String;
}

/// The keys of a description that say how a value is spelled. Its `Default` is the naming convention's spelling.
pub trait Spelling: Clone + Default + Serialize + Send + Sync + std::fmt::Debug + 'static {
    /// Their names.
    fn keys() -> Vec<&'static str>;

    /// Takes the value of one of the [`keys`](Self::keys).
    ///
    /// # Errors
    /// Where the value does not suit the key.
    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error>;

    /// What the values of the keys have in common that cannot be.
    fn contradiction(&self) -> Option<String> {
        None
    }
}

/// Takes the value of a key into its place.
fn put<'de, A: MapAccess<'de>, T: DeserializeOwned>(
    place: &mut T,
    map: &mut A,
) -> Result<(), A::Error> {
    *place = map.next_value()?;
    Ok(())
}

/// A number, or text that spells one: firmware authors use either. What is beyond all measure is none.
fn number(said: &Json) -> Option<f64> {
    let number = match said {
        Json::Number(number) => number.as_f64()?,
        Json::String(text) => text.trim().parse().ok()?,
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    (-BEYOND_MEASURE..=BEYOND_MEASURE)
        .contains(&number)
        .then_some(number)
}

/// Far above what firmware counts, far below where arithmetic turns into infinity.
const BEYOND_MEASURE: f64 = 1e12;

/// Two decimals: finer than the sensors of makers, and free of the noise of a `float` that became a `double`.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
