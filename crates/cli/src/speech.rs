//! The sentence Alexa would say to an answer. Amazon does not publish hers; these say the same.

use serde_json::Value as Json;

use crate::answer::Answer;
use crate::utterance::{Request, temperature};

/// What Alexa makes of the answer to a request.
pub(crate) fn sentence(request: &Request<'_>, answer: &Answer) -> String {
    let name = request
        .endpoint
        .map_or("the skill", |endpoint| endpoint.friendly_name.as_str());
    if let Some(error) = answer.error() {
        return to_error(error, answer, name);
    }
    if let Some(question) = &request.question {
        return match question.told(name, answer) {
            Some(told) => told,
            None if is_unreachable(answer) => not_responding(name),
            None => format!("Sorry, I don't have that information about {name}."),
        };
    }
    match answer.kind() {
        "Discover.Response" => match answer.endpoints().unwrap_or_default().len() {
            0 => "I couldn't find any devices.".to_owned(),
            1 => "I found one device.".to_owned(),
            count => format!("I found {count} devices."),
        },
        "Arm.Response" => armed(answer, name),
        // The device takes its time, and Alexa waits for what becomes of it.
        "DeferredResponse" => format!("OK, waiting for {name}."),
        _ => "OK.".to_owned(),
    }
}

fn armed(answer: &Answer, name: &str) -> String {
    let state = answer.property("Alexa.SecurityPanelController", None, "armState");
    let state = state.as_ref().and_then(Json::as_str).unwrap_or("ARMED");
    let armed = format!("{name} is {}.", state.to_lowercase().replace('_', " "));
    match answer
        .payload("/exitDelayInSeconds")
        .and_then(Json::as_u64)
        .filter(|seconds| *seconds > 0)
    {
        Some(seconds) => format!("{armed} You have {seconds} seconds to leave."),
        None => armed,
    }
}

fn is_unreachable(answer: &Answer) -> bool {
    answer
        .property("Alexa.EndpointHealth", None, "connectivity")
        .is_some_and(|connectivity| {
            connectivity
                .get("value")
                .is_some_and(|value| value == "UNREACHABLE")
        })
}

fn not_responding(name: &str) -> String {
    format!("{name} is not responding. Please check its network connection and power supply.")
}

