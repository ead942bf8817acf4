//! Functions: `POST /v1/devices/:device/:function`.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use serde::Serialize;

use super::{access::Access, exchange::Befallen, parameters::Parameters};
use crate::{
    answer::{self, Refusal},
    cloud::{Cloud, Device},
    dialect::{Dialect, Operation},
    record::Entry,
};

pub(super) async fn call(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Path((reference, function)): Path<(String, String)>,
    Extension(parameters): Extension<Parameters>,
    Extension(Befallen(condition)): Extension<Befallen>,
    Extension(entry): Extension<Arc<Entry>>,
) -> Result<Response, Refusal> {
    if !cloud.contact(&reference, condition).await? {
        return Err(cloud.dialect().timed_out(Operation::Function));
    }
    let mut state = cloud.state();
    let device = state.at(&reference)?;
    let returned = device.call(&function, &parameters.argument(), condition);
    let return_value = returned.ok_or_else(|| cloud.dialect().unknown_function(&function))?;
    entry.returned(return_value);
    if parameters.wants_raw() {
        return Ok(answer::raw(&return_value));
    }
    Ok(answer::ok(&Returned::of(
        device,
        return_value,
        cloud.dialect(),
    )))
}

#[derive(Serialize)]
struct Returned<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Option<&'a str>>,
    connected: bool,
    return_value: i32,
}

impl<'a> Returned<'a> {
    fn of(device: &'a Device, return_value: i32, dialect: Dialect) -> Self {
        let name = device.name.as_deref();
        let (last_app, name) = match dialect {
            Dialect::Current => (None, Some(name)),
            Dialect::Documented => (None, None),
            Dialect::Legacy => (Some(""), None),
        };
        Self {
            id: &device.id,
            last_app,
            name,
            connected: true,
            return_value,
        }
    }
}
