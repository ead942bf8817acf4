//! What would be done, where nothing is to be changed.

use std::collections::BTreeMap;

use linking::aws::{Aws, Stack};
use linking::id::{FunctionArn, SkillId};
use linking::region::Region;

use super::Up;
use super::compare::Standing;

impl<A: Aws> Up<'_, A> {
    /// Says of each step that is left what it would do.
    pub(super) async fn forecast(
        &mut self,
        skill: Option<&SkillId>,
        standing: &Standing,
    ) -> anyhow::Result<()> {
        self.aliases(standing).await?;
        self.forecast_stacks(standing)?;
        match (skill, endpoints(standing, &self.plan.regions)) {
            (Some(skill), Some(endpoints)) => {
                self.permissions(skill, &endpoints).await?;
                self.endpoint(skill, &endpoints).await?;
            }
            _ => self.done("endpoint", "would be set to the function's alias")?,
        }
        let Some(skill) = skill else {
            self.done("client", "would be made at Particle")?;
            return self.done("linking", "would be set, with that client");
        };
        let entrance = standing.entrance.as_ref();
        let redirect_uri = entrance.map(|entrance| entrance.redirect_uri.as_str());
        match (self.client(skill, standing, redirect_uri).await?, entrance) {
            (Some(chosen), Some(entrance)) => {
                self.linking(skill, entrance, chosen).await?;
            }
            _ => self.done("linking", "would be set, with that client")?,
        }
        Ok(())
    }

    fn forecast_stacks(&mut self, standing: &Standing) -> anyhow::Result<()> {
        let (plan, state) = (self.plan, &self.file.state);
        let mut lines = Vec::new();
        for region in &plan.regions {
            let what = match standing.stacks.get(region) {
                Some(_) => "would be brought up to date",
                None => "would be deployed",
            };
            let wanted = standing.wants_relay(&plan.regions, *region);
            let relay = match (wanted, standing.relays.contains_key(region)) {
                (true, true) => ", and keeps its relay",
                (true, false) => ", with a relay",
                (false, true) => ", and its relay would be taken away at last",
                (false, false) => "",
            };
            lines.push(format!("{} in {region}: {what}{relay}", plan.stack));
        }
        for region in state.regions.iter().chain(&state.left_out) {
            if !plan.regions.contains(region) && standing.stacks.contains_key(region) {
                lines.push(format!(
                    "{} in {region}: would serve nobody, and stay",
                    plan.stack
                ));
            }
        }
        for line in lines {
            self.done("stack", line)?;
        }
        Ok(())
    }
}

/// The functions, where each region has one.
fn endpoints(standing: &Standing, regions: &[Region]) -> Option<BTreeMap<Region, FunctionArn>> {
    let of = |region: &Region| {
        let stack = standing.stacks.get(region);
        let stack = stack.filter(|stack| Stack::is_complete(stack))?;
        let function = stack.outputs.get("SkillEndpoint")?.parse().ok()?;
        Some((*region, function))
    };
    regions.iter().map(of).collect()
}
