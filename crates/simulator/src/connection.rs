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

/// Serves one connection until its client, a fault or the simulator ends it.
pub(crate) async fn serve(stream: TcpStream, router: Router, mut stop: watch::Receiver<()>) {
    let line = Arc::new(Line::default());
    let socket = TokioIo::new(Socket {
        stream,
        line: Arc::clone(&line),
    });
    let service = TowerToHyperService::new(router.layer(Extension(Arc::clone(&line))));
    let server = auto::Builder::new(TokioExecutor::new());
    tokio::select! {
        // An error here is the client's hanging up, or an answer that a fault cut short.
        _ = server.serve_connection(socket, service) => {}
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
