//! Whether an endpoint can be reached: [Alexa.EndpointHealth], which every endpoint has.
//!
//! [Alexa.EndpointHealth]: https://developer.amazon.com/docs/device-apis/alexa-endpointhealth.html

use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::alexa::Property;
use crate::alexa::discovery::Capability;

const INTERFACE: &str = "Alexa.EndpointHealth";
const CONNECTIVITY: &str = "connectivity";
const UNREACHABLE: &str = "UNREACHABLE";

/// How it is declared.
#[must_use]
pub fn capability() -> Capability {
    Capability::of(INTERFACE).reporting([CONNECTIVITY], true)
}

/// The device answered at this time, or did not.
#[must_use]
pub fn connectivity(reachable: bool, at: SystemTime, uncertainty: Duration) -> Property {
    let value = if reachable { "OK" } else { UNREACHABLE };
    Property {
        namespace: INTERFACE,
        instance: None,
        name: CONNECTIVITY,
        value: json!({ "value": value }),
        time_of_sample: at,
        uncertainty,
    }
}

/// Whether a property says that the device did not answer.
#[must_use]
pub fn is_unreachable(property: &Property) -> bool {
    property.namespace == INTERFACE && property.value.get("value") == Some(&UNREACHABLE.into())
}
