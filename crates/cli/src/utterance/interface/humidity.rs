//! Alexa.HumiditySensor. Amazon's page lists no utterances; these are what one would try.

use super::{Interface, Meaning, Phrase};

pub(super) const HUMIDITY: Interface = Interface {
    name: "Alexa.HumiditySensor",
    say: |_| "what's the humidity".to_owned(),
    phrases: &[Phrase {
        patterns: &[
            "what is the humidity of|in|at {endpoint}",
            "what is {endpoint} humidity",
            "how humid is {endpoint}",
        ],
        meaning: Meaning::Question(|told| {
            let humidity = told.property("relativeHumidity")?.as_f64()?;
            Some(format!(
                "The humidity of {} is {humidity} percent.",
                told.endpoint
            ))
        }),
    }],
    ..Interface::PLAIN
};
