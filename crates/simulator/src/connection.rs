//! One TCP connection, which a fault can break.

use std::{
    convert::Infallible,
    future, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{Extension, Router};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::{Notify, watch},
};
use tokio_rustls::TlsAcceptor;

use crate::cloud::Cloud;

/// What all connections of a simulator share.
pub(crate) struct Server {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) router: Router,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) http2: bool,
}

/// Serves one connection until its client, a fault or the simulator ends it.
pub(crate) async fn serve(stream: TcpStream, server: Arc<Server>, mut stop: watch::Receiver<()>) {
    let line = Arc::new(Line::default());
    let socket = Socket {
        stream,
        line: Arc::clone(&line),
    };
    let Some(tls) = &server.tls else {
        return converse(socket, &server, line, stop).await;
    };
    let accepted = tokio::select! {
        accepted = tls.accept(socket) => accepted,
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
    tokio::select! {
        // An error here is the client's hanging up, or an answer that a fault cut short.
        _ = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)) => {}
        () = line.torn.notified() => {}
        _ = stop.changed() => {}
    }
}

/// The handle with which a request's handler can break the connection it came on.
#[derive(Debug, Default)]
pub(crate) struct Line {
    reset: AtomicBool,
    torn: Notify,
}

impl Line {
    /// Resets the connection; the caller goes down with it.
    pub(crate) async fn reset(&self) -> Infallible {
        self.reset.store(true, Ordering::Release);
        self.torn.notify_one();
        future::pending().await
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
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
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
