//! The one judgment of what Alexa is told when a call to Particle fails.
//!
//! An auth error makes Alexa drop the user's link to the account, so only a proven rejection of the token is one;
//! trouble on the way never is.

use crate::alexa::{Error, Kind};
use crate::particle;

impl From<particle::Error> for Error {
    fn from(error: particle::Error) -> Self {
        use particle::Error as Particle;
        let kind = match error {
            Particle::Unreachable | Particle::Deadline => Kind::EndpointUnreachable,
            Particle::TokenRejected { expired: true } => Kind::ExpiredAuthorizationCredential,
            Particle::TokenRejected { expired: false } => Kind::InvalidAuthorizationCredential,
            Particle::Forbidden => Kind::InsufficientPermissions,
            Particle::NoSuchDevice => Kind::NoSuchEndpoint,
            Particle::NotExposed => Kind::FirmwareOutOfDate,
            Particle::Refused(_) => Kind::InvalidValue,
            Particle::RateLimited => Kind::RateLimitExceeded,
            Particle::Rejected(_) => Kind::InternalError,
            // Between Alexa and the device stands the Particle cloud: it is the bridge.
            Particle::Cloud(_) | Particle::Unreadable(_) | Particle::Transport(_) => {
                Kind::BridgeUnreachable
            }
        };
        Self::new(kind, error.to_string())
    }
}
