//! Variables: `GET /v1/devices/:device/:variable`.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use serde::Serialize;

use super::{access::Access, exchange::Befallen, parameters::Parameters};
use crate::{
    answer::{self, Refusal, time},
    cloud::{Cloud, Device},
    dialect::{Dialect, Operation},
    value::Value,
};

pub(super) async fn read(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Path((reference, name)): Path<(String, String)>,
    Extension(Befallen(condition)): Extension<Befallen>,
    Extension(parameters): Extension<Parameters>,
) -> Result<Response, Refusal> {
    if !cloud.contact(&reference, condition).await? {
        return Err(cloud.dialect().timed_out(Operation::Variable));
    }
    let mut state = cloud.state();
    let device = state.at(&reference)?;
    let value = device.read(&name, condition);
    let result = value.ok_or_else(|| cloud.dialect().unknown_variable(&name))?;
    if parameters.wants_raw() {
        return Ok(answer::raw(result));
    }
    Ok(answer::ok(&Read {
        cmd: (cloud.dialect() == Dialect::Legacy).then_some("VarReturn"),
        name: &name,
        result,
        core_info: CoreInfo::of(device, cloud.dialect()),
    }))
}

#[derive(Serialize)]
struct Read<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cmd: Option<&'a str>,
    name: &'a str,
    result: &'a Value,
    #[serde(rename = "coreInfo")]
    core_info: CoreInfo<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum CoreInfo<'a> {
    Current {
        name: Option<&'a str>,
        #[serde(rename = "deviceID")]
        device_id: &'a str,
        connected: bool,
        last_handshake_at: String,
    },
    Legacy {
        last_app: &'a str,
        last_heard: String,
        connected: bool,
        last_handshake_at: String,
        #[serde(rename = "deviceID")]
        device_id: &'a str,
        product_id: u32,
    },
}

impl<'a> CoreInfo<'a> {
    fn of(device: &'a Device, dialect: Dialect) -> Self {
        let device_id = device.id.as_str();
        let last_handshake_at = time(device.last_handshake_at);
        match dialect {
            Dialect::Current | Dialect::Documented => Self::Current {
                name: device.name.as_deref(),
                device_id,
                connected: true,
                last_handshake_at,
            },
            Dialect::Legacy => Self::Legacy {
                last_app: "",
                last_heard: time(device.last_heard),
                connected: true,
                last_handshake_at,
                device_id,
                product_id: device.product_id,
            },
        }
    }
}
