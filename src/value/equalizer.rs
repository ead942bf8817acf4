//! The sound of a music system: the levels of its bands, and its modes.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::steps::whole;
use super::{ChoiceKind, Settable, Value};

/// The bands that Alexa knows, by her names.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, strum::Display)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum BandName {
    /// The low tones.
    Bass,
    /// Those between.
    Midrange,
    /// The high tones.
    Treble,
}

/// What tells the levels of one band from those of another.
pub trait Band: Debug + Send + Sync + 'static {
    /// Which it is.
    const NAME: BandName;
}

/// The low tones.
#[derive(Debug)]
pub enum Bass {}

/// The tones between low and high.
#[derive(Debug)]
pub enum Midrange {}

/// The high tones.
#[derive(Debug)]
pub enum Treble {}

impl Band for Bass {
    const NAME: BandName = BandName::Bass;
}

impl Band for Midrange {
    const NAME: BandName = BandName::Midrange;
}

impl Band for Treble {
    const NAME: BandName = BandName::Treble;
}

/// How strong a band is.
#[derive(Debug)]
pub struct BandLevel<B>(i64, PhantomData<B>);

impl<B: Band> BandLevel<B> {
    /// The level.
    #[must_use]
    pub fn get(&self) -> i64 {
        self.0
    }
}

impl<B> From<i64> for BandLevel<B> {
    fn from(level: i64) -> Self {
        Self(level, PhantomData)
    }
}

impl<B: Band> Value for BandLevel<B> {
    type Spelling = ();

    /// One of the list that the property is.
    fn to_alexa(&self) -> Json {
        json!({ "name": B::NAME.to_string(), "value": self.0 })
    }

    fn from_variable(said: &Json, (): &()) -> Option<Self> {
        whole(said).map(Self::from)
    }
}

impl<B: Band> Settable for BandLevel<B> {
    fn to_argument(&self, _place: &str, (): &()) -> String {
        self.0.to_string()
    }
}

/// What the sound is made for.
#[derive(Debug)]
pub enum EqualizerMode {}

impl ChoiceKind for EqualizerMode {
    const KEY: &'static str = "modes";
    const MEANING: &'static str = "what the sound can be made for, as a list, or each with the firmware's word: movie, music, night, sport, tv";
    type Details = ();

    fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            ("movie", "MOVIE"),
            ("music", "MUSIC"),
            ("night", "NIGHT"),
            ("sport", "SPORT"),
            ("tv", "TV"),
        ]
        .into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for level in [-10, 0, 7] {
            let echo = BandLevel::<Bass>::from(level).to_argument("", &());
            let again = BandLevel::<Bass>::from_variable(&echo.into(), &()).unwrap();
            assert_eq!(again.to_alexa(), json!({ "name": "BASS", "value": level }));
        }
    }

    #[test]
    fn a_mode_is_one_of_alexas() {
        for (written, alexa) in [
            ("movie", Ok("MOVIE")),
            ("TV", Ok("TV")),
            (
                "sports",
                Err("unknown mode `sports`; did you mean `sport`?"),
            ),
            (
                "jazz",
                Err("unknown mode `jazz`; known are movie, music, night, sport, tv"),
            ),
        ] {
            let mode = EqualizerMode::alexa(written);
            assert_eq!(mode.as_deref().map_err(String::as_str), alexa);
        }
    }
}
