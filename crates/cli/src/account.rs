//! The user's account at Particle: the access token, and the cloud it is for.
//!
//! The token comes from the environment or from the Particle CLI, never from an argument: arguments are seen by others
//! and kept by the shell.

mod profile;

use std::env;

use alexa_for_particle::particle::ApiUrl;
use alexa_for_particle::secret::AccessToken;
use anyhow::{Context as _, bail};
use secrecy::{ExposeSecret as _, SecretString};

use self::profile::Profile;

const TOKEN: &str = "PARTICLE_ACCESS_TOKEN";

/// An account that can be used.
#[derive(Debug)]
pub(crate) struct Account {
    token: SecretString,
    pub(crate) api_url: ApiUrl,
    /// Where the token was found, in words.
    pub(crate) origin: String,
}

impl Account {
    /// Finds the user's account; `api_url` is what the user says of the cloud, and `instead` what can be done without
    /// an account.
    pub(crate) fn find(api_url: Option<ApiUrl>, instead: &str) -> anyhow::Result<Self> {
        if let Some(token) = env::var_os(TOKEN).filter(|token| !token.is_empty()) {
            let token = token.into_string().unwrap_or_default();
            return Self::of(&token, api_url, format!("the environment ({TOKEN})"));
        }
        let Some(home) = env::home_dir() else {
            bail!("no access token: set {TOKEN}, or {instead}");
        };
        let Some(profile) = Profile::read(&home)? else {
            bail!(
                "no access token for Particle. There are three ways:\n\
                 - set {TOKEN}; `particle token create` makes a token\n\
                 - log in with the Particle CLI, `particle login`: its profile in {} is used\n\
                 - {instead}",
                profile::folder(&home).display()
            );
        };
        let api_url = match (api_url, &profile.api_url) {
            (Some(api_url), _) => api_url,
            (None, Some(address)) => address.parse().with_context(|| {
                format!("the apiUrl in {} cannot be used", profile.path.display())
            })?,
            (None, None) => ApiUrl::PARTICLE.parse()?,
        };
        let origin = format!("the Particle CLI's profile `{}`", profile.name);
        Self::of(&profile.access_token, Some(api_url), origin)
    }

    /// An account whose token is known, such as a simulated one.
    pub(crate) fn of(token: &str, api_url: Option<ApiUrl>, origin: String) -> anyhow::Result<Self> {
        let token = token.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            bail!("the access token from {origin} holds characters that no token has");
        }
        let api_url = match api_url {
            Some(api_url) => api_url,
            None => ApiUrl::PARTICLE.parse()?,
        };
        Ok(Self {
            token: token.into(),
            api_url,
            origin,
        })
    }

    pub(crate) fn token(&self) -> AccessToken {
        AccessToken::new(self.expose_token().to_owned())
    }

    /// The token itself, to be put into a directive.
    pub(crate) fn expose_token(&self) -> &str {
        self.token.expose_secret()
    }
}
