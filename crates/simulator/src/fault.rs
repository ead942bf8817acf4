//! What can go wrong on purpose, for one device or for the whole cloud.
//!
//! To add a fault: a variant of [`Fault`], its place in [`Fault::all`], and its arm in [`Fault::effect`], which says
//! where on a request's way it strikes. Only a fault that strikes in a new way needs more.

use std::{fmt, str::FromStr, time::Duration};

use serde::{
    Deserialize, Serialize,
    de::{IntoDeserializer, value},
};

use crate::answer::Substitute;

mod active;
mod delay;
mod when;

pub(crate) use active::{Active, Setting};
pub use delay::Delay;
pub use when::{Kind, When};

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
    /// The device refuses every function with this return value.
    Returns(i32),
    /// 401: the access token has expired.
    TokenExpired,
    /// 401: the access token is unknown or revoked.
    TokenInvalid,
    /// 401 with a page of HTML, as a gateway sends it.
    Unauthorized,
    /// 403: the device belongs to somebody else.
    Forbidden,
    /// 429, with nothing else known of that answer.
    RateLimited,
    /// 429 with `Retry-After`.
    #[serde(with = "crate::duration")]
    RetryAfter(Duration),
    /// 500 with an error as JSON.
    InternalError,
    /// 502 with a page of HTML, as a gateway sends it.
    BadGateway,
    /// 503 with a page of HTML.
    Unavailable,
    /// 504 with a page of HTML.
    GatewayTimeout,
    /// 302 to the same path on another host.
    Redirect,
    /// 200 with a page of HTML.
    Html,
    /// 200 with text that is no JSON.
    NotJson,
    /// The answer is JSON of another shape: an object for a list, words for numbers.
    WrongType,
    /// The answer ends half-way through its announced length.
    Truncated,
    /// The answer is preceded by many megabytes of white space, which is still valid JSON.
    Oversized,
    /// The answer has a thousand headers of a kilobyte.
    HeaderFlood,
    /// Everything is done at once, but the answer takes this much longer.
    Slow(Delay),
    /// The answer is white space, a byte a second, without end.
    Drip,
    /// The connection is reset when a request has been read from it, before anything is done.
    ResetBefore,
    /// The connection is reset half-way through the answer's body.
    ResetMidway,
    /// The connection is reset after everything was done.
    ResetAfter,
    /// No connection comes about: the cloud does not listen. Of the whole cloud only.
    Refused,
}

const ALL: &[Fault] = &[
    Fault::Offline,
    Fault::Silent,
    Fault::StaleOnline,
    Fault::SafeMode,
    Fault::NullFunctions,
    Fault::Returns(-1),
    Fault::TokenExpired,
    Fault::TokenInvalid,
    Fault::Unauthorized,
    Fault::Forbidden,
    Fault::RateLimited,
    Fault::RetryAfter(Duration::from_secs(30)),
    Fault::InternalError,
    Fault::BadGateway,
    Fault::Unavailable,
    Fault::GatewayTimeout,
    Fault::Redirect,
    Fault::Html,
    Fault::NotJson,
    Fault::WrongType,
    Fault::Truncated,
    Fault::Oversized,
    Fault::HeaderFlood,
    Fault::Slow(Delay::Exactly(Duration::from_millis(300))),
    Fault::Drip,
    Fault::ResetBefore,
    Fault::ResetMidway,
    Fault::ResetAfter,
    Fault::Refused,
];

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
    /// Nothing befalls a request that did arrive.
    Nothing,
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
    Cut,
    Dripping,
    Flooded,
    Late(Duration),
    Lost,
    Padded,
    Reshaped,
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
    /// Every fault there is, those that carry a value with one as an example.
    ///
    /// `to_string()` is its name as the home file and the command line have it, with the value behind it.
    #[must_use]
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// Whether it can befall one device, and not only the whole cloud.
    #[must_use]
    pub fn befalls_devices(self) -> bool {
        self != Self::Refused
    }

    /// What it does to the request that it strikes after so many others.
    pub(crate) fn effect(self, scope: Scope, struck: u64) -> Effect {
        match self {
            Self::Offline => Effect::Condition(Condition::Offline),
            Self::Silent => match scope {
                Scope::Cloud => Effect::Hang,
                Scope::Device => Effect::Condition(Condition::Silent),
            },
            Self::StaleOnline => Effect::Condition(Condition::StaleOnline),
            Self::SafeMode => Effect::Condition(Condition::SafeMode),
            Self::NullFunctions => Effect::Condition(Condition::NullFunctions),
            Self::Returns(value) => Effect::Condition(Condition::Refuses(value)),
            Self::TokenExpired => Effect::Answer(Substitute::TokenExpired),
            Self::TokenInvalid => Effect::Answer(Substitute::TokenInvalid),
            Self::Unauthorized => Effect::Answer(Substitute::Unauthorized),
            Self::Forbidden => Effect::Answer(Substitute::PermissionDenied),
            Self::RateLimited => Effect::Answer(Substitute::TooManyRequests(None)),
            Self::RetryAfter(time) => Effect::Answer(Substitute::TooManyRequests(Some(time))),
            Self::InternalError => Effect::Answer(Substitute::InternalError),
            Self::BadGateway => Effect::Answer(Substitute::BadGateway),
            Self::Unavailable => Effect::Answer(Substitute::Unavailable),
            Self::GatewayTimeout => Effect::Answer(Substitute::GatewayTimeout),
            Self::Redirect => Effect::Answer(Substitute::Redirect),
            Self::Html => Effect::Answer(Substitute::Html),
            Self::NotJson => Effect::Answer(Substitute::PlainText),
            Self::WrongType => Effect::Delivery(Delivery::Reshaped),
            Self::Truncated => Effect::Delivery(Delivery::Truncated),
            Self::Oversized => Effect::Delivery(Delivery::Padded),
            Self::HeaderFlood => Effect::Delivery(Delivery::Flooded),
            Self::Slow(delay) => Effect::Delivery(Delivery::Late(delay.of(struck))),
            Self::Drip => Effect::Delivery(Delivery::Dripping),
            Self::ResetBefore => Effect::Reset,
            Self::ResetMidway => Effect::Delivery(Delivery::Cut),
            Self::ResetAfter => Effect::Delivery(Delivery::Lost),
            Self::Refused => Effect::Nothing,
        }
    }

    /// Its name, without the value that it may carry.
    fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            Ok(serde_json::Value::Object(named)) => {
                named.into_iter().map(|(name, _)| name).collect()
            }
            // It is either, and it can always be written.
            Ok(_) | Err(_) => String::new(),
        }
    }
}

