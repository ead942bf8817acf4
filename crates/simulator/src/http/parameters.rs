//! What a request carries in its query and its body, which may be a form or JSON.

use std::borrow::Cow;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE, request::Parts},
};
use serde_json::{Map, Value};

use crate::answer::Refusal;

/// The named values of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters {
    query: Vec<(String, String)>,
    body: Fields,
}

#[derive(Clone, Debug, Default)]
enum Fields {
    #[default]
    None,
    Form(Vec<(String, String)>),
    Json(Map<String, Value>),
}

impl Parameters {
    pub(super) async fn read(request: Request) -> Result<(Parts, Self), Refusal> {
        let (parts, body) = request.into_parts();
        let query = pairs(parts.uri.query().unwrap_or_default().as_bytes());
        let body = Fields::read(&parts.headers, body).await?;
        Ok((parts, Self { query, body }))
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    pub(super) fn body(&self, name: &str) -> Option<Cow<'_, str>> {
        match &self.body {
            Fields::None => None,
            Fields::Form(pairs) => find(pairs, name).map(Cow::Borrowed),
            Fields::Json(fields) => match fields.get(name)? {
                Value::Null => Some(Cow::Borrowed("")),
                Value::String(text) => Some(Cow::Borrowed(text)),
                value
                @ (Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                    Some(Cow::Owned(value.to_string()))
                }
            },
        }
    }

    /// A function's argument: `arg` as documented, or `args` as Particle's own client sends it.
    pub(super) fn argument(&self) -> Cow<'_, str> {
        self.body("arg")
            .or_else(|| self.body("args"))
            .unwrap_or_default()
    }

    /// Whether the answer is to be the bare value, without JSON around it.
    pub(super) fn wants_raw(&self) -> bool {
        self.query("format")
            .map(Cow::Borrowed)
            .or_else(|| self.body("format"))
            .is_some_and(|format| format == "raw")
    }

    pub(super) fn is_form(&self) -> bool {
        matches!(self.body, Fields::Form(_))
    }
}

impl Fields {
    async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Refusal> {
        let bytes = to_bytes(body, LARGEST).await;
        let bytes = bytes
            .map_err(|_| Refusal::api(StatusCode::PAYLOAD_TOO_LARGE, "request entity too large"))?;
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        match content_type.split(';').next().map(str::trim) {
            Some("application/x-www-form-urlencoded") => Ok(Self::Form(pairs(&bytes))),
            Some("application/json") if !bytes.is_empty() => match serde_json::from_slice(&bytes) {
                Ok(Value::Object(fields)) => Ok(Self::Json(fields)),
                Ok(
                    Value::Array(_)
                    | Value::Bool(_)
                    | Value::Null
                    | Value::Number(_)
                    | Value::String(_),
                ) => Ok(Self::None),
                Err(_) => Err(Refusal::api(
                    StatusCode::BAD_REQUEST,
                    "the request body is no JSON",
                )),
            },
            _ => Ok(Self::None),
        }
    }
}

/// More than any request of the API needs, and little enough to hold.
const LARGEST: usize = 1 << 20;

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}
