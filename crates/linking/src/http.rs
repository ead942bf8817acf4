//! Requests to Amazon and Particle: over TLS, within a time, to nowhere but the address that was named.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde::de::DeserializeOwned;
use url::Url;

use crate::base_url;

/// What is more than this is none of the answers that are expected.
const MAXIMUM_BODY: usize = 4 << 20;

/// Longer than either service needs, shorter than anyone waits.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A client for all services, which follows no redirect: one would carry a token to where nobody meant it to go.
#[derive(Clone, Debug)]
pub struct Http {
    client: reqwest::Client,
}

/// An answer, whatever its status. Its `Debug` leaves out what may hold a secret.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Where a redirect would have led.
    pub location: Option<String>,
    /// The entity tag, for a later `If-Match`.
    pub etag: Option<String>,
    /// How many seconds to wait, where the service says so.
    pub retry_after: Option<u64>,
    /// What kind of body it has.
    pub content_type: Option<String>,
    /// The cookies that it sets, without their attributes.
    pub cookies: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
    /// How long it took.
    pub duration: Duration,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program is built without the cryptography that TLS needs.
    #[error("this program cannot speak TLS: {0}")]
    NoTls(String),
    /// A secret would travel in the clear.
    #[error("{0} is neither https nor on this machine, and so it is told nothing")]
    Insecure(String),
    /// Nobody vouches for the server.
    #[error("{host} shows a certificate that no known authority vouches for")]
    Certificate {
        /// Who was asked.
        host: String,
    },
    /// It took too long.
    #[error("{host} did not answer within {} s", limit.as_secs())]
    TimedOut {
        /// Who was asked.
        host: String,
        /// How long was waited.
        limit: Duration,
    },
    /// It could not be reached.
    #[error("{host} cannot be reached: {problem}")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// What the system says.
        problem: String,
    },
    /// The answer was too much, or broke off.
    #[error("the answer of {host} {problem}")]
    Broken {
        /// Who was asked.
        host: String,
        /// What was wrong with it.
        problem: &'static str,
    },
}

/// A file that holds no certificates.
#[derive(Debug, thiserror::Error)]
#[error("{file} holds no certificate that can be used: {problem}")]
pub struct NoAuthorities {
    file: String,
    problem: String,
}

/// The authorities that are believed.
#[derive(Clone, Debug)]
pub struct Authorities(RootCertStore);

impl Default for Authorities {
    /// Those that browsers trust, as they were when the program was built.
    fn default() -> Self {
        Self(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }
}

impl Authorities {
    /// The usual ones and those of a file of PEM certificates, for a simulator with TLS.
    ///
    /// # Errors
    /// Where the file cannot be read, or holds none.
    pub fn with_file(path: &Path) -> Result<Self, NoAuthorities> {
        let unusable = |problem: String| NoAuthorities {
            file: path.display().to_string(),
            problem,
        };
        let mut authorities = Self::default();
        let before = authorities.0.len();
        let text = std::fs::read(path).map_err(|error: io::Error| unusable(error.to_string()))?;
        for certificate in CertificateDer::pem_slice_iter(&text) {
            let damaged = || unusable("one of them is damaged".to_owned());
            let certificate = certificate.map_err(|_| damaged())?;
            authorities.0.add(certificate).map_err(|_| damaged())?;
        }
        if authorities.0.len() == before {
            return Err(unusable("it has none".to_owned()));
        }
        Ok(authorities)
    }
}

impl Http {
    /// A client that believes these authorities.
    ///
    /// # Errors
    /// Where the program is built without what TLS needs.
    pub fn new(authorities: Authorities) -> Result<Self, Error> {
        let no_tls = |problem: &dyn fmt::Display| Error::NoTls(problem.to_string());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| no_tls(&error))?
            .with_root_certificates(authorities.0)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(concat!("alexa-for-particle/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| no_tls(&error))?;
        Ok(Self { client })
    }

    /// Sends this with `POST` to a service that this crate knows nothing of, and waits no longer than this.
    ///
    /// # Errors
    /// Where there is no answer; one with another status than wanted is an answer.
    pub async fn post(
        &self,
        url: Url,
        headers: &[(&str, &str)],
        body: String,
        limit: Duration,
    ) -> Result<Answer, Error> {
        self.tell(Method::POST, url, headers, body, limit).await
    }

    /// Does the same with `PUT`.
    ///
    /// # Errors
    /// As [`post`](Self::post).
    pub async fn put(
        &self,
        url: Url,
        headers: &[(&str, &str)],
        body: String,
        limit: Duration,
    ) -> Result<Answer, Error> {
        self.tell(Method::PUT, url, headers, body, limit).await
    }

    async fn tell(
        &self,
        method: Method,
        url: Url,
        headers: &[(&str, &str)],
        body: String,
        limit: Duration,
    ) -> Result<Answer, Error> {
        let request = self.request(method, url).within(limit);
        let with_headers = |builder| {
            let add = |builder: RequestBuilder, (name, value): &(&str, &str)| {
                builder.header(*name, *value)
            };
            headers.iter().fold(builder, add).body(body)
        };
        request.with(with_headers).send().await
    }

    /// Starts a request.
    pub(crate) fn request(&self, method: Method, url: Url) -> Request {
        Request {
            host: url.host_str().unwrap_or_default().to_owned(),
            safe: base_url::is_safe(&url),
            builder: self.client.request(method, url),
            limit: PATIENCE,
        }
    }
}

/// A request to be.
#[derive(Debug)]
pub(crate) struct Request {
    host: String,
    safe: bool,
    builder: RequestBuilder,
    limit: Duration,
}

impl Request {
    pub(crate) fn with(mut self, change: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        self.builder = change(self.builder);
        self
    }

