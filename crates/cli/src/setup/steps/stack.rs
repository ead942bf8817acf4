//! The stack of each region, with the function and, in the first, the relay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use linking::aws::{Aws, Build, Deployment, Stack};
use linking::id::{SkillId, VendorId};
use linking::region::Region;

use super::compare::{ARCHITECTURE, Standing};
use super::{Code, Deployed, Entrance, Up};

impl<A: Aws> Up<'_, A> {
    /// The stacks of all regions, brought up to date. A relay that is not wanted any more stays, since Alexa may still send
    /// users to it: see [`Self::retire_relays`].
    pub(super) async fn stack(
        &mut self,
        skill: &SkillId,
        vendor: &VendorId,
        standing: &Standing,
    ) -> anyhow::Result<Deployed> {
        let plan = self.plan;
        let state = &mut self.file.state;
        state.stack = Some(plan.stack.clone());
        state.serve(&plan.regions);
        state.relay = Some(standing.relay);
        state.architecture.clone_from(&standing.architecture);
        self.file.save()?;
        let template = self.built(standing).await?;
        let mut stacks = BTreeMap::new();
        for region in &plan.regions {
            let mut parameters = self.parameters(*region, skill, vendor, standing);
            let relay = standing.wants_relay(&plan.regions, *region)
                || standing.relays.contains_key(region);
            parameters.insert("LinkRelay".to_owned(), on_or_off(relay));
            let (changed, stack) = self.deploy(*region, &template, parameters).await?;
            let what = if changed {
                "deployed"
            } else {
                "nothing to change"
            };
            self.done("stack", format!("{} in {region}: {what}", plan.stack))?;
            stacks.insert(*region, stack);
        }
        let mut endpoints = BTreeMap::new();
        for (region, stack) in &stacks {
            endpoints.insert(*region, self.output(stack, "SkillEndpoint")?.parse()?);
        }
        let first = plan.regions.first().copied();
        let first = first.unwrap_or(Region::NorthAmerica);
        let own = self.without_relay(first, vendor);
        let entrance = match stacks.get(&first).filter(|_| standing.relay) {
            Some(stack) => Entrance {
                authorization_url: self.output(stack, "AlexaAuthorizationUri")?,
                redirect_uri: stack
                    .outputs
                    .get("ParticleRedirectUri")
                    .cloned()
                    .unwrap_or(own.redirect_uri),
            },
            None => own,
        };
        Ok(Deployed {
            endpoints,
            entrance,
            template,
        })
    }

    /// Takes away each relay that is not wanted, now that Alexa sends nobody to it.
    pub(super) async fn retire_relays(
        &mut self,
        skill: &SkillId,
        vendor: &VendorId,
        standing: &Standing,
        template: &Path,
    ) -> anyhow::Result<()> {
        let plan = self.plan;
        for region in standing.relays.keys() {
            let wanted = standing.wants_relay(&plan.regions, *region);
            if wanted || !plan.regions.contains(region) {
                continue;
            }
            let mut parameters = self.parameters(*region, skill, vendor, standing);
            parameters.insert("LinkRelay".to_owned(), on_or_off(false));
            self.deploy(*region, template, parameters).await?;
            self.done(
                "stack",
                format!("{} in {region}: took the relay away", plan.stack),
            )?;
        }
        Ok(())
    }

    /// Says of each stack that serves nobody any more how it is deleted, and forgets those that are gone.
    pub(super) async fn tell_of_left_out(&mut self) -> anyhow::Result<()> {
        let stack = &self.plan.stack;
        for region in self.file.state.left_out.clone() {
            if self.services.aws.stack(region, stack).await?.is_some() {
                self.done(
                    "stack",
                    format!(
                        "{stack} in {region}: serves nobody any more; `sam delete --stack-name {stack} --region {region}` \
                         deletes it, and so does `down`, with the rest"
                    ),
                )?;
            } else {
                self.file.state.left_out.retain(|other| *other != region);
                self.file.save()?;
            }
        }
        Ok(())
    }

    /// The template whose code is built.
    async fn built(&self, standing: &Standing) -> anyhow::Result<PathBuf> {
        match &self.plan.code {
            Code::Built(template) => Ok(template.clone()),
            Code::Source { template, folder } => {
                let waiting = self.report.waiting_for("Building the functions");
                let build = Build {
                    template: template.clone(),
                    folder: folder.clone(),
                    architecture: standing.architecture.clone(),
                };
                let line = |line: &str| waiting.set_message(shortened(line));
                Ok(self.services.aws.build(&build, &line).await?)
            }
        }
    }

    /// Deploys one, and gives whether there was anything to do, and what came of it.
    async fn deploy(
        &self,
        region: Region,
        template: &Path,
        parameters: BTreeMap<String, String>,
    ) -> anyhow::Result<(bool, Stack)> {
        let aws = &self.services.aws;
        let name = &self.plan.stack;
        let deployment = Deployment {
            region,
            stack: name.clone(),
            template: template.to_owned(),
            parameters,
        };
        let changed = {
            let waiting = self
                .report
                .waiting_for(&format!("Deploying {name} in {region}"));
            let line = |line: &str| waiting.set_message(shortened(line));
            aws.deploy(&deployment, &line).await?
        };
        let stack = aws.stack(region, name).await?;
        let stack = stack
            .with_context(|| format!("the stack {name} in {region} is not there after all"))?;
        if !stack.is_complete() {
            bail!(
                "the stack {name} in {region} is {}{}",
                stack.status,
                stack
                    .reason
                    .as_ref()
                    .map_or_else(String::new, |reason| format!(": {reason}"))
            );
        }
        Ok((changed, stack))
    }

    /// What a stack is given, but for whether it has the relay.
    fn parameters(
        &self,
        region: Region,
        skill: &SkillId,
        vendor: &VendorId,
        standing: &Standing,
    ) -> BTreeMap<String, String> {
        let mut parameters = standing.settings(&self.plan.regions, region);
        parameters.extend(Deployment::parameters_of(skill, vendor));
        // Named even where it is the default: what is not named stays as it was.
        let particle_url = self.services.particle_url.clone();
        parameters.insert("ParticleApiUrl".to_owned(), particle_url);
        let architecture = standing.architecture.iter();
        parameters.extend(architecture.map(|name| (ARCHITECTURE.to_owned(), name.clone())));
        parameters.extend(self.plan.parameters.clone());
        parameters
    }

    fn output(&self, stack: &Stack, name: &str) -> anyhow::Result<String> {
        let output = stack.outputs.get(name).cloned();
        output.with_context(|| {
            format!(
                "the stack {} has no output {name}; is its template an older one?",
                self.plan.stack
            )
        })
    }
}

fn on_or_off(relay: bool) -> String {
    if relay { "on" } else { "off" }.to_owned()
}

/// The last line of a tool, as far as it fits.
fn shortened(line: &str) -> String {
    line.trim().chars().take(70).collect()
}
