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
use tokio::time::sleep;
use uuid::Uuid;

use super::{asked, delivery, parameters::Parameters, segment};
use crate::{cloud::Cloud, connection::Line, dialect::Operation, fault::Effect, record::Entry};

pub(super) async fn exchange(
    State(cloud): State<Arc<Cloud>>,
    Extension(line): Extension<Arc<Line>>,
    mut request: Request,
    next: Next,
) -> Response {
    // There are none where no route matched, or where a segment is no UTF-8.
    let path = request.extract_parts::<RawPathParams>().await.ok();
    let (device, effect) = target(&cloud, segment(path.as_ref(), "device"));
    let entry = cloud
        .record
        .open(request.method(), request.uri().path(), device);
    let entry = Arc::new(entry);
    let (mut parts, parameters) = match Parameters::read(request).await {
        Ok(read) => read,
        Err(refusal) => return complete(refusal.into_response(), &entry),
    };
    let route = parts.extensions.get::<MatchedPath>();
    entry.asks(asked(&parts.method, route, path.as_ref(), &parameters));

    match effect {
        Some(Effect::Answer(substitute)) => return complete(substitute.into_response(), &entry),
        Some(Effect::Hang) => {
            sleep(cloud.settings.timeout).await;
            let refusal = cloud.dialect().timed_out(Operation::Variable);
            return complete(refusal.into_response(), &entry);
        }
        Some(Effect::Reset) => match line.reset().await {},
        Some(Effect::Condition(_) | Effect::Delivery(_)) | None => {}
    }

    parts.extensions.insert(Arc::clone(&entry));
    parts.extensions.insert(parameters);
    let mut response = next.run(Request::from_parts(parts, Body::empty())).await;
    if let Some(Effect::Delivery(delivery)) = effect {
        response = delivery::deliver(response, delivery, &line).await;
    }
    complete(response, &entry)
}

/// The device a path names, by its id if there is such a device, and what befalls a request for it.
fn target(cloud: &Cloud, reference: Option<&str>) -> (Option<String>, Option<Effect>) {
    let state = cloud.state();
    let device = reference.and_then(|reference| state.device(reference));
    let id = device.map(|device| device.id.as_str()).or(reference);
    (id.map(str::to_owned), state.effect(device))
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
