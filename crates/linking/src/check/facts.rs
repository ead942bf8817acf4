//! What was found out, and of what was not, why.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value as Json;

use super::Unseen;
use crate::account_linking::{AccountLinking, access_token_url, authorization_url};
use crate::aws::{Alias, Configuration, Identity, Policy, Stack};
use crate::id::{FunctionArn, SkillId, VendorId};
use crate::manifest::Manifest;
use crate::particle::{Client, Token, User};
use crate::probe::{AuthorizeVerdict, ClientVerdict, RelayVerdict, TimeVerdict};
use crate::region::Region;
use crate::smapi::{Update, Vendor};

/// Something that was looked for, or why it could not be found out.
pub type Fact<T> = Result<T, String>;

/// Whose accounts are linked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mode {
    /// Those of Particle's own users.
    #[default]
    Maker,
    /// Those of a product's customers, whom the product's own login page knows.
    Product,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The regions that are served; the first one has the relay.
    pub regions: Vec<Region>,
    /// Whether Alexa is told of changes.
    pub proactive: bool,
    /// Whose accounts are linked.
    pub mode: Mode,
    /// The Particle cloud.
    pub particle_url: String,
}

/// What `up` noted.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Whether it deployed anything.
    pub deployed: bool,
    /// The AWS account in which it did.
    pub aws_account: Option<String>,
    /// The Particle user for whom it made the OAuth client.
    pub particle_user: Option<String>,
    /// The OAuth client that it made.
    pub client_id: Option<String>,
    /// Whether the secret that is known now is the one that Alexa was told.
    pub secret_fits: Fact<bool>,
}

/// One function that the skill names.
#[derive(Clone, Debug)]
pub struct FunctionFacts {
    /// The function, as the manifest names it.
    pub arn: FunctionArn,
    /// Who may call it at that qualifier.
    pub policy: Fact<Option<Policy>>,
    /// Who may call it without a qualifier.
    pub unqualified_policy: Fact<Option<Policy>>,
    /// The version behind the alias.
    pub alias: Fact<Option<Alias>>,
    /// The version that its stack published last; `None` where it is in none of the stacks.
    pub deployed: Fact<Option<String>>,
    /// How it is set up: at that qualifier, or without one where AWS knows none such.
    pub configuration: Fact<Option<Configuration>>,
    /// What it answers to a discovery with the operator's token, which a function of another account is not told.
    pub discovery: Fact<Json>,
    /// What it answers of a device that nobody has; asked where it discovers none, since it then tells no reason.
    pub nobodys: Fact<Json>,
    /// What it answers to `AcceptGrant` with a code that is none, and the same token.
    pub accept_grant: Fact<Json>,
}

impl FunctionFacts {
    /// Nothing is known of it, for this reason.
    #[must_use]
    pub fn unknown(arn: FunctionArn, why: &str) -> Self {
        let why = || why.to_owned();
        Self {
            arn,
            policy: Err(why()),
            unqualified_policy: Err(why()),
            alias: Err(why()),
            deployed: Err(why()),
            configuration: Err(why()),
            discovery: Err(why()),
            nobodys: Err(why()),
            accept_grant: Err(why()),
        }
    }
}

/// The relay.
#[derive(Clone, Debug)]
pub struct RelayFacts {
    /// Where it is.
    pub url: String,
    /// Who may call it.
    pub policy: Fact<Option<Policy>>,
    /// What it makes of a redirect.
    pub probe: Fact<RelayVerdict>,
}