impl Effect {
    pub(crate) fn condition(self) -> Option<Condition> {
        match self {
            Self::Condition(condition) => Some(condition),
            Self::Answer(_) | Self::Delivery(_) | Self::Hang | Self::Nothing | Self::Reset => None,
        }
    }
}

/// Writes what [`FromStr`] reads.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name())?;
        match self {
            Self::Returns(value) => write!(formatter, "={value}"),
            Self::RetryAfter(time) => write!(formatter, "={}", humantime::format_duration(*time)),
            Self::Slow(delay) => write!(formatter, "={delay}"),
            _ => Ok(()),
        }
    }
}

/// Reads the home file's spelling, with `slow=300ms`, `retry-after=30s` and `returns=-1` for those that carry a value.
impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let read = match text.split_once('=') {
            Some((name, value)) => Self::with_value(name.trim(), value.trim()),
            None => Self::named(text),
        };
        read.map_err(|reason| UnknownFault {
            text: text.to_owned(),
            reason,
        })
    }
}

impl Fault {
    fn named(name: &str) -> Result<Self, String> {
        let example = Self::all().iter().find(|fault| fault.name() == name);
        match example {
            Some(example) if example.to_string() != name => {
                Err(format!("it has a value, such as `{example}`"))
            }
            Some(_) | None => Self::deserialize(name.into_deserializer())
                .map_err(|error: value::Error| error.to_string()),
        }
    }

    /// A value is a number or a table as in a home file, and text otherwise.
    fn with_value(name: &str, value: &str) -> Result<Self, String> {
        let value = toml::from_str(&format!("value = {value}"))
            .ok()
            .and_then(|mut table: toml::Table| table.remove("value"))
            .unwrap_or_else(|| value.into());
        Self::deserialize(toml::Table::from_iter([(name.to_owned(), value)]))
            .map_err(|error| error.message().to_owned())
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
            (
                "slow=300ms",
                Some(Fault::Slow(Duration::from_millis(300).into())),
            ),
            (
                "slow={ from = \"1s\", to = \"2s\" }",
                Some(Fault::Slow(Delay::Between {
                    from: Duration::from_secs(1),
                    to: Duration::from_secs(2),
                    seed: 0,
                })),
            ),
            ("returns=-1", Some(Fault::Returns(-1))),
            ("slow=soon", None),
            ("slow=2", None),
            ("slow={ from = \"2s\", to = \"1s\" }", None),
            ("silent=1", None),
            ("broken", None),
        ];
        for (text, fault) in cases {
            assert_eq!(text.parse::<Fault>().ok(), fault, "{text}");
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let spread = Fault::Slow(Delay::LogNormal {
            median: Duration::from_millis(200),
            p99: Duration::from_secs(2),
            seed: 7,
        });
        for fault in Fault::all().iter().chain([&spread]) {
            assert_eq!(fault.to_string().parse(), Ok(*fault));
            let json = serde_json::to_value(fault).unwrap();
            assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), *fault);
        }
    }

    #[test]
    fn says_what_there_is_when_it_does_not_know() {
        let says = |text: &str| text.parse::<Fault>().unwrap_err().to_string();
        assert!(says("broken").starts_with(
            "`broken` is no fault: unknown variant `broken`, expected one of `offline`"
        ));
        assert_eq!(
            says("slow"),
            "`slow` is no fault: it has a value, such as `slow=300ms`"
        );
    }

    #[test]
    fn all_are_all() {
        let message = "broken".parse::<Fault>().unwrap_err().to_string();
        let (_, names) = message.split_once("expected one of ").unwrap();
        let names: Vec<_> = names.split('`').skip(1).step_by(2).collect();
        let all: Vec<_> = Fault::all().iter().map(|fault| fault.name()).collect();
        assert_eq!(names, all);
    }
}
