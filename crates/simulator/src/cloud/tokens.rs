//! Access and refresh tokens: who may ask, and for how long.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use crate::{answer::Refusal, secret::Secret};

/// All tokens of the account that have not been revoked.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    access: BTreeMap<Secret, Grant>,
    refresh: BTreeMap<Secret, Grant>,
}

/// To which client a token was given, and until when it holds.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) client: String,
    pub(crate) expires_at: Option<SystemTime>,
}

/// What a sign-in yields.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) access: Secret,
    pub(crate) refresh: Option<Secret>,
    pub(crate) lifetime: Option<Duration>,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TokenError {
    Expired,
    Invalid,
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::token_expired(),
            TokenError::Invalid => Self::token_invalid(),
        }
    }
}

impl Tokens {
    /// How long an access token holds where nobody says otherwise: 90 days.
    pub(crate) const LIFETIME: Duration = Duration::from_secs(7_776_000);

    /// One token that never expires.
    pub(crate) fn with(token: Secret) -> Self {
        let forever = Grant {
            client: "particle".to_owned(),
            expires_at: None,
        };
        Self {
            access: BTreeMap::from([(token, forever)]),
            refresh: BTreeMap::new(),
        }
    }

    pub(crate) fn check(&self, token: &Secret) -> Result<&Grant, TokenError> {
        self.access.get(token).ok_or(TokenError::Invalid)?.check()
    }

    /// Issues a pair; a token without end comes without a refresh token, which it would have no use for.
    pub(crate) fn issue(&mut self, client: &str, lifetime: Option<Duration>) -> Pair {
        let pair = Pair {
            access: Secret::random(),
            refresh: lifetime.map(|_| Secret::random()),
            lifetime,
        };
        self.access
            .insert(pair.access.clone(), Grant::lasting(client, lifetime));
        if let Some(refresh) = pair.refresh.clone() {
            let lifetime = lifetime.map(|lifetime| lifetime.saturating_add(REFRESH_GRACE));
            self.refresh
                .insert(refresh, Grant::lasting(client, lifetime));
        }
        pair
    }

    /// Replaces a refresh token by a new pair, for the client it was given to.
    pub(crate) fn refresh(&mut self, token: &Secret, client: &str) -> Result<Pair, TokenError> {
        let grant = self
            .refresh
            .get(token)
            .ok_or(TokenError::Invalid)?
            .check()?;
        if grant.client != client {
            return Err(TokenError::Invalid);
        }
        self.refresh.remove(token);
        Ok(self.issue(client, Some(Self::LIFETIME)))
    }

    pub(crate) fn revoke(&mut self, token: &Secret) {
        self.access.remove(token);
    }
}

impl Grant {
    fn lasting(client: &str, lifetime: Option<Duration>) -> Self {
        // A lifetime beyond the end of the calendar is no end.
        let expires_at = lifetime.and_then(|lifetime| SystemTime::now().checked_add(lifetime));
        Self {
            client: client.to_owned(),
            expires_at,
        }
    }

    fn check(&self) -> Result<&Self, TokenError> {
        match self.expires_at {
            Some(end) if end <= SystemTime::now() => Err(TokenError::Expired),
            Some(_) | None => Ok(self),
        }
    }
}

/// How much longer than its access token a refresh token holds: 14 days.
const REFRESH_GRACE: Duration = Duration::from_secs(1_209_600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_works_once_and_for_its_client() {
        let mut tokens = Tokens::default();
        let refresh = tokens.issue("web", Some(Tokens::LIFETIME)).refresh.unwrap();
        assert_eq!(
            tokens.refresh(&refresh, "other").unwrap_err(),
            TokenError::Invalid
        );
        let pair = tokens.refresh(&refresh, "web").unwrap();
        assert!(tokens.check(&pair.access).is_ok());
        assert_eq!(
            tokens.refresh(&refresh, "web").unwrap_err(),
            TokenError::Invalid
        );
    }

    #[test]
    fn a_token_ends() {
        let mut tokens = Tokens::default();
        let pair = tokens.issue("web", Some(Duration::ZERO));
        assert_eq!(tokens.check(&pair.access).unwrap_err(), TokenError::Expired);
        let forever = tokens.issue("web", None);
        assert!(forever.refresh.is_none());
        assert!(tokens.check(&forever.access).is_ok());
        tokens.revoke(&forever.access);
        assert_eq!(
            tokens.check(&forever.access).unwrap_err(),
            TokenError::Invalid
        );
    }
}
