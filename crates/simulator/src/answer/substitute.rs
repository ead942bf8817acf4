//! What other machines say in the cloud's place.

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{Refusal, raw};

/// What answers in the cloud's place while a fault is set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Substitute {
    BadGateway,
    Echo,
    GatewayTimeout,
    Html,
    InternalError,
    PermissionDenied,
    PlainText,
    Redirect,
    TokenExpired,
    TokenInvalid,
    TooManyRequests(Option<Duration>),
    Unauthorized,
    Unavailable,
}

impl Substitute {
    pub(crate) fn answer(self, request: &Parts) -> Response {
        match self {
            Self::BadGateway => page(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
            Self::Echo => echo(request),
            Self::GatewayTimeout => page(StatusCode::GATEWAY_TIMEOUT, "504 Gateway Time-out"),
            Self::Html => page(StatusCode::OK, "Welcome"),
            Self::InternalError => {
                let error = "Internal server error";
                Refusal::api(StatusCode::INTERNAL_SERVER_ERROR, error).into_response()
            }
            Self::PermissionDenied => Refusal::PermissionDenied.into_response(),
            Self::PlainText => raw(&"Down for maintenance, back soon."),
            Self::Redirect => redirect(request),
            Self::TokenExpired => Refusal::token_expired().into_response(),
            Self::TokenInvalid => Refusal::token_invalid().into_response(),
            Self::TooManyRequests(retry_after) => too_many_requests(retry_after),
            Self::Unauthorized => page(StatusCode::UNAUTHORIZED, "401 Authorization Required"),
            Self::Unavailable => page(
                StatusCode::SERVICE_UNAVAILABLE,
                "503 Service Temporarily Unavailable",
            ),
        }
    }
}

/// An error that repeats what came with the request, as careless servers do.
fn echo(request: &Parts) -> Response {
    let said = authorization(request);
    let text = format!("What is {}?", String::from_utf8_lossy(said.as_bytes()));
    let refusal = Refusal::api(StatusCode::INTERNAL_SERVER_ERROR, text);
    let mut response = refusal.into_response();
    response.headers_mut().insert("x-echo", said);
    response
}

/// What a request says of whose it is.
pub(crate) fn authorization(request: &Parts) -> HeaderValue {
    let said = request.headers.get(header::AUTHORIZATION);
    said.cloned()
        .unwrap_or_else(|| HeaderValue::from_static("nobody"))
}

/// A page as gateways send it.
fn page(status: StatusCode, title: &str) -> Response {
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n\
         <center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

fn too_many_requests(retry_after: Option<Duration>) -> Response {
    let refusal = Refusal::api(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
    let mut response = refusal.into_response();
    if let Some(time) = retry_after {
        let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Leads to the same path on another name of this machine, so that the record shows who follows.
fn redirect(request: &Parts) -> Response {
    let host = request.headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let authority = host.or(request.uri.authority().map(|authority| authority.as_str()));
    let (host, port) = authority
        .and_then(|authority| authority.rsplit_once(':'))
        .unwrap_or_default();
    let other = if host == "localhost" {
        "127.0.0.1"
    } else {
        "localhost"
    };
    let location = format!("//{other}:{port}{}", request.uri.path());
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}
