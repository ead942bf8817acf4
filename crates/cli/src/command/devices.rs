//! `devices`: what Alexa would discover, and why not more.

mod advice;
mod report;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use particle_simulator::Simulator;

use self::report::Report;
use super::Verdict;
use crate::account::{Account, CloudArguments};
use crate::home;
use crate::profiles::ProfileArguments;

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
    /// Look at the sample home instead of an account
    #[arg(long)]
    simulator: bool,
    /// Look at the simulated home in this file
    #[arg(long, value_name = "FILE")]
    home: Option<PathBuf>,
    #[command(flatten)]
    profiles: ProfileArguments,
    #[command(flatten)]
    cloud: CloudArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The command that shows more of a simulated home.
pub(crate) fn of_home(file: Option<&Path>, profiles: &ProfileArguments) -> String {
    let profiles = profiles.option();
    match file {
        Some(file) => format!("particle-alexa devices --home {}{profiles}", file.display()),
        None => format!("particle-alexa devices --simulator{profiles}"),
    }
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    // The simulator serves until it is dropped.
    let (account, _simulator) = if arguments.simulator || arguments.home.is_some() {
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
        (Account::find(arguments.cloud, Some(instead))?, None)
    };
    let skill = arguments.profiles.given_to(account.skill()?)?;
    let started = Instant::now();
    let discovery = account.preview(&skill).await?;
    let report = Report {
        discovery: &discovery,
        cloud: account.api_url.to_string(),
        profiles: arguments.profiles.file(),
        duration: started.elapsed(),
    };
    if arguments.json {
        report.print_json()?;
    } else {
        report.print(arguments.explain)?;
    }
    Ok(Verdict::Good)
}
