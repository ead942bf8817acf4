//! Clients, codes and tokens: who may have which token, and for what it is good.

use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Refusal;
use crate::{secret, skill::Skill};

/// What an access token is good for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// Reading skills and vendors.
    Read,
    /// Creating and changing skills.
    ReadWrite,
    /// Enabling skills.
    Test,
}

/// A client of LWA.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
}

/// All clients, codes and tokens that hold, except for the skills' own clients.
#[derive(Debug)]
pub(crate) struct Lwa {
    /// The security profile with which the developer's tools sign in.
    pub(crate) profile: Client,
    access: Vec<Access>,
    codes: Vec<Grant>,
    refresh: Vec<Grant>,
}

#[derive(Debug)]
struct Access {
    token: SecretString,
    scopes: Vec<String>,
    expires_at: SystemTime,
}

/// What is exchanged for an access token.
#[derive(Debug)]
struct Grant {
    secret: SecretString,
    client_id: String,
    scopes: Vec<String>,
    /// For whom a skill may speak with it.
    customer: Option<Uuid>,
}

impl Scope {
    /// Whether a token with these scopes may.
    fn is_granted_by(self, scopes: &[String]) -> bool {
        let enough: &[&str] = match self {
            Self::Read => &[READ, READ_WRITE],
            Self::ReadWrite => &[READ_WRITE],
            Self::Test => &[TEST],
        };
        scopes.iter().any(|scope| enough.contains(&scope.as_str()))
    }
}

impl Client {
    pub(crate) fn random() -> Self {
        Self {
            id: format!("amzn1.application-oa2-client.{}", Uuid::new_v4().simple()),
            secret: secret::random("amzn1.oa2-cs.v1."),
        }
    }
}

impl Default for Lwa {
    fn default() -> Self {
        Self {
            profile: Client::random(),
            access: Vec::new(),
            codes: Vec::new(),
            refresh: Vec::new(),
        }
    }
}

impl Lwa {
    /// The client's id, if there is such a one with this secret.
    pub(super) fn client(
        &self,
        (id, secret): (&str, &str),
        skills: &[Skill],
    ) -> Result<String, Refusal> {
        let messaging = skills
            .iter()
            .filter(|skill| skill.has_permissions())
            .map(|skill| &skill.messaging);
        let mut clients = messaging.chain([&self.profile]);
        let known = clients.find(|client| client.id == id && secret::same(&client.secret, secret));
        known
            .map(|client| client.id.clone())
            .ok_or_else(Refusal::invalid_client)
    }

    /// Exchanges a code, which works once.
    pub(super) fn exchange(&mut self, client: &str, code: &str) -> Result<Value, Refusal> {
        let position = self
            .codes
            .iter()
            .position(|grant| grant.client_id == client && secret::same(&grant.secret, code));
        let position = position.ok_or_else(|| Refusal::invalid_grant("code"))?;
        let code = self.codes.remove(position);
        let grant = Grant {
            secret: secret::random("Atzr|"),
            ..code
        };
        let granted = self.granted(&grant.scopes, Some(&grant.secret));
        self.refresh.push(grant);
        Ok(granted)
    }

    /// Exchanges a refresh token, which goes on working.
    pub(super) fn refresh(&mut self, client: &str, token: &str) -> Result<Value, Refusal> {
        let grant = self
            .refresh
            .iter()
            .find(|grant| grant.client_id == client && secret::same(&grant.secret, token));
        let grant = grant.ok_or_else(|| Refusal::invalid_grant("refresh_token"))?;
        let (scopes, refresh) = (grant.scopes.clone(), grant.secret.clone());
        Ok(self.granted(&scopes, Some(&refresh)))
    }

    /// Gives a skill's client a token of its own.
    pub(super) fn vouch(&mut self, client: &str, scope: &str) -> Result<Value, Refusal> {
        if scope != MESSAGING {
            return Err(Refusal::new(
                "invalid_scope",
                "An unknown scope was requested",
            ));
        }
        if client == self.profile.id {
            return Err(Refusal::new(
                "unauthorized_client",
                "Not authorized for requested operation",
            ));
        }
        Ok(self.granted(&[scope.to_owned()], None))
    }

    /// A refresh token for a client.
    pub(crate) fn sign_in(&mut self, client: &str, scopes: &[String]) -> SecretString {
        let grant = Grant {
            secret: secret::random("Atzr|"),
            client_id: client.to_owned(),
            scopes: scopes.to_vec(),
            customer: None,
        };
        let token = grant.secret.clone();
        self.refresh.push(grant);
        token
    }

    /// A code with which a skill's client gets tokens to speak for a customer.
    pub(crate) fn grant(&mut self, client: &str, customer: Uuid) -> SecretString {
        let grant = Grant {
            secret: secret::random("AN"),
            client_id: client.to_owned(),
            scopes: vec![EVENTS.to_owned()],
            customer: Some(customer),
        };
        let code = grant.secret.clone();
        self.codes.push(grant);
        code
    }

    /// Takes back what a skill's client was granted for a customer.
    pub(crate) fn revoke(&mut self, client: &str, customer: Uuid) {
        let others = |grant: &Grant| grant.client_id != client || grant.customer != Some(customer);
        self.codes.retain(others);
        self.refresh.retain(others);
    }

    /// An access token.
    pub(crate) fn issue(&mut self, scopes: &[String]) -> SecretString {
        let token = secret::random("Atza|");
        self.access.push(Access {
            token: token.clone(),
            scopes: scopes.to_vec(),
            expires_at: SystemTime::now() + LIFETIME,
        });
        token
    }

    /// Whether there is such an access token, and it is good for this.
    pub(crate) fn check(&self, token: &str, scope: Scope) -> Option<bool> {
        let now = SystemTime::now();
        let access = self
            .access
            .iter()
            .find(|access| secret::same(&access.token, token) && access.expires_at > now)?;
        Some(scope.is_granted_by(&access.scopes))
    }

    pub(crate) fn expire(&mut self) {
        self.access.clear();
    }

    /// Forgets every refresh token of the developer's tools.
    pub(crate) fn sign_out(&mut self) {
        self.refresh
            .retain(|grant| grant.client_id != self.profile.id);
    }

    fn granted(&mut self, scopes: &[String], refresh: Option<&SecretString>) -> Value {
        let access = self.issue(scopes);
        let mut granted = json!({
            "access_token": access.expose_secret(),
            "token_type": "bearer",
            "expires_in": LIFETIME.as_secs(),
        });
        if let Some(fields) = granted.as_object_mut() {
            let (name, value) = match refresh {
                Some(refresh) => ("refresh_token", refresh.expose_secret().to_owned()),
                None => ("scope", scopes.join(" ")),
            };
            fields.insert(name.to_owned(), value.into());
        }
        granted
    }
}

pub(crate) const READ: &str = "alexa::ask:skills:read";
pub(crate) const READ_WRITE: &str = "alexa::ask:skills:readwrite";
pub(crate) const TEST: &str = "alexa::ask:skills:test";
const EVENTS: &str = "alexa::async_event:write";
const MESSAGING: &str = "alexa:skill_messaging";

/// How long an access token holds.
const LIFETIME: Duration = Duration::from_secs(3600);
