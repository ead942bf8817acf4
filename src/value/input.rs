//! The sockets and sources of a television or an amplifier.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::ChoiceKind;
use crate::label::{Name, asset};
use crate::language::{Fields, OneOrMore, Schema, fields, read_as};

/// One of the inputs that Alexa knows.
#[derive(Debug)]
pub enum Input {}

/// What else is said of an input.
#[derive(Clone, Debug, Default, Serialize)]
pub struct InputNames {
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    names: OneOrMore<InputName>,
}

/// What one calls an input beside its own name.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct InputName(String);

/// All [inputs] that Alexa knows.
///
/// [inputs]: https://developer.amazon.com/docs/device-apis/alexa-property-schemas.html#input-values
const INPUTS: [&str; 61] = [
    "AUX 1",
    "AUX 2",
    "AUX 3",
    "AUX 4",
    "AUX 5",
    "AUX 6",
    "AUX 7",
    "BLURAY",
    "CABLE",
    "CD",
    "COAX 1",
    "COAX 2",
    "COMPOSITE 1",
    "DVD",
    "GAME",
    "HD RADIO",
    "HDMI 1",
    "HDMI 2",
    "HDMI 3",
    "HDMI 4",
    "HDMI 5",
    "HDMI 6",
    "HDMI 7",
    "HDMI 8",
    "HDMI 9",
    "HDMI 10",
    "HDMI ARC",
    "INPUT 1",
    "INPUT 2",
    "INPUT 3",
    "INPUT 4",
    "INPUT 5",
    "INPUT 6",
    "INPUT 7",
    "INPUT 8",
    "INPUT 9",
    "INPUT 10",
    "IPOD",
    "LINE 1",
    "LINE 2",
    "LINE 3",
    "LINE 4",
    "LINE 5",
    "LINE 6",
    "LINE 7",
    "MEDIA PLAYER",
    "OPTICAL 1",
    "OPTICAL 2",
    "PHONO",
    "PLAYSTATION",
    "PLAYSTATION 3",
    "PLAYSTATION 4",
    "SATELLITE",
    "SMARTCAST",
    "TUNER",
    "TV",
    "USB DAC",
    "VIDEO 1",
    "VIDEO 2",
    "VIDEO 3",
    "XBOX",
];

impl InputNames {
    /// What one calls it, as `friendlyNames`.
    #[must_use]
    pub fn friendly_names(&self) -> Vec<&str> {
        self.names
            .0
            .iter()
            .map(|InputName(name)| name.as_str())
            .collect()
    }
}

impl Fields for InputNames {
    fields! { "names" => names: "what one calls it, beside its own name: a name or a list"; }
}

impl ChoiceKind for Input {
    const KEY: &'static str = "inputs";
    const MEANING: &'static str = "the inputs, in Alexa's names such as \"HDMI 1\" or \"TV\": a list, or each with the firmware's word for it";
    type Details = InputNames;

    fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
        INPUTS.into_iter().map(|input| (input, input))
    }
}

read_as! { InputName: String }

impl TryFrom<String> for InputName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if asset::is_asset(&name) {
            let words = asset::spoken(&name).first().unwrap_or(&"phono");
            return Err(format!(
                "the names of inputs are no assets; write the words, such as \"{words}\""
            ));
        }
        Name::try_from(name).map(|name| Self(name.into_text()))
    }
}

impl Schema for InputName {
    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::Control;
    use crate::value::Choice;

    #[test]
    fn an_input_is_one_of_alexas() {
        for (written, alexa) in [
            ("HDMI 1", Ok("HDMI 1")),
            ("hdmi1", Ok("HDMI 1")),
            ("Hdmi_10", Ok("HDMI 10")),
            ("media player", Ok("MEDIA PLAYER")),
            (
                "HDMI 11",
                Err("unknown input `HDMI 11`; did you mean `HDMI 1`?"),
            ),
            (
                "Blue-ray",
                Err("unknown input `Blue-ray`; did you mean `BLURAY`?"),
            ),
        ] {
            assert_eq!(
                Input::alexa(written).as_deref().map_err(String::as_str),
                alexa
            );
        }
        assert!(
            INPUTS
                .iter()
                .all(|input| Input::alexa(input).as_deref() == Ok(input))
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        let control: Control<Choice<Input>> = crate::language::from_json(json!({
            "function": "f",
            "variable": "v",
            "inputs": { "HDMI 1": 4, "tv": "antenna", "phono": { "function": "g" } },
        }))
        .unwrap();
        for (input, said) in [
            ("HDMI 1", json!(4)),
            ("TV", json!("antenna")),
            ("PHONO", json!("phono")),
            ("TV", json!("TV")),
        ] {
            assert_eq!(control.read(&said).unwrap().as_str(), input, "{said}");
        }
        for option in control.spelling().iter() {
            let choice = control.spelling().find(&option.alexa).unwrap();
            let argument = control.command(&choice).unwrap().argument;
            let echo = if argument.is_empty() {
                option.written.clone()
            } else {
                argument
            };
            assert_eq!(control.read(&echo.into()).unwrap().as_str(), option.alexa);
        }
    }
}
