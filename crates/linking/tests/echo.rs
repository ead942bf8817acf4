//! A server that quotes what it refuses does not get a secret told.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml exempts tests, but not what they share"
)]

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use linking::account_linking::Scheme;
use linking::http::{Authorities, Http};
use linking::particle::Particle;
use linking::probe::{self, ClientVerdict, TokenRequest};
use secrecy::SecretString;
use serde_json::json;

/// Quotes the header and the body.
async fn echo(headers: HeaderMap, body: String) -> Response {
    let header = headers.get("authorization");
    let header = header.map_or("", |header| header.to_str().unwrap());
    let quoted = format!("cannot use {header} and {body}");
    let body = json!({ "error": "invalid_request", "error_description": quoted }).to_string();
    (StatusCode::BAD_REQUEST, body).into_response()
}

async fn server() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(echo);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn what_is_quoted_is_told_without_the_secret() {
    let url = server().await;
    let http = Http::new(Authorities::default()).unwrap();
    let secret = SecretString::from("recognizable");

    let run = TokenRequest::of_this_run();
    let scheme = Scheme::RequestBodyCredentials;
    let verdict = probe::client(run, &http, &url, &scheme, "alexa-1234", &secret).await;
    let ClientVerdict::Unknown { said, .. } = verdict else {
        panic!("{verdict:?}")
    };
    assert!(said.contains("client_secret=…"), "{said}");
    assert!(!said.contains("recognizable"), "{said}");

    let particle = Particle::new(http, url.parse().unwrap(), secret);
    let refused = particle.user().await.unwrap_err();
    let told = format!("{refused} {refused:?}");
    assert!(told.contains("Bearer …"), "{told}");
    assert!(!told.contains("recognizable"), "{told}");
}
