//! `up`, step by step. Each step reads, compares, changes only what differs, and reads back.
//!
//! | step | reads | changes |
//! |---|---|---|
//! | sign-ins | who is signed in at AWS, Amazon and Particle | nothing |
//! | skill | the skill that is noted | makes one without an endpoint: Alexa takes one only where the function admits the skill |
//! | stack | | `sam build` and `sam deploy`, which compare by themselves |
//! | endpoint | the manifest | the endpoints, and what else keeps the skill from working |
//! | client | the OAuth clients at Particle, and the one that Alexa uses | makes one; replaces one only with `--rotate` |
//! | linking | the skill's account linking | all of it |
//!
//! The state is written after each step, and before anything that could not be found again.

mod account_linking;
mod client;
mod endpoint;
mod sign_ins;
mod skill;
mod stack;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::anyhow;
use linking::aws::Aws;
use linking::id::{ClientId, FunctionArn, SkillId, VendorId};
use linking::particle::Particle;
use linking::region::Region;
use secrecy::SecretString;

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
    pub(crate) relay: bool,
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
    Source {
        template: PathBuf,
        folder: PathBuf,
        architecture: Option<String>,
    },
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
}

/// What the stacks tell, as far as later steps need it.
struct Deployed {
    endpoints: BTreeMap<Region, FunctionArn>,
    authorization_url: String,
    redirect_uri: String,
}

/// The client that Alexa is to use.
struct Chosen {
    id: ClientId,
    /// Known only of a client that has just been made, or whose secret was given.
    secret: Option<SecretString>,
}

impl<A: Aws> Up<'_, A> {
    /// All of it; `None` where it is only said what would be done.
    pub(crate) async fn run(mut self) -> anyhow::Result<Option<Outcome>> {
        let vendor = self.sign_ins().await?;
        let skill = self.skill(&vendor).await?;
        let deployed = self.stack(skill.as_ref(), &vendor.id).await?;
        let (Some(skill), Some(deployed)) = (skill, deployed) else {
            // Nothing of the rest is there to be compared with.
            for (step, text) in [
                ("endpoint", "would be set to the function's alias"),
                ("client", "would be made at Particle"),
                ("linking", "would be set, with that client"),
            ] {
                self.done(step, text)?;
            }
            return Ok(None);
        };
        let name = self.endpoint(&skill, &deployed).await?;
        let chosen = self.client(&skill, &deployed).await?;
        let Some(chosen) = chosen else {
            self.done("linking", "would be set, with that client")?;
            return Ok(None);
        };
        let secret = self.linking(&skill, &deployed, chosen).await?;
        if self.plan.dry_run {
            return Ok(None);
        }
        Ok(Some(Outcome { name, secret }))
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
