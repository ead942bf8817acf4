//! How what a directive came to is told: to Alexa as a response, to the log as a record.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Instant, SystemTime};

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::state_report::Report;
use super::{ACCEPT_GRANT, AUTHORIZATION, DISCOVERY, Discovery};
use crate::alexa::directive::{CorrelationToken, Directive};
use crate::alexa::response::{Context, Endpoint, Event, Header, Payload};
use crate::alexa::{ALEXA, Error, Kind, PAYLOAD_VERSION, Property, Response};
use crate::health;
use crate::particle::Call;
use crate::record::{Level, Record};

/// The most remarks that a record holds.
const MAXIMUM_REMARKS: usize = 20;

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
    Reported(Report),
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
            directive: named(&directive.header.namespace, &directive.header.name),
            message_id: Some(directive.header.message_id).filter(|id| is_loggable(id)),
            correlation_token: directive.header.correlation_token,
            endpoint_id: directive
                .endpoint
                .map(|endpoint| endpoint.endpoint_id)
                .filter(|id| is_endpoint_id(id)),
        }
    }

    /// Reads what can be read of an event that is no proper directive; version 2 had no `directive` around it.
    pub(super) fn salvaged(event: &str) -> Result<Self, NoDirective> {
        let event = fields(event).ok_or(NoDirective)?;
        let directive = event
            .get("directive")
            .and_then(|directive| fields(directive.get()))
            .unwrap_or(event);
        let part = |name: &str| {
            directive
                .get(name)
                .and_then(|part| fields(part.get()))
                .unwrap_or_default()
        };
        let (header, endpoint) = (part("header"), part("endpoint"));
        let text = |part: &Fields<'_>, name: &str| {
            serde_json::from_str::<String>(part.get(name)?.get()).ok()
        };
        let name = |name: &str| text(&header, name).unwrap_or_else(|| "?".to_owned());
        let correlation_token = header.get("correlationToken");
        Ok(Self {
            directive: named(&name("namespace"), &name("name")),
            message_id: text(&header, "messageId").filter(|id| is_loggable(id)),
            correlation_token: correlation_token
                .and_then(|token| serde_json::from_str(token.get()).ok()),
            endpoint_id: text(&endpoint, "endpointId").filter(|id| is_endpoint_id(id)),
        })
    }

    /// Whether the directive is the one whose refusal would undo the linking of the account, whatever shape it has.
    pub(super) fn is_accept_grant(&self) -> bool {
        let name = self.directive.strip_prefix(AUTHORIZATION);
        name.and_then(|name| name.strip_prefix('.')) == Some(ACCEPT_GRANT)
    }

    pub(super) fn answer(
        self,
        outcome: Result<Outcome, Error>,
        calls: Vec<Call>,
        started: Instant,
        timed_out: bool,
    ) -> Answer {
        let mut remarks = Vec::new();
        let failure = match &outcome {
            Err(error) | Ok(Outcome::Discovered(Err(error))) => Some(error.clone()),
            Ok(_) => None,
        };
        let unreachable = match &outcome {
            Err(error) => error.kind == Kind::EndpointUnreachable,
            Ok(Outcome::Reported(report)) => report.properties.iter().any(health::is_unreachable),
            Ok(_) => false,
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
            Ok(Outcome::Reported(report)) => {
                remarks = report.remarks;
                let properties = Some(report.properties);
                (ALEXA, "StateReport", properties, Payload::Empty {})
            }
            Ok(Outcome::Granted) => (
                AUTHORIZATION,
                "AcceptGrant.Response",
                None,
                Payload::Empty {},
            ),
            Ok(Outcome::Discovered(discovery)) => {
                let endpoints = discovery
                    .as_ref()
                    .map(Discovery::endpoints)
                    .unwrap_or_default();
                if let Ok(discovery) = discovery {
                    remarks = discovery.remarks(endpoints.len());
                }
                (
                    DISCOVERY,
                    "Discover.Response",
                    None,
                    Payload::Endpoints { endpoints },
                )
            }
            Err(error) => (
                error.kind.namespace(),
                "ErrorResponse",
                None,
                Payload::Error(error),
            ),
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
            level: match &failure {
                Some(error) if matches!(error.kind, Kind::InternalError) => Level::Error,
                Some(_) => Level::Warn,
                // A report that says no more than that is none that was asked for.
                None if unreachable || timed_out => Level::Warn,
                None => Level::Info,
            },
            message_id: self.message_id,
            directive: self.directive,
            endpoint_id: self.endpoint_id,
            outcome: failure.as_ref().map_or(name, |error| error.kind.name()),
            error: failure.map(|error| error.message),
            milliseconds: started.elapsed(),
            particle_calls: calls.len(),
            unreachable,
            timed_out,
            remarks: first_of(remarks),
            calls,
        };
        Answer { response, record }
    }
}

/// As many remarks as a record holds, and how many there are besides.
fn first_of(mut remarks: Vec<String>) -> Vec<String> {
    let more = remarks.len().saturating_sub(MAXIMUM_REMARKS);
    if more > 0 {
        remarks.truncate(MAXIMUM_REMARKS);
        remarks.push(format!("and {more} more"));
    }
    remarks
}

/// The fields of a JSON object, unread.
type Fields<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

fn fields(object: &str) -> Option<Fields<'_>> {
    serde_json::from_str(object).ok()
}

/// A directive for the log. What is longer than any name of Alexa's is none, and would only fill the log.
fn named(namespace: &str, name: &str) -> String {
    let known = |text| if is_loggable(text) { text } else { "?" };
    format!("{}.{}", known(namespace), known(name))
}

/// Whether a text that names something is as short as Alexa's names are.
fn is_loggable(text: &str) -> bool {
    text.len() <= 256
}

/// Whether Alexa would take the text as an endpoint id; what she would not is neither echoed nor logged.
fn is_endpoint_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-=#;:?@&".contains(&byte);
    (1..=256).contains(&text.len()) && text.bytes().all(allowed)
}
