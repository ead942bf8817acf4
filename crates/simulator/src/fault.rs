//! What can go wrong on purpose, for one device or for the whole cloud.
//!
//! To add a fault: a variant of [`Fault`] and its arm in [`Fault::effect`], which says where on a request's way it
//! strikes. Only a fault that strikes in a new way needs more.

use std::{str::FromStr, time::Duration};

use serde::{
    Deserialize, Serialize,
    de::{Error as _, IntoDeserializer, value::Error},
};

use crate::answer::Substitute;

/// A failure to reproduce; the names are those of the home file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The device is known to be offline: calls fail at once.
    Offline,
    /// Nothing is heard from the device, or from the cloud, until the cloud's patience ends.
    Silent,
    /// The device lost its power: the list still says online, and calls wait in vain.
    StaleOnline,
    /// The device runs no user firmware: it is online, but its functions and variables are gone.
    SafeMode,
    /// The cloud does not know the device's functions and variables; calls work.
    NullFunctions,
    /// Everything is done at once, but the answer takes this much longer.
    #[serde(with = "crate::duration")]
    Slow(Duration),
    /// 401: the access token has expired.
    TokenExpired,
    /// 401: the access token is unknown or revoked.
    TokenInvalid,
    /// 403: the device belongs to somebody else.
    Forbidden,
    /// 429, with nothing else known of that answer.
    RateLimited,
    /// 502 with a page of HTML, as a gateway sends it.
    ServerError,
    /// 200 with text that is no JSON.
    NotJson,
    /// The answer ends half-way through its announced length.
    Truncated,
    /// The answer is preceded by many megabytes of white space, which is still valid JSON.
    Oversized,
    /// The connection is reset before anything is done.
    ResetBefore,
    /// The connection is reset after everything was done.
    ResetAfter,
    /// The device refuses every function with this return value.
    Returns(i32),
}

/// Where a fault strikes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Effect {
    /// Something else answers in the cloud's place, and nothing is done.
    Answer(Substitute),
    /// The device, or what is known of it, is not as it should be.
    Condition(Condition),
    /// Everything is done, but the answer has an accident.
    Delivery(Delivery),
    /// The cloud keeps the request until its patience ends.
    Hang,
    /// The connection is reset, and nothing is done.
    Reset,
}

/// What is wrong with a device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Condition {
    NullFunctions,
    Offline,
    Refuses(i32),
    SafeMode,
    Silent,
    StaleOnline,
}

/// What happens to an answer on its way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Delivery {
    Late(Duration),
    Lost,
    Padded,
    Truncated,
}

/// Whose fault it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    Cloud,
    Device,
}

/// Whom a fault befalls.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// Every request, and every device that has no fault of its own.
    Cloud,
    /// One device, by id or name, and the requests that name it.
    Device(String),
}

impl Fault {
    pub(crate) fn effect(self, scope: Scope) -> Effect {
        match self {
            Self::Offline => Effect::Condition(Condition::Offline),
            Self::Silent => match scope {
                Scope::Cloud => Effect::Hang,
                Scope::Device => Effect::Condition(Condition::Silent),
            },
            Self::StaleOnline => Effect::Condition(Condition::StaleOnline),
            Self::SafeMode => Effect::Condition(Condition::SafeMode),
            Self::NullFunctions => Effect::Condition(Condition::NullFunctions),
            Self::Slow(delay) => Effect::Delivery(Delivery::Late(delay)),
            Self::TokenExpired => Effect::Answer(Substitute::TokenExpired),
            Self::TokenInvalid => Effect::Answer(Substitute::TokenInvalid),
            Self::Forbidden => Effect::Answer(Substitute::PermissionDenied),
            Self::RateLimited => Effect::Answer(Substitute::TooManyRequests),
            Self::ServerError => Effect::Answer(Substitute::BadGateway),
            Self::NotJson => Effect::Answer(Substitute::PlainText),
            Self::Truncated => Effect::Delivery(Delivery::Truncated),
            Self::Oversized => Effect::Delivery(Delivery::Padded),
            Self::ResetBefore => Effect::Reset,
            Self::ResetAfter => Effect::Delivery(Delivery::Lost),
            Self::Returns(value) => Effect::Condition(Condition::Refuses(value)),
        }
    }
}

/// Reads the home file's spelling, with `slow=300ms` and `returns=-1` for the two that carry a value.
impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let fault = match text.split_once('=') {
            Some(("slow", delay)) => humantime::parse_duration(delay)
                .map(Self::Slow)
                .map_err(Error::custom),
            Some(("returns", value)) => value.parse().map(Self::Returns).map_err(Error::custom),
            Some(_) | None => Self::deserialize(text.into_deserializer()),
        };
        fault.map_err(|error: Error| UnknownFault {
            text: text.to_owned(),
            reason: error.to_string(),
        })
    }
}

/// A text that names no fault.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is no fault: {reason}")]
pub struct UnknownFault {
    text: String,
    reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_its_own_names() {
        let cases = [
            ("offline", Some(Fault::Offline)),
            ("stale-online", Some(Fault::StaleOnline)),
            ("slow=300ms", Some(Fault::Slow(Duration::from_millis(300)))),
            ("returns=-1", Some(Fault::Returns(-1))),
            ("slow", None),
            ("slow=soon", None),
            ("silent=1", None),
            ("broken", None),
        ];
        for (text, fault) in cases {
            assert_eq!(text.parse::<Fault>().ok(), fault, "{text}");
        }
    }

    #[test]
    fn says_what_there_is_when_it_does_not_know() {
        let message = "broken".parse::<Fault>().unwrap_err().to_string();
        assert!(message.starts_with(
            "`broken` is no fault: unknown variant `broken`, expected one of `offline`"
        ));
    }
}
