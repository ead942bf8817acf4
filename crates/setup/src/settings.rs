//! What an operator can set, read from the environment once.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PARTICLE_API_URL` | Particle | `https://api.particle.io` |
//! | `ASK_SMAPI_SERVER_BASE_URL` | the Skill Management API | `https://api.amazonalexa.com` |
//! | `ASK_LWA_TOKEN_HOST` | Login with Amazon | `https://api.amazon.com` |
//! | `AWS_ENDPOINT_URL` | Secrets Manager, for a simulator | that of the secret's region |
//! | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | those of the function's role, which Lambda sets | |
//!
//! Each address is https, or http on this machine.

use std::time::Duration;

use aws_credential_types::Credentials;
use linking::base_url::{BaseUrl, InvalidBaseUrl};
use linking::http::Http;
use linking::particle::PARTICLE;
use linking::smapi::SMAPI;

use crate::secrets_manager::SecretsManager;
use crate::setup::Setup;

/// Where Login with Amazon is.
const LWA: &str = "https://api.amazon.com";

/// Between two tries of something that failed for no reason of ours.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

/// A variable of the environment that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSetting {
    /// An address is none.
    #[error("{name}: {problem}")]
    Url {
        /// The variable.
        name: &'static str,
        /// What is wrong.
        problem: InvalidBaseUrl,
    },
    /// Lambda sets it, and has not.
    #[error("{0} is not set: this program runs under AWS Lambda, with a role")]
    Missing(&'static str),
}

/// Reads the settings with a look-up such as `|name| std::env::var(name).ok()`. An empty value counts as none. The client
/// needs none of them: what is wrong with them can be told all the same.
///
/// # Errors
/// The first variable that cannot be used.
pub fn read(http: Http, look_up: impl Fn(&str) -> Option<String>) -> Result<Setup, InvalidSetting> {
    let read = |name: &str| look_up(name).filter(|value| !value.is_empty());
    let url =
        |name: &'static str, default: Option<&str>| -> Result<Option<BaseUrl>, InvalidSetting> {
            let text = read(name).or_else(|| default.map(str::to_owned));
            let parsed = text.map(|text| text.parse()).transpose();
            parsed.map_err(|problem| InvalidSetting::Url { name, problem })
        };
    let needed = |name: &'static str| read(name).ok_or(InvalidSetting::Missing(name));
    let service = |name: &'static str, default: &str| {
        url(name, Some(default))?.ok_or(InvalidSetting::Missing(name))
    };
    let endpoint = url("AWS_ENDPOINT_URL", None)?;
    let credentials = Credentials::new(
        needed("AWS_ACCESS_KEY_ID")?,
        needed("AWS_SECRET_ACCESS_KEY")?,
        read("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    Ok(Setup {
        secrets: SecretsManager {
            http: http.clone(),
            // Every base address is an address.
            endpoint: endpoint.and_then(|url| url.to_string().parse().ok()),
            credentials,
            pause: PAUSE,
        },
        http,
        particle_url: service("PARTICLE_API_URL", PARTICLE)?,
        smapi_url: service("ASK_SMAPI_SERVER_BASE_URL", SMAPI)?,
        lwa_url: service("ASK_LWA_TOKEN_HOST", LWA)?,
        pause: PAUSE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(variables: &[(&str, &str)]) -> Result<Setup, String> {
        let lambdas = [
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "recognizable"),
            ("AWS_SESSION_TOKEN", "recognizable"),
        ];
        let find = |name: &str| {
            let mut variables = variables.iter().chain(&lambdas);
            let found = variables.find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let http = Http::new(linking::http::Authorities::default()).unwrap();
        read(http, find).map_err(|error| error.to_string())
    }

    #[test]
    fn what_lambda_sets_is_enough() {
        let setup = read_with(&[("PARTICLE_API_URL", "")]).unwrap();
        assert_eq!(setup.particle_url.to_string(), PARTICLE);
        assert_eq!(setup.smapi_url.to_string(), SMAPI);
        assert_eq!(setup.lwa_url.to_string(), LWA);
        assert!(setup.secrets.endpoint.is_none());
        assert!(!format!("{setup:?}").contains("recognizable"));
        let setup = read_with(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")]).unwrap();
        let endpoint = setup.secrets.endpoint.unwrap();
        assert_eq!(endpoint.as_str(), "http://127.0.0.1:4566/");
    }

    #[test]
    fn a_bad_value_names_its_variable() {
        for (name, value) in [
            ("PARTICLE_API_URL", "http://api.particle.io"),
            ("ASK_SMAPI_SERVER_BASE_URL", "x"),
            ("ASK_LWA_TOKEN_HOST", "https://api.amazon.com/auth"),
            ("AWS_ENDPOINT_URL", "http://169.254.169.254"),
            ("AWS_ACCESS_KEY_ID", ""),
            ("AWS_SECRET_ACCESS_KEY", ""),
        ] {
            let refused = read_with(&[(name, value)]).unwrap_err();
            assert!(refused.starts_with(name), "{refused}");
        }
    }

    /// Who makes a stack hears of a bad address before anything is made.
    #[test]
    fn what_a_template_takes_for_an_address_is_one() {
        for template in [
            include_str!("../../../linking.yaml"),
            include_str!("../../../template.yaml"),
        ] {
            let (_, parameter) = template.split_once("\n  ParticleApiUrl:\n").unwrap();
            let (_, pattern) = parameter.split_once("AllowedPattern: '").unwrap();
            let (pattern, _) = pattern.split_once("'\n").unwrap();
            let pattern = regex::Regex::new(pattern).unwrap();
            for (address, good) in [
                ("https://api.particle.io", true),
                ("https://api.particle.io:8443", true),
                ("https://localhost:1", true),
                ("https://192.0.2.7:59999", true),
                ("https://localhost:60000", true),
                ("https://localhost:65535", true),
                ("https://localhost:65536", false),
                ("https://api.particle.io:99999", false),
                ("https://api.particle.io:", false),
                ("https://api.particle.io?x=1", false),
                ("https://api.particle.io#x", false),
                ("https://api.particle.io/v1", false),
                ("https://user:word@api.particle.io", false),
                ("https://-.io", false),
                ("https://", false),
                ("http://api.particle.io", false),
                ("https://api particle io", false),
            ] {
                assert_eq!(pattern.is_match(address), good, "{address}");
                let read = read_with(&[("PARTICLE_API_URL", address)]);
                assert!(read.is_ok() || !good, "{address}: {read:?}");
            }
        }
    }
}
