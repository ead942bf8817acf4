//! On or off.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use super::{Settable, Spelling, Value, put};

/// Whether something is on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PowerState {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// The firmware's words for on and off.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Words {
    #[serde(skip_serializing_if = "Words::is_default_on")]
    on: Word,
    #[serde(skip_serializing_if = "Words::is_default_off")]
    off: Word,
}

/// A word as firmware spells it; a description may write a number or a boolean as such.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(transparent)]
struct Word(String);

impl Words {
    const ON: &str = "on";
    const OFF: &str = "off";

    fn is_default_on(word: &Word) -> bool {
        word.0 == Self::ON
    }

    fn is_default_off(word: &Word) -> bool {
        word.0 == Self::OFF
    }
}

impl Default for Words {
    fn default() -> Self {
        Self {
            on: Word(Self::ON.to_owned()),
            off: Word(Self::OFF.to_owned()),
        }
    }
}

impl Spelling for Words {
    const KEYS: &'static [&'static str] = &["on", "off"];

    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        put(
            if key == "on" {
                &mut self.on
            } else {
                &mut self.off
            },
            map,
        )
    }
}

impl Value for PowerState {
    type Spelling = Words;

    fn to_alexa(&self) -> Json {
        match self {
            Self::On => "ON".into(),
            Self::Off => "OFF".into(),
        }
    }

    /// The firmware's own words count first, so that inverted logic (`on = 0`, `off = 1`) reads right; after them `true`,
    /// `on` and any number but 0 are on, `false`, `off` and 0 are off.
    fn from_variable(said: &Json, words: &Words) -> Option<Self> {
        let text = match said {
            Json::String(text) => text.trim().to_owned(),
            Json::Bool(_) | Json::Number(_) => said.to_string(),
            Json::Null | Json::Array(_) | Json::Object(_) => return None,
        };
        if text == words.on.0 {
            return Some(Self::On);
        }
        if text == words.off.0 {
            return Some(Self::Off);
        }
        match text.to_ascii_lowercase().as_str() {
            "true" | "on" => Some(Self::On),
            "false" | "off" => Some(Self::Off),
            text => text
                .parse()
                .ok()
                .map(|number: f64| if number == 0.0 { Self::Off } else { Self::On }),
        }
    }
}

impl Settable for PowerState {
    fn to_argument(&self, words: &Words) -> String {
        match self {
            Self::On => words.on.0.clone(),
            Self::Off => words.off.0.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyScalar;

        impl Visitor<'_> for AnyScalar {
            type Value = String;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a word in quotes, a number, or true or false")
            }

            fn visit_str<E>(self, text: &str) -> Result<String, E> {
                Ok(text.to_owned())
            }

            fn visit_bool<E>(self, value: bool) -> Result<String, E> {
                Ok(value.to_string())
            }

            fn visit_i64<E>(self, value: i64) -> Result<String, E> {
                Ok(value.to_string())
            }

            fn visit_u64<E>(self, value: u64) -> Result<String, E> {
                Ok(value.to_string())
            }

            fn visit_f64<E>(self, value: f64) -> Result<String, E> {
                Ok(value.to_string())
            }
        }

        deserializer.deserialize_any(AnyScalar).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_variable_may_say_it_in_many_ways() {
        let words = Words::default();
        for on in [
            json!("on"),
            json!("ON"),
            json!(true),
            json!("true"),
            json!(1),
            json!(255),
            json!("1"),
            json!(0.5),
        ] {
            assert_eq!(
                PowerState::from_variable(&on, &words),
                Some(PowerState::On),
                "{on}"
            );
        }
        for off in [
            json!("off"),
            json!("Off"),
            json!(false),
            json!(0),
            json!(0.0),
            json!("0"),
        ] {
            assert_eq!(
                PowerState::from_variable(&off, &words),
                Some(PowerState::Off),
                "{off}"
            );
        }
        for neither in [
            json!(null),
            json!(""),
            json!("broken"),
            json!([1]),
            json!({"on": true}),
        ] {
            assert_eq!(
                PowerState::from_variable(&neither, &words),
                None,
                "{neither}"
            );
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for (on, off) in [
            ("on", "off"),
            ("0", "1"),
            ("0=1", "0=0"),
            ("off", "on"),
            ("up", "down"),
        ] {
            let words = Words {
                on: Word(on.to_owned()),
                off: Word(off.to_owned()),
            };
            for state in [PowerState::On, PowerState::Off] {
                assert_eq!(
                    PowerState::from_variable(&state.to_argument(&words).into(), &words),
                    Some(state)
                );
            }
        }
    }

    #[test]
    fn inverted_numbers_read_right() {
        let words = Words {
            on: Word("0".to_owned()),
            off: Word("1".to_owned()),
        };
        assert_eq!(
            PowerState::from_variable(&json!(0), &words),
            Some(PowerState::On)
        );
        assert_eq!(
            PowerState::from_variable(&json!(1), &words),
            Some(PowerState::Off)
        );
    }
}
