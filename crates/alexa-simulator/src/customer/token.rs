//! The developer's token endpoint: how Alexa signs in there, what it makes of the answer.

use std::{fmt, time::Duration};

use reqwest::{Certificate, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::skill::{AccessTokenScheme, AccountLinking};

/// Why Alexa got no token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TokenFailure {
    /// There is no connection, or it broke.
    Unreachable(String),
    /// The answer took too long.
    Slow(Duration),
    /// The answer is no success.
    Refused {
        /// Its status.
        status: u16,
        /// Its `error` and `error_description`, where it has them.
        error: Option<String>,
    },
    /// The answer is no JSON object.
    NotJson,
    /// The answer has no `access_token`.
    NoAccessToken,
    /// The access token holds for less than Alexa asks for.
    ShortLived(u64),
}

/// What a token endpoint granted.
pub(super) struct Tokens {
    pub(super) access: SecretString,
    pub(super) refresh: Option<SecretString>,
    pub(super) lifetime: Option<Duration>,
}

/// A client that goes where it is told, and no further.
pub(super) fn client(
    patience: Duration,
    authorities: &[String],
) -> Result<reqwest::Client, reqwest::Error> {
    // An error says that a provider of cryptography is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .timeout(patience);
    if !authorities.is_empty() {
        let authorities = authorities
            .iter()
            .map(|authority| Certificate::from_pem(authority.as_bytes()))
            .collect::<Result<Vec<_>, _>>()?;
        client = client.tls_certs_only(authorities);
    }
    client.build()
}

/// Asks for tokens with this grant.
pub(super) async fn ask(
    http: &reqwest::Client,
    linking: &AccountLinking,
    patience: Duration,
    grant: &[(&str, &str)],
) -> Result<Tokens, TokenFailure> {
    let secret = linking.client_secret.expose_secret();
    let mut form = grant.to_vec();
    form.push(("client_id", &linking.client_id));
    let mut request = http.post(&linking.access_token_url);
    match linking.access_token_scheme {
        AccessTokenScheme::HttpBasic => {
            request = request.basic_auth(&linking.client_id, Some(secret));
        }
        AccessTokenScheme::RequestBodyCredentials => form.push(("client_secret", secret)),
    }
    let failed = |error: reqwest::Error| {
        if error.is_timeout() {
            TokenFailure::Slow(patience)
        } else {
            TokenFailure::Unreachable(causes(&error.without_url()))
        }
    };
    let response = request.form(&form).send().await.map_err(failed)?;
    let status = response.status();
    let body = response.bytes().await.map_err(failed)?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if !status.is_success() {
        let status = status.as_u16();
        let error = oauth_error(&body);
        return Err(TokenFailure::Refused { status, error });
    }
    read(&body, linking)
}

fn read(body: &Value, linking: &AccountLinking) -> Result<Tokens, TokenFailure> {
    if !body.is_object() {
        return Err(TokenFailure::NotJson);
    }
    let token = |name: &str| body.get(name)?.as_str().filter(|token| !token.is_empty());
    let access = token("access_token").ok_or(TokenFailure::NoAccessToken)?;
    let lifetime = body.get("expires_in").and_then(Value::as_u64);
    if let Some(lifetime) = lifetime.filter(|lifetime| *lifetime < SHORTEST) {
        return Err(TokenFailure::ShortLived(lifetime));
    }
    let lifetime = lifetime.or(linking.default_token_expiration_in_seconds);
    Ok(Tokens {
        access: access.into(),
        refresh: token("refresh_token").map(SecretString::from),
        lifetime: lifetime.map(Duration::from_secs),
    })
}

fn oauth_error(body: &Value) -> Option<String> {
    let error = body.get("error")?.as_str()?;
    let description = body.get("error_description").and_then(Value::as_str);
    Some(match description {
        Some(description) => format!("{error}: {description}"),
        None => error.to_owned(),
    })
}

/// An error with all that led to it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl fmt::Display for TokenFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(reason) => write!(formatter, "it cannot be reached: {reason}"),
            Self::Slow(patience) => write!(formatter, "it took longer than {patience:?}"),
            Self::Refused {
                status,
                error: Some(error),
            } => write!(formatter, "it answered {status}, {error}"),
            Self::Refused {
                status,
                error: None,
            } => write!(formatter, "it answered {status}"),
            Self::NotJson => formatter.write_str("its answer is no JSON object"),
            Self::NoAccessToken => formatter.write_str("its answer has no access_token"),
            Self::ShortLived(seconds) => write!(
                formatter,
                "its access token holds for {seconds} s, and Alexa takes none below {SHORTEST} s"
            ),
        }
    }
}

impl std::error::Error for TokenFailure {}

/// How long an access token has to hold, in seconds.
const SHORTEST: u64 = 360;
