//! `say`: one thing said to Alexa, and her answer.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::{Verdict, devices};
use crate::account::{Account, CloudArguments};
use crate::home;
use crate::output;
use crate::profiles::ProfileArguments;
use crate::session::{Session, Turn};
use crate::transcript;

/// Say one thing to Alexa, and see the directive, Particle calls and the answer.
///
/// Without further options that is about the simulated home of `try`, which forgets everything in the end.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa say turn on the desk lamp
  particle-alexa say \"what's the temperature of the porch?\"
  particle-alexa say --home home.toml open the garage door
  particle-alexa say --account turn on the desk lamp     to your own device
  particle-alexa say --json is the desk lamp on | jq -r .alexa

Alexa takes a temperature in the unit of whoever speaks. Here, where none is said, that is the unit in which the \
thermostat is described: \"set the den to 70\" is 70 degrees Fahrenheit where its description says unit = \"F\".

Exit status: 0 Alexa did it, or knows what was asked; 1 an error of Alexa's, or she did not understand; 2 it could not be \
said.")]
pub(crate) struct Arguments {
    /// What you would say to Alexa
    #[arg(required = true, value_name = "WORDS", allow_negative_numbers = true)]
    words: Vec<String>,
    /// Say it of the devices in your Particle account; see `devices` for the token
    #[arg(long, conflicts_with = "home")]
    account: bool,
    #[command(flatten)]
    cloud: CloudArguments,
    /// Simulate the home in this file instead of the sample
    #[arg(long, value_name = "FILE")]
    home: Option<PathBuf>,
    #[command(flatten)]
    profiles: ProfileArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Show the directive and the answer in full; tokens are replaced by `…`
    #[arg(short, long, conflicts_with = "json")]
    verbose: bool,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    let said = arguments.words.join(" ");
    let turn = if arguments.account {
        let instead = "leave out --account, and it is said of the simulated home";
        let account = Account::find(arguments.cloud, Some(instead))?;
        let mut session = Session::of_account(account, &arguments.profiles).await?;
        session.say(&said).await?
    } else {
        let home = arguments.home.as_deref();
        let mut session = Session::start(home::read(home)?, &arguments.profiles).await?;
        let discovery = discover(&mut session).await?;
        transcript::count_remarks(&discovery, &devices::of_home(home, &arguments.profiles))?;
        session.say(&said).await?
    };
    if arguments.json {
        output::json(&transcript::to_json(&turn))?;
    } else {
        transcript::print(&turn, arguments.verbose)?;
    }
    let is_good = turn.outcome.is_ok_and(|exchange| exchange.is_good);
    Ok(Verdict::good_if(is_good))
}

async fn discover(session: &mut Session) -> anyhow::Result<Turn> {
    let discovery = session.say("discover my devices").await?;
    if let Ok(exchange) = &discovery.outcome
        && exchange.answer.error().is_some()
    {
        bail!("Alexa discovers nothing: {}", exchange.answer.summary());
    }
    Ok(discovery)
}
