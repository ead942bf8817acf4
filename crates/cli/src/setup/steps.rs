//! `up`, step by step. Each step reads, compares, changes only what differs, and reads back.
//!
//! | step | reads | changes |
//! |---|---|---|
//! | sign-ins | who is signed in at AWS, Amazon and Particle, and was it when it was set up, which tools there are, whether the state can be written | nothing |
//! | skill | the skill that is noted | nothing |
//! | | what stands, which is [compared](compare) with what is to be | nothing: what would end the links is refused here |
//! | | the secret that was given, which is [tried](secret) | nothing: a wrong one is refused here |
//! | skill | | makes one without an endpoint: Alexa takes one only where the function admits the skill |
//! | stack | | `sam build` and `sam deploy`, which compare by themselves |
//! | function | the aliases, and who may call | what somebody changed there by hand, which no deployment puts right |
//! | endpoint | the manifest | the endpoints, the name that was given, and what else keeps the skill from working |
//! | client | the OAuth clients at Particle, and the one that Alexa uses | makes one; replaces one only with `--rotate` |
//! | | the client whose making broke off before | nothing: it is deleted with others that nobody uses |
//! | linking | the skill's account linking | all of it |
//! | stack | which stacks have a relay that is not wanted | takes it away: Alexa does not name it any more |
//!
//! With `--dry-run` the same is read, compared and refused, and [`forecast`] says what the rest would do.
//!
//! The state is written after each step, and before anything that could not be found again.

mod account_linking;
mod client;
mod compare;
mod endpoint;
mod forecast;
mod function;
mod secret;
mod sign_ins;
mod skill;
mod stack;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use linking::aws::Aws;
use linking::id::{ClientId, FunctionArn, SkillId, VendorId};
use linking::particle::Particle;
use linking::probe::TokenRequest;
use linking::region::Region;
use secrecy::SecretString;

use super::gathering::Asked;
use super::services::Services;
use super::state::StateFile;
use super::{Done, Report};

/// What is to be.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The first one has the relay.
    pub(crate) regions: Vec<Region>,
    pub(crate) stack: String,
    /// What the skill is called; `None` for the name in `skill-package/skill.json`.
    pub(crate) name: Option<String>,
    /// A skill that there is already.
    pub(crate) skill: Option<SkillId>,
    pub(crate) vendor: Option<VendorId>,
    /// Whether there is a relay; `None` for what was chosen before, and at first for one.
    pub(crate) relay: Option<bool>,
    /// The processor that the functions are built for; `None` for what was chosen before, and at first for the template's.
    pub(crate) architecture: Option<String>,
    /// Whether an OAuth client that works is to be replaced.
    pub(crate) rotate: bool,
    /// Whether nothing is to be changed.
    pub(crate) dry_run: bool,
    pub(crate) code: Code,
    /// Parameters of the stack beside those that are known.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The secret of a client that was made elsewhere.
    pub(crate) secret: Option<SecretString>,
}

/// What the stack is made of.
#[derive(Debug)]
pub(crate) enum Code {
    /// A template whose functions are built here.
    Source { template: PathBuf, folder: PathBuf },
    /// A template that names what was built.
    Built(PathBuf),
}

/// `up`, under way.
pub(crate) struct Up<'a, A> {
    pub(crate) services: &'a Services<A>,
    pub(crate) plan: &'a Plan,
    pub(crate) file: &'a mut StateFile,
    pub(crate) report: &'a mut dyn Report,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What the skill is called.
    pub(crate) name: String,
    /// The client's secret, if it has been seen in this run.
    pub(crate) secret: Option<SecretString>,
    /// Whether Particle was asked what it thinks of that secret.
    pub(crate) asked: Asked,
}

/// What the stacks tell, as far as later steps need it.
struct Deployed {
    endpoints: BTreeMap<Region, FunctionArn>,
    entrance: Entrance,
    /// What they were made of.
    template: PathBuf,
}

/// Where users come in.
#[derive(Clone, Debug, PartialEq)]
struct Entrance {
    /// The page to which Alexa sends them.
    authorization_url: String,
    /// Where Particle returns them to.
    redirect_uri: String,
}

/// The client that Alexa is to use.
struct Chosen {
    id: ClientId,
    /// Known only of a client that has just been made, or whose secret was given.
    secret: Option<SecretString>,
    /// Whether it was there before.
    adopted: bool,
}

impl<A: Aws> Up<'_, A> {
    /// All of it; `None` where it is only said what would be done.
    pub(crate) async fn run(mut self, run: TokenRequest) -> anyhow::Result<Option<Outcome>> {
        let signed_in = self.sign_ins().await?;
        let vendor = &signed_in.vendor;
        let skill = self.skill(vendor).await?;
        let standing = self.compare(skill.as_ref(), &vendor.id).await?;
        let asked = self.secret(&standing, run).await?;
        if self.plan.dry_run {
            self.forecast(skill.as_ref(), &standing).await?;
            return Ok(None);
        }
        let skill = &match skill {
            Some(skill) => {
                self.note(&signed_in, &skill)?;
                skill
            }
            None => self.make_skill(&signed_in).await?,
        };
        self.aliases(&standing).await?;
        let deployed = self.stack(skill, &vendor.id, &standing).await?;
        self.permissions(skill, &deployed.endpoints).await?;
        let name = self.endpoint(skill, &deployed.endpoints).await?;
        let redirect_uri = Some(deployed.entrance.redirect_uri.as_str());
        let chosen = self.client(skill, &standing, redirect_uri).await?;
        let chosen = chosen.context("no OAuth client was chosen")?;
        let secret = self.linking(skill, &deployed.entrance, chosen).await?;
        self.retire_relays(skill, &vendor.id, &standing, &deployed.template)
            .await?;
        self.tell_of_left_out().await?;
        Ok(Some(Outcome {
            name,
            secret,
            asked,
        }))
    }

    fn done(&mut self, step: &'static str, text: impl Into<String>) -> anyhow::Result<()> {
        let text = text.into();
        self.report.done(Done { step, text })
    }

    fn particle(&self) -> anyhow::Result<&Particle> {
        let particle = self.services.particle.as_ref();
        particle.map_err(|why| anyhow!("{why}"))
    }
}
