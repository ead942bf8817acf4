//! The sentence Alexa would say to an answer. Amazon does not publish hers; these say the same.

mod error;

use serde_json::Value as Json;

use self::error::to_error;
use crate::answer::Answer;
use crate::utterance::Request;

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
