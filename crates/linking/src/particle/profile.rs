//! The profile with which the [Particle CLI](https://docs.particle.io/getting-started/developer-tools/cli/) is logged in.
//!
//! `~/.particle/profile.json` names it, `~/.particle/<name>.config.json` holds its token and its cloud.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The variable that has a token, before which the profile counts nothing.
pub const TOKEN_VARIABLE: &str = "PARTICLE_ACCESS_TOKEN";

/// A profile that is logged in.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What it is called.
    pub name: String,
    /// The file it stands in.
    pub path: PathBuf,
    /// The user's token.
    pub access_token: SecretString,
    /// The cloud, where it is not Particle's own.
    pub api_url: Option<String>,
}

/// A profile that cannot be read. It is not quoted: it may hold a token.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system does not give it.
    #[error("cannot read {}: {problem}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// It is no profile.
    #[error(
        "{}:{line}:{column}: this is no profile of the Particle CLI; `particle login` writes a new one",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where reading ended.
        line: usize,
        /// Where reading ended.
        column: usize,
    },
}

/// The name of the profile of whoever never chose one.
const DEFAULT: &str = "particle";

#[derive(Deserialize)]
struct Chosen {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    #[serde(rename = "access_token")]
    access_token: Option<SecretString>,
    api_url: Option<String>,
}

/// Where profiles are.
#[must_use]
pub fn folder(home: &Path) -> PathBuf {
    home.join(".particle")
}

impl Profile {
    /// Reads the chosen profile, or `None` where nobody is logged in.
    ///
    /// # Errors
    /// Where there is a file that cannot be read.
    pub fn read(home: &Path) -> Result<Option<Self>, Error> {
        let folder = folder(home);
        let chosen: Option<Chosen> = read(&folder.join("profile.json"))?;
        let name = chosen.map_or_else(|| DEFAULT.to_owned(), |chosen| chosen.name);
        let path = folder.join(format!("{name}.config.json"));
        let config: Option<Config> = read(&path)?;
        let there = |token: &SecretString| !token.expose_secret().is_empty();
        Ok(config.and_then(|config| {
            Some(Self {
                name,
                path,
                access_token: config.access_token.filter(there)?,
                api_url: config.api_url,
            })
        }))
    }
}

/// Reads a file, or `None` where there is none.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => SecretString::from(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(problem) => {
            return Err(Error::Unreadable {
                path: path.to_owned(),
                problem,
            });
        }
    };
    match serde_json::from_str(text.expose_secret()) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(Error::Damaged {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
        }),
    }
}
