//! The interfaces one can speak of, each in one file: what is said to use it, and how its properties are told.

mod brightness;
mod channel;
mod color;
mod color_temperature;
mod contact;
mod discovery;
mod equalizer;
mod health;
mod humidity;
mod input;
mod inventory;
mod lock;
mod mode;
mod motion;
mod percentage;
mod playback;
mod playback_state;
mod power;
mod power_level;
mod range;
mod scene;
mod security_panel;
mod seek;
mod semantics;
mod speaker;
mod step_speaker;
mod temperature;
mod thermostat;
mod time_hold;
mod toggle;
mod value;

use serde_json::{Value as Json, json};

pub(super) use self::value::is_called;
use self::value::{Value, one_of, plain, spoken, spoken_values, whole};
use super::pattern::{Example, Pattern, Slots};
use super::{Request, words};
use crate::answer::Answer;
use crate::capability::Capability;
use crate::endpoint::Endpoint;

/// All of them. Where a phrase fits several, the first that the endpoint has and that takes the value counts: the
/// generic controllers come last.
pub(super) static ALL: &[Interface] = &[
    discovery::DISCOVERY,
    power::POWER,
    scene::SCENE,
    brightness::BRIGHTNESS,
    color_temperature::COLOR_TEMPERATURE,
    color::COLOR,
    power_level::POWER_LEVEL,
    percentage::PERCENTAGE,
    thermostat::THERMOSTAT,
    lock::LOCK,
    security_panel::SECURITY_PANEL,
    speaker::SPEAKER,
    step_speaker::STEP_SPEAKER,
    playback::PLAYBACK,
    playback_state::PLAYBACK_STATE,
    seek::SEEK,
    input::INPUT,
    channel::CHANNEL,
    equalizer::EQUALIZER,
    time_hold::TIME_HOLD,
    contact::CONTACT,
    motion::MOTION,
    temperature::TEMPERATURE,
    humidity::HUMIDITY,
    inventory::INVENTORY,
    semantics::OF_MODE,
    semantics::OF_RANGE,
    semantics::OF_TOGGLE,
    mode::MODE,
    range::RANGE,
    toggle::TOGGLE,
    health::HEALTH,
];

