//! What a request leaves in the log: one line, and figures if they are wanted.
//!
//! By construction it holds nothing that came with the request but what this module names: no query, code, state, cookie or
//! address.

use std::time::SystemTime;

use function_log::figures::{Figures, Metric};
use function_log::{Invocation, Level};
use serde::Serialize;
use serde_json::json;

use crate::refusal::Refusal;

/// What a request asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    /// Alexa sends a customer to the login.
    Authorize,
    /// Particle sends the customer back.
    Callback,
    /// Somebody asks whether the relay is there.
    Healthz,
    /// Something that is not here.
    Other,
}

/// What became of a customer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// Sent to Particle.
    Started,
    /// Sent back to Alexa with a code.
    Returned,
    /// Sent back to Alexa, or left on a page, with Particle's error.
    Denied,
    /// Not sent anywhere.
    Refused,
}

/// The errors that an OAuth server may send a customer back with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The customer said no.
    AccessDenied,
    /// A parameter is missing or wrong.
    InvalidRequest,
    /// The client may not do this.
    UnauthorizedClient,
    /// Not `code`.
    UnsupportedResponseType,
    /// A scope that there is not.
    InvalidScope,
    /// Particle failed.
    ServerError,
    /// Particle is busy.
    TemporarilyUnavailable,
    /// One that no OAuth server may send.
    Other,
}

impl ErrorCode {
    /// By its name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "access_denied" => Self::AccessDenied,
            "invalid_request" => Self::InvalidRequest,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_response_type" => Self::UnsupportedResponseType,
            "invalid_scope" => Self::InvalidScope,
            "server_error" => Self::ServerError,
            "temporarily_unavailable" => Self::TemporarilyUnavailable,
            _ => Self::Other,
        }
    }

    /// What Alexa is told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError | Self::Other => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// What became of one request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// When it was answered.
    #[serde(serialize_with = "function_log::rfc3339")]
    pub timestamp: SystemTime,
    /// By what became of it.
    pub level: Level,
    /// What it asked for.
    pub page: Page,
    /// The status of the answer.
    pub status: u16,
    /// What became of the customer, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Where Alexa waits for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_host: Option<&'static str>,
    /// What Particle sent them back with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorCode>,
    /// Why they were not sent anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Refusal>,
}

/// Customers sent to Particle.
pub const STARTED: Metric = Metric::count("LinkStarted");
/// Customers sent back with a code.
pub const RETURNED: Metric = Metric::count("LinkReturned");
/// Customers sent back with an error.
pub const DENIED: Metric = Metric::count("LinkDenied");
/// Customers not sent anywhere.
pub const REFUSED: Metric = Metric::count("LinkRefused");

/// All metrics there are.
pub const METRICS: [Metric; 4] = [STARTED, RETURNED, DENIED, REFUSED];

/// How records become lines: one per process.
#[derive(Clone, Debug)]
pub struct Log {
    /// What is worth a line.
    pub level: Level,
    /// The function's name where its metrics are wanted.
    pub metrics_of: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    invocation: &'a Invocation,
    #[serde(flatten)]
    record: &'a Record,
    #[serde(flatten)]
    figures: Option<Figures<'a>>,
}

/// What is left of a record that does not matter enough to be shown.
#[derive(Serialize)]
struct FiguresLine<'a> {
    #[serde(serialize_with = "function_log::rfc3339")]
    timestamp: SystemTime,
    level: Level,
    #[serde(flatten)]
    figures: Figures<'a>,
}

impl Log {
    /// What a request leaves, if anything.
    #[must_use]
    pub fn line(&self, record: &Record, invocation: &Invocation) -> Option<String> {
        let figures = self.figures(record);
        if record.level >= self.level {
            return serde_json::to_string(&Line {
                invocation,
                record,
                figures,
            })
            .ok();
        }
        let (timestamp, level) = (record.timestamp, record.level);
        serde_json::to_string(&FiguresLine {
            timestamp,
            level,
            figures: figures?,
        })
        .ok()
    }

    fn figures(&self, record: &Record) -> Option<Figures<'_>> {
        let metric = match record.link? {
            Link::Started => STARTED,
            Link::Returned => RETURNED,
            Link::Denied => DENIED,
            Link::Refused => REFUSED,
        };
        Some(Figures {
            function: self.metrics_of.as_deref()?,
            timestamp: record.timestamp,
            values: vec![(metric, json!(1))],
            split: None,
        })
    }
}
