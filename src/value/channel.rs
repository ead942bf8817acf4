//! Channels, by number or by name.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::steps::whole;
use super::word::Scalar;
use super::{Interval, Settable, Value};
use crate::alexa::{Error, Kind};
use crate::language::{Fields, Problems, Schema, fields, read_as};

/// A channel that Alexa and the firmware have names for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Channel {
    /// Both call it by this number.
    Number(i64),
    /// A description calls it so, and the firmware by another word.
    Named(String),
}

/// Which channels there are.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Channels {
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Interval>,
    #[serde(rename = "channels", skip_serializing_if = "IndexMap::is_empty")]
    named: IndexMap<ChannelName, Scalar>,
}

/// What one calls a channel.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize)]
struct ChannelName(String);

/// As many digits as any receiver takes.
const ANY: Interval = Interval {
    minimum: 0,
    maximum: 99_999,
};

impl Channels {
    /// The channel that is called so, or has this number.
    ///
    /// # Errors
    /// `INVALID_VALUE` where none is, and `VALUE_OUT_OF_RANGE` for a number that is none of the device's.
    pub fn find(&self, called: &[&str]) -> Result<Channel, Error> {
        if let Some(channel) = called.iter().find_map(|name| self.named(name)) {
            return Ok(channel);
        }
        let number = called.iter().find_map(|name| name.trim().parse().ok());
        let number = number.ok_or_else(|| {
            let message = "the endpoint has no channel of that name; discover devices again";
            Error::new(Kind::InvalidValue, message)
        })?;
        self.numbers().check(number).map(Channel::Number)
    }

    /// The channel so many numbers on, held at the ends of the range.
    #[must_use]
    pub fn shifted(&self, number: i64, by: i64) -> Channel {
        Channel::Number(self.numbers().held(number.saturating_add(by)))
    }

    fn named(&self, name: &str) -> Option<Channel> {
        let (key, word) = self.named.iter().find(|(key, _)| key.is(name))?;
        Some(match word.as_str().parse() {
            Ok(number) => Channel::Number(number),
            Err(_) => Channel::Named(key.0.clone()),
        })
    }

    fn numbers(&self) -> Interval {
        self.range.unwrap_or(ANY)
    }
}

impl ChannelName {
    /// Whether it is said so: case, blanks and dots do not count.
    fn is(&self, name: &str) -> bool {
        let said = |name: &str| -> String {
            let letters = name.chars().filter(|letter| letter.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        said(&self.0) == said(name)
    }
}

impl Value for Channel {
    type Spelling = Channels;

    fn to_alexa(&self) -> Json {
        match self {
            Self::Number(number) => json!({ "number": number.to_string() }),
            Self::Named(name) => json!({ "callSign": name }),
        }
    }

    fn from_variable(said: &Json, channels: &Channels) -> Option<Self> {
        if let Some(number) = whole(said) {
            let number = channels.numbers().check(number).ok()?;
            return Some(Self::Number(number));
        }
        let said = said.as_str()?.trim();
        let mut named = channels.named.iter();
        let own = named.find(|(_, word)| word.as_str() == said);
        match own {
            Some((key, _)) => Some(Self::Named(key.0.clone())),
            None => channels.named(said),
        }
    }
}

impl Settable for Channel {
    fn to_argument(&self, _place: &str, channels: &Channels) -> String {
        match self {
            // As the description writes it, should it begin with a zero.
            Self::Number(number) => {
                let mut words = channels.named.values().map(|word| word.as_str());
                let written = words.find(|word| word.parse() == Ok(*number));
                written.map_or_else(|| number.to_string(), str::to_owned)
            }
            Self::Named(name) => {
                let mut named = channels.named.iter();
                let word = named.find(|(key, _)| key.0 == *name);
                word.map(|(_, word)| word.as_str().to_owned())
                    .unwrap_or_default()
            }
        }
    }
}

impl Fields for Channels {
    fields! {
        "range" => range: "the first and the last number, such as [1, 99]; by default all numbers of up to five digits";
        "channels" => named: "names of channels, each with the number or word that the firmware takes: { pbs = 11, \"bbc one\" = 1 }";
    }

    fn check(&self, problems: &mut Problems) {
        let twice = self.named.keys().enumerate().find(|(index, key)| {
            let others = self.named.keys().skip(index + 1);
            others.into_iter().any(|other| key.is(&other.0))
        });
        let twice = twice.map(|(_, key)| format!("\"{}\" is the name of two channels", key.0));
        problems.at("channels", twice);
        for (key, word) in &self.named {
            let number = word.as_str().parse();
            let outside = number.is_ok_and(|number| self.numbers().check(number).is_err());
            let message = || format!("the number of \"{}\" is outside of the `range`", key.0);
            problems.at("channels", outside.then(message));
        }
    }
}

read_as! { ChannelName: String }

impl TryFrom<String> for ChannelName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if name.chars().any(char::is_alphanumeric) {
            Ok(Self(name))
        } else {
            Err("a name needs a letter or digit that can be said")
        }
    }
}

impl Schema for IndexMap<ChannelName, Scalar> {
    fn schema() -> Json {
        json!({ "type": "object", "additionalProperties": Scalar::schema() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn channels() -> Channels {
        crate::language::from_json(json!({
            "range": [1, 99],
            "channels": { "PBS": 11, "bbc one": "one", "5.1": "5-1" },
        }))
        .unwrap()
    }

    #[test]
    fn a_channel_is_found_by_name_or_number() {
        use Channel::{Named, Number};
        let named = |name: &str| Some(Named(name.to_owned()));
        for (called, channel) in [
            (&["7"][..], Some(Number(7))),
            (&["pbs"], Some(Number(11))),
            (&["K.Q.E.D", "P.B.S."], Some(Number(11))),
            (&["BBC ONE"], named("bbc one")),
            (&["5.1"], named("5.1")),
            (&["100"], None),
            (&["five"], None),
            (&[], None),
        ] {
            assert_eq!(channels().find(called).ok(), channel, "{called:?}");
        }
    }

    #[test]
    fn a_variable_tells_numbers_and_words() {
        use Channel::{Named, Number};
        for (said, channel) in [
            (json!(7), Some(Number(7))),
            (json!("7"), Some(Number(7))),
            (json!("one"), Some(Named("bbc one".to_owned()))),
            (json!("BBC One"), Some(Named("bbc one".to_owned()))),
            (json!("pbs"), Some(Number(11))),
            (json!(0), None),
            (json!(7.5), None),
            (json!("off"), None),
            (json!(null), None),
        ] {
            assert_eq!(
                Channel::from_variable(&said, &channels()),
                channel,
                "{said}"
            );
        }
    }

    #[test]
    fn a_name_reads_back() {
        for name in ["PBS", "bbc one", "5.1"] {
            let channel = channels().find(&[name]).unwrap();
            let echo = Json::String(channel.to_argument("", &channels()));
            assert_eq!(Channel::from_variable(&echo, &channels()), Some(channel));
        }
    }

    proptest! {
        #[test]
        fn a_number_reads_back(number in 1_i64..=99) {
            let echo = Json::String(Channel::Number(number).to_argument("", &channels()));
            prop_assert_eq!(Channel::from_variable(&echo, &channels()), Some(Channel::Number(number)));
        }

        #[test]
        fn a_shift_stays_in_range(number in 1_i64..=99, by: i64) {
            let Channel::Number(shifted) = channels().shifted(number, by) else { panic!() };
            prop_assert!((1..=99).contains(&shifted));
        }
    }
}
