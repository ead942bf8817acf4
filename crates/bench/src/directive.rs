//! The directives that are timed, and what they ask of Particle at the least.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::cloud::Cloud;

/// What Alexa asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub(crate) enum Directive {
    TurnOn,
    ReportState,
    Discover,
}

/// The one request to Particle that a directive cannot do without.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) body: Option<&'static str>,
}

/// The first device of every home is a lamp, and this is what discovery told of it.
const COOKIE: &str = r#"{"brightness":[{"function":"setBrightness","variable":"brightness"}],"power":[{"function":"setPower","variable":"power"}]}"#;

impl Directive {
    pub(crate) const ALL: [Self; 3] = [Self::TurnOn, Self::ReportState, Self::Discover];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TurnOn => "TurnOn",
            Self::ReportState => "ReportState",
            Self::Discover => "Discover",
        }
    }

    /// The name in the header of a good answer.
    pub(crate) fn answer(self) -> &'static str {
        match self {
            Self::TurnOn => "Response",
            Self::ReportState => "StateReport",
            Self::Discover => "Discover.Response",
        }
    }

    /// The event as Alexa sends it.
    pub(crate) fn event(self, cloud: &Cloud) -> String {
        let scope = json!({ "type": "BearerToken", "token": cloud.token() });
        let header = |namespace| {
            json!({
                "namespace": namespace,
                "name": self.name(),
                "messageId": "3f8b1a52-6d1c-4c8e-9a51-0a6b7c1d2e3f",
                "payloadVersion": "3",
                "correlationToken": "dFDb0z+PgpgdDmluhJ1LddFvSqZ/jCc8ptlAKulUj90jSqg==",
            })
        };
        let to_device = |namespace| {
            json!({ "directive": {
                "header": header(namespace),
                "endpoint": {
                    "scope": scope,
                    "endpointId": Cloud::DEVICE,
                    "cookie": { "v1": COOKIE },
                },
                "payload": {},
            }})
        };
        let event: Json = match self {
            Self::TurnOn => to_device("Alexa.PowerController"),
            Self::ReportState => to_device("Alexa"),
            Self::Discover => json!({ "directive": {
                "header": header("Alexa.Discovery"),
                "payload": { "scope": scope },
            }}),
        };
        event.to_string()
    }

    /// What the floor forwards for it, and what the cloud itself is timed with.
    pub(crate) fn request(self, cloud: &Cloud) -> Request {
        let (url, device) = (cloud.url(), Cloud::DEVICE);
        match self {
            Self::TurnOn => Request {
                method: "POST",
                url: format!("{url}/v1/devices/{device}/setPower"),
                body: Some(r#"{"arg":"on"}"#),
            },
            Self::ReportState => Request {
                method: "GET",
                url: format!("{url}/v1/devices/{device}/power"),
                body: None,
            },
            Self::Discover => Request {
                method: "GET",
                url: format!("{url}/v1/devices"),
                body: None,
            },
        }
    }
}
