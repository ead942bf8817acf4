//! The account, and the access token that a request carries.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Serialize;

use super::{access::Access, basic, parameters::Parameters};
use crate::{
    answer::{self, Refusal, time},
    cloud::Cloud,
    home::SignInError,
    secret::Secret,
};

/// `GET /v1/user`
pub(super) async fn user(State(cloud): State<Arc<Cloud>>, _: Access) -> Response {
    let state = cloud.state();
    let cellular = state
        .devices
        .iter()
        .filter(|device| device.platform.is_cellular())
        .count();
    answer::ok(&User {
        username: &cloud.settings.username,
        subscription_ids: [],
        account_info: AccountInfo {
            first_name: "Sim",
            last_name: "Maker",
            business_account: false,
        },
        mfa: Mfa {
            enabled: cloud.settings.otp.is_some(),
        },
        scim_provisioned: false,
        no_password: cloud.settings.sso,
        wifi_device_count: state.devices.len() - cellular,
        cellular_device_count: cellular,
    })
}

/// `GET /v1/user/identify`
pub(super) async fn identity(State(cloud): State<Arc<Cloud>>, _: Access) -> Response {
    answer::ok(&Identity {
        id: USER_ID,
        email: &cloud.settings.username,
    })
}

/// `GET /v1/access_tokens`, for which one signs in with name and password.
pub(super) async fn tokens(
    State(cloud): State<Arc<Cloud>>,
    headers: HeaderMap,
    Extension(parameters): Extension<Parameters>,
) -> Result<Response, Refusal> {
    let (username, password) = basic::credentials(&headers).unwrap_or_default();
    let password = password.unwrap_or_default();
    let settings = &cloud.settings;
    let refused = |status, error| Refusal::Errors { status, error };
    settings
        .sign_in(&username, &password)
        .map_err(|error| match error {
            SignInError::SingleSignOn => refused(StatusCode::FORBIDDEN, "SSO user"),
            SignInError::UnknownUser => refused(StatusCode::BAD_REQUEST, "Unknown user"),
            SignInError::WrongPassword => refused(StatusCode::UNAUTHORIZED, "Bad password"),
        })?;
    if let Some(expected) = &settings.otp
        && parameters.query("otp") != Some(expected.expose())
    {
        return Err(refused(StatusCode::UNAUTHORIZED, "Bad OTP"));
    }
    let state = cloud.state();
    let listed = state
        .tokens
        .access(state.now())
        .map(|(token, grant)| Listed {
            token: token.expose(),
            expires_at: grant.expires_at.map(|end| time(state.told(end))),
            client: &grant.holder.client,
        });
    Ok(answer::no_store(answer::ok(&listed.collect::<Vec<_>>())))
}

/// `DELETE /v1/access_tokens`: all of them.
pub(super) async fn revoke_tokens(State(cloud): State<Arc<Cloud>>, _: Access) -> Response {
    cloud.state().tokens.revoke_access();
    answer::ok(&Revoked { ok: true })
}

/// `DELETE /v1/access_tokens/:token`: who knows a token may end it, and nobody is told whether there was one.
pub(super) async fn revoke_token(
    State(cloud): State<Arc<Cloud>>,
    Path(token): Path<String>,
) -> Response {
    cloud.state().tokens.revoke(&Secret::new(token));
    answer::ok(&Revoked { ok: true })
}

/// `GET /v1/access_tokens/current`
pub(super) async fn current_token(
    State(cloud): State<Arc<Cloud>>,
    access: Access,
) -> Result<Response, Refusal> {
    let state = cloud.state();
    let grant = state.tokens.check(&access.token, state.now())?;
    Ok(answer::ok(&CurrentToken {
        expires_at: grant.expires_at.map(|end| time(state.told(end))),
        client: &grant.holder.client,
        scopes: [],
        orgs: [],
    }))
}

/// `DELETE /v1/access_tokens/current`
pub(super) async fn revoke_current_token(
    State(cloud): State<Arc<Cloud>>,
    access: Access,
) -> Response {
    cloud.state().tokens.revoke(&access.token);
    answer::ok(&Revoked { ok: true })
}

#[derive(Serialize)]
struct User<'a> {
    username: &'a str,
    subscription_ids: [u32; 0],
    account_info: AccountInfo<'a>,
    mfa: Mfa,
    scim_provisioned: bool,
    no_password: bool,
    wifi_device_count: usize,
    cellular_device_count: usize,
}

#[derive(Serialize)]
struct AccountInfo<'a> {
    first_name: &'a str,
    last_name: &'a str,
    business_account: bool,
}

#[derive(Serialize)]
struct Mfa {
    enabled: bool,
}

#[derive(Serialize)]
struct Identity<'a> {
    id: &'static str,
    email: &'a str,
}

#[derive(Serialize)]
struct Listed<'a> {
    token: &'a str,
    expires_at: Option<String>,
    client: &'a str,
}

#[derive(Serialize)]
struct CurrentToken<'a> {
    expires_at: Option<String>,
    client: &'a str,
    scopes: [&'a str; 0],
    orgs: [&'a str; 0],
}

#[derive(Serialize)]
struct Revoked {
    ok: bool,
}

/// The same in every home: a home has one user.
const USER_ID: &str = "5e55104a70f7a1115e55104a";
