//! `Authorization: Basic`, with which clients, and users without a token, sign in.

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};

/// What stands before the colon, and what behind it, if there is one.
pub(super) fn credentials(headers: &HeaderMap) -> Option<(String, Option<String>)> {
    let encoded = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    Some(match decoded.split_once(':') {
        Some((name, password)) => (name.to_owned(), Some(password.to_owned())),
        None => (decoded, None),
    })
}
