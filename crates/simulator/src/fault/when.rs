//! Which requests a fault strikes.

use std::{fmt, time::Duration};

use humantime::format_duration;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantNames};

use crate::record::Call;

/// Which requests a fault strikes, and until when: all of them for good, where nothing is said.
///
/// ```
/// use particle_simulator::{Kind, When};
///
/// let next_two_calls = When::default().only([Kind::Function]).times(2);
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    only: Vec<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(
        rename = "for",
        with = "crate::duration::optional",
        skip_serializing_if = "Option::is_none"
    )]
    lasts: Option<Duration>,
}

/// In words, empty where it is always.
impl fmt::Display for When {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let only = (!self.only.is_empty()).then(|| {
            let kinds: Vec<_> = self.only.iter().map(|kind| kind.to_string()).collect();
            format!("only {}", kinds.join(", "))
        });
        let times = self.times.map(|times| format!("the next {times}"));
        let lasts = self
            .lasts
            .map(|time| format!("for {}", format_duration(time)));
        let parts: Vec<_> = [only, times, lasts].into_iter().flatten().collect();
        formatter.write_str(&parts.join("; "))
    }
}

/// A kind of request.
#[derive(
    Clone, Copy, Debug, Deserialize, Display, EnumString, Eq, PartialEq, Serialize, VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// The device list.
    List,
    /// One device.
    Device,
    /// A function's call.
    Function,
    /// A variable's value.
    Variable,
    /// Whether a device answers.
    Ping,
    /// A new name, new notes, or signaling.
    Update,
    /// The account and its access tokens.
    Account,
    /// The page where one signs in, and what is filled in there.
    Authorize,
    /// OAuth clients: the list, a new one, a change, the end of one.
    Clients,
    /// A new access token.
    Token,
}

impl When {
    /// Strikes requests of these kinds only.
    #[must_use]
    pub fn only(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.only = kinds.into_iter().collect();
        self
    }

    /// Strikes the next so many requests only, then is lifted.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Is lifted after this time.
    #[must_use]
    pub fn lasting(mut self, time: Duration) -> Self {
        self.lasts = Some(time);
        self
    }

    pub(crate) fn is_always(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn strikes(&self, kind: Option<Kind>) -> bool {
        self.only.is_empty() || kind.is_some_and(|kind| self.only.contains(&kind))
    }

    pub(super) fn picks_requests(&self) -> bool {
        !self.only.is_empty() || self.times.is_some()
    }

    pub(crate) fn lasts(&self) -> Option<Duration> {
        self.lasts
    }

    pub(super) fn strokes(&self) -> Option<u32> {
        self.times
    }

    /// The same with so many requests less to strike, and this time left to whole milliseconds.
    pub(super) fn after(mut self, struck: u64, time: Option<Duration>) -> Self {
        let struck = u32::try_from(struck).unwrap_or(u32::MAX);
        self.times = self.times.map(|times| times.saturating_sub(struck));
        let whole = |time: Duration| {
            time.saturating_sub(Duration::from_nanos(u64::from(
                time.subsec_nanos() % 1_000_000,
            )))
        };
        self.lasts = time.map(whole);
        self
    }
}

impl Kind {
    /// The kind of a request, if it is for anything there is.
    pub(crate) fn of(call: &Call) -> Option<Self> {
        match call {
            Call::List => Some(Self::List),
            Call::Get => Some(Self::Device),
            Call::Function { .. } => Some(Self::Function),
            Call::Variable { .. } => Some(Self::Variable),
            Call::Ping => Some(Self::Ping),
            Call::Update { .. } => Some(Self::Update),
            Call::CurrentToken
            | Call::Identify
            | Call::RevokeCurrentToken
            | Call::RevokeToken
            | Call::RevokeTokens
            | Call::Tokens
            | Call::User => Some(Self::Account),
            Call::Authorize | Call::SignIn => Some(Self::Authorize),
            Call::Clients | Call::CreateClient | Call::DeleteClient | Call::UpdateClient => {
                Some(Self::Clients)
            }
            Call::Token { .. } => Some(Self::Token),
            Call::Unknown => None,
        }
    }
}
