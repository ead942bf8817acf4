//! The token endpoint, `POST /oauth/token`: RFC 6749 as Particle's server reads it.
//!
//! The order of the checks is part of the behavior, since the first that fails decides the answer: method and encoding,
//! grant type, client id, client secret, the client itself, whether it may use the grant, then what the grant asks for.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, header},
    response::Response,
};
use serde::Serialize;

use super::parameters::Parameters;
use crate::{
    answer::{self, Code, Refusal},
    cloud::{Cloud, Pair},
};

mod client;
mod grant;

use client::Credentials;
use grant::GrantType;

pub(super) async fn token(
    State(cloud): State<Arc<Cloud>>,
    method: Method,
    headers: HeaderMap,
    Extension(parameters): Extension<Parameters>,
) -> Result<Response, Refusal> {
    if method != Method::POST || !parameters.is_form() {
        return Err(Refusal::oauth(
            Code::InvalidRequest,
            "Method must be POST with application/x-www-form-urlencoded encoding",
        ));
    }
    let grant = GrantType::asked_for(&parameters).ok_or(Refusal::oauth(
        Code::InvalidRequest,
        "Invalid or missing grant_type parameter",
    ))?;
    let credentials = Credentials::presented(&headers, &parameters)?;
    let state = &mut *cloud.state();
    let client = credentials.check(state)?;
    grant.check(client.kind)?;
    let client = client.id.clone();
    let pair = grant.exchange(&cloud, state, client, &parameters)?;
    Ok(granted(&pair))
}

/// The grant type a request names, if there is such a one.
pub(super) fn known_grant(parameters: &Parameters) -> Option<&'static str> {
    GrantType::asked_for(parameters).map(GrantType::name)
}

fn granted(pair: &Pair) -> Response {
    let mut response = answer::no_store(answer::ok(&Granted {
        token_type: "bearer",
        access_token: pair.access.expose(),
        expires_in: pair.lifetime.unwrap_or_default().as_secs(),
        refresh_token: pair.refresh.as_ref().map(|token| token.expose()),
        scope: pair.scope.as_deref(),
    }));
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

#[derive(Serialize)]
struct Granted<'a> {
    token_type: &'a str,
    access_token: &'a str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}
