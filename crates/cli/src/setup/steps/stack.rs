//! The stack of each region, with the function and, in the first, the relay.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use linking::aws::{Aws, Build, Deployment, Stack};
use linking::id::{SkillId, VendorId};
use linking::particle::PARTICLE;
use linking::region::Region;

use super::{Code, Deployed, Up};

impl<A: Aws> Up<'_, A> {
    /// The stacks of all regions, brought up to date.
    pub(super) async fn stack(
        &mut self,
        skill: Option<&SkillId>,
        vendor: &VendorId,
    ) -> anyhow::Result<Option<Deployed>> {
        let plan = self.plan;
        if plan.dry_run {
            return self.planned_stack().await;
        }
        let Some(skill) = skill else {
            return Ok(None);
        };
        self.file.state.stack = Some(plan.stack.clone());
        for region in &plan.regions {
            if !self.file.state.regions.contains(region) {
                self.file.state.regions.push(*region);
            }
        }
        self.file.save()?;
        let aws = &self.services.aws;
        let template = match &plan.code {
            Code::Built(template) => template.clone(),
            Code::Source {
                template,
                folder,
                architecture,
            } => {
                let waiting = self.report.waiting_for("Building the functions");
                let build = Build {
                    template: template.clone(),
                    folder: folder.clone(),
                    architecture: architecture.clone(),
                };
                let line = |line: &str| waiting.set_message(shortened(line));
                aws.build(&build, &line).await?
            }
        };
        let mut stacks = BTreeMap::new();
        for region in &plan.regions {
            let deployment = Deployment {
                region: *region,
                stack: plan.stack.clone(),
                template: template.clone(),
                parameters: self.parameters(*region, skill, vendor),
            };
            let changed = {
                let waiting = self
                    .report
                    .waiting_for(&format!("Deploying {} in {region}", plan.stack));
                let line = |line: &str| waiting.set_message(shortened(line));
                aws.deploy(&deployment, &line).await?
            };
            let stack = aws.stack(*region, &plan.stack).await?;
            let stack = stack.with_context(|| {
                format!(
                    "the stack {} in {region} is not there after all",
                    plan.stack
                )
            })?;
            if !stack.is_complete() {
                bail!(
                    "the stack {} in {region} is {}{}",
                    plan.stack,
                    stack.status,
                    stack
                        .reason
                        .as_ref()
                        .map_or_else(String::new, |reason| format!(": {reason}"))
                );
            }
            let what = if changed {
                "deployed"
            } else {
                "nothing to change"
            };
            self.done("stack", format!("{} in {region}: {what}", plan.stack))?;
            stacks.insert(*region, stack);
        }
        self.deployed(&stacks, vendor).map(Some)
    }

    /// What the stacks have now, where nothing is to be changed.
    async fn planned_stack(&mut self) -> anyhow::Result<Option<Deployed>> {
        let mut stacks = BTreeMap::new();
        let mut missing = false;
        for region in &self.plan.regions {
            let stack = self.services.aws.stack(*region, &self.plan.stack).await?;
            let what = match &stack {
                Some(_) => "would be brought up to date",
                None => "would be deployed",
            };
            self.done("stack", format!("{} in {region}: {what}", self.plan.stack))?;
            match stack.filter(Stack::is_complete) {
                Some(stack) => {
                    stacks.insert(*region, stack);
                }
                None => missing = true,
            }
        }
        match (missing, self.file.state.vendor.clone()) {
            (false, Some(vendor)) => self.deployed(&stacks, &vendor).map(Some),
            (true, _) | (false, None) => Ok(None),
        }
    }

    fn parameters(
        &self,
        region: Region,
        skill: &SkillId,
        vendor: &VendorId,
    ) -> BTreeMap<String, String> {
        let plan = self.plan;
        let mut parameters = Deployment::parameters_of(skill, vendor);
        // One relay serves the users of all three regions.
        let relay = plan.relay && plan.regions.first() == Some(&region);
        let mut set =
            |name: &str, value: &str| parameters.insert(name.to_owned(), value.to_owned());
        set("LinkRelay", if relay { "on" } else { "off" });
        if self.services.particle_url != PARTICLE {
            set("ParticleApiUrl", &self.services.particle_url);
        }
        if let Code::Source {
            architecture: Some(architecture),
            ..
        } = &plan.code
        {
            set("Architecture", architecture);
        }
        parameters.extend(plan.parameters.clone());
        parameters
    }

    /// What the stacks tell.
    fn deployed(
        &self,
        stacks: &BTreeMap<Region, Stack>,
        vendor: &VendorId,
    ) -> anyhow::Result<Deployed> {
        let output = |stack: &Stack, name: &str| {
            let output = stack.outputs.get(name).cloned();
            output.with_context(|| {
                format!(
                    "the stack {} has no output {name}; is its template an older one?",
                    self.plan.stack
                )
            })
        };
        let mut endpoints = BTreeMap::new();
        for (region, stack) in stacks {
            endpoints.insert(*region, output(stack, "SkillEndpoint")?.parse()?);
        }
        let first = self.plan.regions.first().copied();
        let first = first.unwrap_or(Region::NorthAmerica);
        let stack = stacks.get(&first).context("no stack was deployed")?;
        let redirect_uri = match stack.outputs.get("ParticleRedirectUri") {
            Some(uri) => uri.clone(),
            None => first.redirect_uri(vendor),
        };
        Ok(Deployed {
            endpoints,
            authorization_url: output(stack, "AlexaAuthorizationUri")?,
            redirect_uri,
        })
    }
}

/// The last line of a tool, as far as it fits.
fn shortened(line: &str) -> String {
    line.trim().chars().take(70).collect()
}
