//! The listener and its connections, with TLS and without.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

/// Listens on an address of this machine's loopback interface.
pub(crate) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        let refusal = format!(
            "the simulator listens on loopback addresses only, and {} is none",
            address.ip()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, refusal));
    }
    TcpListener::bind(address).await
}

/// Serves until it is told to stop, or nobody is left to tell it.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    mut stop: watch::Receiver<()>,
) {
    let stopped = stop.clone();
    tokio::select! {
        never = accept(&listener, &router, tls.as_ref(), &stopped) => match never {},
        _ = stop.changed() => {}
    }
}

async fn accept(
    listener: &TcpListener,
    router: &Router,
    tls: Option<&TlsAcceptor>,
    stop: &watch::Receiver<()>,
) -> Infallible {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (router, tls, mut stop) = (router.clone(), tls.cloned(), stop.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = converse(stream, router, tls) => {}
                        _ = stop.changed() => {}
                    }
                });
            }
            // Out of file descriptors, most likely: wait for some to be given back rather than ask in a circle.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn converse(stream: TcpStream, router: Router, tls: Option<TlsAcceptor>) {
    // A refusal costs speed, nothing else.
    let _ = stream.set_nodelay(true);
    match tls {
        None => speak(stream, router).await,
        Some(tls) => {
            // An error here is the client's: it speaks no TLS, or does not trust the certificate.
            if let Ok(stream) = tls.accept(stream).await {
                speak(stream, router).await;
            }
        }
    }
}

/// Speaks HTTP.
async fn speak(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    let http = auto::Builder::new(TokioExecutor::new()).http1_only();
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // An error here is the client's hanging up.
    let _ = pin!(connection).await;
}
