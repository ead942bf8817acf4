//! Text that is never printed: access tokens, refresh tokens, passwords.

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error};

#[derive(Clone, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A fresh token as the cloud hands them out: forty hexadecimal digits.
    pub(crate) fn random() -> Self {
        let digits =
            [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(|half| half.simple().to_string());
        Self(digits.concat().chars().take(TOKEN_DIGITS).collect())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

/// Reads an access token, so that the record can tell one when it sees it.
pub(crate) fn token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let text = String::deserialize(deserializer)?;
    if looks_like_token(&text) {
        Ok(Secret(text))
    } else {
        Err(D::Error::custom(
            "an access token has 40 hexadecimal digits",
        ))
    }
}

/// Whether a text has the shape of a token, and so has no place in a record.
pub(crate) fn looks_like_token(text: &str) -> bool {
    text.len() == TOKEN_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

const TOKEN_DIGITS: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_token_looks_like_one_and_is_not_printed() {
        let token = Secret::random();
        assert!(looks_like_token(token.expose()));
        assert_ne!(token, Secret::random());
        assert_eq!(format!("{token:?}"), "(secret)");
    }
}
