//! Access and refresh tokens: who may ask, and for how long.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use crate::{
    answer::Refusal,
    home::{OAuth, RefreshTokenStart},
    secret::Secret,
};

/// All tokens of the account that have not been revoked.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    access: BTreeMap<Secret, Grant>,
    refresh: BTreeMap<Secret, Grant>,
}

/// To whom a token was given, and until when it holds.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) holder: Holder,
    pub(crate) expires_at: Option<SystemTime>,
}

/// Who has a token, and what it was asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Holder {
    pub(crate) client: String,
    pub(crate) scope: Option<String>,
}

/// What a sign-in yields.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) access: Secret,
    pub(crate) refresh: Option<Secret>,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) scope: Option<String>,
}

/// Why a token or a code is refused.
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
    /// One token that never expires.
    pub(crate) fn with(token: Secret) -> Self {
        let forever = Grant {
            holder: Holder {
                client: "particle".to_owned(),
                scope: None,
            },
            expires_at: None,
        };
        Self {
            access: BTreeMap::from([(token, forever)]),
            refresh: BTreeMap::new(),
        }
    }

    pub(crate) fn check(&self, token: &Secret, now: SystemTime) -> Result<&Grant, TokenError> {
        let grant = self.access.get(token).ok_or(TokenError::Invalid)?;
        grant.check(now)?;
        Ok(grant)
    }

    /// Those that still give access.
    pub(crate) fn access(&self, now: SystemTime) -> impl Iterator<Item = (&Secret, &Grant)> {
        self.access
            .iter()
            .filter(move |(_, grant)| grant.check(now).is_ok())
    }

    /// Issues a pair; a token without end comes without a refresh token, which it would have no use for.
    pub(crate) fn issue(
        &mut self,
        holder: &Holder,
        lifetime: Option<Duration>,
        now: SystemTime,
        oauth: &OAuth,
    ) -> Pair {
        let pair = Pair {
            access: Secret::random(),
            refresh: lifetime.map(|_| Secret::random()),
            lifetime,
            scope: holder.scope.clone(),
        };
        let grant = |lifetime: Option<Duration>| Grant {
            holder: holder.clone(),
            // A lifetime beyond the end of the calendar is no end.
            expires_at: lifetime.and_then(|lifetime| now.checked_add(lifetime)),
        };
        self.access.insert(pair.access.clone(), grant(lifetime));
        if let Some(refresh) = pair.refresh.clone() {
            let before = match oauth.refresh_token_starts {
                RefreshTokenStart::AccessEnd => lifetime,
                RefreshTokenStart::Issue => Some(Duration::ZERO),
            };
            let lifetime = before.map(|before| before.saturating_add(oauth.refresh_token_life));
            self.refresh.insert(refresh, grant(lifetime));
        }
        pair
    }

    /// Replaces a refresh token by a new pair, for the client it was given to.
    pub(crate) fn refresh(
        &mut self,
        token: &Secret,
        client: &str,
        now: SystemTime,
        oauth: &OAuth,
    ) -> Result<Pair, TokenError> {
        let grant = self
            .refresh
            .get(token)
            .filter(|grant| grant.holder.client == client)
            .ok_or(TokenError::Invalid)?;
        grant.check(now)?;
        let holder = grant.holder.clone();
        self.refresh.remove(token);
        Ok(self.issue(&holder, oauth.access_lifetime(), now, oauth))
    }

    /// Ends an access token's life; `false` if there is none such.
    pub(crate) fn expire(&mut self, token: &Secret, now: SystemTime) -> bool {
        let grant = self.access.get_mut(token);
        grant.map(|grant| grant.expires_at = Some(now)).is_some()
    }

    /// Ends the lives of a client's access tokens, and says how many there were.
    pub(crate) fn expire_those_of(&mut self, client: &str, now: SystemTime) -> usize {
        let grants = self.access.values_mut();
        let its = grants.filter(|grant| grant.holder.client == client && grant.check(now).is_ok());
        its.map(|grant| grant.expires_at = Some(now)).count()
    }

    pub(crate) fn revoke(&mut self, token: &Secret) {
        self.access.remove(token);
    }

    pub(crate) fn revoke_access(&mut self) {
        self.access.clear();
    }

    /// Makes a client's refresh tokens useless; its access tokens live on.
    pub(crate) fn revoke_refresh_of(&mut self, client: &str) {
        self.refresh
            .retain(|_, grant| grant.holder.client != client);
    }
}

impl Grant {
    fn check(&self, now: SystemTime) -> Result<(), TokenError> {
        match self.expires_at {
            Some(end) if end <= now => Err(TokenError::Expired),
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    const START: SystemTime = SystemTime::UNIX_EPOCH;

    fn web() -> Holder {
        Holder {
            client: "web".to_owned(),
            scope: Some("any".to_owned()),
        }
    }

    #[test]
    fn a_refresh_token_works_once_and_for_its_client() {
        let (mut tokens, oauth) = (Tokens::default(), OAuth::default());
        let pair = tokens.issue(&web(), oauth.access_lifetime(), START, &oauth);
        let refresh = pair.refresh.unwrap();
        let mut again = |client| tokens.refresh(&refresh, client, START, &oauth);
        assert_eq!(again("other").unwrap_err(), TokenError::Invalid);
        let pair = again("web").unwrap();
        assert_eq!(again("web").unwrap_err(), TokenError::Invalid);
        assert_eq!(tokens.check(&pair.access, START).unwrap().holder, web());
    }

    #[test]
    fn a_token_ends() {
        let (mut tokens, oauth) = (Tokens::default(), OAuth::default());
        let pair = tokens.issue(&web(), Some(DAY), START, &oauth);
        let almost = START + DAY - Duration::from_nanos(1);
        assert!(tokens.check(&pair.access, almost).is_ok());
        assert_eq!(
            tokens.check(&pair.access, START + DAY).unwrap_err(),
            TokenError::Expired
        );
        let forever = tokens.issue(&web(), None, START, &oauth);
        assert!(forever.refresh.is_none());
        assert!(tokens.check(&forever.access, START + 10_000 * DAY).is_ok());
        tokens.revoke(&forever.access);
        assert_eq!(
            tokens.check(&forever.access, START).unwrap_err(),
            TokenError::Invalid
        );
    }

    #[test]
    fn the_end_of_a_refresh_token_is_read_in_two_ways() {
        use RefreshTokenStart::{AccessEnd, Issue};
        for (refresh_token_starts, days) in [(AccessEnd, 90 + 14), (Issue, 14)] {
            let oauth = OAuth {
                refresh_token_starts,
                ..OAuth::default()
            };
            let mut tokens = Tokens::default();
            let mut refresh = || {
                let pair = tokens.issue(&web(), oauth.access_lifetime(), START, &oauth);
                pair.refresh.unwrap()
            };
            let (early, late) = (refresh(), refresh());
            let end = START + days * DAY;
            let before = end - Duration::from_nanos(1);
            assert!(tokens.refresh(&early, "web", before, &oauth).is_ok());
            assert_eq!(
                tokens.refresh(&late, "web", end, &oauth).unwrap_err(),
                TokenError::Expired
            );
        }
    }
}
