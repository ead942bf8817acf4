//! `[oauth]`: how the cloud signs people in, where its library, its documentation and the RFCs are not of one mind.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The switches of OAuth. What nobody changes is as Particle's own library does it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(
    deny_unknown_fields,
    default,
    expecting = "a table of OAuth's switches"
)]
pub struct OAuth {
    /// How long an access token holds where its client does not say; zero is for good.
    #[serde(with = "crate::duration")]
    pub access_token_life: Duration,
    /// How long a refresh token holds.
    #[serde(with = "crate::duration")]
    pub refresh_token_life: Duration,
    /// From when on.
    pub refresh_token_starts: RefreshTokenStart,
    /// How long an authorization code can be exchanged.
    #[serde(with = "crate::duration")]
    pub code_life: Duration,
    /// Whether a code can be exchanged once only.
    pub code_once: bool,
    /// Whether the exchange of a code has to name the redirect URI that the code was sent to.
    pub bind_redirect: bool,
    /// Whether `?` precedes the answer even where the redirect URI has a query already.
    pub question_mark: bool,
    /// Whether `state` is sent back decoded, and not encoded again.
    pub raw_state: bool,
    /// Whether a denial is sent back without `state`, and with a `code` that is none.
    pub bare_denial: bool,
    /// Whether a client may name itself in the header of a token request; `false` is as behind a proxy that drops it.
    pub basic: bool,
    /// Whether a client can be made to which answers are sent over plain http, whatever the machine.
    pub plain_redirects: bool,
    /// After so many token requests in vain, one after the other, their address is locked out; zero is never.
    pub lock_after: u32,
    /// For how long.
    #[serde(with = "crate::duration")]
    pub lock_time: Duration,
    /// So many token requests an address may make in five minutes; zero is any number.
    pub rate_limit: u32,
}

/// From when the life of a refresh token counts.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefreshTokenStart {
    /// From the end of its access token, as in the library.
    #[default]
    AccessEnd,
    /// From its issue, as the documentation can be read.
    Issue,
}

impl OAuth {
    /// The life of an access token whose client does not say, unless it is endless.
    pub(crate) fn access_lifetime(&self) -> Option<Duration> {
        Some(self.access_token_life).filter(|life| !life.is_zero())
    }
}

impl Default for OAuth {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        Self {
            access_token_life: days(90),
            refresh_token_life: days(14),
            refresh_token_starts: RefreshTokenStart::default(),
            code_life: Duration::from_secs(30),
            code_once: true,
            bind_redirect: false,
            question_mark: true,
            raw_state: true,
            bare_denial: true,
            basic: true,
            plain_redirects: false,
            lock_after: 10,
            lock_time: Duration::from_secs(30 * 60),
            rate_limit: 100,
        }
    }
}
