//! Alexa.EndpointHealth.

use super::{Interface, Meaning, Phrase};

pub(super) const HEALTH: Interface = Interface {
    name: "Alexa.EndpointHealth",
    phrases: &[Phrase {
        patterns: &["is {endpoint} online|connected|reachable|responding"],
        meaning: Meaning::Question(|told| {
            let connectivity = told.property("connectivity")?;
            let connected = connectivity.get("value")?.as_str()? == "OK";
            Some(if connected {
                format!("Yes, {} is online.", told.endpoint)
            } else {
                format!("No, {} is not responding.", told.endpoint)
            })
        }),
    }],
    ..Interface::PLAIN
};
