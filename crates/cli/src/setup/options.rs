//! What `up`, `doctor` and `down` take alike.

use std::path::{Path, PathBuf};

use clap::Args;
use linking::region::{NoRegion, Region, codes};

use super::state::State;
use crate::account::CloudArguments;

/// What a stack is called where nobody says.
const STACK: &str = "alexa-for-particle";

/// Where it is noted what was made, where nobody says.
const STATE: &str = ".particle-alexa/state.json";

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
    #[arg(long, value_name = "FILE", default_value = STATE)]
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

    /// What has to be said again for another command to mean the same set-up, and the same regions, which some commands
    /// name by themselves.
    pub(crate) fn repeated(&self, state: &State) -> Repeated {
        let mut place = String::new();
        if self.state != Path::new(STATE) {
            place += &format!(" --state {}", quoted(&self.state.to_string_lossy()));
        }
        let stack = self.stack(state);
        if stack != state.stack.as_deref().unwrap_or(STACK) {
            place += &format!(" --stack {stack}");
        }
        let said = self.regions(state);
        let usual = match state.regions.as_slice() {
            [] => &[Region::NorthAmerica],
            noted => noted,
        };
        let regions = match said == usual {
            true => String::new(),
            false => format!(" --regions {}", codes(&said)),
        };
        Repeated { place, regions }
    }
}

/// Options that are said again.
#[derive(Debug, PartialEq)]
pub(crate) struct Repeated {
    pub(crate) place: String,
    regions: String,
}

impl Repeated {
    /// A command, or a sentence with some in it, in which they are said.
    pub(crate) fn within(&self, text: &str) -> String {
        let regions = match text.contains("--region") {
            true => "",
            false => &self.regions,
        };
        let Self { place, .. } = self;
        ["particle-alexa up", "particle-alexa doctor"]
            .into_iter()
            .fold(text.to_owned(), |text, command| {
                text.replace(command, &format!("{command}{place}{regions}"))
            })
    }
}

/// As a shell reads it.
fn quoted(text: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "/._-+,:@%".contains(character);
    match text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        place: PlaceArguments,
    }

    #[test]
    fn what_was_said_is_said_again() {
        let mut noted = State::default();
        noted.stack = Some("lights".to_owned());
        noted.regions = vec![Region::Europe];
        let (up, two) = ("particle-alexa up", "particle-alexa up --regions na,eu");
        for (state, said, mend, wanted) in [
            (&State::default(), &[][..], up, up),
            (&noted, &[], up, up),
            (
                &noted,
                &["--state", "a b.json", "--stack", "lights", "--region", "eu"],
                up,
                "particle-alexa up --state 'a b.json'",
            ),
            (
                &noted,
                &["--stack", "others"],
                "run `particle-alexa doctor` again; else: particle-alexa up --rotate",
                "run `particle-alexa doctor --stack others` again; else: particle-alexa up --stack others --rotate",
            ),
            (
                &noted,
                &["--regions", "eu,na"],
                up,
                "particle-alexa up --regions eu,na",
            ),
            (&noted, &["--regions", "eu,na"], two, two),
            (
                &State::default(),
                &["--region", "fe", "--state", "it's"],
                up,
                r"particle-alexa up --state 'it'\''s' --regions fe",
            ),
        ] {
            let arguments = [&["x"], said].concat();
            let place = Command::parse_from(arguments).place;
            assert_eq!(place.repeated(state).within(mend), wanted);
        }
    }
}
