//! What must never be printed.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A user's access token at Particle.
///
/// It has no `Display` and no `Serialize`, and its `Debug` says `[REDACTED]`; only the Particle client sees the text.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Takes a token that did not come in a directive, such as the one of the command line's user.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(token.into())
    }

    /// The text, for the `Authorization` header.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::AccessToken;

    #[test]
    fn a_token_does_not_print() {
        let token = AccessToken::new("recognizable".to_owned());
        assert!(!format!("{token:?} {token:#?}").contains("recognizable"));
    }
}
