//! The record of requests: what was asked and what came of it, never a token, a code or a secret.

use std::fmt;

use serde::Serialize;

use crate::{lwa::GrantType, operation::Operation};

pub(crate) type Entry = particle_simulator::Entry<Request>;
pub(crate) type Record = particle_simulator::History<Request>;

/// One request and its outcome.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// What was asked for; `None` where the simulator knows nothing such.
    pub operation: Option<Operation>,
    /// What was offered in exchange for a token.
    pub grant: Option<GrantType>,
    /// The answer's status; `None` while it is due, and where the client gave up.
    pub status: Option<u16>,
}

impl fmt::Display for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)?;
        if let Some(grant) = self.grant {
            write!(formatter, " ({grant})")?;
        }
        match self.status {
            Some(status) => write!(formatter, " → {status}"),
            None => write!(formatter, " → no answer"),
        }
    }
}

impl Request {
    /// One that has just arrived.
    pub(crate) fn new(method: &str, path: &str, operation: Option<Operation>) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            operation,
            grant: None,
            status: None,
        }
    }
}
