//! Alexa.InventoryLevelSensor. Amazon's page lists no utterances; these are what one would try.

use serde_json::Value as Json;

use super::{Interface, Meaning, Phrase, spoken};

pub(super) const INVENTORY: Interface = Interface {
    name: "Alexa.InventoryLevelSensor",
    say: |sensor| {
        let name = sensor.names().into_iter().next();
        name.map(|name| format!("how much {name} is left"))
            .unwrap_or_default()
    },
    phrases: &[Phrase {
        patterns: &[
            "how much {name} is left in {endpoint}",
            "how much|many {name} is|are left in|at {endpoint}",
            "how much|many {name} does {endpoint} have [left]",
            "what is the {name} level of|in|at {endpoint}",
            "what is {endpoint} {name} level",
            "what is the {name} of|in|at {endpoint}",
        ],
        meaning: Meaning::Question(|told| {
            let (name, level) = (told.name()?, in_words(&told.property("level")?)?);
            Some(format!("{} has {level} {name} left.", told.endpoint))
        }),
    }],
    ..Interface::PLAIN
};

/// A count, or a percentage, volume or weight "of".
fn in_words(level: &Json) -> Option<String> {
    let value = level.get("value")?;
    if level.get("@type")? == "Percentage" {
        return Some(format!("{value} percent of"));
    }
    match level.get("unit").and_then(Json::as_str) {
        Some(unit) => Some(format!("{value} {} of", spoken(unit))),
        None => Some(value.to_string()),
    }
}
