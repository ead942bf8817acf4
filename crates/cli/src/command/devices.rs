//! `devices`: what Alexa would discover, and why not more.

mod advice;
mod report;

use std::path::PathBuf;
use std::time::Instant;

use alexa_for_particle::profile::Profiles;
use clap::Args;
use particle_simulator::Simulator;

use self::report::Report;
use super::Verdict;
use crate::account::{Account, CloudArguments};
use crate::home;
use crate::input::Input;

/// Show what Alexa would discover in your Particle account, and for each device left out, why and what to do.
///
/// The access token comes from PARTICLE_ACCESS_TOKEN, or else from the profile with which the Particle CLI is logged in.
/// Nothing is changed, no function is called.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa devices                  with the login of the Particle CLI
  particle-alexa devices --explain        and what stands behind each endpoint
  particle-alexa devices --simulator      the sample home, without an account
  particle-alexa devices --json | jq -r '.endpoints[].friendlyName'

Exit status: 0 the devices were listed; 2 they could not be.")]
pub(crate) struct Arguments {
    /// Show where each endpoint comes from, its bindings and the size of its cookie
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Look at a simulated home instead of an account
    #[arg(long)]
    simulator: bool,
    /// Simulate the home in this file instead of the sample
    #[arg(long, value_name = "FILE", requires = "simulator")]
    home: Option<PathBuf>,
    /// Use the profiles in this file instead of those of the build
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,
    #[command(flatten)]
    cloud: CloudArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    // The simulator serves until it is dropped.
    let (account, _simulator) = if arguments.simulator {
        let simulator = Simulator::start(home::read(arguments.home.as_deref())?).await?;
        let account = Account::of(
            &simulator.token(),
            CloudArguments::at(simulator.url().parse()?),
            "the simulator".to_owned(),
        )?;
        (account, Some(simulator))
    } else {
        let instead =
            "look at the simulated home, which needs none: particle-alexa devices --simulator";
        (Account::find(arguments.cloud, instead)?, None)
    };
    let mut skill = account.skill()?;
    if let Some(file) = &arguments.profiles {
        let Input { name, text } = Input::read(file)?;
        let profiles = Profiles::read(text.leak());
        if let Some(first) = profiles.mistakes.first() {
            anyhow::bail!(
                "{name} has mistakes: {first}\nparticle-alexa check {name} shows them all"
            );
        }
        skill = skill.with_profiles(profiles);
    }
    let started = Instant::now();
    let discovery = account.preview(&skill).await?;
    let report = Report {
        discovery: &discovery,
        cloud: account.api_url.to_string(),
        duration: started.elapsed(),
    };
    if arguments.json {
        report.print_json()?;
    } else {
        report.print(arguments.explain)?;
    }
    Ok(Verdict::Good)
}
