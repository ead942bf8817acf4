//! Devices: the list, one of them, its management, and whether it answers.

use std::{cmp::Reverse, sync::Arc, time::SystemTime};

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;

use super::{access::Access, exchange::Befallen, parameters::Parameters};
use crate::{
    answer::{self, Refusal},
    cloud::Cloud,
};

mod entry;

use entry::{Brief, Full};

/// What follows a device's path to reach the device itself; a function or a variable may have the same name.
pub(super) const PING: &str = "ping";

/// `GET /v1/devices`: all devices, the one that connected last first.
pub(super) async fn list(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Extension(Befallen(condition)): Extension<Befallen>,
) -> Response {
    let mut state = cloud.state();
    let conditions = state.strike_each(condition);
    let mut devices: Vec<_> = state.devices.iter().zip(conditions).collect();
    devices.sort_by_key(|(device, _)| Reverse(device.last_handshake_at));
    let devices = devices.into_iter();
    if cloud.lists_briefly() {
        answer::ok(
            &devices
                .map(|(device, condition)| Brief::of(device, condition))
                .collect::<Vec<_>>(),
        )
    } else {
        let owner = &cloud.settings.username;
        answer::ok(
            &devices
                .map(|(device, condition)| Full::of(device, condition, owner))
                .collect::<Vec<_>>(),
        )
    }
}

/// `GET /v1/devices/:device`
pub(super) async fn get(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Path(reference): Path<String>,
    Extension(Befallen(condition)): Extension<Befallen>,
) -> Result<Response, Refusal> {
    let mut state = cloud.state();
    let device = state.at(&reference)?;
    let owner = &cloud.settings.username;
    Ok(answer::ok(&Full::of(device, condition, owner)))
}

/// `PUT /v1/devices/:device` with a new name, new notes, or a request to shout rainbows.
pub(super) async fn update(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Path(reference): Path<String>,
    Extension(Befallen(condition)): Extension<Befallen>,
    Extension(parameters): Extension<Parameters>,
) -> Result<Response, Refusal> {
    if let Some(signal) = parameters.body("signal") {
        if !cloud.contact(&reference, condition).await? {
            return Err(Refusal::DeviceService);
        }
        let signaling = matches!(signal.as_ref(), "1" | "true");
        return signal_from(&cloud, &reference, signaling);
    }
    let (name, notes) = (parameters.body("name"), parameters.body("notes"));
    if name.is_none() && notes.is_none() {
        return Err(Refusal::api(StatusCode::BAD_REQUEST, "no field to update"));
    }
    let mut state = cloud.state();
    let device = state.at(&reference)?;
    if let Some(name) = &name {
        device.name = Some(name.to_string());
    }
    if let Some(notes) = &notes {
        device.notes = Some(notes.to_string()).filter(|notes| !notes.is_empty());
    }
    Ok(answer::ok(&Updated {
        id: &device.id,
        name: name.as_deref(),
        notes: notes.as_deref(),
        updated_at: answer::time(SystemTime::now()),
    }))
}

/// `PUT /v1/devices/:device/ping`
pub(super) async fn ping(
    State(cloud): State<Arc<Cloud>>,
    _: Access,
    Path((reference, member)): Path<(String, String)>,
    Extension(Befallen(condition)): Extension<Befallen>,
) -> Result<Response, Refusal> {
    if member != PING {
        return Err(super::unknown().await);
    }
    let online = cloud.contact(&reference, condition).await?;
    Ok(answer::ok(&Pinged { online, ok: true }))
}

fn signal_from(cloud: &Cloud, reference: &str, signaling: bool) -> Result<Response, Refusal> {
    let mut state = cloud.state();
    let device = state.at(reference)?;
    Ok(answer::ok(&Signaled {
        id: &device.id,
        connected: true,
        signaling,
    }))
}

#[derive(Serialize)]
struct Updated<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'a str>,
    updated_at: String,
}

#[derive(Serialize)]
struct Pinged {
    online: bool,
    ok: bool,
}

#[derive(Serialize)]
struct Signaled<'a> {
    id: &'a str,
    connected: bool,
    signaling: bool,
}
