//! The token endpoint, `POST /oauth/token`: RFC 6749 as Particle's server reads it.
//!
//! The order of the checks is part of the behavior, since the first that fails decides the answer: whether the address
//! may ask at all, method and encoding,
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
    cloud::{Cloud, Pair, State as CloudState},
    connection::Line,
};

mod client;
mod grant;

use client::Credentials;
use grant::GrantType;

pub(super) async fn token(
    State(cloud): State<Arc<Cloud>>,
    Extension(line): Extension<Arc<Line>>,
    method: Method,
    headers: HeaderMap,
    Extension(parameters): Extension<Parameters>,
) -> Result<Response, Refusal> {
    let oauth = cloud.oauth();
    let state = &mut *cloud.state();
    let now = state.now();
    if !state.guard.admits(line.peer, now, &oauth) {
        return Err(Refusal::oauth(
            Code::RateLimitExceeded,
            "rate_limit_exceeded",
        ));
    }
    let is_form = method == Method::POST && parameters.is_form();
    let outcome = if is_form {
        exchange(&cloud, state, &headers, &parameters)
    } else {
        Err(Refusal::oauth(
            Code::InvalidRequest,
            "Method must be POST with application/x-www-form-urlencoded encoding",
        ))
    };
    // Who has to show a second factor has not failed yet.
    let success = matches!(outcome, Ok(_) | Err(Refusal::MfaRequired(_)));
    state.guard.saw(line.peer, success, now, &oauth);
    outcome.map(|pair| granted(&pair))
}

fn exchange(
    cloud: &Cloud,
    state: &mut CloudState,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Pair, Refusal> {
    let grant = GrantType::asked_for(parameters).ok_or(Refusal::oauth(
        Code::InvalidRequest,
        "Invalid or missing grant_type parameter",
    ))?;
    let client = Credentials::presented(headers, parameters, &cloud.oauth())?.check(state)?;
    grant.check(client.kind)?;
    let client = client.id.clone();
    grant.exchange(cloud, state, client, parameters)
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