fn to_error(error: &str, answer: &Answer, name: &str) -> String {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{Request, sentence};
    use crate::answer::Answer;
    use crate::directive::Directive;
    use crate::endpoint::Endpoint;

    /// What Alexa says to this answer for a command.
    fn said(name: &str, payload: &Json, properties: &Json) -> String {
        let endpoint: Endpoint = serde_json::from_value(json!({
            "endpointId": "id", "friendlyName": "Ada", "displayCategories": [], "capabilities": [],
        }))
        .unwrap();
        let request = Request {
            directive: Directive::report_state(),
            endpoint: Some(&endpoint),
            question: None,
        };
        let answer = Answer {
            json: json!({
                "event": { "header": { "name": name }, "payload": payload },
                "context": { "properties": properties },
            }),
        };
        sentence(&request, &answer)
    }

    #[test]
    fn each_error_has_its_sentence() {
        let something = "Sorry, something went wrong with Ada.";
        for error in [
            "ALREADY_IN_OPERATION",
            "BRIDGE_UNREACHABLE",
            "CLOUD_CONTROL_DISABLED",
            "ENDPOINT_BUSY",
            "ENDPOINT_LOW_POWER",
            "ENDPOINT_UNREACHABLE",
            "EXPIRED_AUTHORIZATION_CREDENTIAL",
            "FIRMWARE_OUT_OF_DATE",
            "HARDWARE_MALFUNCTION",
            "INSUFFICIENT_PERMISSIONS",
            "INVALID_AUTHORIZATION_CREDENTIAL",
            "INVALID_VALUE",
            "NOT_CALIBRATED",
            "NOT_IN_OPERATION",
            "NOT_SUPPORTED_IN_CURRENT_MODE",
            "NO_SUCH_ENDPOINT",
            "PARTNER_OUTAGE",
            "POWER_LEVEL_NOT_SUPPORTED",
            "RATE_LIMIT_EXCEEDED",
            "TEMPERATURE_VALUE_OUT_OF_RANGE",
            "TOO_MANY_FAILED_ATTEMPTS",
            "VALUE_OUT_OF_RANGE",
            "THERMOSTAT_IS_OFF",
            "UNSUPPORTED_THERMOSTAT_MODE",
            "DUAL_SETPOINTS_UNSUPPORTED",
            "TRIPLE_SETPOINTS_UNSUPPORTED",
            "UNWILLING_TO_SET_SCHEDULE",
            "UNWILLING_TO_SET_VALUE",
            "REQUESTED_SETPOINTS_TOO_CLOSE",
            "AUTHORIZATION_REQUIRED",
            "UNAUTHORIZED",
            "NOT_READY",
            "BYPASS_NEEDED",
            "UNCLEARED_ALARM",
            "UNCLEARED_TROUBLE",
            "NO_ACTIVE_MONITORABLE_DEVICES",
            "OBSTACLE_DETECTED",
            "SAFETY_BEAM_BREACHED",
        ] {
            let said = said("ErrorResponse", &json!({ "type": error }), &json!([]));
            assert_ne!(said, something, "{error}");
        }
        for error in ["INTERNAL_ERROR", "INVALID_DIRECTIVE", "NOBODY_KNOWS"] {
            let said = said("ErrorResponse", &json!({ "type": error }), &json!([]));
            assert_eq!(said, something, "{error}");
        }
    }

    #[test]
    fn an_error_says_what_it_knows() {
        let celsius = |value: f64| json!({ "value": value, "scale": "CELSIUS" });
        for (payload, expected) in [
            (
                json!({ "type": "VALUE_OUT_OF_RANGE", "validRange": { "minimumValue": 1, "maximumValue": 10 } }),
                "Sorry, Ada can only be set from 1 to 10.",
            ),
            (
                json!({
                    "type": "TEMPERATURE_VALUE_OUT_OF_RANGE",
                    "validRange": { "minimumValue": celsius(5.0), "maximumValue": celsius(30.5) },
                }),
                "Sorry, Ada can only be set from 5 degrees Celsius to 30.5 degrees Celsius.",
            ),
            (
                json!({ "type": "VALUE_OUT_OF_RANGE" }),
                "Sorry, that is more or less than Ada can do.",
            ),
            (
                json!({ "type": "NOT_SUPPORTED_IN_CURRENT_MODE", "currentDeviceMode": "COLOR" }),
                "Sorry, I can't do that while Ada is set to a color.",
            ),
            (
                json!({ "type": "ENDPOINT_LOW_POWER", "percentageState": 5 }),
                "The battery of Ada is low, at 5 percent.",
            ),
            (
                json!({ "type": "REQUESTED_SETPOINTS_TOO_CLOSE", "minimumTemperatureDelta": celsius(2.0) }),
                "Sorry, the two temperatures of Ada must be 2 degrees Celsius apart.",
            ),
        ] {
            let said = said("ErrorResponse", &payload, &json!([]));
            assert_eq!(said, expected, "{payload}");
        }
    }

    #[test]
    fn the_answers_of_an_interface_have_their_own_words() {
        let armed = json!([{
            "namespace": "Alexa.SecurityPanelController", "name": "armState", "value": "ARMED_AWAY",
        }]);
        for (name, payload, properties, expected) in [
            ("Response", json!({}), json!([]), "OK."),
            ("ActivationStarted", json!({}), json!([]), "OK."),
            ("DeactivationStarted", json!({}), json!([]), "OK."),
            (
                "Arm.Response",
                json!({}),
                armed.clone(),
                "Ada is armed away.",
            ),
            (
                "Arm.Response",
                json!({ "exitDelayInSeconds": 45 }),
                armed,
                "Ada is armed away. You have 45 seconds to leave.",
            ),
            (
                "DeferredResponse",
                json!({}),
                json!([]),
                "OK, waiting for Ada.",
            ),
        ] {
            assert_eq!(said(name, &payload, &properties), expected, "{name}");
        }
    }
}
