//! The connections to the cloud: one over HTTP/2, or over HTTP/1.1 as many as there are calls at once.
//!
//! A request goes out on a connection that is there, or on a new one; it moves to another only where no byte of it was
//! sent. Which connections are fit to carry a function call is the one thing that a pool of a library would not leave to
//! us.

mod wire;

use std::error::Error as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::{TrySendError, http1, http2};
use hyper::header::{HOST, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::rt::{Read, Write};
use hyper::{Request, Response, StatusCode};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{Connection as _, HttpConnector};
use hyper_util::rt::TokioExecutor;
use tower_service::Service as _;

use self::wire::{Call, Stream, Wire};
use super::{ApiUrl, Authorities, Error};

/// For so long the addresses of the cloud are called, all of them together, and hands are shaken with the one that answers:
/// one that is dead, or says nothing, must not cost the directive the time in which it could be told.
const MAXIMUM_CONNECT: Duration = Duration::from_secs(2);

type Body = Full<Bytes>;

/// All connections to one cloud.
#[derive(Debug)]
pub(super) struct Connections {
    connector: HttpsConnector<HttpConnector>,
    api_url: ApiUrl,
    host: Option<HeaderValue>,
    kept: Mutex<Kept>,
    /// Held while a connection is made that all others may use.
    connecting: tokio::sync::Mutex<()>,
}

/// The connections that wait for a call.
#[derive(Debug)]
enum Kept {
    /// It is not known what the cloud speaks, or there is no connection to share.
    None,
    /// One that carries any number of calls at once.
    Shared(http2::SendRequest<Body>, Wire),
    /// Those that carry none at the moment.
    Idle(Vec<(http1::SendRequest<Body>, Wire)>),
}

/// A connection that is taken for one call.
#[derive(Debug)]
struct Line {
    sender: Sender,
    call: Call,
}

#[derive(Debug)]
enum Sender {
    Shared(http2::SendRequest<Body>),
    Own(http1::SendRequest<Body>),
}

/// An answer of which the head has come.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    connections: &'a Connections,
    line: Line,
    response: Response<Incoming>,
}

