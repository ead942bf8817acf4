//! `down`, which is `up` backwards: what depends on something goes before it.
//!
//! What is gone already is passed over, and the state is written after each step, so that a run that broke off can be
//! repeated.

use anyhow::anyhow;
use linking::aws::Aws;

use super::services::Services;
use super::state::StateFile;
use super::{Done, Report};

/// What is to go beside the account linking, the stacks and the OAuth client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// The skill itself, which its users see disappear.
    pub(crate) skill: bool,
}

/// What will be lost, line by line; empty where nothing is noted.
pub(crate) fn losses(file: &StateFile, extent: Extent) -> Vec<String> {
    let state = &file.state;
    let mut losses = Vec::new();
    if let Some(skill) = &state.skill {
        // Nobody is linked without a client, which goes last.
        if state.client.is_some() || !state.orphans.is_empty() {
            losses.push(format!(
                "the account linking of {skill}: every user's link ends, and their devices no longer answer"
            ));
        }
        if extent.skill {
            losses.push(format!(
                "the skill {skill} itself, with its name, texts and settings; a new one has another id"
            ));
        }
    }
    if let Some(stack) = &state.stack {
        for region in &state.regions {
            losses.push(format!(
                "the stack {stack} in {region}, with its functions and logs"
            ));
        }
    }
    let client = state.client.iter().map(|client| &client.id);
    for id in client.chain(&state.orphans) {
        losses.push(format!(
            "the OAuth client {id} at Particle: no token that was made with it can be renewed"
        ));
    }
    losses
}

/// Takes everything down.
pub(crate) async fn run(
    services: &Services<impl Aws>,
    file: &mut StateFile,
    extent: Extent,
    report: &mut dyn Report,
) -> anyhow::Result<()> {
    if let Some(skill) = file.state.skill.clone() {
        {
            let _waiting = report.waiting_for("Ending the account linking");
            services.smapi.delete_account_linking(&skill).await?;
        }
        tell(report, "linking", format!("ended for {skill}"))?;
        if extent.skill {
            {
                let _waiting = report.waiting_for("Deleting the skill");
                services.smapi.delete(&skill).await?;
            }
            file.state.skill = None;
            file.save()?;
            tell(report, "skill", format!("deleted {skill}"))?;
        }
    }
    if let Some(stack) = file.state.stack.clone() {
        while let Some(region) = file.state.regions.last().copied() {
            let there = {
                let _waiting = report.waiting_for(&format!("Deleting {stack} in {region}"));
                let there = services.aws.stack(region, &stack).await?.is_some();
                if there {
                    services.aws.delete_stack(region, &stack).await?;
                }
                there
            };
            file.state.regions.pop();
            file.save()?;
            let what = if there { "deleted" } else { "was not there" };
            tell(report, "stack", format!("{stack} in {region}: {what}"))?;
        }
        file.state.stack = None;
        file.save()?;
    }
    if file.state.client.is_some() || !file.state.orphans.is_empty() {
        let particle = services.particle.as_ref().map_err(|why| anyhow!("{why}"))?;
        let state = &mut file.state;
        state
            .orphans
            .extend(state.client.take().map(|client| client.id));
        file.save()?;
        while let Some(id) = file.state.orphans.pop() {
            particle.delete_client(id.as_str()).await?;
            file.save()?;
            tell(report, "client", format!("deleted {id}"))?;
        }
    }
    if file.state.skill.is_none() {
        file.remove()?;
    }
    Ok(())
}

fn tell(report: &mut dyn Report, step: &'static str, text: String) -> anyhow::Result<()> {
    report.done(Done { step, text })
}
