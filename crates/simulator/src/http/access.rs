//! Presenting an access token: one method, one token, and the errors that RFC 6750 asks for.
//!
//! A token in the query is seen only where the home file says that the account is old enough (`query_token`): accounts
//! created after December 2024 cannot use it.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use super::parameters::Parameters;
use crate::{
    answer::{Code, Refusal},
    cloud::Cloud,
    secret::Secret,
};

/// Proof that the request carries a token that holds.
pub(super) struct Access {
    pub(super) token: Secret,
}

impl FromRequestParts<Arc<Cloud>> for Access {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, Refusal> {
        let none = Parameters::default();
        let parameters = parts.extensions.get().unwrap_or(&none);
        let authorization = parts.headers.get(header::AUTHORIZATION);
        let authorization = authorization.map(|value| value.to_str().unwrap_or_default());
        let token = presented(authorization, parameters, cloud.settings.query_token)?;
        let state = cloud.state();
        state.tokens.check(&token, state.now())?;
        Ok(Self { token })
    }
}

fn presented(
    header: Option<&str>,
    parameters: &Parameters,
    query_token: bool,
) -> Result<Secret, Refusal> {
    let query = if query_token {
        parameters.query(FIELD)
    } else {
        None
    };
    let body = parameters.body(FIELD);
    match (header, query, body) {
        (None, None, None) => Err(Refusal::oauth(
            Code::InvalidRequest,
            "The access token was not found",
        )),
        (Some(header), None, None) => bearer(header).map(Secret::new).ok_or(Refusal::oauth(
            Code::InvalidRequest,
            "Malformed auth header",
        )),
        (None, Some(token), None) => Ok(Secret::new(token)),
        (None, None, Some(token)) if parameters.is_form() => Ok(Secret::new(token)),
        (None, None, Some(_)) => Err(Refusal::oauth(
            Code::InvalidRequest,
            "When putting the token in the body, content type must be application/x-www-form-urlencoded.",
        )),
        (Some(_), _, _) | (None, Some(_), Some(_)) => Err(Refusal::oauth(
            Code::InvalidRequest,
            "Only one method may be used to authenticate at a time (Auth header,  GET or POST).",
        )),
    }
}

/// The token after `Bearer` and one white space, wherever in the header it stands.
fn bearer(header: &str) -> Option<&str> {
    header.match_indices("Bearer").find_map(|(at, word)| {
        let rest = header
            .get(at + word.len()..)?
            .strip_prefix(char::is_whitespace)?;
        rest.split_whitespace()
            .next()
            .filter(|token| rest.starts_with(token))
    })
}

const FIELD: &str = "access_token";

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn the_bearer_is_found_as_loosely_as_in_the_cloud() {
        let cases = [
            ("Bearer abc", Some("abc")),
            ("Bearer abc def", Some("abc")),
            ("OAuth Bearer abc", Some("abc")),
            ("Bearer  abc", None),
            ("Bearer", None),
            ("bearer abc", None),
            ("Basic abc", None),
        ];
        for (header, token) in cases {
            assert_eq!(bearer(header), token, "{header}");
        }
    }
}
