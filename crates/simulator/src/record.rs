//! The record of requests: what was asked, what came of it, never a token, a code or a secret.

use std::fmt;

use axum::http::{Method, StatusCode};
use serde::Serialize;

use crate::secret::looks_like_token;

pub(crate) mod history;

pub(crate) type Entry = history::Entry<Request>;
pub(crate) type Record = history::History<Request>;

/// One request and its outcome.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path without the query; a token in it is left out.
    pub path: String,
    /// The id of the device that the path names, or what the path says where there is no such device.
    pub device: Option<String>,
    /// What was asked for.
    pub call: Call,
    /// What the device's function returned, if one ran.
    pub return_value: Option<i32>,
    /// The answer's status; `None` if the connection was broken, the client gave up, or the answer is still due.
    pub status: Option<u16>,
}

/// What a request asks for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// The device list.
    List,
    /// One device.
    Get,
    /// A function to be run.
    Function {
        /// The function.
        name: String,
        /// Its argument, empty where there was none.
        argument: String,
    },
    /// A variable's value.
    Variable {
        /// The variable.
        name: String,
    },
    /// Whether the device answers.
    Ping,
    /// New values of a device's fields, as far as the request carries them.
    Update {
        /// The new name.
        name: Option<String>,
        /// The new notes.
        notes: Option<String>,
        /// Whether the device is to shout rainbows.
        signal: Option<String>,
    },
    /// The account.
    User,
    /// The account's id.
    Identify,
    /// What the access token is good for.
    CurrentToken,
    /// The end of the access token.
    RevokeCurrentToken,
    /// The account's access tokens.
    Tokens,
    /// The end of an access token.
    RevokeToken,
    /// The end of all access tokens.
    RevokeTokens,
    /// The owner's OAuth clients.
    Clients,
    /// A new OAuth client.
    CreateClient,
    /// Another name for an OAuth client.
    UpdateClient,
    /// The end of an OAuth client.
    DeleteClient,
    /// A code for an OAuth client: the page where one signs in.
    Authorize,
    /// What somebody has filled in there.
    SignIn,
    /// A new access token.
    Token {
        /// The grant type, where it is one there is.
        grant: Option<String>,
    },
    /// Nothing the simulator knows.
    Unknown,
}

impl fmt::Display for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)?;
        match &self.call {
            Call::Function { argument, .. } => write!(formatter, " {argument:?}")?,
            Call::Token { grant: Some(grant) } => write!(formatter, " ({grant})")?,
            Call::Update {
                name,
                notes,
                signal,
            } => {
                let fields = [("name", name), ("notes", notes), ("signal", signal)];
                for (field, value) in fields
                    .iter()
                    .filter_map(|(field, value)| Some((field, value.as_ref()?)))
                {
                    write!(formatter, " {field}={value:?}")?;
                }
            }
            Call::Authorize
            | Call::Clients
            | Call::CreateClient
            | Call::CurrentToken
            | Call::DeleteClient
            | Call::Get
            | Call::Identify
            | Call::List
            | Call::Ping
            | Call::RevokeCurrentToken
            | Call::RevokeToken
            | Call::RevokeTokens
            | Call::SignIn
            | Call::Token { grant: None }
            | Call::Tokens
            | Call::Unknown
            | Call::UpdateClient
            | Call::User
            | Call::Variable { .. } => {}
        }
        match self.status {
            Some(status) => write!(formatter, " → {status}")?,
            None => write!(formatter, " → no answer")?,
        }
        match self.return_value {
            Some(value) => write!(formatter, ", returned {value}"),
            None => Ok(()),
        }
    }
}

impl Request {
    /// One that has just arrived.
    pub(crate) fn new(method: &Method, path: &str, device: Option<String>) -> Self {
        Self {
            method: method.to_string(),
            path: without_tokens(path),
            device,
            call: Call::Unknown,
            return_value: None,
            status: None,
        }
    }
}

impl Entry {
    pub(crate) fn asks(&self, call: Call) {
        self.fill(|request| request.call = call);
    }

    pub(crate) fn returned(&self, value: i32) {
        self.fill(|request| request.return_value = Some(value));
    }

    pub(crate) fn answered(&self, status: StatusCode) {
        self.fill(|request| request.status = Some(status.as_u16()));
    }
}

fn without_tokens(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        if looks_like_token(segment) {
            "(token)"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_line() {
        let record = Record::default();
        let lamp = Some("lamp".to_owned());
        let request = Request::new(&Method::POST, "/v1/devices/lamp/setPower", lamp);
        let entry = record.open(request);
        entry.asks(Call::Function {
            name: "setPower".to_owned(),
            argument: "on".to_owned(),
        });
        assert_eq!(
            record.requests()[0].to_string(),
            r#"POST /v1/devices/lamp/setPower "on" → no answer"#
        );
        entry.returned(1);
        entry.answered(StatusCode::OK);
        assert_eq!(
            record.requests()[0].to_string(),
            r#"POST /v1/devices/lamp/setPower "on" → 200, returned 1"#
        );
    }

    #[test]
    fn a_token_in_the_path_is_left_out() {
        let token = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(
            without_tokens(&format!("/v1/access_tokens/{token}")),
            "/v1/access_tokens/(token)"
        );
    }

    #[test]
    fn subscribers_hear_of_a_request_when_it_is_over() {
        let record = Record::default();
        let mut live = record.subscribe();
        let entry = record.open(Request::new(&Method::GET, "/v1/devices", None));
        assert!(live.try_recv().is_err());
        assert_eq!(record.take().len(), 1);
        entry.answered(StatusCode::OK);
        drop(entry);
        assert_eq!(live.try_recv().unwrap().status, Some(200));
        assert!(record.take().is_empty());
    }
}
