//! OAuth clients: the applications that ask for tokens. All that are known may use every grant.

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    answer::{Code, Refusal},
    http::parameters::Parameters,
    secret::Secret,
};

/// What a request says of its client.
pub(super) struct Credentials {
    id: String,
    secret: Secret,
}

impl Credentials {
    /// Reads the header `Authorization: Basic` or, without one, the body; any other scheme is ignored, since Particle's
    /// command line sends `Bearer null`.
    pub(super) fn presented(headers: &HeaderMap, parameters: &Parameters) -> Result<Self, Refusal> {
        let (id, secret) = basic(headers).unwrap_or_else(|| {
            let field = |name| parameters.body(name).map(|value| value.into_owned());
            (field("client_id"), field("client_secret"))
        });
        let id = id.filter(|id| is_client_id(id));
        let id = id.ok_or(Refusal::oauth(
            Code::InvalidClient,
            "Invalid or missing client_id parameter",
        ))?;
        let secret = secret.filter(|secret| !secret.is_empty());
        let secret = secret.ok_or(Refusal::oauth(
            Code::InvalidClient,
            "Missing client_secret parameter",
        ))?;
        Ok(Self {
            id,
            secret: Secret::new(secret),
        })
    }

    /// The client's id, if it is one of the known clients with its own secret.
    pub(super) fn check(&self) -> Result<&'static str, Refusal> {
        let known = PUBLIC
            .iter()
            .find(|(id, secret)| *id == self.id && *secret == self.secret.expose());
        known.map(|(id, _)| *id).ok_or(Refusal::oauth(
            Code::InvalidClient,
            "Client credentials are invalid",
        ))
    }
}

/// Clients whose secret is no secret: anybody's scripts, Particle's JavaScript client, and its command line.
const PUBLIC: [(&str, &str); 3] = [
    ("particle", "particle"),
    ("particle-api", "particle-api"),
    ("CLI2", "client_secret_here"),
];

fn basic(headers: &HeaderMap) -> Option<(Option<String>, Option<String>)> {
    let encoded = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    Some(match decoded.split_once(':') {
        Some((id, secret)) => (Some(id.to_owned()), Some(secret.to_owned())),
        None => (Some(decoded), None),
    })
}

fn is_client_id(text: &str) -> bool {
    (3..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
