//! The skill at Alexa: the Skill Management API.
//!
//! It is spoken over HTTP where the environment has a token, as continuous integration does, and else through
//! Amazon's own `ask`, whose sign-in is used that way without its token being touched.

mod ask;
mod error;
mod lwa;
mod operation;
mod settings;

use std::future::Future;
use std::time::{Duration, Instant};

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use self::ask::Ask;
pub use self::error::Error;
pub use self::lwa::Lwa;
use self::operation::Operation;
pub use self::settings::{InvalidSettings, Settings};
use crate::account_linking::{AccountLinking, AccountLinkingRequest};
use crate::base_url::BaseUrl;
use crate::http::Http;
use crate::id::{SkillId, VendorId};
use crate::manifest::Manifest;

/// Where SMAPI is.
pub const SMAPI: &str = "https://api.amazonalexa.com";

/// How often something is tried that failed for no reason of ours.
const ATTEMPTS: u32 = 3;

/// Between two tries, and between two looks at a change that is under way.
const PAUSE: Duration = Duration::from_secs(2);

/// How long Alexa may take to check a manifest; she asks AWS about the function meanwhile.
const PATIENCE: Duration = Duration::from_secs(180);

/// The stage of a skill that is not published, which is the one that is worked on.
pub const DEVELOPMENT: &str = "development";

/// The Skill Management API, signed in.
#[derive(Debug)]
pub struct Smapi {
    transport: Transport,
    lwa_url: BaseUrl,
    pause: Duration,
    patience: Duration,
}

#[derive(Debug)]
enum Transport {
    Http(Box<OverHttp>),
    Ask(Ask),
}

#[derive(Debug)]
struct OverHttp {
    http: Http,
    base_url: BaseUrl,
    lwa: Lwa,
}

/// A developer, for whom the signed-in person acts.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Vendor {
    /// The id, which the redirect URIs contain.
    pub id: VendorId,
    /// What the developer is called.
    #[serde(default)]
    pub name: String,
}

/// A skill of a vendor.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Skill {
    /// The skill.
    pub skill_id: SkillId,
    /// The stage.
    pub stage: String,
    /// What it is called, by locale.
    #[serde(default)]
    pub name_by_locale: std::collections::BTreeMap<String, String>,
}

/// What SMAPI has, and its entity tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagged<T> {
    /// What it has.
    pub value: T,
    /// The tag with which a change can be made conditional.
    pub etag: Option<String>,
}

/// How the last change of a manifest went.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    /// It is under way.
    InProgress,
    /// It is done.
    Succeeded,
    /// It was refused, for these reasons.
    Failed(Vec<String>),
}

/// The client with which a skill sends events, and redeems the codes of `AcceptGrant`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// Who the skill is at Login with Amazon.
    pub client_id: String,
    /// How it proves that.
    pub client_secret: SecretString,
}

/// An answer of SMAPI, whichever way it came.
struct Answer {
    status: u16,
    /// There may be a secret in it.
    body: Json,
    etag: Option<String>,
    retry_after: Option<u64>,
}

impl Smapi {
    /// Over HTTP where these settings have a token, and else through `ask`.
    #[must_use]
    pub fn new(settings: Settings, http: Http) -> Self {
        let lwa_url = settings.lwa_url;
        let transport = match settings.lwa {
            Some(sign_in) => Transport::Http(Box::new(OverHttp {
                lwa: Lwa::new(sign_in, lwa_url.clone(), http.clone()),
                http,
                base_url: settings.smapi_url,
            })),
            None => Transport::Ask(settings.ask),
        };
        Self {
            transport,
            lwa_url,
            pause: PAUSE,
            patience: PATIENCE,
        }
    }

    /// Pauses so long between two looks at a change, and gives up after so long.
    #[must_use]
    pub fn paced(mut self, pause: Duration, patience: Duration) -> Self {
        self.pause = pause;
        self.patience = patience;
        self
    }

    /// Where Login with Amazon gives tokens, those of a skill that sends events, too.
    #[must_use]
    pub fn token_url(&self) -> String {
        self.lwa_url.path(lwa::TOKEN_PATH).into()
    }

    /// The developers for whom the signed-in person acts.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says; so do all others.
    pub async fn vendors(&self) -> Result<Vec<Vendor>, Error> {
        #[derive(Deserialize)]
        struct Vendors {
            vendors: Vec<Vendor>,
        }
        let answer: Vendors = self.read(&Operation::Vendors).await?;
        Ok(answer.vendors)
    }

