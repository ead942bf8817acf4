//! The skill, which is made without an endpoint: Alexa takes one only where the function admits the skill.

use anyhow::{Context as _, bail, ensure};
use linking::aws::Aws;
use linking::id::SkillId;
use linking::manifest::Manifest;
use linking::smapi::{Error as SmapiError, Update, Vendor};

use super::Up;
use super::sign_ins::SignedIn;

impl<A: Aws> Up<'_, A> {
    /// The skill that there is; `None` where one is to be made. Nothing is changed.
    pub(super) async fn skill(&mut self, vendor: &Vendor) -> anyhow::Result<Option<SkillId>> {
        let smapi = &self.services.smapi;
        let named = self.plan.skill.clone();
        let state = &self.file.state;
        if let (Some(named), Some(noted)) = (&named, &state.skill) {
            ensure!(
                named == noted || !state.has_stacks() && !state.has_clients(),
                "this set-up is that of the skill {noted}, and its function and its links would be lost with {named}. Nothing \
                 was changed: take it down first with `down`, or set the other up beside it, with a note and a stack of its \
                 own: `up --skill {named} --state FILE --stack NAME`"
            );
        }
        if let Some(named) = named
            .as_ref()
            .filter(|named| state.skill.as_ref() != Some(named))
        {
            let skills = smapi.skills(&vendor.id).await?;
            ensure!(
                skills.iter().any(|skill| skill.skill_id == *named),
                "the developer {} ({}) has no skill {named}. Nothing was changed: name the one who has it with --vendor",
                vendor.id,
                vendor.name
            );
        }
        if let Some(id) = named.clone().or_else(|| state.skill.clone()) {
            match self.look(&id).await {
                Ok(()) => {
                    self.done("skill", format!("{id} is there"))?;
                    return Ok(Some(id));
                }
                Err(SmapiError::NotFound { .. }) if named.is_none() => {
                    let skills = smapi.skills(&vendor.id).await?;
                    ensure!(
                        skills.iter().all(|skill| skill.skill_id != id),
                        "Alexa lists the skill {id}, and says that there is none. Nothing was changed: try again in a minute"
                    );
                    // Whoever was linked was linked to that skill.
                    self.forget_skill();
                }
                Err(error) => return Err(error).with_context(|| format!("the skill {id}")),
            }
        }
        let name = self.new_name();
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
        }
        Ok(None)
    }

    /// Makes one, without an endpoint.
    pub(super) async fn make_skill(&mut self, signed_in: &SignedIn) -> anyhow::Result<SkillId> {
        let smapi = &self.services.smapi;
        let manifest = self.new_manifest();
        let id = {
            let _waiting = self.report.waiting_for("Making the skill");
            let id = smapi.create(&signed_in.vendor.id, &manifest).await?;
            // Before anything else can fail: another run must find it.
            self.note(signed_in, &id)?;
            smapi.settled(&id).await?;
            id
        };
        self.done("skill", format!("made \"{}\", {id}", self.new_name()))?;
        Ok(id)
    }

    fn new_manifest(&self) -> Manifest {
        Manifest::new(self.plan.name.as_deref(), &self.plan.regions)
    }

    fn new_name(&self) -> String {
        self.new_manifest().name().unwrap_or_default().to_owned()
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

    /// Notes which skill is set up, and whose it is, now that nothing is refused any more.
    pub(super) fn note(&mut self, signed_in: &SignedIn, skill: &SkillId) -> anyhow::Result<()> {
        let state = &mut self.file.state;
        state.vendor = Some(signed_in.vendor.id.clone());
        signed_in.accounts.note(state);
        state.skill = Some(skill.clone());
        self.file.save()
    }

    fn forget_skill(&mut self) {
        let state = &mut self.file.state;
        state.skill = None;
        state.give_up_client();
    }
}
