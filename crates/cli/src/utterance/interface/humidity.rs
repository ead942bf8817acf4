//! Alexa.HumiditySensor. Amazon's page lists no utterances; these are what one would try.

use super::{Interface, Meaning, Phrase};

pub(super) const HUMIDITY: Interface = Interface {
    name: "Alexa.HumiditySensor",
    say: "what's the humidity",
    phrases: &[Phrase {
        patterns: &[
            "what is the humidity of|in|at {endpoint}",
            "how humid is {endpoint}",
        ],
        meaning: Meaning::Question {
            property: "relativeHumidity",
            tell: |name, value| {
                Some(format!(
                    "The humidity of {name} is {} percent.",
                    value.as_f64()?
                ))
            },
        },
    }],
};
