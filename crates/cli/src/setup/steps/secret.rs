//! The secret that was given, tried before Alexa is told of it: the one that she has is kept nowhere else.

use anyhow::bail;
use linking::account_linking::access_token_url;
use linking::aws::Aws;
use linking::id::shown;
use linking::probe::{self, ClientVerdict, TokenRequest};
use secrecy::SecretString;

use super::Up;
use super::compare::Standing;
use crate::setup::gathering::Asked;
use crate::setup::services::SECRET;

impl<A: Aws> Up<'_, A> {
    /// Tries the secret that was given, unless it is the one that Alexa was told; whatever is not surely right is refused.
    pub(super) async fn secret(
        &self,
        standing: &Standing,
        run: TokenRequest,
    ) -> anyhow::Result<Asked> {
        let (Some(secret), Some(id)) = (&self.plan.secret, &standing.client) else {
            return Ok(Asked::NotYet(run));
        };
        let kept = self.file.state.client.as_ref();
        let told = kept.and_then(|client| client.was_told(id, secret));
        if self.plan.rotate || told == Some(true) {
            return Ok(Asked::NotYet(run));
        }
        let url = access_token_url(&self.services.particle_url);
        let scheme = standing.scheme();
        let verdict = probe::client(run, &self.services.http, &url, &scheme, id, secret).await;
        let id = shown(id);
        let problem = match &verdict {
            ClientVerdict::Right => return Ok(Asked::Already(verdict)),
            ClientVerdict::Rejected if self.is_access_token(secret).await => bail!(
                "{SECRET} holds an access token, and not the secret of the OAuth client {id}. Nothing was changed. Somebody may \
                 have seen the token: `particle token revoke` ends it. {KEPT}"
            ),
            ClientVerdict::Rejected => bail!(
                "{SECRET} does not hold the secret of the OAuth client {id}: Particle says \"Client credentials are invalid\". \
                 Nothing was changed. {KEPT}"
            ),
            ClientVerdict::Locked => {
                "Particle takes no more requests from this address for half an hour".to_owned()
            }
            ClientVerdict::MalformedId | ClientVerdict::NoSecret => {
                format!("{url} does not see the client; is there a proxy before it?")
            }
            ClientVerdict::NotWeb => "the client is of another type than `web`".to_owned(),
            ClientVerdict::NoTokenEndpoint { status, .. } => {
                format!("{url} answers with status {status}, as no token endpoint does")
            }
            ClientVerdict::Unknown { status, said } => {
                format!("{url} says \"{said}\" (status {status})")
            }
            ClientVerdict::Unreachable(why) => why.clone(),
        };
        bail!(
            "whether {SECRET} holds the secret of the OAuth client {id} cannot be seen: {problem}. Nothing was changed. Try again \
             later, or unset it: Alexa keeps the secret that she has"
        )
    }

    async fn is_access_token(&self, secret: &SecretString) -> bool {
        match &self.services.particle {
            Ok(particle) => particle.is_access_token(secret).await.unwrap_or(false),
            Err(_) => false,
        }
    }
}

const KEPT: &str = "Unset it, and Alexa keeps the secret that she has, or put the right one into it; where that one is lost, and \
     links do not work, `up --rotate` makes a new client (then users must link again)";
