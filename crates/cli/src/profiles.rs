//! Files of profiles: descriptions for fleets, in place of those of the build.

use std::path::PathBuf;

use alexa_for_particle::profile::Profiles;
use alexa_for_particle::skill::Skill;
use clap::Args;

use crate::input::Input;

/// Which profiles count.
#[derive(Args, Debug)]
pub(crate) struct ProfileArguments {
    /// Use the profiles in this file instead of those of the build
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,
}

/// The file of the build.
const DEPLOYED: &str = "devices.toml";

impl ProfileArguments {
    /// The skill with these profiles; a file with mistakes is refused.
    pub(crate) fn given_to(&self, skill: Skill) -> anyhow::Result<Skill> {
        let Some(file) = &self.profiles else {
            return Ok(skill);
        };
        let Input { name, text } = Input::read(file)?;
        let profiles = Profiles::read(text.leak());
        match profiles.mistakes.first() {
            None => Ok(skill.with_profiles(profiles)),
            Some(first) => anyhow::bail!(
                "{name} has mistakes: {first}\nparticle-alexa check {name} shows them all"
            ),
        }
    }

    /// What the file is called in messages.
    pub(crate) fn file(&self) -> String {
        self.profiles
            .as_ref()
            .map_or_else(|| DEPLOYED.to_owned(), |file| file.display().to_string())
    }

    /// The option as it was given, to be given to another command; nothing where it was not.
    pub(crate) fn option(&self) -> String {
        self.profiles
            .as_ref()
            .map(|file| format!(" --profiles {}", file.display()))
            .unwrap_or_default()
    }
}
