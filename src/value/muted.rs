//! Whether a speaker is silent.

use serde_json::Value as Json;

use super::Vocabulary;

/// Whether the sound is off, whatever the volume.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Muted {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl Vocabulary for Muted {
    const WORDS: &'static [(Self, &'static str, &'static str)] =
        &[(Self::On, "true", "on"), (Self::Off, "false", "off")];
    const TRUTH: Option<[Self; 2]> = Some([Self::On, Self::Off]);

    /// To Alexa it is no word, but a truth value.
    fn property(word: &'static str) -> Json {
        (word == "true").into()
    }
}

impl From<bool> for Muted {
    fn from(muted: bool) -> Self {
        if muted { Self::On } else { Self::Off }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Muted::{self, Off, On};
    use crate::binding::Control;
    use crate::value::Value as _;

    #[test]
    fn alexa_is_told_a_truth_value() {
        assert_eq!(On.to_alexa(), json!(true));
        assert_eq!(Off.to_alexa(), json!(false));
    }

    #[test]
    fn what_is_written_reads_back() {
        for words in [
            json!({}),
            json!({ "on": 0, "off": 1 }),
            json!({ "on": "MUTE", "off": "UNMUTE" }),
        ] {
            let mut binding = json!({ "function": "f", "variable": "v" });
            for (key, word) in words.as_object().unwrap() {
                binding[key] = word.clone();
            }
            let control: Control<Muted> = crate::language::from_json(binding).unwrap();
            for muted in [On, Off] {
                let echo = control.command(&muted).unwrap().argument;
                assert_eq!(control.read(&echo.into()), Some(muted), "{words}");
            }
        }
    }
}