    /// Waits no longer than this.
    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Sends it, and reads the answer.
    pub(crate) async fn send(self) -> Result<Answer, Error> {
        let Self {
            host,
            safe,
            builder,
            limit,
        } = self;
        if !safe {
            return Err(Error::Insecure(host));
        }
        let began = Instant::now();
        let exchange = async {
            let mut response = builder
                .send()
                .await
                .map_err(|error| failure(&host, &error))?;
            let text = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
            let mut answer = Answer {
                status: response.status(),
                location: text("location"),
                etag: text("etag"),
                retry_after: text("retry-after").and_then(|seconds| seconds.parse().ok()),
                content_type: text("content-type"),
                cookies: cookies(response.headers()),
                body: Vec::new(),
                duration: Duration::ZERO,
            };
            loop {
                let chunk = response.chunk().await.map_err(|_| Error::Broken {
                    host: host.clone(),
                    problem: "broke off",
                })?;
                let Some(chunk) = chunk else { break };
                answer.body.extend_from_slice(&chunk);
                if answer.body.len() > MAXIMUM_BODY {
                    return Err(Error::Broken {
                        host: host.clone(),
                        problem: "does not end",
                    });
                }
            }
            answer.duration = began.elapsed();
            Ok(answer)
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::TimedOut {
                host: host.clone(),
                limit,
            }),
        }
    }
}

fn cookies(headers: &reqwest::header::HeaderMap) -> Vec<String> {
    headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .map(str::to_owned)
        .collect()
}

/// What a failed exchange means. The error of the library names the whole address, in which a secret may stand.
fn failure(host: &str, error: &reqwest::Error) -> Error {
    let host = host.to_owned();
    if format!("{error:?}").contains("InvalidCertificate") {
        return Error::Certificate { host };
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Error::Unreachable {
        host,
        problem: cause.to_string(),
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Answer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("duration", &self.duration)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// The body read as JSON, if it is that.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the body is a page for people.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.content_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("text/html"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http() -> Http {
        Http::new(Authorities::default()).unwrap()
    }

    #[tokio::test]
    async fn nothing_goes_out_in_the_clear() {
        let url = "http://api.particle.io/oauth/token?secret=x"
            .parse()
            .unwrap();
        let error = http().request(Method::GET, url).send().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "api.particle.io is neither https nor on this machine, and so it is told nothing"
        );
    }

    #[tokio::test]
    async fn what_cannot_be_reached_is_named_without_its_query() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let url = format!("http://{address}/?secret=recognizable")
            .parse()
            .unwrap();
        let error = http().request(Method::GET, url).send().await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
        assert!(
            !format!("{error} {error:?}").contains("recognizable"),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn a_silent_server_is_given_up() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", silent.local_addr().unwrap())
            .parse()
            .unwrap();
        let request = http()
            .request(Method::GET, url)
            .within(Duration::from_millis(50));
        let error = request.send().await.unwrap_err();
        assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        for (text, told) in [
            ("nothing", "it has none"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "one of them is damaged",
            ),
        ] {
            std::fs::write(&file, text).unwrap();
            let refused = Authorities::with_file(&file).unwrap_err().to_string();
            assert!(refused.contains(told), "{refused}");
        }
        assert!(Authorities::with_file(&folder.path().join("none")).is_err());
    }
}
