//! The endpoints in the skill's manifest, its name where one is given, and what else in it keeps the skill from working.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use linking::aws::Aws;
use linking::id::{FunctionArn, SkillId};
use linking::manifest::Endpoints;
use linking::region::Region;
use linking::smapi::Update;

use super::Up;

impl<A: Aws> Up<'_, A> {
    /// The manifest's endpoints; gives what the skill is called.
    pub(super) async fn endpoint(
        &mut self,
        skill: &SkillId,
        endpoints: &BTreeMap<Region, FunctionArn>,
    ) -> anyhow::Result<String> {
        let smapi = &self.services.smapi;
        let seen = smapi.manifest(skill).await?;
        let endpoints = Endpoints::of(endpoints.clone()).context("no function was deployed")?;
        let mut wanted = seen.value.completed(&endpoints, &self.plan.regions, false);
        if let Some(name) = &self.plan.name {
            wanted = wanted.called(name);
        }
        let name = wanted.name().unwrap_or_default().to_owned();
        let differences = seen.value.differences(&wanted);
        // What was refused stays refused until it is saved again.
        let refused = matches!(smapi.status(skill).await?, Update::Failed(_));
        let named = self.plan.name.as_ref();
        let other_name = named.is_some_and(|name| !seen.value.is_called(name));
        if differences.is_empty() && !other_name && !refused {
            self.done("endpoint", "is set to the function's alias")?;
            return Ok(name);
        }
        let fields: Vec<&str> = differences
            .iter()
            .map(|difference| difference.field.as_str())
            .chain(other_name.then_some("name"))
            .collect();
        let fields = if fields.is_empty() {
            "nothing but the last change, which Alexa refused".to_owned()
        } else {
            fields.join(", ")
        };
        if self.plan.dry_run {
            self.done("endpoint", format!("would be changed: {fields}"))?;
            return Ok(name);
        }
        {
            let _waiting = self.report.waiting_for("Telling Alexa the endpoint");
            smapi
                .put_manifest(skill, &wanted, seen.etag.as_deref())
                .await?;
        }
        let taken = smapi.manifest(skill).await?.value;
        if let Some(difference) = taken.differences(&wanted).first() {
            bail!("Alexa took the manifest, but {difference}");
        }
        if named.is_some_and(|name| !taken.is_called(name)) {
            bail!("Alexa took the manifest, but not the name");
        }
        self.done("endpoint", format!("changed: {fields}"))?;
        Ok(name)
    }
}
