//! Alexa, Particle and AWS, signed in.

use std::env;

use anyhow::Context as _;
use linking::aws::Tools;
use linking::http::{Authorities, Http};
use linking::particle::Particle;
use linking::smapi::{Settings, Smapi};
use secrecy::SecretString;

use crate::account::{Account, CloudArguments};

/// The variable with the secret of the OAuth client, which is kept nowhere.
pub(crate) const SECRET: &str = "PARTICLE_CLIENT_SECRET";

/// All that is spoken to.
#[derive(Debug)]
pub(crate) struct Services<A> {
    pub(crate) http: Http,
    pub(crate) smapi: Smapi,
    /// The user's account, or why there is none.
    pub(crate) particle: Result<Particle, String>,
    /// The user's token, for a directive to the function.
    pub(crate) token: Option<SecretString>,
    /// The cloud, with or without an account.
    pub(crate) particle_url: String,
    pub(crate) aws: A,
}

impl Services<Tools> {
    /// Those that the environment names, and the tools on the PATH.
    pub(crate) fn find(cloud: CloudArguments) -> anyhow::Result<Self> {
        let authorities = match cloud.ca_path() {
            Some(path) => Authorities::with_file(path)?,
            None => Authorities::default(),
        };
        let http = Http::new(authorities)?;
        let settings = Settings::read(|name| env::var(name).ok())?;
        let address = cloud.address();
        let account = Account::find(cloud, None);
        let (particle, token, particle_url) = match account {
            Ok(account) => {
                let address = account.api_url.to_string();
                let token = SecretString::from(account.expose_token().to_owned());
                let base_url = address
                    .parse()
                    .with_context(|| format!("{address} cannot be used"))?;
                let particle = Particle::new(http.clone(), base_url, token.clone());
                (Ok(particle), Some(token), address)
            }
            Err(error) => (Err(format!("{error:#}")), None, address),
        };
        Ok(Self {
            smapi: Smapi::new(settings, http.clone()),
            http,
            particle,
            token,
            particle_url,
            aws: Tools::default(),
        })
    }
}

/// The secret of the OAuth client, where the environment has it. Continuous integration sets what it has not to nothing.
pub(crate) fn secret() -> Option<SecretString> {
    let secret = env::var(SECRET).ok()?;
    let secret = secret.trim();
    (!secret.is_empty()).then(|| SecretString::from(secret))
}

#[cfg(test)]
mod tests {
    use alexa_for_particle::particle::ApiUrl;
    use linking::base_url::BaseUrl;

    /// Each has a type of its own for its HTTP library, and an address is handed from one to the other.
    #[test]
    fn the_skill_and_what_sets_it_up_take_the_same_clouds() {
        for text in [
            "https://api.particle.io",
            " https://api.particle.io/ ",
            "https://api.particle.io:8443",
            "http://127.0.0.1:4000",
            "http://127.9.9.9:1",
            "http://localhost:1",
            "http://[::1]:4000",
            "",
            "api.particle.io",
            "http://api.particle.io",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "ftp://127.0.0.1",
            "https://api.particle.io/v1",
            "https://user:word@api.particle.io",
            "https://api.particle.io?x=1",
            "https://api.particle.io#x",
        ] {
            let skill = text.parse::<ApiUrl>();
            let skill = skill.map_err(|why| why.to_string());
            let linking = text.parse::<BaseUrl>();
            let linking = linking.map_err(|why| why.to_string());
            assert_eq!(
                skill.map(|url| url.to_string()),
                linking.map(|url| url.to_string()),
                "{text:?}"
            );
        }
    }
}
