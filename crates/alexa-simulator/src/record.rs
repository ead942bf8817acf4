//! The record of requests: what was asked and what came of it, never a token, a code or a secret.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;
use tokio::sync::broadcast;

use crate::{lwa::GrantType, operation::Operation};

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
    pub(crate) fn open(&self, method: &str, path: &str, operation: Option<Operation>) -> Entry {
        let request = Arc::new(Mutex::new(Request {
            method: method.to_owned(),
            path: path.to_owned(),
            operation,
            grant: None,
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
        copies(&lock(&self.requests))
    }

    pub(crate) fn take(&self) -> Vec<Request> {
        copies(&std::mem::take(&mut *lock(&self.requests)))
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
    pub(crate) fn offers(&self, grant: GrantType) {
        lock(&self.request).grant = Some(grant);
    }

    pub(crate) fn answered(&self, status: u16) {
        lock(&self.request).status = Some(status);
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

fn copies(requests: &VecDeque<Arc<Mutex<Request>>>) -> Vec<Request> {
    requests
        .iter()
        .map(|request| lock(request).clone())
        .collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is one assignment, so what a panicking thread leaves behind is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
