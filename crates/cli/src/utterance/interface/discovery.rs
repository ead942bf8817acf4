//! Alexa.Discovery.

use super::{Interface, Meaning, Phrase};

pub(super) const DISCOVERY: Interface = Interface {
    name: "Alexa.Discovery",
    phrases: &[Phrase {
        patterns: &["discover [new] devices", "find|search [for] [new] devices"],
        meaning: Meaning::Discovery,
    }],
    ..Interface::PLAIN
};
