//! Alexa.EndpointHealth.

use serde_json::Value as Json;

use super::{Interface, Meaning, Phrase};

pub(super) const HEALTH: Interface = Interface {
    name: "Alexa.EndpointHealth",
    say: "",
    phrases: &[Phrase {
        patterns: &["is {endpoint} online|connected|reachable|responding"],
        meaning: Meaning::Question {
            property: "connectivity",
            tell,
        },
    }],
};

fn tell(name: &str, value: &Json) -> Option<String> {
    let connected = value.get("value")?.as_str()? == "OK";
    Some(if connected {
        format!("Yes, {name} is online.")
    } else {
        format!("No, {name} is not responding.")
    })
}
