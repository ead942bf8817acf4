//! The account, and the access token that a request carries.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use serde::Serialize;

use super::access::Access;
use crate::{
    answer::{self, Refusal, time},
    cloud::Cloud,
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
        mfa: Mfa { enabled: false },
        scim_provisioned: false,
        no_password: false,
        wifi_device_count: state.devices.len() - cellular,
        cellular_device_count: cellular,
    })
}

/// `GET /v1/access_tokens/current`
pub(super) async fn current_token(
    State(cloud): State<Arc<Cloud>>,
    access: Access,
) -> Result<Response, Refusal> {
    let state = cloud.state();
    let grant = state.tokens.check(&access.token)?;
    Ok(answer::ok(&CurrentToken {
        expires_at: grant.expires_at.map(time),
        client: &grant.client,
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
