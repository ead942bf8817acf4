//! The user's account at Particle: the access token, and the cloud it is for.
//!
//! The token comes from the environment or from the Particle CLI, never from an argument: arguments are seen by others
//! and kept by the shell.

use std::env;
use std::path::{Path, PathBuf};

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::{ApiUrl, Authorities, Error, InvalidAuthorities};
use alexa_for_particle::secret::AccessToken;
use alexa_for_particle::settings::DEFAULT_DEADLINE;
use alexa_for_particle::skill::{Discovery, Skill};
use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use linking::particle::profile::{self, Profile, TOKEN_VARIABLE as TOKEN};
use secrecy::{ExposeSecret as _, SecretString};

use crate::progress;

/// Which cloud an account is in.
#[derive(Args, Debug, Default)]
pub(crate) struct CloudArguments {
    /// The Particle cloud of the account; by default that of the profile, or `https://api.particle.io`
    #[arg(
        long,
        value_name = "URL",
        env = "PARTICLE_API_URL",
        hide_env_values = true
    )]
    api_url: Option<ApiUrl>,
    /// PEM certificates of the authorities to trust, for a cloud that is not Particle's own
    #[arg(long, value_name = "FILE", env = "PARTICLE_CA_FILE", value_parser = ca_file)]
    ca_file: Option<CaFile>,
}

/// A file of certificates, and the authorities in it.
#[derive(Clone, Debug)]
struct CaFile {
    path: PathBuf,
    authorities: Authorities,
}

fn ca_file(path: &str) -> Result<CaFile, InvalidAuthorities> {
    Ok(CaFile {
        authorities: Authorities::read(path.as_ref())?,
        path: path.into(),
    })
}

/// An account that can be used.
#[derive(Debug)]
pub(crate) struct Account {
    token: SecretString,
    bearer: AccessToken,
    pub(crate) api_url: ApiUrl,
    authorities: Authorities,
    /// Where the token was found, in words.
    pub(crate) origin: String,
}

impl CloudArguments {
    /// The cloud at this address.
    pub(crate) fn at(api_url: ApiUrl) -> Self {
        Self {
            api_url: Some(api_url),
            ca_file: None,
        }
    }

    /// The file of authorities that were named.
    pub(crate) fn ca_path(&self) -> Option<&Path> {
        self.ca_file.as_ref().map(|file| file.path.as_path())
    }

    /// The cloud that was named, or Particle's own.
    pub(crate) fn address(&self) -> String {
        let named = self.api_url.as_ref().map(ToString::to_string);
        named.unwrap_or_else(|| ApiUrl::PARTICLE.to_owned())
    }
}

impl Account {
    /// Finds the user's account; `instead` is what can be done without one, if anything.
    pub(crate) fn find(mut cloud: CloudArguments, instead: Option<&str>) -> anyhow::Result<Self> {
        if let Some(token) = env::var_os(TOKEN).filter(|token| !token.is_empty()) {
            let token = token.into_string().unwrap_or_default();
            return Self::of(&token, cloud, format!("the environment ({TOKEN})"));
        }
        let Some(home) = env::home_dir() else {
            let instead = instead.map_or_else(String::new, |instead| format!(", or {instead}"));
            bail!("no access token: set {TOKEN}{instead}");
        };
        let Some(profile) = Profile::read(&home)? else {
            let (number, instead) = match instead {
                Some(instead) => ("three", format!("\n- {instead}")),
                None => ("two", String::new()),
            };
            bail!(
                "no access token for Particle. There are {number} ways:\n\
                 - set {TOKEN}; `particle token create` makes a token\n\
                 - log in with the Particle CLI, `particle login`: its profile in {} is used{instead}",
                profile::folder(&home).display()
            );
        };
        if let (None, Some(address)) = (&cloud.api_url, &profile.api_url) {
            cloud.api_url = Some(address.parse().with_context(|| {
                format!("the apiUrl in {} cannot be used", profile.path.display())
            })?);
        }
        let origin = format!("the Particle CLI's profile `{}`", profile.name);
        Self::of(profile.access_token.expose_secret(), cloud, origin)
    }

    /// An account whose token is known, such as a simulated one.
    pub(crate) fn of(token: &str, cloud: CloudArguments, origin: String) -> anyhow::Result<Self> {
        let token = token.trim();
        let bearer = AccessToken::new(token)
            .with_context(|| format!("what {origin} gives is no access token"))?;
        let api_url = match cloud.api_url {
            Some(api_url) => api_url,
            None => ApiUrl::PARTICLE.parse()?,
        };
        Ok(Self {
            token: token.into(),
            bearer,
            api_url,
            authorities: cloud
                .ca_file
                .map(|file| file.authorities)
                .unwrap_or_default(),
            origin,
        })
    }

    /// The skill, for the account's cloud.
    pub(crate) fn skill(&self) -> anyhow::Result<Skill> {
        Ok(Skill::new(self.api_url.clone(), self.authorities.clone())?)
    }

    /// The token itself, to be put into a directive.
    pub(crate) fn expose_token(&self) -> &str {
        self.token.expose_secret()
    }

    /// Finds out what Alexa would discover in the account, in the time that the skill has for it: what takes longer she
    /// would miss.
    pub(crate) async fn preview(&self, skill: &Skill) -> anyhow::Result<Discovery> {
        let _waiting = progress::waiting_for(format!("Asking {} for your devices", self.api_url));
        skill
            .preview(&self.bearer, Deadline::after(DEFAULT_DEADLINE))
            .await
            .map_err(|error| self.explain(&error))
    }

    /// Says what to do where the devices cannot be listed.
    fn explain(&self, error: &Error) -> anyhow::Error {
        let Self {
            api_url, origin, ..
        } = self;
        match error {
            Error::TokenRejected { .. } => anyhow!(
                "{api_url} refuses the access token from {origin}: {error}. \
             Log in again with `particle login`, or put a new token into PARTICLE_ACCESS_TOKEN"
            ),
            Error::Deadline | Error::Unreachable => anyhow!(
                "{api_url} did not answer within the {} seconds that the skill has, so Alexa would find nothing; \
                 is the network slow, or the address right?",
                DEFAULT_DEADLINE.as_secs_f64()
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
}
