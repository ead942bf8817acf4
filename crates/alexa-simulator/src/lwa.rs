//! Login with Amazon: `POST /auth/o2/token`. Its tokens are good for SMAPI, or for sending events to Alexa.

use std::{collections::BTreeMap, fmt, sync::Arc};

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    amazon::Amazon,
    http::{content_type, json as answer},
    record::Entry,
};

mod grants;

pub(crate) use grants::{Client, Lwa, READ_WRITE, Scope, TEST};

/// What a client offers in exchange for a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// The code of an AcceptGrant directive.
    AuthorizationCode,
    /// Nothing but itself.
    ClientCredentials,
    /// A refresh token.
    RefreshToken,
}

impl GrantType {
    const ALL: [Self; 3] = [
        Self::AuthorizationCode,
        Self::ClientCredentials,
        Self::RefreshToken,
    ];

    /// What a request says for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl fmt::Display for GrantType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What a request to the token endpoint carries, as a form or as JSON.
struct Form(BTreeMap<String, String>);

/// Why a request gets no token, as RFC 6749 has it.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: String,
}

pub(crate) async fn token(
    State(amazon): State<Arc<Amazon>>,
    Extension(entry): Extension<Arc<Entry>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let granted = Form::read(&headers, &body).and_then(|form| grant(&amazon, &entry, &form));
    let mut response = match granted {
        Ok(tokens) => answer(StatusCode::OK, &tokens),
        Err(refusal) => answer(
            refusal.status,
            &json!({ "error_description": refusal.description, "error": refusal.error }),
        ),
    };
    let no_store = header::HeaderValue::from_static("no-cache, no-store, must-revalidate");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

fn grant(amazon: &Amazon, entry: &Entry, form: &Form) -> Result<Value, Refusal> {
    let asked = form.required("grant_type")?;
    let grant = GrantType::ALL
        .into_iter()
        .find(|grant| grant.name() == asked);
    let grant = grant.ok_or_else(|| {
        Refusal::new(
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server",
        )
    })?;
    entry.fill(|request| request.grant = Some(grant));
    let client = (form.required("client_id")?, form.required("client_secret")?);
    let mut state = amazon.state();
    let state = &mut *state;
    let client = &state.lwa.client(client, &state.skills)?;
    match grant {
        GrantType::AuthorizationCode => state.lwa.exchange(client, form.required("code")?),
        GrantType::ClientCredentials => state.lwa.vouch(client, form.required("scope")?),
        GrantType::RefreshToken => state.lwa.refresh(client, form.required("refresh_token")?),
    }
}

impl Form {
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Refusal> {
        let mut fields: BTreeMap<_, _> = match content_type(headers) {
            "application/x-www-form-urlencoded" => {
                form_urlencoded::parse(body).into_owned().collect()
            }
            "application/json" => serde_json::from_slice(body).unwrap_or_default(),
            _ => {
                return Err(Refusal::invalid_request(
                    "Content-Type must be application/x-www-form-urlencoded",
                ));
            }
        };
        if let Some((id, secret)) = basic(headers) {
            fields.insert("client_id".to_owned(), id);
            fields.insert("client_secret".to_owned(), secret);
        }
        Ok(Self(fields))
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        let value = self.0.get(name).filter(|value| !value.is_empty());
        value.map(String::as_str).ok_or_else(|| {
            Refusal::invalid_request(format!(
                "The request is missing a required parameter : {name}"
            ))
        })
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = STANDARD
        .decode(encoded.strip_prefix("Basic ")?.trim())
        .ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

impl Refusal {
    fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description: description.into(),
        }
    }

    fn invalid_request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    fn invalid_client() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            ..Self::new("invalid_client", "Client authentication failed")
        }
    }

    fn invalid_grant(parameter: &str) -> Self {
        let description = format!("The request has an invalid grant parameter : {parameter}");
        Self::new("invalid_grant", description)
    }
}
