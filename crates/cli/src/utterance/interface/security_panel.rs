//! Alexa.SecurityPanelController.

use serde_json::json;

use super::{Interface, Meaning, Phrase, Told, Value, nothing, one_of, spoken};
use crate::capability::Capability;

/// What a panel may tell of, and the property that does.
const ALARMS: [(&str, &str); 4] = [
    ("fire", "fireAlarm"),
    ("burglary", "burglaryAlarm"),
    ("carbon monoxide", "carbonMonoxideAlarm"),
    ("water", "waterAlarm"),
];

const PIN: &str = "FOUR_DIGIT_PIN";
const DISARMED: &str = "DISARMED";

pub(super) const SECURITY_PANEL: Interface = Interface {
    name: "Alexa.SecurityPanelController",
    say: |panel| {
        let states = one_of(&arm_states(panel));
        format!("arm in {states} mode, disarm, is it armed")
    },
    names: |panel| {
        let supported = panel.texts("/properties/supported", "name");
        ALARMS
            .iter()
            .filter(|(_, property)| supported.iter().any(|name| name == property))
            .map(|(said, _)| (*said).to_owned())
            .collect()
    },
    values: arm_states,
    phrases: &[
        Phrase {
            patterns: &[
                "arm {endpoint} in {value} mode",
                "arm {endpoint} in|to {value}",
                "arm {endpoint} {known} [mode]",
                "set {endpoint} to {value} [mode]",
                "arm my home in|to {value} [mode]",
            ],
            meaning: Meaning::Command {
                name: "Arm",
                payload: |said| Some(json!({ "armState": said.value? })),
            },
        },
        Phrase {
            patterns: &["arm {endpoint}", "arm my home"],
            meaning: Meaning::Command {
                name: "Arm",
                payload: |said| {
                    // Without a mode, the one in which people are at home.
                    let states = arm_states(said.capability);
                    let stay = states.iter().find(|state| state.value == "ARMED_STAY");
                    let state = stay.or(states.first())?;
                    Some(json!({ "armState": state.value }))
                },
            },
        },
        Phrase {
            patterns: &["disarm {endpoint}", "disarm my home"],
            meaning: Meaning::Command {
                name: "Disarm",
                payload: nothing,
            },
        },
        Phrase {
            patterns: &[
                "disarm {endpoint} with the code {text:1234}",
                "disarm {endpoint} with [the] [code|pin] {text}",
                "disarm my home with [the] [code|pin] {text}",
            ],
            meaning: Meaning::Command {
                name: "Disarm",
                payload: |said| {
                    let pin = said.slots.text.as_ref()?.concat();
                    let is_pin = pin.len() == 4 && pin.bytes().all(|byte| byte.is_ascii_digit());
                    let types = said
                        .capability
                        .texts("/configuration/supportedAuthorizationTypes", "type");
                    let takes_pin = types.iter().any(|own| own == PIN);
                    (is_pin && takes_pin)
                        .then(|| json!({ "authorization": { "type": PIN, "value": pin } }))
                },
            },
        },
        Phrase {
            patterns: &["is {endpoint} armed"],
            meaning: Meaning::Question(|told| tell(told, true)),
        },
        Phrase {
            patterns: &["is {endpoint} disarmed"],
            meaning: Meaning::Question(|told| tell(told, false)),
        },
        Phrase {
            patterns: &["is there [a] {name} alarm at|in {endpoint}"],
            meaning: Meaning::Question(|told| {
                let said = told.said.slots.name.as_ref()?.join(" ");
                let (_, property) = ALARMS.iter().find(|(name, _)| *name == said)?;
                let alarm = told.property(property)?;
                let endpoint = told.endpoint;
                match alarm.get("value")?.as_str()? {
                    "ALARM" => Some(format!("Yes, there is a {said} alarm at {endpoint}.")),
                    "OK" => Some(format!("No, there is no {said} alarm at {endpoint}.")),
                    _ => None,
                }
            }),
        },
    ],
    ..Interface::PLAIN
};

/// `ARMED_AWAY` goes by "away".
fn arm_states(panel: &Capability) -> Vec<Value> {
    panel
        .texts("/configuration/supportedArmStates", "value")
        .into_iter()
        .filter(|state| state != DISARMED)
        .map(|state| Value {
            said: spoken(state.trim_start_matches("ARMED_")),
            value: state.into(),
        })
        .collect()
}

fn tell(told: &Told<'_>, asked: bool) -> Option<String> {
    let state = told.text("armState")?;
    let is_armed = state != DISARMED;
    let answer = if is_armed == asked { "Yes" } else { "No" };
    Some(format!(
        "{answer}, {} is {}.",
        told.endpoint,
        spoken(&state)
    ))
}
