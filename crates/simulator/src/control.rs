//! The control API: how the simulator is told to fail, beside the API that fails.
//!
//! Its requests are on no record, no fault strikes them, and they need no token: the listener is on loopback only, and
//! a page of another site that a browser shows is refused by the name it asks for.

use std::{collections::BTreeMap, sync::Arc, sync::atomic::Ordering, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{self, Path, Request},
    http::{HeaderMap, StatusCode, Uri, header, uri::Authority},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, delete, get, put},
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    answer,
    cloud::{Cloud, Device, FaultError, State},
    dialect::Dialect,
    fault::{Fault, Setting, Target},
    home::{OAuth, Tuning},
    secret::Secret,
    tls::{CONTROL_HOST, Certificate},
};

type Control = extract::State<Arc<Cloud>>;

pub(crate) fn router(cloud: Arc<Cloud>) -> Router {
    Router::new()
        .route("/simulator/v1/state", get(state))
        .route("/simulator/v1/settings", put(change_settings))
        .route("/simulator/v1/requests", get(requests).delete(forget))
        .route("/simulator/v1/faults", delete(lift_all))
        .route("/simulator/v1/fault", put(set_common).delete(lift_common))
        .route(
            "/simulator/v1/devices/{device}/fault",
            put(set_own).delete(lift_own),
        )
        .route("/simulator/v1/devices/{device}/online", put(set_online))
        .route(
            "/simulator/v1/devices/{device}/variables/{variable}",
            put(set_variable),
        )
        .route("/simulator/v1/ahead", put(set_ahead))
        .route("/simulator/v1/failures", delete(forget_failures))
        .route("/simulator/v1/tokens/{token}/expired", put(expire_token))
        .route(
            "/simulator/v1/clients/{client}/expired",
            put(expire_tokens_of),
        )
        .route("/simulator/{*rest}", any(unknown))
        .method_not_allowed_fallback(unknown)
        .layer(middleware::from_fn(locally))
        .with_state(cloud)
}

/// What is wrong with a request, and what to do about it.
#[derive(Debug)]
struct Mistake(StatusCode, String);

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        let Self(status, error) = self;
        answer::json(status, &serde_json::json!({ "error": error }))
    }
}

#[derive(Serialize)]
struct Whole<'a> {
    /// The version; and the proof that this is a simulator.
    simulator: &'static str,
    settings: Tuning,
    #[serde(with = "crate::duration")]
    ahead: Duration,
    fault: Option<Setting>,
    devices: Vec<One<'a>>,
    /// The ids of the owner's OAuth clients.
    clients: Vec<&'a str>,
    connections: usize,
    handshakes: usize,
    requests: usize,
}

#[derive(Serialize)]
struct One<'a> {
    id: &'a str,
    name: Option<&'a str>,
    firmware: &'static str,
    /// What the list says.
    online: bool,
    fault: Option<Setting>,
    variables: BTreeMap<&'a str, Value>,
}

async fn state(extract::State(cloud): Control) -> Response {
    let state = cloud.state();
    let one = |device| One::of(device, &state);
    let whole = Whole {
        simulator: env!("CARGO_PKG_VERSION"),
        settings: *cloud.tuning.borrow(),
        ahead: state.ahead,
        fault: state.fault(),
        devices: state.devices.iter().map(one).collect(),
        clients: own_clients(&state).collect(),
        connections: cloud.connections.load(Ordering::Relaxed),
        handshakes: cloud.handshakes.load(Ordering::Relaxed),
        requests: cloud.record.requests().len(),
    };
    answer::ok(&whole)
}

impl<'a> One<'a> {
    fn of(device: &'a Device, state: &State) -> Self {
        Self {
            id: &device.id,
            name: device.name.as_deref(),
            firmware: device.sketch.label(),
            online: device.appears_online(state.condition(device)),
            fault: device.fault(),
            variables: device.variables().collect(),
        }
    }
}

/// Those that are to change; `keep_alive` may be `null`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "an object of settings")]
struct Changes {
    certificate: Option<Certificate>,
    dialect: Option<Dialect>,
    #[serde(with = "crate::duration::optional")]
    timeout: Option<Duration>,
    #[serde(deserialize_with = "some")]
    keep_alive: Option<Option<Duration>>,
    oauth: Option<Map<String, Value>>,
}

fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Duration>>, D::Error> {
    crate::duration::optional::deserialize(deserializer).map(Some)
}

async fn change_settings(
    extract::State(cloud): Control,
    body: Bytes,
) -> Result<StatusCode, Mistake> {
    let example = r#"{"dialect":"legacy","oauth":{"code_life":"5m"}}"#;
    let changes: Changes = read(&body, example)?;
    let oauth = changes
        .oauth
        .map(|changes| changed(cloud.oauth(), changes))
        .transpose()
        .map_err(|error| unread(&error, example))?;
    if changes.certificate.is_some() && cloud.certificate().is_none() {
        let error = "what serves http shows no certificate: start the simulator with TLS";
        return Err(Mistake(StatusCode::BAD_REQUEST, error.to_owned()));
    }
    cloud.tuning.send_modify(|tuning| {
        *tuning = Tuning {
            certificate: changes.certificate.or(tuning.certificate),
            dialect: changes.dialect.unwrap_or(tuning.dialect),
            timeout: changes.timeout.unwrap_or(tuning.timeout),
            keep_alive: changes.keep_alive.unwrap_or(tuning.keep_alive),
            oauth: oauth.unwrap_or(tuning.oauth),
        };
    });
    Ok(StatusCode::NO_CONTENT)
}

/// OAuth's switches with some of them in another position.
fn changed(oauth: OAuth, changes: Map<String, Value>) -> serde_json::Result<OAuth> {
    let mut switches = serde_json::to_value(oauth)?;
    if let Some(switches) = switches.as_object_mut() {
        switches.extend(changes);
    }
    serde_json::from_value(switches)
}

async fn requests(extract::State(cloud): Control) -> Response {
    answer::ok(&cloud.record.requests())
}

async fn forget(extract::State(cloud): Control) -> StatusCode {
    cloud.record.take();
    StatusCode::NO_CONTENT
}

async fn lift_all(extract::State(cloud): Control) -> StatusCode {
    cloud.lift_faults();
    StatusCode::NO_CONTENT
}

async fn set_common(extract::State(cloud): Control, body: Bytes) -> Result<StatusCode, Mistake> {
    set(&cloud, &Target::Cloud, Some(setting(&body)?))
}

async fn lift_common(extract::State(cloud): Control) -> Result<StatusCode, Mistake> {
    set(&cloud, &Target::Cloud, None)
}

