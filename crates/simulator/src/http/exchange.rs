//! One request and its answer: the middleware that records both, applies faults and completes the headers.

use std::sync::Arc;

use axum::{
    Extension, RequestExt,
    body::Body,
    extract::{MatchedPath, RawPathParams, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use super::{ACCESS_TOKEN, asked, delivery, parameters::Parameters, segment};
use crate::{
    answer::authorization,
    cloud::Cloud,
    connection::Line,
    dialect::Operation,
    fault::{Condition, Effect, Kind},
    record::{self, Entry},
};

/// What is wrong with the device that a request names, or with all of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Befallen(pub(super) Option<Condition>);

pub(super) async fn exchange(
    State(cloud): State<Arc<Cloud>>,
    Extension(line): Extension<Arc<Line>>,
    mut request: Request,
    next: Next,
) -> Response {
    let _busy = line.busy();
    // There are none where no route matched, or where a segment is no UTF-8.
    let path = request.extract_parts::<RawPathParams>().await.ok();
    let reference = segment(path.as_ref(), "device");
    // What stands in a token's place is left out even where it does not look like one.
    let shown = match segment(path.as_ref(), "token") {
        Some(_) => ACCESS_TOKEN.replace("{token}", "(token)"),
        None => request.uri().path().to_owned(),
    };
    let device = reference.map(|reference| id(&cloud, reference));
    let arrived = record::Request::new(request.method(), &shown, device);
    let entry = Arc::new(cloud.record.open(arrived));
    let (mut parts, parameters) = match Parameters::read(request).await {
        Ok(read) => read,
        Err(refusal) => return complete(refusal.into_response(), &entry),
    };
    let route = parts.extensions.get::<MatchedPath>();
    let call = asked(&parts.method, route, path.as_ref(), &parameters);
    let effect = cloud.state().strike(reference, Kind::of(&call));
    entry.asks(call);

    match effect {
        Some(Effect::Answer(substitute)) => return complete(substitute.answer(&parts), &entry),
        Some(Effect::Hang) => {
            cloud.wait().await;
            let refusal = cloud.dialect().timed_out(Operation::Variable);
            return complete(refusal.into_response(), &entry);
        }
        Some(Effect::Farewell) => {
            let words = authorization(&parts);
            match line.farewell(parts.version, &words).await {}
        }
        Some(Effect::Reset) => match line.reset().await {},
        Some(Effect::Condition(_) | Effect::Delivery(_) | Effect::Nothing) | None => {}
    }

    parts.extensions.insert(Arc::clone(&entry));
    parts.extensions.insert(parameters);
    let condition = effect.and_then(Effect::condition);
    parts.extensions.insert(Befallen(condition));
    let mut response = next.run(Request::from_parts(parts, Body::empty())).await;
    if let Some(Effect::Delivery(delivery)) = effect {
        response = delivery::deliver(response, delivery, &line).await;
    }
    complete(response, &entry)
}

/// The id of the device that a path names, or what the path says where there is no such device.
fn id(cloud: &Cloud, reference: &str) -> String {
    let state = cloud.state();
    let device = state.device(reference);
    device.map_or(reference, |device| &device.id).to_owned()
}

fn complete(mut response: Response, entry: &Entry) -> Response {
    entry.answered(response.status());
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
