//! How a client says which one it is.

use axum::http::HeaderMap;

use crate::{
    answer::{Code, Refusal},
    cloud::{Client, State},
    home::{ClientId, OAuth},
    http::{basic, parameters::Parameters},
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
    pub(super) fn presented(
        headers: &HeaderMap,
        parameters: &Parameters,
        oauth: &OAuth,
    ) -> Result<Self, Refusal> {
        let field = |name| parameters.body(name).map(|value| value.into_owned());
        let header = basic::credentials(headers).filter(|_| oauth.basic);
        let (id, secret) = match header {
            Some((id, secret)) => (Some(id), secret),
            None => (field("client_id"), field("client_secret")),
        };
        let id = id.filter(|id| ClientId::is(id));
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

    /// The client, if it is one of those there are, with its own secret.
    pub(super) fn check<'a>(&self, state: &'a State) -> Result<&'a Client, Refusal> {
        let client = state.clients.get(&self.id);
        let client = client.filter(|client| client.secret == self.secret);
        client.ok_or(Refusal::oauth(
            Code::InvalidClient,
            "Client credentials are invalid",
        ))
    }
}
