//! `down`, which is `up` backwards: what depends on something goes before it.
//!
//! What is gone already is passed over, and the state is written after each step, so that a run that broke off can be
//! repeated.

use anyhow::{anyhow, bail};
use linking::aws::Aws;
use linking::region::Region;

use super::lost::Lost;
use super::services::Services;
use super::state::{State, StateFile};
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
        for region in state.regions.iter().chain(&state.left_out) {
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
    if let Some(under_way) = &state.under_way {
        losses.push(format!(
            "an OAuth client {} at Particle whose secret nobody knows, if one was made when `up` broke off",
            under_way.name
        ));
    }
    losses
}

/// Every sign-in that it will need, before anything is ended.
async fn ready(services: &Services<impl Aws>, state: &State) -> anyhow::Result<()> {
    let mut problems = Vec::new();
    if state.skill.is_some() || state.under_way.is_some() {
        let vendors = services.smapi.vendors().await;
        problems.extend(vendors.err().map(|error| error.to_string()));
    }
    if !(state.regions.is_empty() && state.left_out.is_empty()) {
        let identity = services.aws.identity().await;
        problems.extend(identity.err().map(|error| error.to_string()));
    }
    if state.has_clients() {
        problems.extend(match &services.particle {
            Ok(particle) => particle.user().await.err().map(|error| error.to_string()),
            Err(why) => Some(why.clone()),
        });
    }
    if problems.is_empty() {
        return Ok(());
    }
    let problems = problems
        .iter()
        .map(|problem| format!("- {}", problem.replace('\n', "\n  ")));
    let problems: Vec<String> = problems.collect();
    bail!(
        "this is missing, and nothing was taken down:\n{}",
        problems.join("\n")
    )
}

/// Takes everything down.
pub(crate) async fn run(
    services: &Services<impl Aws>,
    file: &mut StateFile,
    extent: Extent,
    report: &mut dyn Report,
) -> anyhow::Result<()> {
    {
        let _waiting = report.waiting_for("Looking who is signed in");
        ready(services, &file.state).await?;
    }
    // While Alexa still tells what she uses.
    lost(services, file, report).await?;
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
        while let Some(region) = next(&file.state) {
            let there = {
                let _waiting = report.waiting_for(&format!("Deleting {stack} in {region}"));
                let there = services.aws.stack(region, &stack).await?.is_some();
                if there {
                    services.aws.delete_stack(region, &stack).await?;
                }
                there
            };
            let state = &mut file.state;
            state.regions.retain(|other| *other != region);
            state.left_out.retain(|other| *other != region);
            file.save()?;
            let what = if there { "deleted" } else { "was not there" };
            tell(report, "stack", format!("{stack} in {region}: {what}"))?;
        }
        // Whoever begins anew chooses anew.
        let state = &mut file.state;
        (state.stack, state.relay, state.architecture) = (None, None, None);
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

/// Finds what there is of a client whose making broke off.
async fn lost(
    services: &Services<impl Aws>,
    file: &mut StateFile,
    report: &mut dyn Report,
) -> anyhow::Result<()> {
    if file.state.under_way.is_none() {
        return Ok(());
    }
    let particle = services.particle.as_ref().map_err(|why| anyhow!("{why}"))?;
    let listed = particle.clients().await?;
    let lost = Lost::find(&file.state, &listed, &services.smapi).await?;
    for line in lost.advice() {
        tell(report, "client", line)?;
    }
    file.state.under_way = None;
    file.state.orphans.extend(lost.clients);
    file.save()
}

/// The stack that goes next: the first one last, since it has the relay.
fn next(state: &State) -> Option<Region> {
    state.left_out.last().or(state.regions.last()).copied()
}

fn tell(report: &mut dyn Report, step: &'static str, text: String) -> anyhow::Result<()> {
    report.done(Done { step, text })
}
