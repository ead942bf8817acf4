//! The owner's OAuth clients: `/v1/clients`.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;

use super::{access::Access, parameters::Parameters};
use crate::{
    answer::{self, Refusal},
    cloud::{Client, Cloud},
    home::{ClientType, check_redirect_uri},
};

/// `GET /v1/clients`
pub(super) async fn list(State(cloud): State<Arc<Cloud>>, _: Access) -> Response {
    let state = cloud.state();
    let clients = state.clients.own().iter().map(Shown::of).collect();
    answer::ok(&List { ok: true, clients })
}

/// `POST /v1/clients`
pub(super) async fn create(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Extension(parameters): Extension<Parameters>,
) -> Result<Response, Refusal> {
    let given = |name| {
        let value = parameters.body(name).map(|value| value.into_owned());
        value.filter(|value| !value.is_empty())
    };
    let name = given("name").ok_or(bad("name is required"))?;
    let kind = match given("type").as_deref() {
        Some("installed") => ClientType::Installed,
        Some("web") => ClientType::Web,
        Some(_) | None => return Err(bad("type must be one of: installed, web")),
    };
    let redirect_uri = match kind {
        ClientType::Installed => None,
        ClientType::Web => {
            let uri = given("redirect_uri");
            Some(uri.ok_or(bad("redirect_uri is required for clients of type web"))?)
        }
    };
    if let Some(uri) = &redirect_uri {
        let secure = match cloud.oauth().plain_redirects {
            true => uri.replacen("http://", "https://", 1),
            false => uri.clone(),
        };
        check_redirect_uri(&secure).map_err(bad)?;
    }
    let client = cloud.state().clients.create(&name, kind, redirect_uri);
    Ok(answer::ok(&One {
        ok: true,
        client: Shown {
            secret: Some(client.secret.expose()),
            ..Shown::of(&client)
        },
    }))
}

/// `PUT /v1/clients/:client`: another name. Any scope is taken, since it limits nothing here.
pub(super) async fn update(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Path(id): Path<String>,
    Extension(parameters): Extension<Parameters>,
) -> Result<Response, Refusal> {
    let mut state = cloud.state();
    let client = state.clients.own_mut(&id).ok_or_else(unknown)?;
    if let Some(name) = parameters.body("name").filter(|name| !name.is_empty()) {
        client.name = name.into_owned();
    }
    let client = Shown::of(client);
    Ok(answer::ok(&One { ok: true, client }))
}

/// `DELETE /v1/clients/:client`
pub(super) async fn delete(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    if cloud.state().delete_client(&id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(unknown())
    }
}

fn bad(error: &'static str) -> Refusal {
    Refusal::api(StatusCode::BAD_REQUEST, error)
}

fn unknown() -> Refusal {
    Refusal::api(StatusCode::NOT_FOUND, "Client not found")
}

#[derive(Serialize)]
struct List<'a> {
    ok: bool,
    clients: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    ok: bool,
    client: Shown<'a>,
}

/// A client; its secret is shown when it is made, and never again.
#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    r#type: Option<ClientType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<RedirectUri<'a>>,
    id: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum RedirectUri<'a> {
    One(&'a str),
    Many(&'a [String]),
}

impl<'a> Shown<'a> {
    fn of(client: &'a Client) -> Self {
        Self {
            name: &client.name,
            r#type: client.kind,
            secret: None,
            redirect_uri: RedirectUri::of(client),
            id: &client.id,
        }
    }
}

impl<'a> RedirectUri<'a> {
    fn of(client: &'a Client) -> Option<Self> {
        match client.redirect_uris.as_slice() {
            [] => None,
            [one] => Some(Self::One(one)),
            many => Some(Self::Many(many)),
        }
    }
}
