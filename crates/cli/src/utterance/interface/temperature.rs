//! Alexa.TemperatureSensor.

use serde_json::Value as Json;

use super::{Interface, Meaning, Phrase};

pub(super) const TEMPERATURE: Interface = Interface {
    name: "Alexa.TemperatureSensor",
    say: |_| "what's the temperature".to_owned(),
    phrases: &[Phrase {
        patterns: &[
            "what is the temperature of|in|at {endpoint}",
            "what is {endpoint} temperature",
            "how warm|cold|hot is {endpoint}",
            "how warm|cold|hot is it in|at {endpoint}",
        ],
        meaning: Meaning::Question(|told| {
            let temperature = in_words(&told.property("temperature")?)?;
            Some(format!(
                "The temperature of {} is {temperature}.",
                told.endpoint
            ))
        }),
    }],
    ..Interface::PLAIN
};

/// `{"value":18.5,"scale":"CELSIUS"}` as one would say it.
pub(super) fn in_words(temperature: &Json) -> Option<String> {
    let degrees = temperature.get("value")?.as_f64()?;
    let scale = match temperature.get("scale")?.as_str()? {
        "CELSIUS" => "degrees Celsius",
        "FAHRENHEIT" => "degrees Fahrenheit",
        "KELVIN" => "kelvin",
        _ => return None,
    };
    Some(format!("{degrees} {scale}"))
}
