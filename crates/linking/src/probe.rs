//! Questions to Particle, to Login with Amazon and to the relay, that tell one mistake in linking from another without
//! linking an account. Each answers with a verdict.

mod authorize;
mod client;
mod messaging;
mod relay;
mod time;

pub use authorize::{AuthorizeVerdict, authorize};
pub use client::{ClientVerdict, TokenRequest, client};
pub use messaging::messaging;
pub use relay::{RelayVerdict, relay};
pub use time::{TOKEN_LIMIT, TimeVerdict, time};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

/// No code of anybody.
const DUMMY_CODE: &str = "doctor-probe";

/// How Particle refuses.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Refusal {
    error: String,
    error_description: String,
}

impl Refusal {
    /// What it says.
    fn said(self) -> String {
        if self.error_description.is_empty() {
            self.error
        } else {
            self.error_description
        }
    }
}

/// The text without a secret that it quotes.
pub(crate) fn without(text: &str, secret: &SecretString) -> String {
    match secret.expose_secret() {
        "" => text.to_owned(),
        secret => text.replace(secret, "…"),
    }
}

/// Whether nothing, or nothing for such a request, is at the address.
fn is_absent(status: u16) -> bool {
    matches!(status, 404 | 405)
}

/// The address with which Alexa would open an authorization page.
fn authorize_url(
    authorization_url: &str,
    client_id: &str,
    redirect_uri: &str,
    state: &str,
) -> Result<Url, url::ParseError> {
    let mut url: Url = authorization_url.parse()?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", crate::account_linking::SCOPE)
        .append_pair("state", state);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::StatusCode;
    use serde_json::json;

    use crate::http::Answer;

    pub(super) fn answer(status: u16, kind: &str, location: Option<&str>, body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            location: location.map(str::to_owned),
            etag: None,
            retry_after: None,
            content_type: Some(kind.to_owned()),
            cookies: Vec::new(),
            body: body.as_bytes().to_vec(),
            duration: Duration::ZERO,
        }
    }

    pub(super) fn refusal(description: &str) -> Answer {
        let body = json!({ "error": "invalid_client", "error_description": description });
        answer(400, "application/json", None, &body.to_string())
    }
}
