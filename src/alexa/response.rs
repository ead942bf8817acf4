//! What the skill answers: an [event], and the [properties] that it reports.
//!
//! [event]: https://developer.amazon.com/docs/device-apis/alexa-response.html
//! [properties]: https://developer.amazon.com/docs/smarthome/state-reporting-for-a-smart-home-skill.html

use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::directive::CorrelationToken;
use super::error::Error;

/// One answer.
#[derive(Debug, Serialize)]
pub struct Response {
    /// The answer proper.
    pub event: Event,
    /// What the endpoint's properties are now; an error has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
}

/// What happened.
#[derive(Debug, Serialize)]
pub struct Event {
    /// What kind of answer this is, and to which directive.
    pub header: Header,
    /// The endpoint of the directive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Endpoint>,
    /// What the kind of answer asks for.
    pub payload: Payload,
}

/// The header of an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// The interface of the answer, `Alexa` for most.
    pub namespace: &'static str,
    /// The kind of answer, such as `Response`.
    pub name: &'static str,
    /// A fresh id.
    pub message_id: String,
    /// The directive's, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_token: Option<CorrelationToken>,
    /// `"3"`.
    pub payload_version: &'static str,
}

/// The endpoint of an answer. Its scope is left out: only events that are sent unasked need one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The directive's, unchanged.
    pub endpoint_id: String,
}

/// What an answer carries.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Payload {
    /// Nothing.
    Empty {},
    /// What went wrong.
    Error(Error),
    /// What an interface of its own tells.
    Told(Json),
    /// What was discovered.
    Endpoints {
        /// Each with its capabilities.
        endpoints: Vec<Box<RawValue>>,
    },
}

/// The state around an answer.
#[derive(Debug, Serialize)]
pub struct Context {
    /// In the order in which the endpoint declares them.
    pub properties: Vec<Property>,
}

/// What is known of one property.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    /// The interface it belongs to.
    pub namespace: &'static str,
    /// Which of several controllers of that interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Its name in that interface.
    pub name: &'static str,
    /// Alexa's spelling of the value.
    pub value: Json,
    /// When that was so.
    #[serde(serialize_with = "crate::time::rfc3339")]
    pub time_of_sample: SystemTime,
    /// How far off that time may be.
    #[serde(
        rename = "uncertaintyInMilliseconds",
        serialize_with = "crate::time::milliseconds"
    )]
    pub uncertainty: Duration,
}
