//! The record of requests: what was asked, what came of it, never a token, a code or a secret.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::{Method, StatusCode};
use serde::Serialize;
use tokio::sync::broadcast;

use crate::secret::looks_like_token;

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

/// All requests so far, in the order of their arrival.
#[derive(Debug)]
pub(crate) struct Record {
    requests: Mutex<VecDeque<Arc<Mutex<Request>>>>,
    live: broadcast::Sender<Request>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            requests: Mutex::default(),
            live: broadcast::Sender::new(LIVE_BACKLOG),
        }
    }
}

impl Record {
    /// Opens the entry of a request that has just arrived.
    pub(crate) fn open(&self, method: &Method, path: &str, device: Option<String>) -> Entry {
        let request = Arc::new(Mutex::new(Request {
            method: method.to_string(),
            path: without_tokens(path),
            device,
            call: Call::Unknown,
            return_value: None,
            status: None,
        }));
        let mut requests = lock(&self.requests);
        if requests.len() == LONGEST {
            requests.pop_front();
        }
        requests.push_back(Arc::clone(&request));
        Entry {
            request,
            live: self.live.clone(),
        }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        lock(&self.requests)
            .iter()
            .map(|request| lock(request).clone())
            .collect()
    }

    pub(crate) fn take(&self) -> Vec<Request> {
        let taken = std::mem::take(&mut *lock(&self.requests));
        taken.iter().map(|request| lock(request).clone()).collect()
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Request> {
        self.live.subscribe()
    }
}

/// A request's place in the record; when it is dropped, subscribers hear of the request, whatever became of it.
#[derive(Debug)]
pub(crate) struct Entry {
    request: Arc<Mutex<Request>>,
    live: broadcast::Sender<Request>,
}

impl Entry {
    pub(crate) fn asks(&self, call: Call) {
        lock(&self.request).call = call;
    }

    pub(crate) fn returned(&self, value: i32) {
        lock(&self.request).return_value = Some(value);
    }

    pub(crate) fn answered(&self, status: StatusCode) {
        lock(&self.request).status = Some(status.as_u16());
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        // An error says that nobody is subscribed.
        let _ = self.live.send(lock(&self.request).clone());
    }
}

/// A simulator that runs for weeks forgets the oldest requests beyond this.
const LONGEST: usize = 100_000;

/// How far a subscriber may fall behind before it misses requests.
const LIVE_BACKLOG: usize = 1024;

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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is one assignment, so what a panicking thread leaves behind is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_line() {
        let record = Record::default();
        let entry = record.open(
            &Method::POST,
            "/v1/devices/lamp/setPower",
            Some("lamp".to_owned()),
        );
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
        let entry = record.open(&Method::GET, "/v1/devices", None);
        assert!(live.try_recv().is_err());
        assert_eq!(record.take().len(), 1);
        entry.answered(StatusCode::OK);
        drop(entry);
        assert_eq!(live.try_recv().unwrap().status, Some(200));
        assert!(record.take().is_empty());
    }
}
