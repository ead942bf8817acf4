//! The profile with which the [Particle CLI](https://docs.particle.io/getting-started/developer-tools/cli/) is logged in.
//!
//! `~/.particle/profile.json` names it, `~/.particle/<name>.config.json` holds its token and its cloud.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A profile that is logged in.
pub(super) struct Profile {
    pub(super) name: String,
    /// The file it stands in.
    pub(super) path: PathBuf,
    pub(super) access_token: String,
    pub(super) api_url: Option<String>,
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
    access_token: Option<String>,
    api_url: Option<String>,
}

/// Where profiles are.
pub(super) fn folder(home: &Path) -> PathBuf {
    home.join(".particle")
}

impl Profile {
    /// Reads the chosen profile, or `None` where nobody is logged in.
    pub(super) fn read(home: &Path) -> anyhow::Result<Option<Self>> {
        let folder = folder(home);
        let chosen: Option<Chosen> = read(&folder.join("profile.json"))?;
        let name = chosen.map_or_else(|| DEFAULT.to_owned(), |chosen| chosen.name);
        let path = folder.join(format!("{name}.config.json"));
        let config: Option<Config> = read(&path)?;
        Ok(config.and_then(|config| {
            Some(Self {
                name,
                path,
                access_token: config.access_token.filter(|token| !token.is_empty())?,
                api_url: config.api_url,
            })
        }))
    }
}

/// Reads a file, or `None` where there is none. An error does not quote it: it may hold a token.
fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Option<T>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    match serde_json::from_str(&text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => anyhow::bail!(
            "{}:{}:{}: this is no profile of the Particle CLI; `particle login` writes a new one",
            path.display(),
            error.line(),
            error.column()
        ),
    }
}
