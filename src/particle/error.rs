//! What can come of a call to the Particle cloud, and how to tell.
//!
//! The cloud's statuses are not dependable (an offline device answers 400, 404 or 408, by age of the deployment), so
//! the text of the body counts before the status.
//!
//! What the other side says is read, and never told: whatever is said here of it is in words of our own.

mod cause;

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

/// Why a call brought no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The cloud has no connection to the device, or waited in vain for its reply.
    #[error("the device is offline or did not reply in time")]
    Unreachable,
    /// Our own time was up. A function may still run.
    #[error("no reply within the time Alexa allows")]
    Deadline,
    /// The cloud refused the token.
    #[error("the access token {}", if *expired { "has expired" } else { "is not valid" })]
    TokenRejected {
        /// It was good once.
        expired: bool,
    },
    /// The token is good, but not for this.
    #[error("the account may not do this")]
    Forbidden,
    /// Nothing of that id in the account.
    #[error("no such device in the account")]
    NoSuchDevice,
    /// The firmware has no such function or variable.
    #[error("the device's firmware has no such function or variable")]
    NotExposed,
    /// The function ran and said no.
    #[error("the device's function returned {0}")]
    Refused(i64),
    /// Too many calls.
    #[error("too many calls to the cloud")]
    RateLimited,
    /// The cloud found fault with the call itself.
    #[error("the cloud refused the call with status {0}")]
    Rejected(u16),
    /// The cloud is unwell.
    #[error("the cloud answered with status {0}")]
    Cloud(u16),
    /// The cloud's answer is no answer.
    #[error("the cloud's answer is not readable: {0}")]
    Unreadable(&'static str),
    /// The cloud cannot be reached.
    #[error("no connection to the cloud: {0}")]
    Transport(&'static str),
}

impl Error {
    /// The connection failed.
    pub(super) fn transport(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Transport(cause::in_words(error))
    }

    /// Whether the same call might bring something a moment later: the cloud did not answer it, or not in words of its
    /// own.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Transport(_) | Self::Cloud(500..) | Self::Unreadable(_) => true,
            Self::Cloud(_)
            | Self::Unreachable
            | Self::Deadline
            | Self::TokenRejected { .. }
            | Self::Forbidden
            | Self::NoSuchDevice
            | Self::NotExposed
            | Self::Refused(_)
            | Self::RateLimited
            | Self::Rejected(_) => false,
        }
    }

    /// Judges an answer with another status than 2xx.
    pub(super) fn from_answer(status: u16, body: &[u8]) -> Self {
        let said = String::from_utf8_lossy(body).to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let timed_out = says(&["timed out", "time out", "timedout", "timeout"]);
        if status == 408 || (timed_out && matches!(status, 400 | 404)) {
            return Self::Unreachable;
        }
        let answer = serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(body);
        let is_particles = answer
            .is_ok_and(|answer| answer.contains_key("error") || answer.contains_key("errors"));
        if !is_particles {
            // Not from Particle's API but from something before it, which may refuse in JSON too, with a `message`: it proves
            // nothing about device or token.
            return match status {
                429 => Self::RateLimited,
                _ => Self::Cloud(status),
            };
        }
        match status {
            400 | 401 if says(&["invalid_token"]) => Self::TokenRejected {
                expired: says(&["expired"]),
            },
            // What stands before the API may say `error` as well.
            401 => Self::Cloud(401),
            403 | 404
                if says(&[
                    "permission denied",
                    "device not found",
                    "recognize that device",
                ]) =>
            {
                Self::NoSuchDevice
            }
            403 => Self::Forbidden,
            404 if says(&["unknown variable", "variable not found"]) || lacks_function(&said) => {
                Self::NotExposed
            }
            429 => Self::RateLimited,
            400..=499 => Self::Rejected(status),
            // The API's own word for a device that did not answer.
            500.. if timed_out => Self::Unreachable,
            _ => Self::Cloud(status),
        }
    }
}

