//! Alexa.ThermostatController.

use serde_json::{Value as Json, json};

use super::super::unit;
use super::temperature::in_words;
use super::{Interface, Meaning, Phrase, Said, Told, Value, one_of, spoken, spoken_values};
use crate::capability::Capability;

const CELSIUS: &str = "CELSIUS";
const FAHRENHEIT: &str = "FAHRENHEIT";
const KELVIN: &str = "KELVIN";

const TARGET: &str = "targetSetpoint";
const LOWER: &str = "lowerSetpoint";
const UPPER: &str = "upperSetpoint";

pub(super) const THERMOSTAT: Interface = Interface {
    name: "Alexa.ThermostatController",
    say: |thermostat| {
        let mut say = Vec::new();
        if thermostat.supports(TARGET) {
            say.push(format!("set to {} degrees", example(thermostat)));
        } else if has_two(thermostat) {
            let [lower, upper] = two_examples(thermostat);
            say.push(format!("set between {lower} and {upper} degrees"));
        }
        let modes = one_of(&modes(thermostat));
        if !modes.is_empty() {
            say.push(format!("set to {modes}"));
        }
        say.join(", ")
    },
    values: modes,
    offers: |thermostat, directive| directive != "AdjustTargetTemperature" || thermostat.is_told(),
    number: example,
    phrases: &[
        Phrase {
            patterns: &[
                "set {endpoint} to {number} [degrees]",
                "set|change {endpoint} [temperature] to {number} [{unit}]",
                "set|change the temperature of|in|at {endpoint} to {number} [{unit}]",
            ],
            meaning: Meaning::Command {
                name: "SetTargetTemperature",
                payload: |said| {
                    let setpoint = setpoint(said, said.number())?;
                    let can = said.capability.supports(TARGET);
                    can.then(|| json!({ "targetSetpoint": setpoint }))
                },
            },
        },
        Phrase {
            patterns: &[
                "set {endpoint} between {number:18} and {number:22} [degrees]",
                "set {endpoint} between {number} and {number} [{unit}]",
                "set {endpoint} to between {number} and {number} [{unit}]",
                "set {endpoint} from {number} to {number} [{unit}]",
            ],
            meaning: Meaning::Command {
                name: "SetTargetTemperature",
                payload: |said| {
                    let [lower, upper] = said.slots.numbers.as_slice() else {
                        return None;
                    };
                    if !has_two(said.capability) {
                        return None;
                    }
                    Some(json!({
                        "lowerSetpoint": setpoint(said, *lower)?,
                        "upperSetpoint": setpoint(said, *upper)?,
                    }))
                },
            },
        },
        Phrase {
            patterns: &[
                "set {endpoint} to {value}",
                "set|change {endpoint} [mode] to {value} [mode]",
                "set|change the mode of {endpoint} to {value}",
            ],
            meaning: Meaning::Command {
                name: "SetThermostatMode",
                payload: |said| Some(json!({ "thermostatMode": { "value": said.value? } })),
            },
        },
        Phrase {
            patterns: &[
                "turn up {endpoint} [by {number:2} [degrees]]",
                "turn up {endpoint} [by {number} [{unit}]]",
                "turn {endpoint} up [by {number} [{unit}]]",
                "increase|raise {endpoint} [temperature] [by {number} [{unit}]]",
                "increase|raise the temperature of|in|at {endpoint} [by {number} [{unit}]]",
                "make {endpoint} warmer|hotter",
                "make it warmer|hotter in|at {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "AdjustTargetTemperature",
                payload: |said| adjust(said, 1.0),
            },
        },
        Phrase {
            patterns: &[
                "turn down {endpoint} [by {number:2} [degrees]]",
                "turn down {endpoint} [by {number} [{unit}]]",
                "turn {endpoint} down [by {number} [{unit}]]",
                "decrease|lower|reduce {endpoint} [temperature] [by {number} [{unit}]]",
                "decrease|lower|reduce the temperature of|in|at {endpoint} [by {number} [{unit}]]",
                "make {endpoint} cooler|colder",
                "make it cooler|colder in|at {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "AdjustTargetTemperature",
                payload: |said| adjust(said, -1.0),
            },
        },
        Phrase {
            patterns: &["turn off {endpoint}", "turn {endpoint} off"],
            meaning: Meaning::Command {
                name: "SetThermostatMode",
                payload: |said| {
                    let modes = modes(said.capability);
                    let off = modes.into_iter().find(|mode| mode.value == "OFF")?;
                    Some(json!({ "thermostatMode": { "value": off.value } }))
                },
            },
        },
        Phrase {
            patterns: &[
                "resume the schedule of {endpoint}",
                "resume {endpoint} schedule",
            ],
            meaning: Meaning::Command {
                name: "ResumeSchedule",
                payload: |said| {
                    let can = said.capability.is_set("/configuration/supportsScheduling");
                    can.then(|| json!({}))
                },
            },
        },
        Phrase {
            patterns: &[
                "what is {endpoint} set to",
                "what mode is {endpoint} set to|in",
                "what mode is {endpoint} in",
            ],
            meaning: Meaning::Question(tell),
        },
    ],
    ..Interface::PLAIN
};

