//! Answers to requests that are not granted.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::Violation;
use crate::http::{Fault, json};

/// A request that is not granted.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It is not as it should be.
    BadRequest {
        message: &'static str,
        violations: Vec<Violation>,
    },
    /// Another change is under way.
    Conflict,
    /// The token is not good for it, or the account has no part in it.
    Forbidden,
    /// There is no such resource.
    NotFound,
    /// The resource is another than the client thinks.
    PreconditionFailed,
    /// The token is none.
    Unauthorized,
    /// A fault, in the place of an answer.
    Fault(Fault),
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    violations: &'a [Violation],
}

impl Refusal {
    pub(crate) fn bad_request(violations: Vec<Violation>) -> Self {
        let message = "Server cannot process the request due to a client error.";
        Self::BadRequest {
            message,
            violations,
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message, violations) = match self {
            Self::BadRequest {
                message,
                violations,
            } => (StatusCode::BAD_REQUEST, message, violations),
            Self::Conflict => (
                StatusCode::CONFLICT,
                "The request could not be completed due to a conflict with the current state of the target resource.",
                vec![],
            ),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "The operation being requested is not allowed.",
                vec![],
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "The resource being requested is not found.",
                vec![],
            ),
            Self::PreconditionFailed => (
                StatusCode::PRECONDITION_FAILED,
                "Precondition failed.",
                vec![],
            ),
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "The auth token is invalid/expired or doesn't have access to the resource.",
                vec![],
            ),
            Self::Fault(Fault::InternalError) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal Server Error.",
                vec![],
            ),
            Self::Fault(Fault::Throttled) => (
                StatusCode::TOO_MANY_REQUESTS,
                "Exceeds the permitted request limit.",
                vec![],
            ),
            Self::Fault(Fault::Unavailable) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Service Unavailable.",
                vec![],
            ),
        };
        let body = Body {
            message,
            violations: &violations,
        };
        json(status, &body)
    }
}
