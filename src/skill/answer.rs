//! How what a directive came to is told: to Alexa as a response, to the log as a record.

use std::time::{Instant, SystemTime};

use serde::Deserialize;
use serde_json::Value as Json;

use super::{AUTHORIZATION, DISCOVERY, Discovery};
use crate::alexa::directive::{CorrelationToken, Directive};
use crate::alexa::response::{Context, Endpoint, Event, Header, Payload};
use crate::alexa::{ALEXA, Error, Kind, PAYLOAD_VERSION, Property, Response};
use crate::particle::Call;
use crate::record::{Level, Record};

/// What comes of an event.
#[derive(Debug)]
pub struct Answer {
    /// For Alexa.
    pub response: Response,
    /// For the log.
    pub record: Record,
}

/// An event that is not even a JSON object, so that there is nobody to answer.
#[derive(Debug, thiserror::Error)]
#[error("the event is no directive of Alexa's: it is not a JSON object")]
pub struct NoDirective;

/// What a directive came to, before it is dressed as an answer.
pub(super) enum Outcome {
    Done {
        properties: Vec<Property>,
        /// The interface's own answer in place of the general one: namespace, name and payload.
        own: Option<(&'static str, &'static str, Json)>,
    },
    Reported(Vec<Property>),
    /// Discovery has no error that helps the user: Amazon asks for an empty list, and the log tells the cause.
    Discovered(Result<Discovery, Error>),
    Granted,
}

/// What an answer copies from its directive and a record names: whatever of it could be read.
pub(super) struct Origin {
    directive: String,
    message_id: Option<String>,
    correlation_token: Option<CorrelationToken>,
    endpoint_id: Option<String>,
}

impl Origin {
    pub(super) fn of(directive: Directive) -> Self {
        Self {
            directive: format!("{}.{}", directive.header.namespace, directive.header.name),
            message_id: Some(directive.header.message_id),
            correlation_token: directive.header.correlation_token,
            endpoint_id: directive.endpoint.map(|endpoint| endpoint.endpoint_id),
        }
    }

    /// Reads what can be read of an event that is no proper directive; version 2 had no `directive` around it.
    pub(super) fn salvaged(event: &str) -> Result<Self, NoDirective> {
        let event: Json = serde_json::from_str(event).map_err(|_| NoDirective)?;
        let event = event.as_object().ok_or(NoDirective)?;
        let directive = event
            .get("directive")
            .and_then(Json::as_object)
            .unwrap_or(event);
        let text =
            |part: &str, field: &str| Some(directive.get(part)?.get(field)?.as_str()?.to_owned());
        let correlation_token = directive
            .get("header")
            .and_then(|header| header.get("correlationToken"));
        Ok(Self {
            directive: [text("header", "namespace"), text("header", "name")]
                .map(|name| name.unwrap_or_else(|| "?".to_owned()))
                .join("."),
            message_id: text("header", "messageId"),
            correlation_token: correlation_token
                .and_then(|token| Deserialize::deserialize(token).ok()),
            endpoint_id: text("endpoint", "endpointId"),
        })
    }

    pub(super) fn answer(
        self,
        outcome: Result<Outcome, Error>,
        calls: Vec<Call>,
        started: Instant,
    ) -> Answer {
        let (failure, remarks) = match &outcome {
            Err(error) | Ok(Outcome::Discovered(Err(error))) => (Some(error.clone()), Vec::new()),
            Ok(Outcome::Discovered(Ok(discovery))) => (None, discovery.remarks()),
            Ok(Outcome::Done { .. } | Outcome::Reported(_) | Outcome::Granted) => {
                (None, Vec::new())
            }
        };
        let (namespace, name, properties, payload) = match outcome {
            Ok(Outcome::Done {
                properties,
                own: None,
            }) => (ALEXA, "Response", Some(properties), Payload::Empty {}),
            Ok(Outcome::Done {
                properties,
                own: Some((namespace, name, payload)),
            }) => (namespace, name, Some(properties), Payload::Told(payload)),
            Ok(Outcome::Reported(properties)) => {
                (ALEXA, "StateReport", Some(properties), Payload::Empty {})
            }
            Ok(Outcome::Granted) => (
                AUTHORIZATION,
                "AcceptGrant.Response",
                None,
                Payload::Empty {},
            ),
            Ok(Outcome::Discovered(discovery)) => {
                let endpoints = discovery
                    .map(|discovery| discovery.endpoints())
                    .unwrap_or_default();
                (
                    DISCOVERY,
                    "Discover.Response",
                    None,
                    Payload::Endpoints { endpoints },
                )
            }
            Err(error) => (ALEXA, "ErrorResponse", None, Payload::Error(error)),
        };
        let header = Header {
            namespace,
            name,
            message_id: uuid::Uuid::new_v4().to_string(),
            correlation_token: self.correlation_token,
            payload_version: PAYLOAD_VERSION,
        };
        let endpoint = self
            .endpoint_id
            .clone()
            .map(|endpoint_id| Endpoint { endpoint_id });
        let response = Response {
            event: Event {
                header,
                endpoint,
                payload,
            },
            context: properties.map(|properties| Context { properties }),
        };
        let record = Record {
            timestamp: SystemTime::now(),
            level: failure
                .as_ref()
                .map_or(Level::Info, |error| match error.kind {
                    Kind::InternalError => Level::Error,
                    _ => Level::Warn,
                }),
            message_id: self.message_id,
            directive: self.directive,
            endpoint_id: self.endpoint_id,
            outcome: failure.as_ref().map_or(name, |error| error.kind.name()),
            error: failure.map(|error| error.message),
            milliseconds: started.elapsed(),
            particle_calls: calls.len(),
            calls,
            remarks,
        };
        Answer { response, record }
    }
}
