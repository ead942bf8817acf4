//! The sentences to errors: Alexa's own, and those of thermostats, security panels and safety.

use serde_json::Value as Json;

use super::not_responding;
use crate::answer::Answer;
use crate::utterance::temperature;

/// What Alexa makes of an error of this type.
pub(super) fn to_error(error: &str, answer: &Answer, name: &str) -> String {
    match error {
        "ENDPOINT_UNREACHABLE" => not_responding(name),
        "BRIDGE_UNREACHABLE" => format!(
            "The hub that {name} is connected to is not responding. Please check its network connection and power supply."
        ),
        "NO_SUCH_ENDPOINT" => {
            format!("Sorry, I couldn't find {name}. Please discover devices again.")
        }
        "FIRMWARE_OUT_OF_DATE" => format!("{name} needs a software update before it can do that."),
        "EXPIRED_AUTHORIZATION_CREDENTIAL" | "INVALID_AUTHORIZATION_CREDENTIAL" => {
            format!(
                "Sorry, I can't control {name}. Please link your account again in the Alexa app."
            )
        }
        "INSUFFICIENT_PERMISSIONS" => {
            format!("Sorry, you don't have permission to control {name}.")
        }
        "INVALID_VALUE" => format!("Sorry, {name} can't be set to that."),
        "VALUE_OUT_OF_RANGE" | "TEMPERATURE_VALUE_OUT_OF_RANGE" => out_of_range(answer, name),
        "RATE_LIMIT_EXCEEDED" => {
            format!("Sorry, {name} gets too many requests. Please try again in a few minutes.")
        }
        "PARTNER_OUTAGE" => {
            format!("Sorry, the service behind {name} has a problem. Please try again later.")
        }
        "CLOUD_CONTROL_DISABLED" => {
            format!("Sorry, {name} doesn't take commands from me. Please allow that on the device.")
        }
        "ALREADY_IN_OPERATION" => format!("{name} is already doing that."),
        "NOT_IN_OPERATION" => format!("{name} isn't running."),
        "ENDPOINT_BUSY" => format!("{name} is busy right now. Please try again in a moment."),
        "ENDPOINT_LOW_POWER" => low_power(answer, name),
        "HARDWARE_MALFUNCTION" => format!("{name} is not working properly. Please check it."),
        "NOT_CALIBRATED" => format!("{name} needs to be calibrated first."),
        "POWER_LEVEL_NOT_SUPPORTED" => format!("Sorry, {name} doesn't have that power level."),
        "TOO_MANY_FAILED_ATTEMPTS" => "Sorry, there were too many failed attempts.".to_owned(),
        "NOT_SUPPORTED_IN_CURRENT_MODE" => in_another_mode(answer, name),
        "OBSTACLE_DETECTED" => format!("Sorry, something is in the way of {name}."),
        "SAFETY_BEAM_BREACHED" => {
            format!("Sorry, something interrupts the safety beam of {name}.")
        }
        _ => to_error_of_thermostat(error, answer, name)
            .or_else(|| to_error_of_security_panel(error, name))
            .unwrap_or_else(|| format!("Sorry, something went wrong with {name}.")),
    }
}

fn to_error_of_thermostat(error: &str, answer: &Answer, name: &str) -> Option<String> {
    Some(match error {
        "THERMOSTAT_IS_OFF" => format!("Sorry, I can't do that while {name} is off."),
        "UNSUPPORTED_THERMOSTAT_MODE" => format!("Sorry, {name} doesn't have that mode."),
        "DUAL_SETPOINTS_UNSUPPORTED" => {
            format!("Sorry, {name} takes only one temperature in this mode.")
        }
        "TRIPLE_SETPOINTS_UNSUPPORTED" => {
            format!("Sorry, {name} takes at most two temperatures in this mode.")
        }
        "UNWILLING_TO_SET_SCHEDULE" => format!("Sorry, {name} can't change its schedule now."),
        "UNWILLING_TO_SET_VALUE" => {
            format!("Sorry, {name} won't be set to that, to be safe.")
        }
        "REQUESTED_SETPOINTS_TOO_CLOSE" => {
            let least = answer.payload("/minimumTemperatureDelta");
            match least.and_then(temperature) {
                Some(least) => {
                    format!("Sorry, the two temperatures of {name} must be {least} apart.")
                }
                None => format!("Sorry, the two temperatures are too close for {name}."),
            }
        }
        _ => return None,
    })
}

fn to_error_of_security_panel(error: &str, name: &str) -> Option<String> {
    Some(match error {
        "AUTHORIZATION_REQUIRED" => format!("Sorry, {name} doesn't do that without its code."),
        "UNAUTHORIZED" => format!("Sorry, that code is not right for {name}."),
        "NOT_READY" => format!("Sorry, {name} is not ready to be armed."),
        "BYPASS_NEEDED" => {
            format!("Sorry, {name} can't be armed while a door or window is open.")
        }
        "UNCLEARED_ALARM" => format!("Sorry, {name} has an alarm that was not cleared."),
        "UNCLEARED_TROUBLE" => format!("Sorry, {name} has a problem that was not cleared."),
        "NO_ACTIVE_MONITORABLE_DEVICES" => format!("Sorry, {name} has no sensors to watch."),
        _ => return None,
    })
}

fn out_of_range(answer: &Answer, name: &str) -> String {
    let limit = |end: &str| {
        let limit = answer.payload(&format!("/validRange/{end}Value"))?;
        match limit {
            Json::Number(number) => Some(number.to_string()),
            limit => temperature(limit),
        }
    };
    match (limit("minimum"), limit("maximum")) {
        (Some(minimum), Some(maximum)) => {
            format!("Sorry, {name} can only be set from {minimum} to {maximum}.")
        }
        _ => format!("Sorry, that is more or less than {name} can do."),
    }
}

fn low_power(answer: &Answer, name: &str) -> String {
    match answer.payload("/percentageState") {
        Some(percentage) => format!("The battery of {name} is low, at {percentage} percent."),
        None => format!("The battery of {name} is low."),
    }
}

fn in_another_mode(answer: &Answer, name: &str) -> String {
    let mode = answer.payload("/currentDeviceMode").and_then(Json::as_str);
    match mode {
        Some("COLOR") => format!("Sorry, I can't do that while {name} is set to a color."),
        Some("ASLEEP") => format!("Sorry, I can't do that while {name} is asleep."),
        Some("NOT_PROVISIONED") => format!("Sorry, {name} has not been set up."),
        _ => format!("Sorry, {name} can't do that in its current mode."),
    }
}
