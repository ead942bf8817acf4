//! One skill: its manifest and the change of it that is under way, its account linking, its clients.

use std::time::SystemTime;

use axum::body::Bytes;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{customer::Region, lwa::Client, smapi::Violation};

mod account_linking;

pub use account_linking::{
    AccessTokenScheme, AccountLinking, AccountLinkingType, Platform, PlatformAuthorizationUrl,
    VoiceForwardAccountLinking,
};

/// A skill in its development stage, the only one it gets to here.
#[derive(Debug)]
pub(crate) struct Skill {
    pub(crate) id: String,
    /// The last manifest that was taken.
    pub(crate) manifest: Option<Versioned<Value>>,
    pub(crate) update: Update,
    pub(crate) account_linking: Option<Versioned<AccountLinking>>,
    /// Whether the developer has enabled it.
    pub(crate) enabled: bool,
    /// The skill-messaging client.
    pub(crate) messaging: Client,
    pub(crate) last_updated: SystemTime,
}

/// A resource with its `ETag`.
#[derive(Clone, Debug)]
pub(crate) struct Versioned<T> {
    pub(crate) value: T,
    pub(crate) etag: String,
}

/// The last change of the manifest.
#[derive(Debug)]
pub(crate) enum Update {
    /// For so many polls of the status; then this comes of it.
    InProgress {
        polls: u32,
        outcome: Result<Value, Vec<Violation>>,
    },
    Succeeded,
    Failed(Vec<Violation>),
}

/// A place for a package, and what was put there.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) package: Option<Bytes>,
}

/// What comes of a package.
#[derive(Clone, Debug)]
pub(crate) enum Import {
    /// What comes of the last change of this skill.
    Of(String),
    /// Nothing, and no skill either.
    Failed(Vec<Violation>),
}

/// A row of [`Simulator::skills`](crate::Simulator::skills).
#[derive(Clone, Debug)]
pub struct SkillSummary {
    /// The skill's id.
    pub id: String,
    /// How far the last change of the manifest is.
    pub status: UpdateStatus,
    /// The last manifest that was taken, with the key `manifest` around it.
    pub manifest: Option<Value>,
    /// The account-linking configuration.
    pub account_linking: Option<AccountLinking>,
    /// Whether the developer has enabled it.
    pub enabled: bool,
}

/// How far a change is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UpdateStatus {
    /// It was refused, and what was there before holds.
    Failed,
    /// It is being looked at.
    InProgress,
    /// It holds.
    Succeeded,
}

impl Skill {
    /// A skill of which no more is known than its id.
    pub(crate) fn new() -> Self {
        Self {
            id: format!("amzn1.ask.skill.{}", Uuid::new_v4()),
            manifest: None,
            update: Update::Succeeded,
            account_linking: None,
            enabled: false,
            messaging: Client::random(),
            last_updated: SystemTime::now(),
        }
    }

    /// Begins a change of the manifest.
    pub(crate) fn change(&mut self, outcome: Result<Value, Vec<Violation>>, polls: u32) {
        self.update = Update::InProgress { polls, outcome };
        if polls == 0 {
            self.settle();
        }
    }

    /// Tells how far the last change is, which brings it forward.
    pub(crate) fn poll(&mut self) -> UpdateStatus {
        match &mut self.update {
            Update::InProgress { polls: 0, .. } => self.settle(),
            Update::InProgress { polls, .. } => *polls -= 1,
            Update::Succeeded | Update::Failed(_) => {}
        }
        self.status()
    }

    pub(crate) fn status(&self) -> UpdateStatus {
        match self.update {
            Update::InProgress { .. } => UpdateStatus::InProgress,
            Update::Succeeded => UpdateStatus::Succeeded,
            Update::Failed(_) => UpdateStatus::Failed,
        }
    }

    /// Whether the customer is asked for a permission, which gives the skill a messaging client.
    pub(crate) fn has_permissions(&self) -> bool {
        !self.permissions().is_empty()
    }

    /// Whether it may send events, for which it has to accept a grant.
    pub(crate) fn sends_events(&self) -> bool {
        let mut names = self
            .permissions()
            .iter()
            .map(|permission| permission.get("name"));
        names.any(|name| name.and_then(Value::as_str) == Some("alexa::async_event:write"))
    }

    /// Its name for customers.
    pub(crate) fn name(&self) -> Option<&str> {
        let locales = self.at("/manifest/publishingInformation/locales")?;
        let (_, texts) = locales.as_object()?.iter().next()?;
        texts.get("name")?.as_str()
    }

    /// The function that Alexa invokes for customers of a region.
    pub(crate) fn function(&self, region: Region) -> Option<String> {
        let own = format!(
            "/manifest/apis/smartHome/regions/{}/endpoint/uri",
            region.key()
        );
        let common = "/manifest/apis/smartHome/endpoint/uri";
        let function = self.at(&own).or_else(|| self.at(common))?.as_str()?;
        let is_there = function.split(':').nth(3) == Some(region.lambda_region());
        is_there.then(|| function.to_owned())
    }

    fn permissions(&self) -> &[Value] {
        let list = self.at("/manifest/permissions").and_then(Value::as_array);
        list.map(Vec::as_slice).unwrap_or_default()
    }

    fn at(&self, pointer: &str) -> Option<&Value> {
        self.manifest.as_ref()?.value.pointer(pointer)
    }

    pub(crate) fn summary(&self) -> SkillSummary {
        let linking = self.account_linking.as_ref();
        SkillSummary {
            id: self.id.clone(),
            status: self.status(),
            manifest: self
                .manifest
                .as_ref()
                .map(|manifest| manifest.value.clone()),
            account_linking: linking.map(|linking| linking.value.clone()),
            enabled: self.enabled,
        }
    }

    fn settle(&mut self) {
        let update = std::mem::replace(&mut self.update, Update::Succeeded);
        if let Update::InProgress { outcome, .. } = update {
            match outcome {
                Ok(manifest) => {
                    self.manifest = Some(Versioned::new(manifest));
                    self.last_updated = SystemTime::now();
                }
                Err(violations) => self.update = Update::Failed(violations),
            }
        }
    }
}

impl<T> Versioned<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value,
            etag: Uuid::new_v4().simple().to_string(),
        }
    }
}
