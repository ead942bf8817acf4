//! What the secret of an OAuth client holds: the client, and what is needed to undo.
//!
//! Particle shows a client's secret once, and to nobody again. Between the client's being made and its secret's being kept
//! the function may be cut off, and then nobody knows of the client. So before one is made it is written down that one will
//! be, and which there were: what is there later, and was not then, was made for nothing and goes.
//!
//! The fields `clientId` and `clientSecret` are those of the client that counts. A client that was replaced stays beside it
//! until CloudFormation says that it may go: it goes back to it when the update of another resource fails.

use linking::id::ClientId;
use linking::particle::{Client, WEB};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value as Json;

use crate::secrets_manager::{self, SecretArn, SecretsManager};

/// A client whose secret is known.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// The client.
    pub client_id: ClientId,
    /// Its secret.
    #[serde(serialize_with = "exposed")]
    pub client_secret: SecretString,
    /// Where it is sent codes.
    pub redirect_uri: String,
    /// The version of the secret with which it came: another one means another client.
    pub version: String,
}

/// A client that is about to be made.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnderWay {
    /// What it will be called.
    pub name: String,
    /// Where it will be sent codes.
    pub redirect_uri: String,
    /// Those that there were.
    pub before: Vec<String>,
}

/// All of it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ledger {
    /// Whose it is.
    pub owner: String,
    /// The request with which its first client came.
    pub created_by: String,
    /// The client that counts.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub client: Option<Known>,
    /// Those before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Known>,
    /// The one that may be there without its secret being known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_way: Option<UnderWay>,
}

/// The secret holds something else.
#[derive(Debug, thiserror::Error)]
#[error("the secret {arn} holds {what}; give the client a secret of its own, without a value")]
pub struct Error {
    arn: SecretArn,
    what: &'static str,
}

fn exposed<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

impl Ledger {
    /// Reads it; a secret without a value is an empty one.
    ///
    /// # Errors
    /// Where the secret cannot be read, or holds something else.
    pub async fn read(
        secrets: &SecretsManager,
        arn: &SecretArn,
    ) -> Result<Self, crate::failure::Failure> {
        let text = match secrets.read(arn).await {
            Ok(text) => text,
            Err(secrets_manager::Error::NotFound(_)) => return Ok(Self::default()),
            Err(error) => return Err(error.into()),
        };
        let foreign = || Error {
            arn: arn.clone(),
            what: "something that this function has not written",
        };
        let value: Json = serde_json::from_str(text.expose_secret()).map_err(|_| foreign())?;
        let is_empty = value.as_object().is_some_and(|fields| fields.is_empty());
        let ledger: Self = serde_json::from_value(value).map_err(|_| foreign())?;
        if ledger.owner.is_empty() && !is_empty {
            return Err(foreign().into());
        }
        Ok(ledger)
    }

    /// Writes it as this version.
    ///
    /// # Errors
    /// Where Secrets Manager refuses it.
    pub async fn write(
        &self,
        secrets: &SecretsManager,
        arn: &SecretArn,
        version: &str,
    ) -> Result<(), secrets_manager::Error> {
        // It consists of texts, which are always JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        secrets.write(arn, &text.into(), version).await
    }

    /// Makes it this one's.
    ///
    /// # Errors
    /// Where it is another one's.
    pub fn owned_by(mut self, owner: &str, arn: &SecretArn) -> Result<Self, Error> {
        if self.owner.is_empty() {
            self.owner = owner.to_owned();
        }
        if self.owner != owner {
            return Err(Error {
                arn: arn.clone(),
                what: "the client of another resource",
            });
        }
        Ok(self)
    }

    /// All clients whose secret is known, the one that counts first.
    pub fn known(&self) -> impl Iterator<Item = &Known> {
        self.client.iter().chain(&self.former)
    }

    /// The clients that were made for nothing: nobody knows their secret.
    #[must_use]
    pub fn orphans(&self, listed: &[Client]) -> Vec<String> {
        let Some(under_way) = &self.under_way else {
            return Vec::new();
        };
        let is_orphan = |client: &&Client| {
            client.kind == WEB
                && client.name == under_way.name
                && is_for(client, &under_way.redirect_uri)
                && !under_way.before.contains(&client.id)
                && !self
                    .known()
                    .any(|known| known.client_id.as_str() == client.id)
        };
        let orphans = listed.iter().filter(is_orphan);
        orphans.map(|client| client.id.clone()).collect()
    }

    /// Lets the first known client count that is there and is sent codes at this address; `false` where there is none.
    pub fn select(&mut self, redirect_uri: &str, listed: &[Client]) -> bool {
        let is_good = |known: &Known| {
            known.redirect_uri == redirect_uri
                && listed.iter().any(|client| {
                    client.id == known.client_id.as_str()
                        && client.kind == WEB
                        && is_for(client, redirect_uri)
                })
        };
        if self.client.as_ref().is_some_and(is_good) {
            return true;
        }
        let Some(position) = self.former.iter().position(is_good) else {
            return false;
        };
        let found = self.former.remove(position);
        self.former.extend(self.client.replace(found));
        true
    }

    /// Forgets a client; `false` where it was not known.
    pub fn forget(&mut self, id: &str) -> bool {
        let before = self.known().count();
        self.client.take_if(|known| known.client_id.as_str() == id);
        self.former.retain(|known| known.client_id.as_str() != id);
        self.known().count() < before
    }
}

/// Whether a client is sent codes at this address. Particle's list does not always tell.
fn is_for(client: &Client, redirect_uri: &str) -> bool {
    match client.redirect_uri.all() {
        [] => true,
        [one] => one == redirect_uri,
        _ => false,
    }
}
