//! The REST API: which path leads where. <https://docs.particle.io/reference/cloud-apis/api/>
//!
//! A route is a constant, so that the router and the record, which names what was asked for, cannot disagree.

use std::sync::Arc;

use axum::{
    Router,
    extract::{MatchedPath, RawPathParams},
    http::{Method, StatusCode},
    middleware,
    routing::{any, delete, get, post, put},
};

use crate::{answer::Refusal, cloud::Cloud, control, record::Call};

mod access;
mod account;
mod authorize;
mod basic;
mod clients;
mod delivery;
mod device;
mod exchange;
mod function;
mod oauth;
mod parameters;
mod variable;

use parameters::Parameters;

const DEVICES: &str = "/v1/devices";
/// Reserved for events: it is no device's name.
const DEVICE_EVENTS: &str = "/v1/devices/events";
const DEVICE: &str = "/v1/devices/{device}";
const MEMBER: &str = "/v1/devices/{device}/{member}";
const USER: &str = "/v1/user";
const IDENTITY: &str = "/v1/user/identify";
const ACCESS_TOKENS: &str = "/v1/access_tokens";
const ACCESS_TOKEN: &str = "/v1/access_tokens/{token}";
const CURRENT_TOKEN: &str = "/v1/access_tokens/current";
const CLIENTS: &str = "/v1/clients";
const CLIENT: &str = "/v1/clients/{client}";
pub(crate) const AUTHORIZE: &str = "/oauth/authorize";
/// Where its pages send what was filled in.
const SIGN_IN: &str = "/oauth/authorize/sign-in";
const TOKEN: &str = "/oauth/token";

pub(crate) fn router(cloud: Arc<Cloud>) -> Router {
    Router::new()
        .route(DEVICES, get(device::list))
        .route(DEVICE_EVENTS, any(unknown))
        .route(DEVICE, get(device::get).put(device::update))
        .route(
            MEMBER,
            get(variable::read).post(function::call).put(device::ping),
        )
        .route(USER, get(account::user))
        .route(IDENTITY, get(account::identity))
        .route(
            ACCESS_TOKENS,
            get(account::tokens).delete(account::revoke_tokens),
        )
        .route(ACCESS_TOKEN, delete(account::revoke_token))
        .route(
            CURRENT_TOKEN,
            get(account::current_token).delete(account::revoke_current_token),
        )
        .route(CLIENTS, get(clients::list).post(clients::create))
        .route(CLIENT, put(clients::update).delete(clients::delete))
        .route(AUTHORIZE, get(authorize::begin).post(authorize::begin))
        .route(SIGN_IN, post(authorize::proceed))
        .route(TOKEN, any(oauth::token))
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&cloud),
            exchange::exchange,
        ))
        .with_state(Arc::clone(&cloud))
        .merge(control::router(cloud))
}

/// What a request asks for, as far as its route says.
fn asked(
    method: &Method,
    route: Option<&MatchedPath>,
    path: Option<&RawPathParams>,
    parameters: &Parameters,
) -> Call {
    let member = || segment(path, "member").unwrap_or_default().to_owned();
    let field = |name| parameters.body(name).map(|value| value.into_owned());
    match (method.as_str(), route.map(MatchedPath::as_str)) {
        ("GET", Some(DEVICES)) => Call::List,
        ("GET", Some(DEVICE)) => Call::Get,
        ("PUT", Some(DEVICE)) => Call::Update {
            name: field("name"),
            notes: field("notes"),
            signal: field("signal"),
        },
        ("GET", Some(MEMBER)) => Call::Variable { name: member() },
        ("POST", Some(MEMBER)) => Call::Function {
            name: member(),
            argument: parameters.argument().into_owned(),
        },
        ("PUT", Some(MEMBER)) if member() == device::PING => Call::Ping,
        ("GET", Some(USER)) => Call::User,
        ("GET", Some(IDENTITY)) => Call::Identify,
        ("GET", Some(ACCESS_TOKENS)) => Call::Tokens,
        ("DELETE", Some(ACCESS_TOKENS)) => Call::RevokeTokens,
        ("DELETE", Some(ACCESS_TOKEN)) => Call::RevokeToken,
        ("GET", Some(CURRENT_TOKEN)) => Call::CurrentToken,
        ("DELETE", Some(CURRENT_TOKEN)) => Call::RevokeCurrentToken,
        ("GET", Some(CLIENTS)) => Call::Clients,
        ("POST", Some(CLIENTS)) => Call::CreateClient,
        ("PUT", Some(CLIENT)) => Call::UpdateClient,
        ("DELETE", Some(CLIENT)) => Call::DeleteClient,
        ("GET" | "POST", Some(AUTHORIZE)) => Call::Authorize,
        ("POST", Some(SIGN_IN)) => Call::SignIn,
        ("POST", Some(TOKEN)) => Call::Token {
            grant: oauth::known_grant(parameters).map(str::to_owned),
        },
        _ => Call::Unknown,
    }
}

/// A named segment of a route's path, decoded.
fn segment<'a>(path: Option<&'a RawPathParams>, name: &str) -> Option<&'a str> {
    path?
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

async fn unknown() -> Refusal {
    Refusal::api(StatusCode::NOT_FOUND, "Not Found")
}
