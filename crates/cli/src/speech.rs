//! The sentence Alexa would say to an answer. Amazon does not publish hers; these say the same.

use crate::answer::Answer;
use crate::utterance::Request;

/// What Alexa makes of the answer to a request.
pub(crate) fn sentence(request: &Request<'_>, answer: &Answer) -> String {
    let name = request
        .endpoint
        .map_or("the skill", |endpoint| endpoint.friendly_name.as_str());
    if let Some(error) = answer.error() {
        return to_error(error, name);
    }
    if let Some(question) = &request.question {
        return match question.told(name, answer) {
            Some(told) => told,
            None if is_unreachable(answer) => not_responding(name),
            None => format!("Sorry, I don't have that information about {name}."),
        };
    }
    if answer.kind() == "Discover.Response" {
        return match answer.endpoints().unwrap_or_default().len() {
            0 => "I couldn't find any devices.".to_owned(),
            1 => "I found one device.".to_owned(),
            count => format!("I found {count} devices."),
        };
    }
    "OK.".to_owned()
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

fn to_error(error: &str, name: &str) -> String {
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
        "VALUE_OUT_OF_RANGE" | "TEMPERATURE_VALUE_OUT_OF_RANGE" => {
            format!("Sorry, that is more or less than {name} can do.")
        }
        "RATE_LIMIT_EXCEEDED" => {
            format!("Sorry, {name} gets too many requests. Please try again in a few minutes.")
        }
        _ => format!("Sorry, something went wrong with {name}."),
    }
}
