//! Why a resource is not what it has to be.

use std::time::Duration;

use linking::{particle, smapi};

use crate::ledger;
use crate::secrets_manager::{self, SecretArn};

/// Why a resource is not what it has to be. The text is what CloudFormation shows.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The function itself is not set up.
    #[error("the function of this stack cannot do anything, for its settings are wrong: {0}")]
    Setting(String),
    /// A resource of another function.
    #[error(
        "{0} is no resource of this function: it makes Custom::ParticleOAuthClient and Custom::AlexaAccountLinking"
    )]
    UnknownType(String),
    /// A property is missing or wrong.
    #[error("the resource's properties are wrong: {0}")]
    Properties(String),
    /// A secret is not what it should be.
    #[error("the secret {arn} must be JSON with {fields}, each a text that is not empty")]
    SecretShape {
        /// Which one.
        arn: SecretArn,
        /// What should be in it.
        fields: &'static str,
    },
    /// Particle said no.
    #[error(transparent)]
    Particle(#[from] particle::Error),
    /// Particle does not know the token.
    #[error("Particle refuses the access token in the secret {0}; put a new one there")]
    TokenRejected(SecretArn),
    /// Alexa said no.
    #[error(transparent)]
    Smapi(#[from] smapi::Error),
    /// Login with Amazon said no.
    #[error(
        "Login with Amazon gives no token for the secret {0}; make another refresh token with `ask util generate-lwa-tokens`"
    )]
    SignedOut(SecretArn),
    /// Alexa answers something else than she was told.
    #[error("Alexa took the account linking, and yet {0}")]
    Different(String),
    /// Secrets Manager said no.
    #[error(transparent)]
    Secrets(#[from] secrets_manager::Error),
    /// The client's secret holds something else.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The creation was undone before it began.
    #[error(
        "a creation of this resource that had not begun was undone {} s ago, and this may be that one, late; try again in {} s",
        .ago.as_secs(), .left.as_secs() + 1
    )]
    Late {
        /// How long ago.
        ago: Duration,
        /// How long it may still be on its way.
        left: Duration,
    },
    /// There is no client, nor was there one.
    #[error("the secret {0} holds no client")]
    NoLedger(SecretArn),
    /// The client of the account linking is not in its secret.
    #[error("the secret {arn} holds no client {client}")]
    NoSuchClient {
        /// Which secret.
        arn: SecretArn,
        /// Which client.
        client: String,
    },
    /// The time is up.
    #[error("it took longer than the {} s that there were; try again", .0.as_secs())]
    TimedOut(Duration),
    /// A defect.
    #[error("the function has a defect; its log tells more")]
    Panicked,
}

impl Failure {
    /// Whether whatever was asked for may have been done all the same.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Particle(error) => error.is_uncertain(),
            Self::Smapi(error) => matches!(
                error,
                smapi::Error::Unavailable { .. }
                    | smapi::Error::Unreadable { .. }
                    | smapi::Error::Http(_)
            ),
            Self::Secrets(error) => error.is_passing(),
            Self::Different(_) | Self::TimedOut(_) | Self::Panicked => true,
            Self::Setting(_)
            | Self::UnknownType(_)
            | Self::Properties(_)
            | Self::SecretShape { .. }
            | Self::TokenRejected(_)
            | Self::SignedOut(_)
            | Self::Ledger(_)
            | Self::Late { .. }
            | Self::NoLedger(_)
            | Self::NoSuchClient { .. } => false,
        }
    }
}
