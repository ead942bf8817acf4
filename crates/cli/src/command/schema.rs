//! `schema`: what a description may say, for editors.

use clap::Args;

use super::Verdict;
use crate::output;

/// Print the JSON Schema of descriptions and profiles, with which an editor completes and checks them.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa schema > alexa.schema.json
  echo '#:schema ./alexa.schema.json' | cat - lamp.toml     for editors with Taplo")]
pub(crate) struct Arguments {}

pub(crate) fn run() -> anyhow::Result<Verdict> {
    output::json(&alexa_for_particle::description::schema())?;
    Ok(Verdict::Good)
}
