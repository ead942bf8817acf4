//! `devices`: what Alexa would discover, and why not more.

mod advice;
mod report;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::{ApiUrl, Error};
use alexa_for_particle::skill::Skill;
use anyhow::anyhow;
use clap::Args;
use particle_simulator::Simulator;

use self::report::Report;
use super::Verdict;
use crate::account::Account;
use crate::home;
use crate::progress;

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
    /// The Particle cloud; by default that of the profile, or `https://api.particle.io`
    #[arg(
        long,
        value_name = "URL",
        env = "PARTICLE_API_URL",
        hide_env_values = true
    )]
    api_url: Option<ApiUrl>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How long the cloud may take: more than Alexa's patience, so that one sees what she would miss.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    // The simulator serves until it is dropped.
    let (account, _simulator) = if arguments.simulator {
        let simulator = Simulator::start(home::read(arguments.home.as_deref())?).await?;
        let api_url = simulator.url().parse()?;
        let account = Account::of(
            &simulator.token(),
            Some(api_url),
            "the simulator".to_owned(),
        )?;
        (account, Some(simulator))
    } else {
        let instead =
            "look at the simulated home, which needs none: particle-alexa devices --simulator";
        (Account::find(arguments.api_url, instead)?, None)
    };
    let skill = Skill::new(account.api_url.clone())?;
    let started = Instant::now();
    let discovery = {
        let _waiting =
            progress::waiting_for(format!("Asking {} for your devices", account.api_url));
        skill
            .preview(&account.token(), Deadline::after(PATIENCE))
            .await
    };
    let discovery = discovery.map_err(|error| explain(&error, &account))?;
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

/// Says what to do where the devices cannot be listed.
fn explain(error: &Error, account: &Account) -> anyhow::Error {
    let Account {
        api_url, origin, ..
    } = account;
    match error {
        Error::TokenRejected { .. } => anyhow!(
            "{api_url} refuses the access token from {origin}: {error}. \
             Log in again with `particle login`, or put a new token into PARTICLE_ACCESS_TOKEN"
        ),
        Error::Deadline | Error::Unreachable => anyhow!(
            "{api_url} did not answer within {} seconds; is the network slow, or the address right?",
            PATIENCE.as_secs()
        ),
        Error::Cloud(_) | Error::Unreadable(_) | Error::Transport(_) => anyhow!(
            "{api_url} cannot list your devices: {error}. Check the network and the address; \
             https://status.particle.io says how Particle is"
        ),
        Error::RateLimited => {
            anyhow!("{api_url} wants no more calls for now; try again in five minutes")
        }
        Error::Forbidden => anyhow!(
            "the access token from {origin} may not list devices at {api_url}; use one of a user, not of a product or API user"
        ),
        Error::NoSuchDevice | Error::NotExposed | Error::Refused(_) | Error::Rejected(_) => {
            anyhow!("{api_url} cannot list your devices: {error}. Is it a Particle cloud?")
        }
    }
}
