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
    use super::{AccessToken, Pin};

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
        let token = AccessToken::new("recognizable".to_owned());
        assert!(!format!("{token:?} {token:#?}").contains("recognizable"));
    }
}
