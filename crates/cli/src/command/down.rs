//! `down`: the account linking, the stacks and the OAuth client that `up` made, taken away again.
//!
//! ```text
//! $ particle-alexa down
//! This is lost for good:
//! - the account linking of amzn1.ask.skill.…: every user's link ends, and their devices no longer answer
//! - the stack alexa-for-particle in us-east-1, with its functions and logs
//! - the OAuth client alexa-for-particle-1234 at Particle: no token that was made with it can be renewed
//! The skill itself stays; --skill deletes it, too.
//! Take it down? [y/N] y
//!   linking    ended for amzn1.ask.skill.…
//!   stack      alexa-for-particle in us-east-1: deleted
//!   client     deleted alexa-for-particle-1234
//! ```

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::bail;
use clap::Args;

use super::Verdict;
use super::up::Screen;
use crate::output;
use crate::progress;
use crate::setup::options::PlaceArguments;
use crate::setup::removal::{self, Extent};
use crate::setup::services::Services;
use crate::setup::state::StateFile;

/// Take down what `up` made: the account linking, the functions and the OAuth client.
///
/// Says first what users lose, and asks. The skill itself stays, since a new one has another id. So does the bucket that
/// SAM made for what it uploads, since whatever else SAM deploys in the account shares it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa down
  particle-alexa down --skill --yes     the skill, too, and without asking

Exit status: 0 it is done, or there was nothing to do; 1 you did not want it; 2 it could not be done.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Delete the skill, too
    #[arg(long)]
    skill: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    let mut file = StateFile::read(&arguments.place.state)?;
    if !file.is_empty() {
        file = StateFile::open(&arguments.place.state)?;
    }
    let extent = Extent {
        skill: arguments.skill,
    };
    if !extent.has_left(&file.state) {
        let state = arguments.place.state.display();
        output::line(match &file.state.skill {
            Some(skill) => {
                format!("Everything is taken down but the skill {skill}; --skill deletes it, too.")
            }
            None => format!("Nothing is noted in {state}: there is nothing to take down."),
        })?;
        return Ok(Verdict::Good);
    }
    let services = Services::find(arguments.place.cloud)?;
    let found = {
        let _waiting = progress::waiting_for("Looking who is signed in, and what is there");
        removal::look(&services, &file).await?
    };
    output::line("This is lost for good:")?;
    for loss in removal::losses(&file, &found, extent) {
        output::line(format_args!("- {loss}"))?;
    }
    for kept in removal::stays(&file, &found, extent) {
        output::line(kept)?;
    }
    if !arguments.yes && !confirmed()? {
        output::line("Nothing was taken down.")?;
        return Ok(Verdict::Bad);
    }
    removal::run(&services, &mut file, found, extent, &mut Screen).await?;
    Ok(Verdict::Good)
}

fn confirmed() -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("nobody can be asked here; --yes takes it down without asking");
    }
    let mut out = anstream::stdout();
    write!(out, "Take it down? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
