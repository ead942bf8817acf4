//! One TCP connection, which a fault can break.

use std::{
    convert::Infallible,
    future, io,
    net::IpAddr,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{
    Extension, Router,
    http::{HeaderValue, Version},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::{Notify, watch},
    time::sleep,
};

mod lent;

use self::lent::Lent;
use crate::{cloud::Cloud, door, tls::Certificates};

/// What all connections of a simulator share.
pub(crate) struct Server {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) router: Router,
    pub(crate) tls: Option<Certificates>,
    pub(crate) http2: bool,
}

/// Serves one connection until its client, a fault or the simulator ends it.
pub(crate) async fn serve(stream: TcpStream, server: Arc<Server>, mut stop: watch::Receiver<()>) {
    // Who has hung up already asks for nothing.
    let Ok(peer) = stream.peer_addr() else {
        return;
    };
    let line = Arc::new(Line::new(peer.ip()));
    let socket = Socket {
        stream,
        line: Arc::clone(&line),
    };
    let Some(tls) = &server.tls else {
        return converse(socket, &server, line, stop).await;
    };
    let shown = server.cloud.certificate().unwrap_or_default();
    let accepted = tokio::select! {
        accepted = tls.accept(socket, shown) => accepted,
        _ = stop.changed() => return,
    };
    // An error here is the client's: it speaks no TLS, or does not trust the certificate.
    if let Ok(stream) = accepted {
        server.cloud.count_handshake();
        converse(stream, &server, line, stop).await;
    }
}

/// Speaks HTTP.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    server: &Server,
    line: Arc<Line>,
    mut stop: watch::Receiver<()>,
) {
    let router = server.router.clone().layer(Extension(Arc::clone(&line)));
    let mut http = auto::Builder::new(TokioExecutor::new());
    if !server.http2 {
        http = http.http1_only();
    }
    let stream = Lent::new(stream);
    let connection = TokioIo::new(stream.lend());
    let connection = http.serve_connection(connection, TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let mut ending = false;
    loop {
        tokio::select! {
            // An error here is the client's hanging up, or an answer that a fault cut short.
            _ = connection.as_mut() => return,
            () = line.torn.notified() => {
                let words = std::mem::take(&mut *line.last_words());
                // A reset says none.
                if !words.is_empty() {
                    stream.say(&words).await;
                }
                return;
            }
            _ = stop.changed() => return,
            () = line.done_with(&server.cloud), if !ending => {
                // What is under way is finished, then the connection is closed.
                connection.as_mut().graceful_shutdown();
                *line.alive() = Instant::now();
                ending = true;
            }
            // HTTP/2 waits for the client to take leave, too, which one that is frozen does not.
            () = line.idle_for(Some(LEAVE)), if ending => return,
        }
    }
}

/// For how long a client may be silent that was told of its connection's end.
const LEAVE: Duration = Duration::from_millis(500);

/// The handle with which a request's handler can break the connection it came on.
#[derive(Debug)]
pub(crate) struct Line {
    /// Who is at its other end.
    pub(crate) peer: IpAddr,
    reset: AtomicBool,
    torn: Notify,
    /// What is said when it is torn.
    last_words: Mutex<Vec<u8>>,
    /// How many requests are under way.
    requests: AtomicUsize,
    /// When something was sent or received.
    alive: Mutex<Instant>,
}

/// While this lives, a request is under way.
#[derive(Debug)]
pub(crate) struct Busy<'a>(&'a Line);

impl Line {
    fn new(peer: IpAddr) -> Self {
        Self {
            peer,
            reset: AtomicBool::new(false),
            torn: Notify::new(),
            last_words: Mutex::default(),
            requests: AtomicUsize::new(0),
            alive: Mutex::new(Instant::now()),
        }
    }

    /// Resets the connection; the caller goes down with it.
    pub(crate) async fn reset(&self) -> Infallible {
        self.reset.store(true, Ordering::Release);
        self.torn.notify_one();
        future::pending().await
    }

    /// Ends the connection with last words, where there is nothing else that they could be taken for; the caller goes down
    /// with it.
    pub(crate) async fn farewell(&self, version: Version, words: &HeaderValue) -> Infallible {
        let words = words.as_bytes();
        *self.last_words() = match version {
            Version::HTTP_2 => goaway(words),
            _ => [words, b"\r\n\r\n"].concat(),
        };
        self.torn.notify_one();
        future::pending().await
    }

    /// Says that a request is under way.
    pub(crate) fn busy(&self) -> Busy<'_> {
        self.requests.fetch_add(1, Ordering::AcqRel);
        Busy(self)
    }

    /// Waits until the cloud does not want the connection any more: it was idle for too long, or none is wanted.
    async fn done_with(&self, cloud: &Cloud) {
        let (mut tuning, mut door) = (cloud.tuning.subscribe(), cloud.door.watch());
        loop {
            let keep_alive = tuning.borrow_and_update().keep_alive;
            if matches!(*door.borrow_and_update(), door::State::Closed(_)) {
                return;
            }
            tokio::select! {
                () = self.idle_for(keep_alive) => return,
                // Neither can fail: the cloud has the senders.
                _ = tuning.changed() => {}
                _ = door.changed() => {}
            }
        }
    }

    async fn idle_for(&self, time: Option<Duration>) {
        let Some(time) = time else {
            return future::pending().await;
        };
        loop {
            let idle = if self.requests.load(Ordering::Acquire) == 0 {
                self.alive().elapsed()
            } else {
                Duration::ZERO
            };
            if idle >= time {
                return;
            }
            sleep(time - idle).await;
        }
    }

    fn last_words(&self) -> MutexGuard<'_, Vec<u8>> {
        let words = self.last_words.lock();
        words.unwrap_or_else(PoisonError::into_inner)
    }

    fn alive(&self) -> MutexGuard<'_, Instant> {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The frame with which HTTP/2 ends, for an error of this side, before any stream was looked at. RFC 9113, section 6.8.
fn goaway(words: &[u8]) -> Vec<u8> {
    const GOAWAY: u8 = 7;
    const INTERNAL_ERROR: u8 = 2;
    let length = u16::try_from(8 + words.len()).unwrap_or(8);
    let [high, low] = length.to_be_bytes();
    let mut frame = vec![0, high, low, GOAWAY, 0, 0, 0, 0, 0];
    frame.extend([0, 0, 0, 0, 0, 0, 0, INTERNAL_ERROR]);
    frame.extend(words.iter().take(usize::from(length) - 8));
    frame
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        *self.0.alive() = Instant::now();
        self.0.requests.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Socket {
    stream: TcpStream,
    line: Arc<Line>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.line.reset.load(Ordering::Acquire) {
            // Without lingering, closing sends RST instead of FIN. If it fails, the client has hung up already.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            *self.line.alive() = Instant::now();
        }
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        *self.line.alive() = Instant::now();
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        *self.line.alive() = Instant::now();
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
