//! `down`, which is `up` backwards: what depends on something goes before it.
//!
//! What is gone already is passed over, and the state is written after each step, so that a run that broke off can be
//! repeated.

use anyhow::{anyhow, bail};
use linking::aws::Aws;
use linking::id::shown;
use linking::region::Region;

use super::accounts::{self, Accounts};
use super::lost::{ADOPTED, Lost, Users};
use super::services::Services;
use super::state::{State, StateFile};
use super::{Done, Report};

/// What is to go beside the account linking, the stacks and the OAuth client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// The skill itself, which its users see disappear.
    pub(crate) skill: bool,
}

impl Extent {
    /// Whether anything is left of what was noted.
    pub(crate) fn has_left(self, state: &State) -> bool {
        let skill = self.skill && state.skill.is_some();
        skill || state.has_stacks() || state.has_clients()
    }
}

/// What was found before anything is taken down.
#[derive(Debug)]
pub(crate) struct Found {
    accounts: Accounts,
    linking: Linking,
}

/// The skill's account linking.
#[derive(Debug)]
enum Linking {
    None,
    /// This set-up's.
    Own,
    /// With an OAuth client that this set-up does not know: `up` went on with the skill, and did not get so far.
    Other(String),
}

/// Looks who is signed in, and what Alexa says of the account linking. Nothing is changed.
pub(crate) async fn look(services: &Services<impl Aws>, file: &StateFile) -> anyhow::Result<Found> {
    let state = &file.state;
    let accounts = ready(services, state).await?;
    accounts.check(file)?;
    let linking = match &state.skill {
        Some(skill) => services.smapi.account_linking(skill).await?,
        None => None,
    };
    let client = linking.map(|linking| linking.value.client_id);
    let linking = match client {
        None => Linking::None,
        Some(id) if id.is_empty() || state.knows_client(&id) => Linking::Own,
        Some(id) => Linking::Other(shown(&id)),
    };
    Ok(Found { accounts, linking })
}

/// What will be lost, line by line.
pub(crate) fn losses(file: &StateFile, found: &Found, extent: Extent) -> Vec<String> {
    let state = &file.state;
    let mut losses = Vec::new();
    if let Some(skill) = &state.skill {
        if matches!(found.linking, Linking::Own)
            || matches!(found.linking, Linking::Other(_)) && extent.skill
        {
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
    let client = state.client.iter().filter(|client| !client.adopted);
    for id in client.map(|client| &client.id).chain(&state.orphans) {
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

/// What stays of what there is, in sentences.
pub(crate) fn stays(file: &StateFile, found: &Found, extent: Extent) -> Vec<String> {
    let state = &file.state;
    let mut stays = Vec::new();
    if let Some(skill) = state.skill.as_ref().filter(|_| !extent.skill) {
        stays.push("The skill itself stays; --skill deletes it, too.".to_owned());
        if let Linking::Other(id) = &found.linking {
            stays.push(format!(
                "The account linking of {skill} stays: it is with the OAuth client {id}, which this set-up does not know. If the \
                 skill calls these functions, its users' devices no longer answer."
            ));
        }
    }
    let adopted = state.client.iter().filter(|client| client.adopted);
    stays.extend(adopted.map(|client| format!("The OAuth client {} {ADOPTED}.", client.id)));
    stays
}

/// Every sign-in that it will need, before anything is ended.
async fn ready(services: &Services<impl Aws>, state: &State) -> anyhow::Result<Accounts> {
    let mut problems = Vec::new();
    let mut accounts = Accounts::default();
    if state.skill.is_some() || state.has_clients() {
        let noted = state.vendor.as_ref();
        let vendors = services.smapi.vendors().await;
        problems.extend(match (vendors, noted) {
            (Ok(vendors), Some(_)) => {
                let vendor = accounts::vendor(vendors, None, noted);
                vendor.err().map(|error| error.to_string())
            }
            (Ok(_), None) => None,
            (Err(error), _) => Some(error.to_string()),
        });
    }
    if state.has_stacks() {
        match services.aws.identity().await {
            Ok(identity) => accounts.aws = Some(identity.account),
            Err(error) => problems.push(error.to_string()),
        }
    }
    if state.has_clients() {
        let user = match &services.particle {
            Ok(particle) => particle.user().await.map_err(|error| error.to_string()),
            Err(why) => Err(why.clone()),
        };
        match user {
            Ok(user) => accounts.particle = Some(user.username),
            Err(why) => problems.push(why),
        }
    }
    if problems.is_empty() {
        return Ok(accounts);
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
    found: Found,
    extent: Extent,
    report: &mut dyn Report,
) -> anyhow::Result<()> {
    let Found { accounts, linking } = found;
    accounts.note(&mut file.state);
    file.save()?;
    // While Alexa still tells what she uses.
    give_up_lost(services, file, report).await?;
    if let Some(skill) = file.state.skill.clone() {
        match linking {
            Linking::None => {}
            Linking::Own => {
                {
                    let _waiting = report.waiting_for("Ending the account linking");
                    services.smapi.delete_account_linking(&skill).await?;
                }
                tell(report, "linking", format!("ended for {skill}"))?;
            }
            Linking::Other(_) if extent.skill => {}
            Linking::Other(id) => {
                let text = format!("stays for {skill}, with the OAuth client {id}");
                tell(report, "linking", text)?;
            }
        }
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
        state.aws_account = None;
        file.save()?;
    }
    if file.state.client.is_some() || !file.state.orphans.is_empty() {
        let particle = services.particle.as_ref().map_err(|why| anyhow!("{why}"))?;
        if let Some(id) = file.state.give_up_client() {
            tell(report, "client", format!("{id} {ADOPTED}"))?;
        }
        file.save()?;
        let users = {
            let _waiting = report.waiting_for("Looking who uses the OAuth clients");
            Users::find(&services.smapi).await?
        };
        while let Some(id) = file.state.orphans.pop() {
            if let Some(user) = users.beside(file.state.skill.as_ref(), id.as_str()) {
                file.save()?;
                tell(report, "client", format!("{id} stays: {user}"))?;
                continue;
            }
            let was_there = particle.delete_client(id.as_str()).await?;
            file.save()?;
            let text = match was_there {
                true => format!("deleted {id}"),
                false => format!("{id} was gone already"),
            };
            tell(report, "client", text)?;
        }
    }
    file.state.particle_user = None;
    if file.state.skill.is_some() {
        file.save()?;
    } else {
        file.remove()?;
    }
    Ok(())
}

/// Finds what there is of a client whose making broke off.
async fn give_up_lost(
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
