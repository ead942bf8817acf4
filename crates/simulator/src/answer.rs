//! Answers as the cloud gives them: compact JSON, or a bare value where one was asked for.

use std::time::SystemTime;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use humantime::format_rfc3339_millis;
use serde::Serialize;

mod refusal;
mod substitute;

pub(crate) use refusal::{Code, Refusal};
pub(crate) use substitute::{Substitute, authorization};

/// 200 with a value as JSON.
pub(crate) fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// 200 with a bare value, as `format=raw` asks for it.
pub(crate) fn raw(value: &impl ToString) -> Response {
    ([(header::CONTENT_TYPE, TEXT)], value.to_string()).into_response()
}

/// A time as the API writes it.
pub(crate) fn time(time: SystemTime) -> String {
    format_rfc3339_millis(time).to_string()
}

/// Marks an answer that carries a token, or would have.
pub(crate) fn no_store(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
        .headers_mut()
        .insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// A value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, JSON)], Body::from(body)).into_response(),
        // Only a map with keys that are no strings fails, and no answer has one.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