async fn set_own(
    extract::State(cloud): Control,
    Path(device): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Mistake> {
    set(&cloud, &Target::Device(device), Some(setting(&body)?))
}

async fn lift_own(
    extract::State(cloud): Control,
    Path(device): Path<String>,
) -> Result<StatusCode, Mistake> {
    set(&cloud, &Target::Device(device), None)
}

fn setting(body: &[u8]) -> Result<Setting, Mistake> {
    read(
        body,
        r#"{"fault":"silent","when":{"only":["function"],"times":2}}"#,
    )
}

fn set(cloud: &Cloud, target: &Target, setting: Option<Setting>) -> Result<StatusCode, Mistake> {
    let endless = setting
        .as_ref()
        .is_some_and(|setting| setting.fault == Fault::Refused && setting.when.lasts().is_none());
    if endless && *target == Target::Cloud {
        let error = "while connections are refused, nobody can ask for their end: \
                     say when it is to be, as with \"when\":{\"for\":\"10s\"}";
        return Err(Mistake(StatusCode::BAD_REQUEST, error.to_owned()));
    }
    match cloud.set_fault(target, setting) {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(FaultError::NoSuchDevice(device)) => Err(no_such_device(&cloud.state(), &device)),
        Err(FaultError::Unfit(error)) => Err(Mistake(StatusCode::BAD_REQUEST, error.to_owned())),
    }
}

async fn set_online(
    extract::State(cloud): Control,
    Path(device): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Mistake> {
    let online = read(&body, "true")?;
    let mut state = cloud.state();
    let Some(device) = state.device_mut(&device) else {
        return Err(no_such_device(&state, &device));
    };
    device.set_online(online);
    Ok(StatusCode::NO_CONTENT)
}

async fn set_variable(
    extract::State(cloud): Control,
    Path((reference, name)): Path<(String, String)>,
    body: Bytes,
) -> Result<StatusCode, Mistake> {
    let value: Value = read(&body, "21.5")?;
    let mut state = cloud.state();
    let Some(device) = state.device_mut(&reference) else {
        return Err(no_such_device(&state, &reference));
    };
    if device.set_variable(&name, &value) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(match device.variable(&name) {
        Some(variable) => {
            let (expected, now) = (variable.type_name(), variable.to_json());
            let error = format!(
                "variable `{name}` of `{reference}` is of type {expected}, and {value} is not; \
                 it is {now} now"
            );
            Mistake(StatusCode::BAD_REQUEST, error)
        }
        None => {
            let names = device.variables().map(|(name, _)| name);
            let error = format!(
                "`{reference}` has no variable `{name}`; {}",
                those_there_are(names)
            );
            Mistake(StatusCode::NOT_FOUND, error)
        }
    })
}

async fn set_ahead(extract::State(cloud): Control, body: Bytes) -> Result<StatusCode, Mistake> {
    let Ahead(time) = read(&body, r#""91days""#)?;
    cloud.state().ahead = time;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Ahead(#[serde(with = "crate::duration")] Duration);

async fn forget_failures(extract::State(cloud): Control) -> StatusCode {
    cloud.state().guard.forget();
    StatusCode::NO_CONTENT
}

async fn expire_token(
    extract::State(cloud): Control,
    Path(token): Path<String>,
) -> Result<StatusCode, Mistake> {
    let state = &mut *cloud.state();
    let now = state.now();
    if state.tokens.expire(&Secret::new(token), now) {
        return Ok(StatusCode::NO_CONTENT);
    }
    // It is not repeated: it may be another's.
    let error = "there is no such access token; it may have been revoked";
    Err(Mistake(StatusCode::NOT_FOUND, error.to_owned()))
}

async fn expire_tokens_of(
    extract::State(cloud): Control,
    Path(client): Path<String>,
) -> Result<StatusCode, Mistake> {
    let state = &mut *cloud.state();
    let now = state.now();
    if state.clients.get(&client).is_none() {
        let error = format!(
            "no OAuth client has the id `{client}`; {}",
            those_there_are(own_clients(state))
        );
        return Err(Mistake(StatusCode::NOT_FOUND, error));
    }
    state.tokens.expire_those_of(&client, now);
    Ok(StatusCode::NO_CONTENT)
}

fn own_clients(state: &State) -> impl Iterator<Item = &str> {
    state.clients.own().iter().map(|client| client.id.as_str())
}

async fn unknown() -> Mistake {
    let error = "there is no such request; the simulator's README has those there are, \
                 such as GET /simulator/v1/state and PUT /simulator/v1/devices/:device/fault";
    Mistake(StatusCode::NOT_FOUND, error.to_owned())
}

fn read<T: DeserializeOwned>(body: &[u8], example: &str) -> Result<T, Mistake> {
    serde_json::from_slice(body).map_err(|error| unread(&error, example))
}

fn unread(error: &serde_json::Error, example: &str) -> Mistake {
    let error = format!("the body cannot be read: {error}; write it like {example}");
    Mistake(StatusCode::BAD_REQUEST, error)
}

fn no_such_device(state: &State, reference: &str) -> Mistake {
    let names = state
        .devices
        .iter()
        .map(|device| device.name.as_deref().unwrap_or(&device.id));
    let error = format!(
        "no device has the id or the name `{reference}`; {}",
        those_there_are(names)
    );
    Mistake(StatusCode::NOT_FOUND, error)
}

fn those_there_are<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        "there is none".to_owned()
    } else {
        format!("there are: {}", names.join(", "))
    }
}

/// Refuses requests for another host: they come from pages whose name was made to lead here.
async fn locally(uri: Uri, headers: HeaderMap, request: Request, next: Next) -> Response {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = uri
        .authority()
        .cloned()
        .or_else(|| host?.parse::<Authority>().ok());
    let is_local = authority.is_some_and(|authority| {
        let host = authority.host().trim_matches(['[', ']']);
        let address = host
            .parse()
            .map(|address: std::net::IpAddr| address.is_loopback());
        host == "localhost" || host == CONTROL_HOST || address.unwrap_or(false)
    });
    if is_local {
        return next.run(request).await;
    }
    let error = "the simulator takes orders from this machine only: ask 127.0.0.1 or localhost";
    Mistake(StatusCode::FORBIDDEN, error.to_owned()).into_response()
}
