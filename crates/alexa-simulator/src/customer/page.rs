//! Where a browser returns to, served over TLS on loopback in the place of Alexa's hosts.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use particle_simulator::Tls;
use tokio::sync::watch;

use super::{
    Customer,
    link::LinkFailure,
    region::{LINK, Region},
};
use crate::server;

/// The page to which a customer's browser returns; it is there until this is dropped.
#[derive(Debug)]
pub struct RedirectPage {
    address: SocketAddr,
    authority: String,
    _stop: Arc<watch::Sender<()>>,
}

impl Customer {
    /// Serves the page to which the browser returns, on a free port of 127.0.0.1. Where it is asked for, linking goes on
    /// as by [`Self::returned`], and the page says what became of it.
    ///
    /// # Errors
    ///
    /// Fails where no port can be bound.
    pub async fn serve_redirects(&self) -> io::Result<RedirectPage> {
        let hosts = Region::ALL.map(Region::redirect_host);
        let tls = Tls::for_hosts(&hosts).map_err(io::Error::other)?;
        let listener = server::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route(&format!("{LINK}{{vendorId}}"), get(show))
            .with_state(self.clone());
        let (stop, stopped) = watch::channel(());
        tokio::spawn(server::serve(listener, router, Some(tls.acceptor), stopped));
        Ok(RedirectPage {
            address,
            authority: tls.authority,
            _stop: Arc::new(stop),
        })
    }
}

impl RedirectPage {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of the authority that a browser has to trust, as PEM.
    #[must_use]
    pub fn certificate_authority(&self) -> &str {
        &self.authority
    }

    /// What Chromium takes as `--host-resolver-rules`, so that it finds Alexa's hosts here.
    #[must_use]
    pub fn host_resolver_rules(&self) -> String {
        let rule = |region: Region| format!("MAP {} {}", region.redirect_host(), self.address);
        Region::ALL.map(rule).join(", ")
    }
}

async fn show(State(customer): State<Customer>, headers: HeaderMap, uri: Uri) -> Response {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let url = format!("https://{}{uri}", host.unwrap_or_default());
    linked(customer.returned(&url).await)
}

/// What the app says of linking.
pub(super) fn linked(outcome: Result<(), LinkFailure>) -> Response {
    let (message, cause) = match outcome {
        Ok(()) => (
            "Your account has been successfully linked.".to_owned(),
            String::new(),
        ),
        Err(failure) => (failure.message(), failure.cause.to_string()),
    };
    let cause = escaped(&cause);
    page(&message, &format!("<p id=\"cause\">{cause}</p>"))
}

/// A page with this heading, and with this below it.
pub(super) fn page(heading: &str, below: &str) -> Response {
    let heading = escaped(heading);
    let body = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Alexa</title><h1>{heading}</h1>{below}"
    );
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    (StatusCode::OK, no_store, Html(body)).into_response()
}

/// The text between tags, or between the quotes of an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
