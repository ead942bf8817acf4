//! What must never be printed.

use hyper::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A user's access token at Particle.
///
/// It has no `Display` and no `Serialize`, and its `Debug` says `Sensitive`; only the Particle client uses the text.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "SecretString")]
pub struct AccessToken(HeaderValue);

/// A text that can be no access token.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an access token is printable ASCII without spaces, 1 to {MAXIMUM_TOKEN_BYTES} of them")]
pub struct NoToken;

/// Particle's own have 40; what a product's login gives may be longer.
const MAXIMUM_TOKEN_BYTES: usize = 4096;

impl AccessToken {
    /// Takes a token that did not come in a directive, such as the one of the command line's user.
    ///
    /// # Errors
    /// Where it has characters that no token has, or too many.
    pub fn new(token: &str) -> Result<Self, NoToken> {
        let length = 1..=MAXIMUM_TOKEN_BYTES;
        if !length.contains(&token.len()) || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NoToken);
        }
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| NoToken)?;
        bearer.set_sensitive(true);
        Ok(Self(bearer))
    }

    /// The value of the `Authorization` header.
    pub(crate) fn bearer(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl TryFrom<SecretString> for AccessToken {
    type Error = NoToken;

    fn try_from(token: SecretString) -> Result<Self, NoToken> {
        Self::new(token.expose_secret())
    }
}

/// What a user says to prove who it is. As [`AccessToken`] it does not print.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Pin(SecretString);

impl Pin {
    /// The four digits, for the function that is to judge them; `None` where it is something else.
    pub(crate) fn digits(&self) -> Option<&str> {
        let pin = self.0.expose_secret();
        (pin.len() == 4 && pin.bytes().all(|byte| byte.is_ascii_digit())).then_some(pin)
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessToken, NoToken, Pin};

    #[test]
    fn a_pin_is_four_digits_and_does_not_print() {
        for (text, digits) in [
            ("0042", true),
            ("042", false),
            ("00042", false),
            ("", false),
            ("12 4", false),
            ("+123", false),
            ("١٢", false),
        ] {
            let pin: Pin = serde_json::from_value(text.into()).unwrap();
            assert_eq!(pin.digits(), digits.then_some(text));
            assert!(text.is_empty() || !format!("{pin:?} {pin:#?}").contains(text));
        }
    }

    #[test]
    fn a_token_does_not_print() {
        let token = AccessToken::new("recognizable").unwrap();
        assert!(!format!("{token:?} {token:#?}").contains("recognizable"));
        let long = "x".repeat(4097);
        for odd in ["", " ", "a b", "two\nlines", "ü", &long] {
            assert_eq!(AccessToken::new(odd).unwrap_err(), NoToken, "{odd:?}");
        }
    }
}
