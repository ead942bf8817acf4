//! What the secret of an OAuth client holds: the client, what is needed to undo, and which events were heard.
//!
//! Between a client's being made and its secret's being kept the function may be cut off, and then nobody knows the secret.
//! So before one is made it is written down that one is [`UnderWay`]; what was made for nothing goes.
//!
//! The fields `clientId` and `clientSecret` are those of the client that counts. A client that was replaced stays beside it
//! until CloudFormation says that it may go: it goes back to it when the update of another resource fails.
//!
//! It is changed by one event at a time, and each event changes it once: see [`turn`](crate::turn).

use std::time::{Duration, SystemTime};

use linking::id::ClientId;
use linking::particle::under_way::UnderWay;
use linking::particle::{Client, WEB};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value as Json;

use crate::answer::Outcome;
use crate::event::RequestType;
use crate::failure::Failure;
use crate::secrets_manager::{self, SecretArn, SecretsManager};

/// How many events are remembered: a stack has two resources, and sends some events for each deployment.
const MEMORY: usize = 16;

/// How long CloudFormation waits for a creation at most. What is older is not what a creation has made that is undone.
const LONGEST_CREATION: Duration = Duration::from_secs(3600);

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
    /// The request that made it.
    pub made_by: String,
    /// When.
    pub made_at: SystemTime,
}

/// Who is at work on what the ledger tells of.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AtWork {
    /// Which invocation, and no other.
    pub id: String,
    /// When it is at an end, done or not.
    pub until: SystemTime,
}

/// An event that was heard.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Heard {
    /// The request.
    pub request_id: String,
    /// Whose.
    pub owner: String,
    /// What it asks for.
    pub request_type: RequestType,
    /// When.
    pub at: SystemTime,
    /// Whether it undoes a creation that was not heard, which may still come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_early: bool,
    /// What CloudFormation was told; nothing as long as somebody is at work, or if they were cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Outcome>,
}

/// All of it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ledger {
    /// Whose it is.
    pub owner: String,
    /// The client that counts.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub client: Option<Known>,
    /// Those before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Known>,
    /// The one that may be there without its secret being known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_way: Option<UnderWay>,
    /// Who is at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_work: Option<AtWork>,
    /// The last events, the latest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heard: Vec<Heard>,
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
    /// Reads it, and which version it is; a secret without a value, or with an empty one, is an empty
    /// ledger.
    ///
    /// # Errors
    /// Where the secret cannot be read, or holds something else.
    pub async fn read(
        secrets: &SecretsManager,
        arn: &SecretArn,
    ) -> Result<(Self, Option<String>), Failure> {
        let value = match secrets.read(arn).await {
            Ok(value) => value,
            Err(secrets_manager::Error::NotFound(_)) => return Ok((Self::default(), None)),
            Err(error) => return Err(error.into()),
        };
        let foreign = || Error {
            arn: arn.clone(),
            what: "something that this function has not written",
        };
        let text = value.secret_string.expose_secret();
        if text.is_empty() {
            return Ok((Self::default(), Some(value.version_id)));
        }
        let json: Json = serde_json::from_str(text).map_err(|_| foreign())?;
        let is_empty = json.as_object().is_some_and(|fields| fields.is_empty());
        let ledger: Self = serde_json::from_value(json).map_err(|_| foreign())?;
        if ledger.owner.is_empty() && !is_empty {
            return Err(foreign().into());
        }
        Ok((ledger, Some(value.version_id)))
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

    /// What was heard of this request.
    #[must_use]
    pub fn heard(&self, request_id: &str) -> Option<&Heard> {
        self.heard.iter().find(|one| one.request_id == request_id)
    }

    /// Remembers an event, in place of what was known of it.
    pub fn hear(&mut self, event: Heard) {
        self.heard.retain(|one| one.request_id != event.request_id);
        self.heard.push(event);
        let too_many = self.heard.len().saturating_sub(MEMORY);
        self.heard.drain(..too_many);
    }

    /// Whether the last that was heard of this owner's is a creation, which nothing has undone yet.
    #[must_use]
    pub fn is_created(&self, owner: &str) -> bool {
        let has_failed = |heard: &Heard| {
            heard.request_type == RequestType::Delete
                && !matches!(heard.told, Some(Outcome::Success(_)))
        };
        let mut heard = self.heard.iter().filter(|one| one.owner == owner);
        heard
            .rfind(|one| !has_failed(one))
            .is_some_and(|last| last.request_type == RequestType::Create)
    }

    /// The clients that the owner's last creation has made.
    #[must_use]
    pub fn of_last_creation(&self) -> Vec<ClientId> {
        let mut heard = self.heard.iter().rev();
        let creation =
            heard.find(|one| one.owner == self.owner && one.request_type == RequestType::Create);
        let Some(creation) = creation else {
            return Vec::new();
        };
        let is_of_it = |known: &&Known| {
            let age = known.made_at.elapsed().unwrap_or_default();
            known.made_by == creation.request_id && age <= LONGEST_CREATION
        };
        let clients = self.known().filter(is_of_it);
        clients.map(|known| known.client_id.clone()).collect()
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
        let is_known = |id: &String| {
            let mut known = self.known();
            known.any(|known| known.client_id.as_str() == id)
        };
        let candidates = under_way.candidates(listed);
        let orphans = candidates.map(|client| client.id.clone());
        orphans.filter(|id| !is_known(id)).collect()
    }

    /// Lets the first known client count that is there and is sent codes at this address; `false` where there is none.
    pub fn select(&mut self, redirect_uri: &str, listed: &[Client]) -> bool {
        let is_good = |known: &Known| {
            known.redirect_uri == redirect_uri
                && listed.iter().any(|client| {
                    client.id == known.client_id.as_str()
                        && client.kind == WEB
                        && client.may_be_sent_codes_at(redirect_uri)
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

    /// Forgets a client.
    pub fn forget(&mut self, id: &ClientId) {
        self.client.take_if(|known| known.client_id == *id);
        self.former.retain(|known| known.client_id != *id);
    }
}
