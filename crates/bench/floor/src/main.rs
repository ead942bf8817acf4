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

use lambda_runtime::{Error, LambdaEvent, service_fn};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method};
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
    client: Client,
    method: Method,
    url: String,
    token: String,
    body: Option<String>,
}

impl Request {
    async fn forward(&self) -> Result<Box<RawValue>, Error> {
        let mut request = self
            .client
            .request(self.method.clone(), &self.url)
            .bearer_auth(&self.token);
        if let Some(body) = &self.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        let answer = request.send().await?.error_for_status()?.bytes().await?;
        Ok(RawValue::from_string(String::from_utf8(answer.to_vec())?)?)
    }
}

/// The client as the skill builds its own.
fn client() -> Result<Client, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(authorities()?)
        .with_no_client_auth();
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .retry(reqwest::retry::never())
        .build()?)
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
