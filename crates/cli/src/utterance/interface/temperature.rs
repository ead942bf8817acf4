//! Alexa.TemperatureSensor.

use serde_json::Value as Json;

use super::{Interface, Meaning, Phrase};

pub(super) const TEMPERATURE: Interface = Interface {
    name: "Alexa.TemperatureSensor",
    say: "what's the temperature",
    phrases: &[Phrase {
        patterns: &[
            "what is the temperature of|in|at {endpoint}",
            "what is {endpoint} temperature",
            "how warm|cold|hot is {endpoint}",
            "how warm|cold|hot is it in|at {endpoint}",
        ],
        meaning: Meaning::Question {
            property: "temperature",
            tell,
        },
    }],
};

fn tell(name: &str, value: &Json) -> Option<String> {
    let degrees = value.get("value")?.as_f64()?;
    let scale = match value.get("scale")?.as_str()? {
        "CELSIUS" => "degrees Celsius",
        "FAHRENHEIT" => "degrees Fahrenheit",
        "KELVIN" => "kelvin",
        _ => return None,
    };
    Some(format!("The temperature of {name} is {degrees} {scale}."))
}
