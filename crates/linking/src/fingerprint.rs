//! A secret recognized without being kept.

use std::fmt;
use std::str::FromStr;

use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

/// What tells whether a secret is still the one that was sent: HMAC-SHA256 of it, with a random salt as the key.
///
/// No slow hash is needed. The secrets of Particle's OAuth clients are 160 random bits that nobody chose, so that there
/// is nothing to guess; and the salt keeps two files from being compared.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint {
    salt: [u8; SALT],
    mac: [u8; MAC],
}

const SALT: usize = 16;
const MAC: usize = 32;
const SCHEME: &str = "hmac-sha256";

/// The machine gives no random numbers.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("this machine gives no random numbers")]
pub struct NoRandomness;

/// A text that is no fingerprint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a fingerprint is {SCHEME}:SALT:MAC, both in hexadecimal")]
pub struct NoFingerprint;

impl Fingerprint {
    /// The fingerprint of a secret, another one each time.
    ///
    /// # Errors
    /// Where the machine has no random numbers for the salt.
    pub fn of(secret: &SecretString) -> Result<Self, NoRandomness> {
        let mut salt = [0; SALT];
        SystemRandom::new()
            .fill(&mut salt)
            .map_err(|_| NoRandomness)?;
        let tag = hmac::sign(&key(&salt), secret.expose_secret().as_bytes());
        let mac = tag.as_ref().try_into().map_err(|_| NoRandomness)?;
        Ok(Self { salt, mac })
    }

    /// Whether it was made of this secret.
    #[must_use]
    pub fn fits(&self, secret: &SecretString) -> bool {
        hmac::verify(
            &key(&self.salt),
            secret.expose_secret().as_bytes(),
            &self.mac,
        )
        .is_ok()
    }
}

fn key(salt: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, salt)
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{SCHEME}:")?;
        for byte in self.salt {
            write!(formatter, "{byte:02x}")?;
        }
        formatter.write_str(":")?;
        for byte in self.mac {
            write!(formatter, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let mut parts = text.split(':');
        let (Some(SCHEME), Some(salt), Some(mac), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NoFingerprint);
        };
        Ok(Self {
            salt: bytes(salt)?,
            mac: bytes(mac)?,
        })
    }
}

fn bytes<const N: usize>(hex: &str) -> Result<[u8; N], NoFingerprint> {
    let mut bytes = [0; N];
    if hex.len() != 2 * N || !hex.is_ascii() {
        return Err(NoFingerprint);
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = hex.get(2 * index..2 * index + 2).ok_or(NoFingerprint)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| NoFingerprint)?;
    }
    Ok(bytes)
}

impl TryFrom<String> for Fingerprint {
    type Error = NoFingerprint;

    fn try_from(text: String) -> Result<Self, NoFingerprint> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_recognized_and_not_told() {
        let secret = SecretString::from("0123456789abcdef0123456789abcdef01234567");
        let fingerprint = Fingerprint::of(&secret).unwrap();
        assert!(fingerprint.fits(&secret));
        assert!(!fingerprint.fits(&"0123456789abcdef0123456789abcdef01234568".into()));
        assert!(!fingerprint.fits(&"".into()));
        let text = fingerprint.to_string();
        assert!(!text.contains("0123456789abcdef"), "{text}");
        assert_eq!(text.parse(), Ok(fingerprint.clone()));
        // Two files cannot be compared.
        assert_ne!(Fingerprint::of(&secret).unwrap(), fingerprint);
    }

    #[test]
    fn what_is_no_fingerprint_is_refused() {
        let good = Fingerprint::of(&"x".into()).unwrap().to_string();
        for bad in [
            "",
            "sha256:00:00",
            &good[1..],
            &good[..good.len() - 1],
            &format!("{good}:"),
            &good.replace(':', ";"),
            &good.replacen(|digit: char| digit.is_ascii_digit(), "g", 9),
        ] {
            assert_eq!(bad.parse::<Fingerprint>(), Err(NoFingerprint), "{bad}");
        }
    }
}
