//! The two families of errors.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{json, no_store};
use crate::secret::Secret;

/// A request that the cloud does not grant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// `{"ok":false,"error":…}`, in one old recording without `ok`.
    Api {
        status: StatusCode,
        ok: Option<bool>,
        error: Cow<'static, str>,
    },
    /// The service behind the API did not hear from the device.
    DeviceService,
    /// `{"ok":false,"errors":[…]}`, as of the list of access tokens.
    Errors {
        status: StatusCode,
        error: &'static str,
    },
    /// The password is right; the second factor is due, with this token.
    MfaRequired(Secret),
    /// `{"error":…,"error_description":…}`
    OAuth {
        code: Code,
        description: &'static str,
    },
    /// A device that does not exist or is another's.
    PermissionDenied,
}

/// The error codes of RFC 6749 and RFC 6750, and those that Particle's library adds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    InvalidToken,
    MfaRequired,
    RateLimitExceeded,
    SsoUser,
}

impl Refusal {
    pub(crate) fn api(status: StatusCode, error: impl Into<Cow<'static, str>>) -> Self {
        let (ok, error) = (Some(false), error.into());
        Self::Api { status, ok, error }
    }

    /// The API's error body as it was before it had `ok`.
    pub(crate) fn bare(status: StatusCode, error: &'static str) -> Self {
        let (ok, error) = (None, error.into());
        Self::Api { status, ok, error }
    }

    pub(crate) fn oauth(code: Code, description: &'static str) -> Self {
        Self::OAuth { code, description }
    }

    pub(crate) fn token_expired() -> Self {
        Self::oauth(Code::InvalidToken, "The access token provided has expired.")
    }

    pub(crate) fn token_invalid() -> Self {
        Self::oauth(Code::InvalidToken, "The access token provided is invalid.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Api { status, ok, error } => json(status, &ApiBody { ok, error: &error }),
            Self::DeviceService => json(
                StatusCode::INTERNAL_SERVER_ERROR,
                &ServiceBody {
                    ok: false,
                    code: 500,
                    errors: [ApiBody {
                        ok: None,
                        error: "Timed out, didn't hear back from device service",
                    }],
                },
            ),
            Self::Errors { status, error } => json(
                status,
                &ErrorsBody {
                    ok: false,
                    errors: [error],
                },
            ),
            Self::MfaRequired(token) => oauth(
                Code::MfaRequired,
                "Multi-factor authentication required",
                Some(&token),
            ),
            Self::OAuth { code, description } => oauth(code, description, None),
            Self::PermissionDenied => json(
                StatusCode::FORBIDDEN,
                &InfoBody {
                    error: "Permission Denied",
                    info: NOT_RECOGNIZED,
                },
            ),
        }
    }
}

fn oauth(error: Code, error_description: &'static str, mfa_token: Option<&Secret>) -> Response {
    let status = match error {
        // An unknown client gets 400 too, where RFC 6749 would have 401.
        Code::InvalidClient | Code::InvalidGrant | Code::InvalidRequest | Code::InvalidScope => {
            StatusCode::BAD_REQUEST
        }
        Code::InvalidToken => StatusCode::UNAUTHORIZED,
        Code::MfaRequired | Code::SsoUser => StatusCode::FORBIDDEN,
        Code::RateLimitExceeded => StatusCode::TOO_MANY_REQUESTS,
    };
    let body = OAuthBody {
        error,
        error_description,
        mfa_token: mfa_token.map(Secret::expose),
    };
    let mut response = no_store(json(status, &body));
    if error == Code::InvalidClient {
        let challenge = HeaderValue::from_static("Basic realm=\"Service\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

#[derive(Serialize)]
struct OAuthBody<'a> {
    error: Code,
    error_description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_token: Option<&'a str>,
}

#[derive(Serialize)]
struct ErrorsBody {
    ok: bool,
    errors: [&'static str; 1],
}

#[derive(Serialize)]
struct ApiBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<bool>,
    error: &'a str,
}

#[derive(Serialize)]
struct InfoBody {
    error: &'static str,
    info: &'static str,
}

#[derive(Serialize)]
struct ServiceBody<'a> {
    ok: bool,
    code: u16,
    errors: [ApiBody<'a>; 1],
}

/// The real cloud's words, down to the token that it never fills in.
const NOT_RECOGNIZED: &str = "I didn't recognize that device name or ID, \
    try opening https://api.particle.io/v1/devices?access_token=undefined";
