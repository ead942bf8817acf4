//! Secrets: how they are made and compared. What holds one never prints it.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// A fresh secret that starts in this way.
pub(crate) fn random(prefix: &str) -> SecretString {
    let [first, second] = [Uuid::new_v4(), Uuid::new_v4()].map(|half| half.simple().to_string());
    format!("{prefix}{first}{second}").into()
}

pub(crate) fn same(secret: &SecretString, text: &str) -> bool {
    secret.expose_secret() == text
}