    /// The skills of a developer.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn skills(&self, vendor: &VendorId) -> Result<Vec<Skill>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Page {
            #[serde(default)]
            skills: Vec<Json>,
            next_token: Option<String>,
            #[serde(default)]
            is_truncated: bool,
        }
        let mut skills = Vec::new();
        let mut next = None;
        loop {
            let page: Page = self.read(&Operation::Skills { vendor, next }).await?;
            // Hosted and private skills may look otherwise; they are not looked for.
            let known = page.skills.into_iter();
            skills.extend(known.filter_map(|skill| serde_json::from_value::<Skill>(skill).ok()));
            next = page.next_token.filter(|_| page.is_truncated);
            if next.is_none() {
                return Ok(skills);
            }
        }
    }

    /// Makes a skill. It is usable when [`Self::settled`] says so.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn create(&self, vendor: &VendorId, manifest: &Manifest) -> Result<SkillId, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Created {
            skill_id: SkillId,
        }
        let created: Created = self.read(&Operation::Create { vendor, manifest }).await?;
        Ok(created.skill_id)
    }

    /// How the last change of the manifest went.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn status(&self, skill: &SkillId) -> Result<Update, Error> {
        #[derive(Deserialize)]
        struct Status {
            manifest: Part,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Part {
            last_update_request: Last,
        }
        #[derive(Deserialize)]
        struct Last {
            status: String,
            #[serde(default)]
            errors: Vec<error::Violation>,
        }
        let status: Status = self.read(&Operation::Status { skill }).await?;
        let Last { status, errors } = status.manifest.last_update_request;
        Ok(match status.as_str() {
            "SUCCEEDED" => Update::Succeeded,
            "FAILED" => Update::Failed(errors.into_iter().map(|error| error.message).collect()),
            _ => Update::InProgress,
        })
    }

    /// Waits until the last change of the manifest is done.
    ///
    /// # Errors
    /// Where it was refused or takes too long, and whatever else [`enum@Error`] says.
    pub async fn settled(&self, skill: &SkillId) -> Result<(), Error> {
        let until = Instant::now() + self.patience;
        loop {
            match self.status(skill).await? {
                Update::Succeeded => return Ok(()),
                Update::Failed(reasons) => {
                    return Err(Error::Refused {
                        what: "take the skill's manifest",
                        reasons,
                    });
                }
                Update::InProgress if Instant::now() >= until => {
                    return Err(Error::Pending {
                        limit: self.patience,
                    });
                }
                Update::InProgress => tokio::time::sleep(self.pause).await,
            }
        }
    }

    /// The manifest of the stage that is worked on.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn manifest(&self, skill: &SkillId) -> Result<Tagged<Manifest>, Error> {
        self.read_tagged(&Operation::Manifest { skill }).await
    }

    /// Changes the manifest, and waits until Alexa took it.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn put_manifest(
        &self,
        skill: &SkillId,
        manifest: &Manifest,
        etag: Option<&str>,
    ) -> Result<(), Error> {
        let put = Operation::PutManifest {
            skill,
            manifest,
            etag,
        };
        self.call(&put).await?;
        self.settled(skill).await
    }

    /// How the skill links accounts, or `None` where it does not.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn account_linking(
        &self,
        skill: &SkillId,
    ) -> Result<Option<Tagged<AccountLinking>>, Error> {
        self.account_linking_at(skill, DEVELOPMENT).await
    }

    /// The same at this stage, such as the one that is published.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn account_linking_at(
        &self,
        skill: &SkillId,
        stage: &str,
    ) -> Result<Option<Tagged<AccountLinking>>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            account_linking_response: AccountLinking,
        }
        let operation = Operation::AccountLinking { skill, stage };
        let answer = match self.call(&operation).await {
            Ok(answer) => answer,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        // The models wrap it, and some answers that were recorded do not.
        let value = match Answer::deserialize(&answer.body) {
            Ok(wrapped) => wrapped.account_linking_response,
            Err(_) => operation.parse(answer.body)?,
        };
        Ok(Some(Tagged {
            value,
            etag: answer.etag,
        }))
    }

    /// Sets how the skill links accounts.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says; the secret is in none of it.
    pub async fn put_account_linking(
        &self,
        skill: &SkillId,
        request: &AccountLinkingRequest,
        etag: Option<&str>,
    ) -> Result<(), Error> {
        let put = Operation::PutAccountLinking {
            skill,
            request,
            etag,
        };
        let outcome = self.call(&put).await.map(drop);
        outcome.map_err(|error| error.without(request.client_secret.expose_secret()))
    }

    /// Ends account linking: every link ends with it.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says; that there was none is no error.
    pub async fn delete_account_linking(&self, skill: &SkillId) -> Result<(), Error> {
        gone(self.call(&Operation::DeleteAccountLinking { skill })).await
    }

    /// Whether the signed-in person has enabled the skill.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn is_enabled(&self, skill: &SkillId) -> Result<bool, Error> {
        match self.call(&Operation::Enablement { skill }).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Disables the skill for the signed-in person.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says; that it was not enabled is no error.
    pub async fn disable(&self, skill: &SkillId) -> Result<(), Error> {
        gone(self.call(&Operation::Disable { skill })).await
    }

    /// The client with which the skill sends events. Only a skill with the permission to do so has one.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn credentials(&self, skill: &SkillId) -> Result<Option<Credentials>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            skill_messaging_credentials: Option<Credentials>,
        }
        let answer: Answer = self.read(&Operation::Credentials { skill }).await?;
        Ok(answer
            .skill_messaging_credentials
            .filter(|credentials| !credentials.client_id.is_empty()))
    }

    /// Deletes the skill for good.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says; that there was none is no error.
    pub async fn delete(&self, skill: &SkillId) -> Result<(), Error> {
        gone(self.call(&Operation::Delete { skill })).await
    }

    async fn read<T: DeserializeOwned>(&self, operation: &Operation<'_>) -> Result<T, Error> {
        operation.parse(self.call(operation).await?.body)
    }

    async fn read_tagged<T: DeserializeOwned>(
        &self,
        operation: &Operation<'_>,
    ) -> Result<Tagged<T>, Error> {
        let answer = self.call(operation).await?;
        Ok(Tagged {
            value: operation.parse(answer.body)?,
            etag: answer.etag,
        })
    }

    /// Asks, and asks again where it may help: after the limit of calls, and where a repetition does no harm, after a
    /// failure of the service.
    async fn call(&self, operation: &Operation<'_>) -> Result<Answer, Error> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let outcome = match &self.transport {
                Transport::Http(over) => over.call(operation).await,
                Transport::Ask(ask) => ask.call(operation).await,
            };
            let answer = match outcome {
                // Alexa has not been asked yet.
                Err(Error::NoToken { .. }) if attempt < ATTEMPTS => {
                    tokio::time::sleep(self.pause).await;
                    continue;
                }
                outcome => outcome?,
            };
            let passing = answer.status == 429
                || (answer.status >= 500 && operation.method() != Method::POST);
            if !passing || attempt == ATTEMPTS {
                let signed_out = match &self.transport {
                    Transport::Http(over) => over.lwa.refused(),
                    Transport::Ask(_) => "run `ask configure`".to_owned(),
                };
                return error::judge(operation, answer, signed_out);
            }
            let asked = answer.retry_after.map(Duration::from_secs);
            tokio::time::sleep(asked.unwrap_or(self.pause).min(self.patience)).await;
        }
    }
}

