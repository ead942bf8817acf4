//! What `up`, `doctor` and `down` take alike.

use std::path::PathBuf;

use clap::Args;
use linking::region::{NoRegion, Region};

use super::state::State;
use crate::account::CloudArguments;

/// What a stack is called where nobody says.
const STACK: &str = "alexa-for-particle";

/// Where things are, or are to be.
#[derive(Args, Debug)]
pub(crate) struct PlaceArguments {
    /// The region from which Alexa serves you: na (us-east-1), eu (eu-west-1) or fe (us-west-2)
    #[arg(long, value_name = "REGION", value_parser = region, conflicts_with = "regions")]
    region: Option<Region>,
    /// Several of them; the first one has the relay
    #[arg(long, value_name = "REGION,…", value_parser = region, value_delimiter = ',')]
    regions: Vec<Region>,
    /// The name of the CloudFormation stack
    #[arg(long, value_name = "NAME", value_parser = stack)]
    stack: Option<String>,
    /// Where is noted what was made; there is no secret in it
    #[arg(
        long,
        value_name = "FILE",
        default_value = ".particle-alexa/state.json"
    )]
    pub(crate) state: PathBuf,
    #[command(flatten)]
    pub(crate) cloud: CloudArguments,
}

fn region(text: &str) -> Result<Region, NoRegion> {
    text.parse()
}

/// As CloudFormation takes it.
fn stack(text: &str) -> Result<String, &'static str> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic());
    if !begins || text.len() > 128 || !text.chars().all(is_plain) {
        return Err("it is made of letters, digits and hyphens, and begins with a letter");
    }
    Ok(text.to_owned())
}

impl PlaceArguments {
    /// The regions: as said, or as noted, or else North America.
    pub(crate) fn regions(&self, state: &State) -> Vec<Region> {
        let mut regions: Vec<Region> = Vec::new();
        for region in self.region.iter().chain(&self.regions) {
            if !regions.contains(region) {
                regions.push(*region);
            }
        }
        if regions.is_empty() {
            regions.clone_from(&state.regions);
        }
        if regions.is_empty() {
            regions.push(Region::NorthAmerica);
        }
        regions
    }

    /// The stack: as said, or as noted, or else as it is usually called.
    pub(crate) fn stack(&self, state: &State) -> String {
        let said = self.stack.clone().or_else(|| state.stack.clone());
        said.unwrap_or_else(|| STACK.to_owned())
    }
}
