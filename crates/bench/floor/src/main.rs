//! The floor: a handler on the skill's own stack that parses nothing and forwards one request, always the same.
//!
//! No skill can be faster than this without another stack. Where the request goes, its environment says:
//!
//! | variable | |
//! |---|---|
//! | `FLOOR_METHOD`, `FLOOR_URL` | the request |
//! | `FLOOR_BODY` | its body, JSON, if it has one |
//! | `FLOOR_TOKEN` | the access token that it carries |
//! | `PARTICLE_CA_FILE` | a PEM file of authorities to trust in place of the compiled-in ones |

use std::env;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request as HttpRequest};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let request = &Request {
        client: client()?,
        method: setting("FLOOR_METHOD")?.parse()?,
        url: setting("FLOOR_URL")?,
        token: setting("FLOOR_TOKEN")?,
        body: env::var("FLOOR_BODY").ok(),
    };
    let forward = |_: LambdaEvent<Box<RawValue>>| request.forward();
    lambda_runtime::run(service_fn(forward)).await
}

/// What is forwarded for every event.
struct Request {
    client: Http,
    method: Method,
    url: String,
    token: String,
    body: Option<String>,
}

impl Request {
    async fn forward(&self) -> Result<Box<RawValue>, Error> {
        let mut request = HttpRequest::builder()
            .method(&self.method)
            .uri(&self.url)
            .header(AUTHORIZATION, format!("Bearer {}", self.token));
        if self.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = self.body.clone().unwrap_or_default();
        let answer = self.client.request(request.body(body.into())?).await?;
        if !answer.status().is_success() {
            return Err(answer.status().to_string().into());
        }
        let answer = answer.into_body().collect().await?.to_bytes();
        Ok(RawValue::from_string(String::from_utf8(answer.to_vec())?)?)
    }
}

type Http = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// The client that comes with the skill's stack.
fn client() -> Result<Http, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(authorities()?)
        .with_no_client_auth();
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .enable_http2()
        .wrap_connector(tcp);
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

fn authorities() -> Result<rustls::RootCertStore, Error> {
    let Ok(file) = env::var("PARTICLE_CA_FILE") else {
        return Ok(rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        });
    };
    let mut authorities = rustls::RootCertStore::empty();
    for authority in CertificateDer::pem_file_iter(file)? {
        authorities.add(authority?)?;
    }
    Ok(authorities)
}

fn setting(name: &str) -> Result<String, Error> {
    env::var(name).map_err(|_| format!("{name} is not set").into())
}
