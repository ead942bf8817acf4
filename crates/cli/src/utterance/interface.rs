//! The interfaces one can speak of, each in one file: what is said to use it, and how its properties are told.

mod brightness;
mod contact;
mod discovery;
mod health;
mod humidity;
mod lock;
mod motion;
mod percentage;
mod power;
mod power_level;
mod temperature;

use serde_json::Value as Json;

use super::pattern::Pattern;
use crate::endpoint::Endpoint;

/// All of them. Where a phrase fits several, the first that the endpoint has counts.
pub(super) static ALL: &[Interface] = &[
    discovery::DISCOVERY,
    power::POWER,
    brightness::BRIGHTNESS,
    power_level::POWER_LEVEL,
    percentage::PERCENTAGE,
    lock::LOCK,
    contact::CONTACT,
    motion::MOTION,
    temperature::TEMPERATURE,
    humidity::HUMIDITY,
    health::HEALTH,
];

/// One interface of Alexa's.
#[derive(Debug)]
pub(super) struct Interface {
    pub(super) name: &'static str,
    /// What one can say, for a table; nothing where it goes without saying.
    say: &'static str,
    pub(super) phrases: &'static [Phrase],
}

/// Several ways to say the same.
#[derive(Debug)]
pub(super) struct Phrase {
    /// See [`Pattern`]; the first is given as an example.
    pub(super) patterns: &'static [&'static str],
    pub(super) meaning: Meaning,
}

/// What one wants.
#[derive(Debug)]
pub(super) enum Meaning {
    /// To know all devices.
    Discovery,
    /// A directive of the interface; its payload is made from the number of the phrase.
    Command {
        name: &'static str,
        payload: fn(f64) -> Json,
    },
    /// A property of the interface.
    Question {
        property: &'static str,
        tell: fn(&str, &Json) -> Option<String>,
    },
}

impl Interface {
    /// An example of each phrase, said of the endpoint with this name.
    pub(super) fn examples(&self, endpoint: &str) -> Vec<String> {
        let endpoint = format!("the {}", endpoint.to_lowercase());
        self.phrases
            .iter()
            .filter_map(|phrase| phrase.patterns.first())
            .map(|pattern| Pattern::of(pattern).example(&endpoint))
            .collect()
    }

    /// Whether it is used without naming an endpoint.
    pub(super) fn is_of_no_endpoint(&self) -> bool {
        self.phrases
            .iter()
            .all(|phrase| matches!(phrase.meaning, Meaning::Discovery))
    }
}

/// What one can say to an endpoint, in short. An interface that has no phrases here goes by its name.
pub(crate) fn say(endpoint: &Endpoint) -> String {
    let spoken = ALL
        .iter()
        .filter(|interface| endpoint.has(interface.name) && !interface.say.is_empty())
        .map(|interface| interface.say);
    let unspoken = endpoint
        .interfaces()
        .filter(|name| ALL.iter().all(|interface| interface.name != *name))
        .filter_map(|name| name.strip_prefix("Alexa."));
    spoken.chain(unspoken).collect::<Vec<_>>().join(", ")
}

/// The payload of a directive that says it all with its name.
fn nothing(_number: f64) -> Json {
    serde_json::json!({})
}

/// A number for a field that takes whole ones.
fn whole(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and the skill checks the range"
    )]
    let whole = number.round() as i64;
    whole
}

/// The answer to a question whose property holds Alexa's word for what was asked, or another.
fn yes_or_no(name: &str, value: &Json, asked: &str) -> Option<String> {
    let state = value.as_str()?;
    let answer = if state == asked { "Yes" } else { "No" };
    Some(format!("{answer}, {name} is {}.", state.to_lowercase()))
}