fn modes(thermostat: &Capability) -> Vec<Value> {
    let supported = thermostat.list("/configuration/supportedModes");
    let words: Vec<String> = supported
        .filter_map(|mode| Some(mode.as_str()?.to_owned()))
        .collect();
    let mut modes = spoken_values(words);
    let automatic = modes.iter().find(|mode| mode.value == "AUTO").cloned();
    modes.extend(automatic.map(|auto| Value {
        said: "automatic".to_owned(),
        ..auto
    }));
    modes
}

/// Whether it has a lower and an upper setpoint.
fn has_two(thermostat: &Capability) -> bool {
    thermostat.supports(LOWER) && thermostat.supports(UPPER)
}

/// What is warm and not hot, as far as its range allows.
fn example(thermostat: &Capability) -> f64 {
    let warm: f64 = match own_scale(thermostat) {
        FAHRENHEIT => 70.0,
        KELVIN => 294.0,
        _ => 21.0,
    };
    match range(thermostat) {
        Some([least, most]) => warm.clamp(least, most),
        None => warm,
    }
}

/// Two around that, as far from one another as it wants.
fn two_examples(thermostat: &Capability) -> [f64; 2] {
    let (cool, warm): (f64, f64) = match own_scale(thermostat) {
        FAHRENHEIT => (65.0, 72.0),
        KELVIN => (291.0, 295.0),
        _ => (18.0, 22.0),
    };
    let apart = thermostat.binding("/apart").and_then(Json::as_f64);
    let apart = apart.unwrap_or_default().max(warm - cool);
    match range(thermostat) {
        Some([least, most]) => {
            let lower = cool.min(most - apart).max(least);
            [lower, (lower + apart).min(most)]
        }
        None => [cool, cool + apart],
    }
}

/// The least setpoint and the greatest, where its description says them in the scale of its setpoints.
fn range(thermostat: &Capability) -> Option<[f64; 2]> {
    let ends = thermostat.binding("/range")?.as_array()?;
    let [least, most] = ends.as_slice() else {
        return None;
    };
    Some([least.as_f64()?, most.as_f64()?])
}

/// The scale of the setpoints. Alexa goes by whoever speaks, and is not told that of a thermostat; here its own is taken
/// for the speaker's.
fn own_scale(thermostat: &Capability) -> &'static str {
    let units = ["/target/unit", "/lower/unit", "/unit"];
    let unit = units
        .iter()
        .find_map(|unit| thermostat.binding(unit)?.as_str());
    match unit {
        Some("F") => FAHRENHEIT,
        Some("K") => KELVIN,
        _ => CELSIUS,
    }
}

/// The scale that was said, or else the endpoint's own.
fn scale(said: &Said<'_>) -> Option<&'static str> {
    match said.slots.unit.map(|unit| unit.id) {
        Some(unit::CELSIUS) => Some(CELSIUS),
        Some(unit::FAHRENHEIT) => Some(FAHRENHEIT),
        Some(unit::KELVIN) => Some(KELVIN),
        None | Some(unit::DEGREES) => Some(own_scale(said.capability)),
        Some(_) => None,
    }
}

fn setpoint(said: &Said<'_>, value: f64) -> Option<Json> {
    Some(json!({ "value": value, "scale": scale(said)? }))
}

/// A change in this direction: by what was said, or by what Alexa takes for a little.
fn adjust(said: &Said<'_>, direction: f64) -> Option<Json> {
    let scale = scale(said)?;
    if !said.capability.supports(TARGET) && !has_two(said.capability) {
        return None;
    }
    let little = if scale == FAHRENHEIT { 2.0 } else { 1.0 };
    let (delta, _) = said.number_or(little);
    Some(json!({ "targetSetpointDelta": { "value": direction * delta, "scale": scale } }))
}

fn tell(told: &Told<'_>) -> Option<String> {
    let temperature = |property| in_words(&told.property(property)?);
    let setpoints = temperature(TARGET).or_else(|| {
        let (lower, upper) = (temperature(LOWER)?, temperature(UPPER)?);
        Some(format!("between {lower} and {upper}"))
    });
    let mode = told.text("thermostatMode").map(|mode| spoken(&mode));
    let state = match (mode, setpoints) {
        (Some(mode), Some(setpoints)) => format!("{mode}, {setpoints}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return None,
    };
    Some(format!("{} is set to {state}.", told.endpoint))
}
