//! What is kept for a time under a secret that its bearer shows again: a code, or a sign-in that is under way.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use super::TokenError;
use crate::secret::Secret;

/// Things kept, each under a secret of its own.
#[derive(Debug)]
pub(crate) struct Shelf<T>(BTreeMap<Secret, Kept<T>>);

#[derive(Debug)]
struct Kept<T> {
    thing: T,
    until: SystemTime,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Shelf<T> {
    /// Keeps something, and gives the secret.
    pub(crate) fn put(&mut self, thing: T, now: SystemTime, life: Duration) -> Secret {
        self.0
            .retain(|_, kept| now < kept.until.checked_add(REMEMBERED).unwrap_or(now));
        let secret = Secret::random();
        let until = now.checked_add(life).unwrap_or(now);
        self.0.insert(secret.clone(), Kept { thing, until });
        secret
    }

    pub(crate) fn get(&self, secret: &Secret, now: SystemTime) -> Result<&T, TokenError> {
        let kept = self.0.get(secret).ok_or(TokenError::Invalid)?;
        kept.check(now)?;
        Ok(&kept.thing)
    }

    /// It, even if it is out of date.
    pub(crate) fn peek(&self, secret: &Secret) -> Option<&T> {
        self.0.get(secret).map(|kept| &kept.thing)
    }

    pub(crate) fn get_mut(&mut self, secret: &Secret) -> Option<&mut T> {
        self.0.get_mut(secret).map(|kept| &mut kept.thing)
    }

    pub(crate) fn remove(&mut self, secret: &Secret) -> Option<T> {
        self.0.remove(secret).map(|kept| kept.thing)
    }
}

impl<T> Kept<T> {
    fn check(&self, now: SystemTime) -> Result<(), TokenError> {
        if now < self.until {
            Ok(())
        } else {
            Err(TokenError::Expired)
        }
    }
}

/// For how long something that is out of date is told from something that never was: a day.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_date_is_told_from_what_never_was() {
        let mut shelf = Shelf::default();
        let (start, second) = (SystemTime::UNIX_EPOCH, Duration::from_secs(1));
        let secret = shelf.put("thing", start, second);
        assert_eq!(shelf.get(&secret, start), Ok(&"thing"));
        assert_eq!(shelf.get(&secret, start + second), Err(TokenError::Expired));
        assert_eq!(
            shelf.get(&Secret::random(), start),
            Err(TokenError::Invalid)
        );
        // Nothing is kept for ever.
        shelf.put("other", start + second + REMEMBERED, second);
        assert_eq!(shelf.get(&secret, start), Err(TokenError::Invalid));
    }
}
