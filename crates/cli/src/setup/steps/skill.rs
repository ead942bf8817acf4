//! The skill, which is made without an endpoint: Alexa takes one only where the function admits the skill.

use anyhow::{Context as _, bail};
use linking::aws::Aws;
use linking::id::SkillId;
use linking::manifest::Manifest;
use linking::smapi::{Error as SmapiError, Update, Vendor};

use super::Up;

impl<A: Aws> Up<'_, A> {
    /// The skill, without an endpoint if it is new; `None` where it would be made.
    pub(super) async fn skill(&mut self, vendor: &Vendor) -> anyhow::Result<Option<SkillId>> {
        let smapi = &self.services.smapi;
        let named = self.plan.skill.clone();
        if let Some(id) = named.clone().or_else(|| self.file.state.skill.clone()) {
            match self.look(&id).await {
                Ok(()) => {
                    self.note(vendor, &id)?;
                    self.done("skill", format!("{id} is there"))?;
                    return Ok(Some(id));
                }
                Err(SmapiError::NotFound { .. }) if named.is_none() => {
                    // Whoever was linked was linked to that skill, so that nobody uses its client any more.
                    self.forget_skill();
                }
                Err(error) => return Err(error).with_context(|| format!("the skill {id}")),
            }
        }
        let manifest = Manifest::new(self.plan.name.as_deref(), &self.plan.regions);
        let name = manifest.name().unwrap_or_default().to_owned();
        let skills = smapi.skills(&vendor.id).await?;
        let same = skills
            .iter()
            .find(|skill| skill.name_by_locale.values().any(|other| *other == name));
        if let Some(skill) = same {
            bail!(
                "there is a skill called \"{name}\" already; to go on with it add `--skill {}`, or give the new one another \
                 name with --name",
                skill.skill_id
            );
        }
        if self.plan.dry_run {
            self.done(
                "skill",
                format!("\"{name}\" would be made, without an endpoint"),
            )?;
            return Ok(None);
        }
        let id = {
            let _waiting = self.report.waiting_for("Making the skill");
            let id = smapi.create(&vendor.id, &manifest).await?;
            // Before anything else can fail: another run must find it.
            self.note(vendor, &id)?;
            smapi.settled(&id).await?;
            id
        };
        self.done("skill", format!("made \"{name}\", {id}"))?;
        Ok(Some(id))
    }

    /// Whether the skill is there. One whose making broke off here may still be under way, and has no manifest until then.
    async fn look(&self, skill: &SkillId) -> Result<(), SmapiError> {
        let smapi = &self.services.smapi;
        if smapi.status(skill).await? == Update::InProgress {
            let _waiting = self.report.waiting_for("Waiting for the skill");
            match smapi.settled(skill).await {
                // What was refused is said, and done again, where the endpoint is set.
                Ok(()) | Err(SmapiError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        smapi.manifest(skill).await.map(drop)
    }

    fn note(&mut self, vendor: &Vendor, skill: &SkillId) -> anyhow::Result<()> {
        if self.plan.dry_run {
            return Ok(());
        }
        self.file.state.vendor = Some(vendor.id.clone());
        self.file.state.skill = Some(skill.clone());
        self.file.save()
    }

    fn forget_skill(&mut self) {
        let state = &mut self.file.state;
        state.skill = None;
        state
            .orphans
            .extend(state.client.take().map(|client| client.id));
    }
}