/// Whether the API says in its own words that the firmware has no function of a name: alone then is it known not to have
/// run.
fn lacks_function(said: &str) -> bool {
    let name = said
        .split_once("function ")
        .and_then(|(_, rest)| rest.split_once("not found"));
    name.is_some_and(|(name, _)| !name.trim_end().contains(' '))
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn each_recorded_answer_is_told_apart() {
        let cases: &[(u16, &str, Error)] = &[
            (400, "Timed out.", Error::Unreachable),
            (404, r#"{"error":"timeout"}"#, Error::Unreachable),
            (408, "", Error::Unreachable),
            (504, "<html>504 Gateway Timeout</html>", Error::Cloud(504)),
            (
                400,
                r#"{"ok":false,"error":"Timed out."}"#,
                Error::Unreachable,
            ),
            (
                400,
                r#"{"ok":false,"error":"timed out"}"#,
                Error::Unreachable,
            ),
            (
                404,
                r#"{"ok":false,"error":"timed out"}"#,
                Error::Unreachable,
            ),
            (408, r#"{"error":"Timed out."}"#, Error::Unreachable),
            (
                401,
                r#"{"error":"invalid_token","error_description":"The access token provided is invalid."}"#,
                Error::TokenRejected { expired: false },
            ),
            (
                401,
                r#"{"error":"invalid_token","error_description":"The access token provided has expired."}"#,
                Error::TokenRejected { expired: true },
            ),
            (401, "<html>401</html>", Error::Cloud(401)),
            (401, r#"{"message":"Unauthorized"}"#, Error::Cloud(401)),
            (401, "{}", Error::Cloud(401)),
            (401, r#"{"error":"Unauthorized"}"#, Error::Cloud(401)),
            (401, "<h1>session timeout</h1>", Error::Cloud(401)),
            (401, r#"{"error":"session timeout"}"#, Error::Cloud(401)),
            (403, r#"{"message":"Forbidden"}"#, Error::Cloud(403)),
            (404, r#"{"message":"Not Found"}"#, Error::Cloud(404)),
            (400, r#"{"message":"Bad Request"}"#, Error::Cloud(400)),
            (
                504,
                r#"{"message":"Endpoint request timed out"}"#,
                Error::Cloud(504),
            ),
            (
                429,
                r#"{"error":"too many, timeout 5 minutes"}"#,
                Error::RateLimited,
            ),
            (
                400,
                r#"{"error":"invalid_request","error_description":"The access token was not found"}"#,
                Error::Rejected(400),
            ),
            (
                400,
                r#"{"error":"unauthorized","error_description":"API users are not allowed to call this endpoint"}"#,
                Error::Rejected(400),
            ),
            (
                403,
                r#"{"error":"Permission Denied","info":"I didn't recognize that device name or ID"}"#,
                Error::NoSuchDevice,
            ),
            (403, r#"{"error":"forbidden"}"#, Error::Forbidden),
            (
                404,
                r#"{"ok":false,"error":"Device not found."}"#,
                Error::NoSuchDevice,
            ),
            (
                404,
                r#"{"ok":false,"error":"Function blahblah not found"}"#,
                Error::NotExposed,
            ),
            (
                404,
                r#"{"ok":false,"error":"Unknown Variable: NOPE"}"#,
                Error::NotExposed,
            ),
            (
                404,
                r#"{"ok":false,"error":"Variable not found"}"#,
                Error::NotExposed,
            ),
            (
                404,
                r#"{"ok":false,"error":"Function not found"}"#,
                Error::NotExposed,
            ),
            (
                404,
                r#"{"ok":false,"error":"Device did not respond"}"#,
                Error::Rejected(404),
            ),
            (
                404,
                r#"{"message":"no Route matched with those values"}"#,
                Error::Cloud(404),
            ),
            (
                404,
                r#"{"error":"The function was called, and its reply not found"}"#,
                Error::Rejected(404),
            ),
            (
                429,
                r#"{"error":"rate_limit_exceeded"}"#,
                Error::RateLimited,
            ),
            (429, "slow down", Error::RateLimited),
            (
                500,
                r#"{"ok":false,"code":500,"errors":[{"error":"Timed out, didn't hear back from device service"}]}"#,
                Error::Unreachable,
            ),
            (
                503,
                r#"{"error":"server_error","error_description":"The store is down"}"#,
                Error::Cloud(503),
            ),
            (
                502,
                "<html><h1>502 Bad Gateway</h1></html>",
                Error::Cloud(502),
            ),
            (302, "", Error::Cloud(302)),
        ];
        for (status, body, expected) in cases {
            assert_eq!(
                &Error::from_answer(*status, body.as_bytes()),
                expected,
                "{status} {body}"
            );
        }
    }
}