/// One interface of Alexa's.
#[derive(Debug)]
pub(super) struct Interface {
    pub(super) name: &'static str,
    /// What one can say, for a table; nothing where it goes without saying.
    say: fn(&Capability) -> String,
    /// What may stand for `{name}` in the phrases.
    pub(super) names: fn(&Capability) -> Vec<String>,
    /// Words that may stand for it even where no endpoint has what they name.
    pub(super) words: &'static [&'static str],
    /// What may stand for `{value}`.
    pub(super) values: fn(&Capability) -> Vec<Value>,
    /// Whether to offer a directive in an example. Alexa sends it all the same: that the present value is in no variable
    /// she does not know.
    offers: fn(&Capability, &str) -> bool,
    /// A number for the examples that name none.
    number: fn(&Capability) -> f64,
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
    /// A directive of the interface; no payload where the capability does not take what was said.
    Command {
        name: &'static str,
        payload: fn(&Said<'_>) -> Option<Json>,
    },
    /// The directive that the endpoint's semantics map an action to, as it is or as what was said makes it.
    Action {
        action: &'static str,
        directive: fn(&Said<'_>, &str, &Json) -> Option<(String, Json)>,
    },
    /// To know something that a state report tells: a sentence about it, or `None` where it was not reported or makes
    /// no sense.
    Question(fn(&Told<'_>) -> Option<String>),
    /// The same of a state that the endpoint's semantics know.
    State {
        state: &'static str,
        tell: fn(&Told<'_>) -> Option<String>,
    },
}

/// What was said of a capability.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) capability: &'a Capability,
    pub(super) slots: &'a Slots,
    /// Alexa's word for the value that was named.
    pub(super) value: Option<&'a Json>,
}

/// What was asked, and a state report.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    /// The name of the endpoint.
    pub(super) endpoint: &'a str,
    pub(super) said: Said<'a>,
    pub(super) answer: &'a Answer,
}

impl Interface {
    /// What is so of most interfaces.
    const PLAIN: Self = Self {
        name: "",
        say: |_| String::new(),
        names: Capability::names,
        words: &[],
        values: |_| Vec::new(),
        offers: |_, _| true,
        number: |_| 40.0,
        phrases: &[],
    };

    /// An example of a phrase, said of a capability of the endpoint with this name; it need not fit the capability.
    pub(super) fn example(
        &self,
        phrase: &Phrase,
        endpoint: &str,
        capability: Option<&Capability>,
    ) -> Option<String> {
        let first_value = |capability| (self.values)(capability).into_iter().next();
        // "The fan's speed" rather than "the fan's fan speed".
        let name = |capability| {
            let names = (self.names)(capability);
            let of_endpoint = words::of(endpoint);
            let is_short = |name: &&String| {
                let mut words = words::of(name).into_iter();
                words.all(|word| !of_endpoint.contains(&word))
            };
            names.iter().find(is_short).or(names.first()).cloned()
        };
        let example = Example {
            endpoint: format!("the {}", endpoint.to_lowercase()),
            name: capability.and_then(name),
            value: capability.and_then(first_value).map(|value| value.said),
            number: capability.map_or(0.0, self.number).to_string(),
            unit: capability.map_or("", range::unit),
        };
        Pattern::of(phrase.patterns.first()?).example(&example)
    }

    /// Whether an example may say this to a capability: what cannot be told is not asked for either.
    pub(super) fn is_offered(&self, capability: &Capability, request: &Request<'_>) -> bool {
        match request.question {
            Some(_) => capability.is_told(),
            None => (self.offers)(capability, &request.directive.name),
        }
    }

    /// Whether it is used without naming an endpoint.
    pub(super) fn is_of_no_endpoint(&self) -> bool {
        self.phrases
            .iter()
            .all(|phrase| matches!(phrase.meaning, Meaning::Discovery))
    }
}

impl Said<'_> {
    /// The number that was said, or zero.
    fn number(&self) -> f64 {
        self.slots.numbers.first().copied().unwrap_or_default()
    }

    /// The number for a field that takes whole ones.
    fn whole(&self) -> i64 {
        whole(self.number())
    }

    /// The number, or what Alexa takes where none was said; and whether she did.
    fn number_or(&self, default: f64) -> (f64, bool) {
        match self.slots.numbers.first() {
            Some(number) => (*number, false),
            None => (default, true),
        }
    }
}

impl Told<'_> {
    /// The value of a property of the interface.
    fn property(&self, name: &str) -> Option<Json> {
        let Capability {
            interface,
            instance,
            ..
        } = self.said.capability;
        self.answer.property(interface, instance.as_deref(), name)
    }

    fn text(&self, property: &str) -> Option<String> {
        Some(self.property(property)?.as_str()?.to_owned())
    }

    /// What the capability was called, or else is called.
    fn name(&self) -> Option<String> {
        let said = self.said.slots.name.as_ref().map(|words| words.join(" "));
        said.or_else(|| self.said.capability.names().into_iter().next())
    }

    /// The answer where a property holds Alexa's word for what was asked, or another.
    fn yes_or_no(&self, property: &str, asked: &str) -> Option<String> {
        let state = self.text(property)?;
        let answer = if state == asked { "Yes" } else { "No" };
        Some(format!(
            "{answer}, {} is {}.",
            self.endpoint,
            spoken(&state)
        ))
    }
}

/// What one can say to an endpoint, in short. An interface that has no phrases here goes by its name.
pub(crate) fn say(endpoint: &Endpoint) -> String {
    let mut all = Vec::new();
    for interface in ALL {
        all.extend(endpoint.capabilities_of(interface.name).map(interface.say));
    }
    let unspoken = endpoint
        .interfaces()
        .filter(|name| ALL.iter().all(|interface| interface.name != *name))
        .filter_map(|name| name.strip_prefix("Alexa."));
    all.extend(unspoken.map(str::to_owned));
    let mut said: Vec<String> = Vec::new();
    for words in all {
        if !words.is_empty() && !said.contains(&words) {
            said.push(words);
        }
    }
    said.join(", ")
}

/// A temperature as one would say it, or `None` where it is none.
pub(crate) fn temperature(value: &Json) -> Option<String> {
    temperature::in_words(value)
}

/// The payload of a directive that says it all with its name.
fn nothing(_said: &Said<'_>) -> Option<Json> {
    Some(json!({}))
}