/// Turns "there is none" into success.
async fn gone(call: impl Future<Output = Result<Answer, Error>>) -> Result<(), Error> {
    match call.await {
        Ok(_) | Err(Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

impl OverHttp {
    /// One exchange; a token that has expired is renewed once.
    async fn call(&self, operation: &Operation<'_>) -> Result<Answer, Error> {
        let Self {
            http,
            base_url,
            lwa,
        } = self;
        let mut renewed = false;
        loop {
            let token = lwa.token(renewed).await?;
            let mut url = base_url.path(operation.path());
            for (name, value) in operation.query() {
                url.query_pairs_mut().append_pair(name, value);
            }
            let body = operation.body()?;
            let request = http.request(operation.method(), url).with(|mut request| {
                request = request.bearer_auth(token.expose_secret());
                if let Some(body) = body {
                    request = request
                        .header("content-type", "application/json")
                        .body(body);
                }
                if let Some(etag) = operation.etag() {
                    request = request.header("if-match", etag);
                }
                request
            });
            let answer = request.send().await?;
            if answer.status.as_u16() == 401 && lwa.can_renew() && !renewed {
                renewed = true;
                continue;
            }
            return Ok(Answer {
                status: answer.status.as_u16(),
                body: answer.json().unwrap_or_default(),
                etag: answer.etag,
                retry_after: answer.retry_after,
            });
        }
    }
}
