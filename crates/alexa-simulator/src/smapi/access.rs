//! Who may ask: the access token of a request, its scope, and the skill that the path names.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Path},
    http::{header, request::Parts},
};
use serde::Deserialize;

use super::Refusal;
use crate::{amazon::Amazon, lwa::Scope};

/// Proof that the request's token is good for `S`.
pub(crate) struct May<S>(std::marker::PhantomData<S>);

/// What a token has to be good for.
pub(crate) trait Needs {
    const SCOPE: Scope;
}

/// To read.
pub(crate) struct Reads;
/// To change.
pub(crate) struct Writes;
/// To enable.
pub(crate) struct Tests;

impl Needs for Reads {
    const SCOPE: Scope = Scope::Read;
}
impl Needs for Writes {
    const SCOPE: Scope = Scope::ReadWrite;
}
impl Needs for Tests {
    const SCOPE: Scope = Scope::Test;
}

impl<S: Needs> FromRequestParts<Arc<Amazon>> for May<S> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, amazon: &Arc<Amazon>) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION);
        let header = header.and_then(|value| value.to_str().ok());
        // ask-cli sends the bare token, as Amazon's SDKs did before they sent the scheme.
        let token = header.map(|value| value.strip_prefix("Bearer ").unwrap_or(value));
        let access = token.and_then(|token| amazon.state().lwa.check(token, S::SCOPE));
        match access {
            Some(true) => Ok(Self(std::marker::PhantomData)),
            Some(false) => Err(Refusal::Forbidden),
            None => Err(Refusal::Unauthorized),
        }
    }
}

/// A skill in its development stage.
pub(crate) struct SkillPath(pub(crate) String);

#[derive(Deserialize)]
struct Segments {
    #[serde(rename = "skillId")]
    skill_id: String,
    stage: Option<String>,
}

impl FromRequestParts<Arc<Amazon>> for SkillPath {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, amazon: &Arc<Amazon>) -> Result<Self, Refusal> {
        let Path(segments) = Path::<Segments>::from_request_parts(parts, amazon)
            .await
            .map_err(|_| Refusal::NotFound)?;
        // No skill gets as far as certification here.
        if segments.stage.is_some_and(|stage| stage != "development") {
            return Err(Refusal::NotFound);
        }
        match amazon.state().skill(&segments.skill_id) {
            Some(_) => Ok(Self(segments.skill_id)),
            None => Err(Refusal::NotFound),
        }
    }
}
