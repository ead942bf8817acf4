//! What Alexa can be told instead of a result: the [error types] with their payloads.
//!
//! The type decides what Alexa says to the user. The message is never spoken; it is for whoever reads a log.
//!
//! [error types]: https://developer.amazon.com/docs/device-apis/alexa-errorresponse.html#error-types

use serde::Serialize;
use strum::IntoStaticStr;

/// One error, as the payload of an `ErrorResponse`.
#[derive(Clone, Debug, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What Alexa acts on.
    #[serde(flatten)]
    pub kind: Kind,
    /// What happened, in words for the log; nothing secret.
    pub message: String,
}

/// The `type` of an error, with the fields that go with it.
#[derive(Clone, Debug, PartialEq, Serialize, IntoStaticStr)]
#[serde(
    tag = "type",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// What stands between Alexa and the device does not answer: for this skill, the Particle cloud itself.
    BridgeUnreachable,
    /// The device is offline or did not answer.
    EndpointUnreachable,
    /// The token has expired. Alexa drops the link to the account: only for a proven rejection.
    ExpiredAuthorizationCredential,
    /// The firmware lacks what the directive needs.
    FirmwareOutOfDate,
    /// The account may not do this.
    InsufficientPermissions,
    /// Anything else.
    InternalError,
    /// The token is no token. Alexa drops the link to the account: only for a proven rejection.
    InvalidAuthorizationCredential,
    /// No such directive, or another shape than its own.
    InvalidDirective,
    /// The device refused what it was asked.
    InvalidValue,
    /// The endpoint is not, or no longer, in the account.
    NoSuchEndpoint,
    /// Too many calls for the device's cloud.
    RateLimitExceeded,
    /// A number the endpoint cannot take.
    ValueOutOfRange {
        /// What it can take.
        valid_range: ValidRange,
    },
}

impl Kind {
    /// Alexa's name of the type.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// Whether it says that the token is of no use, upon which Alexa drops the link to the account.
    #[must_use]
    pub fn is_about_the_token(&self) -> bool {
        matches!(
            self,
            Self::ExpiredAuthorizationCredential | Self::InvalidAuthorizationCredential
        )
    }
}

/// The bounds of a number, both included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidRange {
    /// The least.
    pub minimum_value: i64,
    /// The most.
    pub maximum_value: i64,
}

impl Error {
    /// An error of this kind with a message for the log.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}
