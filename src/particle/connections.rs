//! The connections to the cloud: one over HTTP/2, or over HTTP/1.1 as many as there are calls at once.
//!
//! A request goes out on a connection that is there, or on a new one; it moves to another only where no byte of it was
//! sent. Which connections are fit to carry a function call is the one thing that a pool of a library would not leave to
//! us.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::{TrySendError, http1, http2};
use hyper::header::HOST;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, StatusCode};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{Connection as _, HttpConnector};
use hyper_util::rt::TokioExecutor;
use tokio::time::Instant;
use tower_service::Service as _;

use super::{ApiUrl, Authorities, Error};

/// After so long without a call a connection counts as closed, whether the cloud has said so or not.
///
/// Between directives Lambda freezes the process, with the kernel that would hear the cloud hang up. What is sent on such a
/// connection may be lost, and nobody could tell whether a function ran. A load balancer of AWS keeps a connection for 60
/// seconds, so half of that is safe.
const MAXIMUM_IDLE: Duration = Duration::from_secs(30);

/// For so long the addresses of the cloud are called, all of them together, and hands are shaken with the one that answers:
/// one that is dead, or says nothing, must not cost the directive the time in which it could be told.
const MAXIMUM_CONNECT: Duration = Duration::from_secs(2);

type Body = Full<Bytes>;

/// All connections to one cloud.
#[derive(Debug)]
pub(super) struct Connections {
    connector: HttpsConnector<HttpConnector>,
    api_url: ApiUrl,
    kept: Mutex<Kept>,
    /// Held while a connection is made that all others may use.
    connecting: tokio::sync::Mutex<()>,
}

/// The connections that wait for a call.
#[derive(Debug)]
enum Kept {
    /// It is not known yet what the cloud speaks.
    None,
    /// One that carries any number of calls at once.
    Shared(http2::SendRequest<Body>, LastEnd),
    /// Those that carry none at the moment, and since when.
    Idle(Vec<(http1::SendRequest<Body>, Moment)>),
}

/// A connection that is taken for one call.
enum Line {
    Shared(http2::SendRequest<Body>, SharedCall),
    Own(http1::SendRequest<Body>),
}

/// When a call on a shared connection was answered, unless one was given up after that: then nobody knows whether the
/// connection still leads anywhere, and hyper alone would believe in it for good.
type LastEnd = Arc<Mutex<Option<Moment>>>;

/// A call on a shared connection. It is given up where it is dropped without an answer.
struct SharedCall {
    last_end: LastEnd,
    answered: Option<Moment>,
}

impl Drop for SharedCall {
    fn drop(&mut self) {
        *lock(&self.last_end) = self.answered;
    }
}

/// A time on two clocks: in a process that is frozen only one of them may go on.
#[derive(Clone, Copy, Debug)]
struct Moment(Instant, SystemTime);

impl Moment {
    fn now() -> Self {
        Self(Instant::now(), SystemTime::now())
    }

    /// Whether a connection that was idle since then is fit for a call.
    fn is_recent(self) -> bool {
        let elapsed = self.1.elapsed().unwrap_or_default().max(self.0.elapsed());
        elapsed <= MAXIMUM_IDLE
    }
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
            api_url,
            kept: Mutex::new(Kept::None),
            connecting: tokio::sync::Mutex::default(),
        })
    }

    /// Sends a request, whose URI is a path, and reads the whole answer, of this length at most.
    pub(super) async fn exchange(
        &self,
        mut request: Request<Body>,
        maximum_bytes: usize,
    ) -> Result<(StatusCode, Vec<u8>), Error> {
        loop {
            let (mut line, is_new) = match self.take() {
                Some(line) => (line, false),
                // Apart, for it is large: each call would carry the room for it.
                None => (Box::pin(self.connect()).await?, true),
            };
            let mut error = match self.send(&mut line, request).await {
                Ok(response) => {
                    let answer = (response.status(), read(response, maximum_bytes).await?);
                    self.give_back(line);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            match error.take_message() {
                // The cloud had hung up before.
                Some(unsent) if !is_new => request = unsent,
                _ => return Err(Error::transport(&error.into_error())),
            }
        }
    }

    /// A connection that is there.
    fn take(&self) -> Option<Line> {
        match &mut *lock(&self.kept) {
            Kept::None => None,
            Kept::Shared(line, last_end) => {
                let is_fit = !line.is_closed() && lock(last_end).is_some_and(Moment::is_recent);
                is_fit.then(|| Line::shared(line, last_end))
            }
            Kept::Idle(idle) => {
                idle.retain(|(line, since)| !line.is_closed() && since.is_recent());
                idle.pop().map(|(line, _)| Line::Own(line))
            }
        }
    }

    /// Keeps a connection whose call was answered for the next one.
    fn give_back(&self, line: Line) {
        let now = Moment::now();
        match line {
            Line::Shared(_, mut call) => call.answered = Some(now),
            Line::Own(line) => {
                if let Kept::Idle(idle) = &mut *lock(&self.kept) {
                    idle.push((line, now));
                }
            }
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
            .map_err(|_| Error::Transport("no connection came about in time".to_owned()))?
            .map_err(|error| Error::transport(error.as_ref()))?;
        let line = if stream.connected().is_negotiated_h2() {
            let handshake = http2::handshake(TokioExecutor::new(), stream).await;
            let (line, connection) = handshake.map_err(|error| Error::transport(&error))?;
            tokio::spawn(connection);
            let last_end = Arc::new(Mutex::new(Some(Moment::now())));
            let taken = Line::shared(&line, &last_end);
            *lock(&self.kept) = Kept::Shared(line, last_end);
            taken
        } else {
            let handshake = http1::handshake(stream).await;
            let (line, connection) = handshake.map_err(|error| Error::transport(&error))?;
            tokio::spawn(connection);
            let mut kept = lock(&self.kept);
            if !matches!(*kept, Kept::Idle(_)) {
                *kept = Kept::Idle(Vec::new());
            }
            Line::Own(line)
        };
        drop(turn);
        Ok(line)
    }

    async fn send(
        &self,
        line: &mut Line,
        mut request: Request<Body>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Body>>> {
        match line {
            Line::Shared(line, _) => {
                if let Some(path) = request.uri().path_and_query().cloned() {
                    *request.uri_mut() = self.api_url.with(path);
                }
                line.try_send_request(request).await
            }
            Line::Own(line) => {
                if let Ok(host) = self.api_url.authority().as_str().parse() {
                    request.headers_mut().insert(HOST, host);
                }
                // What came before on it may have to be put away first; if it is closed instead, sending says so.
                let _ = line.ready().await;
                line.try_send_request(request).await
            }
        }
    }
}

impl Line {
    fn shared(line: &http2::SendRequest<Body>, last_end: &LastEnd) -> Self {
        let call = SharedCall {
            last_end: Arc::clone(last_end),
            answered: None,
        };
        Self::Shared(line.clone(), call)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The body of an answer, refused where it is, or says it is, too long.
async fn read(response: Response<Incoming>, maximum_bytes: usize) -> Result<Vec<u8>, Error> {
    const TOO_LONG: Error = Error::Unreadable("it is too long");
    let mut body = response.into_body();
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > maximum_bytes {
        return Err(TOO_LONG);
    }
    let mut received = Vec::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::Unreadable("it broke off"))?;
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        if received.len() + chunk.len() > maximum_bytes {
            return Err(TOO_LONG);
        }
        received.extend_from_slice(&chunk);
    }
    Ok(received)
}
