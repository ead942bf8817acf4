//! The shape of every answer.
//!
//! Amazon's own schema says more, but may not be part of this project; the property tests hold answers against it where
//! it can be had.

use std::collections::BTreeSet;

use alexa_for_particle::alexa::discovery::{
    MAXIMUM_COOKIE_BYTES, MAXIMUM_ENDPOINTS, MAXIMUM_NAME_CHARACTERS,
};
use serde_json::Value as Json;

/// What the answers of an interface of its own are called, beside these of all interfaces.
const NAMES: [&str; 8] = [
    "AcceptGrant.Response",
    "ActivationStarted",
    "Arm.Response",
    "DeactivationStarted",
    "Discover.Response",
    "ErrorResponse",
    "Response",
    "StateReport",
];

/// Looks at an answer, and panics unless it has the shape that Alexa takes.
pub fn response(response: &Json) {
    let header = &response["event"]["header"];
    let text = |name: &str| header[name].as_str().unwrap_or_default();
    assert!(text("namespace").starts_with("Alexa"), "{response}");
    assert!(NAMES.contains(&text("name")), "{response}");
    assert_eq!(text("messageId").len(), 36, "{response}");
    assert_eq!(text("payloadVersion"), "3", "{response}");
    let payload = &response["event"]["payload"];
    assert!(payload.is_object(), "{response}");
    assert!(!holds_null(response), "not a number? {response}");
    if text("name") == "ErrorResponse" {
        let (kind, message) = (&payload["type"], &payload["message"]);
        assert!(kind.is_string() && message.is_string(), "{response}");
        let message = message.as_str().unwrap_or_default();
        assert!(!message.contains("panicked"), "{response}");
    }
    let properties = response["context"]["properties"].as_array();
    for property in properties.into_iter().flatten() {
        for field in ["namespace", "name", "timeOfSample"] {
            assert!(property[field].is_string(), "{property}");
        }
        assert!(property["uncertaintyInMilliseconds"].is_u64(), "{property}");
        assert!(property.get("value").is_some(), "{property}");
    }
    let endpoints = payload["endpoints"].as_array();
    assert!(endpoints.map_or(0, Vec::len) <= MAXIMUM_ENDPOINTS);
    let mut ids = BTreeSet::new();
    for endpoint in endpoints.into_iter().flatten() {
        self::endpoint(endpoint);
        let id = endpoint["endpointId"].as_str();
        assert!(ids.insert(id), "twice: {endpoint}");
    }
}

fn endpoint(endpoint: &Json) {
    let length = |field: &str| {
        let text = endpoint.pointer(field).and_then(Json::as_str);
        text.map(|text| text.chars().count())
    };
    let one_to = |most: usize| move |length: usize| (1..=most).contains(&length);
    for field in ["/friendlyName", "/manufacturerName", "/description"] {
        let length = length(field);
        assert!(
            length.is_some_and(one_to(MAXIMUM_NAME_CHARACTERS)),
            "{field} of {endpoint}"
        );
    }
    assert!(length("/endpointId").is_some_and(one_to(256)), "{endpoint}");
    for field in [
        "manufacturer",
        "model",
        "serialNumber",
        "firmwareVersion",
        "customIdentifier",
    ] {
        let length = length(&format!("/additionalAttributes/{field}"));
        assert!(length.is_none_or(one_to(256)), "{field} of {endpoint}");
    }
    let cookie = endpoint["cookie"].as_object();
    let bytes = cookie
        .into_iter()
        .flatten()
        .map(|(name, value)| name.len() + value.as_str().expect("a text").len());
    assert!(bytes.sum::<usize>() <= MAXIMUM_COOKIE_BYTES, "{endpoint}");
    let capabilities = endpoint["capabilities"].as_array().expect("a list");
    // The interface of all endpoints, their health, and something that this one can do.
    assert!((3..=100).contains(&capabilities.len()), "{endpoint}");
    let mut controllers = BTreeSet::new();
    for capability in capabilities {
        let (interface, instance) = (&capability["interface"], &capability["instance"]);
        assert!(interface.is_string(), "{capability}");
        assert!(
            controllers.insert((interface.as_str(), instance.as_str())),
            "twice: {capability}"
        );
        self::capability(capability);
    }
}

fn capability(capability: &Json) {
    let configuration = &capability["configuration"];
    let number = |name: &str| configuration["supportedRange"][name].as_f64();
    if let (Some(least), Some(most), Some(step)) = (
        number("minimumValue"),
        number("maximumValue"),
        number("precision"),
    ) {
        assert!(least < most && step > 0.0, "{capability}");
        let steps = (most - least) / step;
        assert!(
            (steps - steps.round()).abs() <= steps * 1e-9,
            "{capability}"
        );
    }
    if let Some(modes) = configuration["supportedModes"].as_array() {
        let is_mode_controller = capability["interface"] == "Alexa.ModeController";
        assert!(
            !modes.is_empty() && (modes.len() > 1 || !is_mode_controller),
            "{capability}"
        );
    }
    let names = capability["capabilityResources"]["friendlyNames"].as_array();
    assert!(names.is_none_or(|names| !names.is_empty()), "{capability}");
}

/// What is no number JSON cannot say: it says `null`, which none of our answers needs.
fn holds_null(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(items) => items.iter().any(holds_null),
        Json::Object(fields) => fields.values().any(holds_null),
        _ => false,
    }
}