impl Connections {
    /// Opens none yet.
    pub(super) fn new(api_url: ApiUrl, authorities: Authorities) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(authorities.0)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut tcp = HttpConnector::new();
        // An `ApiUrl` is https, or of this very machine.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(MAXIMUM_CONNECT));
        Ok(Self {
            connector: (tcp, tls).into(),
            host: HeaderValue::from_str(api_url.authority().as_str()).ok(),
            api_url,
            kept: Mutex::new(Kept::None),
            connecting: tokio::sync::Mutex::default(),
        })
    }

    /// Sends a request, whose URI is a path, and waits for the head of its answer.
    pub(super) async fn send(&self, mut request: Request<Body>) -> Result<Answer<'_>, Error> {
        loop {
            let (mut line, is_new) = match self.take() {
                Some(line) => (line, false),
                // Apart, for it is large: each call would carry the room for it.
                None => (Box::pin(self.connect()).await?, true),
            };
            line.call.is_safe(request.method().is_safe());
            let mut error = match self.send_on(&mut line, request).await {
                Ok(response) => {
                    return Ok(Answer {
                        connections: self,
                        line,
                        response,
                    });
                }
                Err(error) => error,
            };
            match error.take_message() {
                // The cloud had hung up before.
                Some(unsent) if !is_new => request = unsent,
                _ => return Err(line.failed(&error.into_error())),
            }
        }
    }

    /// A connection that is there.
    fn take(&self) -> Option<Line> {
        let mut kept = lock(&self.kept);
        match &mut *kept {
            Kept::None => None,
            Kept::Shared(sender, wire) => {
                if !sender.is_closed() && wire.is_fit() {
                    return Some(Line::shared(sender, wire));
                }
                *kept = Kept::None;
                None
            }
            Kept::Idle(idle) => {
                idle.retain(|(sender, wire)| !sender.is_closed() && wire.is_fit());
                idle.pop().map(|(sender, wire)| Line::own(sender, &wire))
            }
        }
    }

    /// Keeps a connection that did its part for the next call.
    fn give_back(&self, line: Line) {
        let wire = line.call.end();
        if let (Sender::Own(sender), Kept::Idle(idle)) = (line.sender, &mut *lock(&self.kept)) {
            idle.push((sender, wire));
        }
    }

    /// A new connection. While it is not known that each call needs one of its own, one is made at a time: the next
    /// caller may find it shared.
    async fn connect(&self) -> Result<Line, Error> {
        let needs_own = || matches!(*lock(&self.kept), Kept::Idle(_));
        let turn = if needs_own() {
            None
        } else {
            Some(self.connecting.lock().await)
        };
        if turn.is_some()
            && let Some(line) = self.take()
        {
            return Ok(line);
        }
        let turn = turn.filter(|_| !needs_own());
        let mut connector = self.connector.clone();
        let stream = connector.call(self.api_url.with(PathAndQuery::from_static("/")));
        let stream = tokio::time::timeout(MAXIMUM_CONNECT, stream)
            .await
            .map_err(|_| Error::Transport("none came about in time"))?
            .map_err(|error| Error::transport(error.as_ref()))?;
        let is_shared = stream.connected().is_negotiated_h2();
        let line = self.begin(stream, is_shared).await?;
        drop(turn);
        Ok(line)
    }

    /// Takes up a connection for a first call.
    async fn begin<T>(&self, bytes: T, is_shared: bool) -> Result<Line, Error>
    where
        T: Read + Write + Send + Unpin + 'static,
    {
        let wire = Wire::new();
        let stream = Stream {
            bytes,
            wire: wire.clone(),
        };
        if is_shared {
            let handshake = http2::handshake(TokioExecutor::new(), stream).await;
            let (sender, connection) = handshake.map_err(|error| Error::transport(&error))?;
            tokio::spawn(connection);
            let line = Line::shared(&sender, &wire);
            *lock(&self.kept) = Kept::Shared(sender, wire);
            Ok(line)
        } else {
            let handshake = http1::handshake(stream).await;
            let (sender, connection) = handshake.map_err(|error| Error::transport(&error))?;
            tokio::spawn(connection);
            let mut kept = lock(&self.kept);
            if !matches!(*kept, Kept::Idle(_)) {
                *kept = Kept::Idle(Vec::new());
            }
            Ok(Line::own(sender, &wire))
        }
    }

    async fn send_on(
        &self,
        line: &mut Line,
        mut request: Request<Body>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Body>>> {
        match &mut line.sender {
            Sender::Shared(sender) => {
                if let Some(path) = request.uri().path_and_query().cloned() {
                    *request.uri_mut() = self.api_url.with(path);
                }
                sender.try_send_request(request).await
            }
            Sender::Own(sender) => {
                if let Some(host) = self.host.clone() {
                    request.headers_mut().insert(HOST, host);
                }
                // What came before on it may have to be put away first; if it is closed instead, sending says so.
                let _ = sender.ready().await;
                line.call.awaits_head();
                let response = sender.try_send_request(request).await?;
                line.call.has_head();
                Ok(response)
            }
        }
    }
}

impl Line {
    fn shared(sender: &http2::SendRequest<Body>, wire: &Wire) -> Self {
        Self {
            sender: Sender::Shared(sender.clone()),
            call: wire.call(),
        }
    }

    fn own(sender: http1::SendRequest<Body>, wire: &Wire) -> Self {
        Self {
            sender: Sender::Own(sender),
            call: wire.call(),
        }
    }

    /// The call came to nothing; what else is on the connection need not.
    fn failed(self, error: &hyper::Error) -> Error {
        let cause = error.source();
        let cause = cause.and_then(|cause| cause.downcast_ref::<h2::Error>());
        if cause.is_some_and(h2::Error::is_reset) {
            self.call.end();
        }
        Error::transport(error)
    }

    /// The rest of a long answer is not read. Only a connection of its own would have to carry it all the same.
    fn leave(self) -> Error {
        if let Sender::Shared(_) = self.sender {
            self.call.end();
        }
        Error::Unreadable("it is too long")
    }
}

impl Answer<'_> {
    /// What it comes to.
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Its body, refused where it is, or says it is, too long.
    pub(super) async fn read(self, maximum_bytes: usize) -> Result<Vec<u8>, Error> {
        let mut body = self.response.into_body();
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > maximum_bytes {
            return Err(self.line.leave());
        }
        let mut received = Vec::with_capacity(announced);
        while let Some(frame) = body.frame().await {
            let frame = match frame {
                Ok(frame) => frame,
                Err(error) => {
                    self.line.failed(&error);
                    return Err(Error::Unreadable("it broke off"));
                }
            };
            let Ok(chunk) = frame.into_data() else {
                continue;
            };
            if received.len() + chunk.len() > maximum_bytes {
                return Err(self.line.leave());
            }
            received.extend_from_slice(&chunk);
        }
        self.connections.give_back(self.line);
        Ok(received)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