/// An AWS account that is not the one that is signed in, and what is there.
#[derive(Clone, Copy, Debug)]
pub(super) enum OtherAccount<'a> {
    /// What `up` deployed.
    Noted(&'a str),
    /// A function that the skill names, whosever it is.
    Function(&'a str),
}

/// What was found out.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What is wanted.
    pub wanted: Wanted,
    /// When it was looked at.
    pub now: SystemTime,
    /// What `up` noted.
    pub kept: Fact<Kept>,
    /// The developers for whom the signed-in person acts.
    pub vendors: Fact<Vec<Vendor>>,
    /// The developer that the skill belongs to.
    pub vendor: Fact<VendorId>,
    /// The skill.
    pub skill: Fact<SkillId>,
    /// How the last change of its manifest went; `None` where Alexa knows no such skill.
    pub update: Fact<Option<Update>>,
    /// Its manifest.
    pub manifest: Fact<Manifest>,
    /// How it links accounts.
    pub linking: Fact<Option<AccountLinking>>,
    /// Whether the signed-in person has enabled it.
    pub enabled: Fact<bool>,
    /// Who the skill is at Login with Amazon.
    pub messaging_client: Fact<Option<String>>,
    /// Who the function thinks that it is there.
    pub stored_messaging_client: Fact<String>,
    /// Whether Login with Amazon takes that client.
    pub messaging_works: Fact<bool>,
    /// Who is signed in at AWS.
    pub identity: Fact<Identity>,
    /// The stacks, by region.
    pub stacks: BTreeMap<Region, Fact<Option<Stack>>>,
    /// The functions that the manifest names.
    pub functions: Fact<Vec<FunctionFacts>>,
    /// The relay; `None` where there is none.
    pub relay: Fact<Option<RelayFacts>>,
    /// Whose Particle token it is.
    pub user: Fact<User>,
    /// What that token is good for.
    pub token: Fact<Token>,
    /// The user's OAuth clients.
    pub clients: Fact<Vec<Client>>,
    /// How many devices the user has.
    pub devices: Fact<usize>,
    /// Whether what is known as the client's secret is an access token.
    pub secret_is_token: Fact<bool>,
    /// What the token endpoint says of the client.
    pub client: Fact<ClientVerdict>,
    /// What Particle's authorization page says of each redirect URI.
    pub authorize: Fact<Vec<(String, AuthorizeVerdict)>>,
    /// How fast the token endpoint is.
    pub token_time: Fact<TimeVerdict>,
    /// How fast the authorization page is.
    pub authorize_time: Fact<TimeVerdict>,
    /// What was asked of a service that did not tell it, so that the facts that hang on it are missing.
    pub failed: Vec<Unseen>,
}

impl Facts {
    /// Nothing is known yet, for this reason.
    #[must_use]
    pub fn unknown(wanted: Wanted, why: &str) -> Self {
        fn no<T>(why: &str) -> Fact<T> {
            Err(why.to_owned())
        }
        Self {
            wanted,
            now: SystemTime::now(),
            kept: no(why),
            vendors: no(why),
            vendor: no(why),
            skill: no(why),
            update: no(why),
            manifest: no(why),
            linking: no(why),
            enabled: no(why),
            messaging_client: no(why),
            stored_messaging_client: no(why),
            messaging_works: no(why),
            identity: no(why),
            stacks: BTreeMap::new(),
            functions: no(why),
            relay: no(why),
            user: no(why),
            token: no(why),
            clients: no(why),
            devices: no(why),
            secret_is_token: no(why),
            client: no(why),
            authorize: no(why),
            token_time: no(why),
            authorize_time: no(why),
            failed: Vec::new(),
        }
    }

    /// How the skill links accounts, or why a check of that cannot look.
    pub(super) fn linking(&self) -> Result<&AccountLinking, String> {
        match &self.linking {
            Ok(Some(linking)) => Ok(linking),
            Ok(None) => Err("the skill has no account linking".to_owned()),
            Err(why) => Err(why.clone()),
        }
    }

    /// What the stack of the first region tells.
    pub(super) fn output(&self, name: &str) -> Option<&str> {
        let region = self.wanted.regions.first()?;
        let stack = self.stacks.get(region)?.as_ref().ok()?.as_ref()?;
        stack.outputs.get(name).map(String::as_str)
    }

    /// The AWS account in which something is that cannot be looked at from the one that is signed in.
    pub(super) fn other_account(&self) -> Result<Option<OtherAccount<'_>>, String> {
        let identity = self.identity.as_ref()?;
        let kept = self.kept.as_ref().ok();
        let noted = kept.and_then(|kept| kept.aws_account.as_deref());
        if let Some(noted) = noted.filter(|noted| *noted != identity.account) {
            return Ok(Some(OtherAccount::Noted(noted)));
        }
        let mut functions = self.functions.iter().flatten();
        let foreign = functions.find(|function| !identity.has(&function.arn));
        Ok(foreign.map(|function| OtherAccount::Function(function.arn.account())))
    }

    /// The page that should ask users; `None` where that is the product's business.
    pub(super) fn authorization_url(&self) -> Option<String> {
        match self.wanted.mode {
            Mode::Product => None,
            Mode::Maker => Some(self.output("AlexaAuthorizationUri").map_or_else(
                || authorization_url(&self.wanted.particle_url),
                str::to_owned,
            )),
        }
    }

    /// Where codes should be exchanged; `None` where that is the product's business.
    pub(super) fn access_token_url(&self) -> Option<String> {
        match self.wanted.mode {
            Mode::Product => None,
            Mode::Maker => Some(access_token_url(&self.wanted.particle_url)),
        }
    }

    /// The client that the skill uses, as Particle lists it.
    pub(super) fn registered(&self) -> Result<&Client, String> {
        let linking = self.linking()?;
        let clients = self.clients.as_ref()?;
        clients
            .iter()
            .find(|client| client.id == linking.client_id)
            .ok_or_else(|| "the client is none of this Particle user's".to_owned())
    }
}
