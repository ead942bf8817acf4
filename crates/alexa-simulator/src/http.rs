//! The routes, and the middleware that records every request.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    amazon::Amazon,
    lwa,
    operation::{
        ACCOUNT_LINKING, CREDENTIALS, ENABLEMENT, IMPORT, IMPORTS, MANIFEST, Operation, SKILL,
        SKILL_IMPORTS, SKILLS, STATUS, TOKEN, UPLOADED, UPLOADS, VENDORS,
    },
    record,
    smapi::{self, account_linking, enablement, manifest, package, skills},
};

/// What is answered in the place of both services; nothing is done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// 500.
    InternalError,
    /// 429.
    Throttled,
    /// 503.
    Unavailable,
}

/// The faults that strike the next requests.
#[derive(Debug, Default)]
pub(crate) struct Failures(Mutex<VecDeque<Fault>>);

impl Failures {
    pub(crate) fn add(&self, fault: Fault, times: usize) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.extend(std::iter::repeat_n(fault, times));
    }

    fn next(&self) -> Option<Fault> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }
}

pub(crate) fn router(amazon: Arc<Amazon>) -> Router {
    Router::new()
        .route(VENDORS, get(skills::vendors))
        .route(SKILLS, get(skills::list).post(skills::create))
        .route(SKILL, axum::routing::delete(skills::delete))
        .route(STATUS, get(manifest::status))
        .route(MANIFEST, get(manifest::get).put(manifest::update))
        .route(UPLOADS, post(package::place))
        .route(UPLOADED, put(package::put))
        .route(IMPORTS, post(package::create))
        .route(SKILL_IMPORTS, post(package::update))
        .route(IMPORT, get(package::status))
        .route(
            ACCOUNT_LINKING,
            get(account_linking::get)
                .put(account_linking::update)
                .delete(account_linking::delete),
        )
        .route(
            ENABLEMENT,
            get(enablement::get)
                .put(enablement::set)
                .delete(enablement::delete),
        )
        .route(CREDENTIALS, get(skills::credentials))
        .route(TOKEN, post(lwa::token))
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&amazon),
            recorded,
        ))
        .with_state(amazon)
}

async fn recorded(State(amazon): State<Arc<Amazon>>, mut request: Request, next: Next) -> Response {
    let method = request.method().as_str();
    let route = request.extensions().get::<MatchedPath>();
    let operation = route.and_then(|route| Operation::find(method, route.as_str()));
    let arrived = record::Request::new(method, request.uri().path(), operation);
    let entry = Arc::new(amazon.record.open(arrived));
    request.extensions_mut().insert(Arc::clone(&entry));
    let mut response = match amazon.failures.next() {
        Some(fault) => smapi::Refusal::from(fault).into_response(),
        None => next.run(request).await,
    };
    entry.fill(|request| request.status = Some(response.status().as_u16()));
    if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

async fn unknown() -> smapi::Refusal {
    smapi::Refusal::NotFound
}

/// A value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, JSON)], Body::from(body)).into_response(),
        // Only a map with keys that are no strings fails, and no answer has one.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A body's type, without its parameters.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

const JSON: &str = "application/json";
