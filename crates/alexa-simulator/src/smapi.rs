//! The Skill Management API. <https://developer.amazon.com/docs/alexa/smapi/smapi-overview.html>

pub(crate) mod account_linking;
pub(crate) mod enablement;
pub(crate) mod manifest;
pub(crate) mod package;
pub(crate) mod skills;

mod access;
mod fields;
mod refusal;
mod violation;

pub(crate) use refusal::Refusal;
pub(crate) use violation::Violation;

use axum::http::{HeaderMap, header};

use crate::skill::Versioned;

/// Checks that the resource is the one a client thinks it is, where it says so.
fn matches<T>(headers: &HeaderMap, current: Option<&Versioned<T>>) -> Result<(), Refusal> {
    let Some(expected) = headers.get(header::IF_MATCH) else {
        return Ok(());
    };
    match current {
        Some(current) if expected == current.etag.as_str() || expected == "*" => Ok(()),
        Some(_) | None => Err(Refusal::PreconditionFailed),
    }
}
