//! How SMAPI is reached, by the variables that `ask` itself reads.

use secrecy::SecretString;

use super::SMAPI;
use super::ask::Ask;
use super::lwa::{LWA, SignIn};
use crate::base_url::{BaseUrl, InvalidBaseUrl};

/// How SMAPI is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) smapi_url: BaseUrl,
    pub(super) lwa_url: BaseUrl,
    pub(super) lwa: Option<SignIn>,
    pub(super) ask: Ask,
}

/// A variable that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSettings {
    /// An address is none.
    #[error("{variable}: {problem}")]
    Url {
        /// The variable.
        variable: &'static str,
        /// What is wrong.
        problem: InvalidBaseUrl,
    },
    /// A refresh token alone gets no access token.
    #[error(
        "ASK_REFRESH_TOKEN needs the security profile that it was made with: \
         set ASK_LWA_CLIENT_ID and ASK_LWA_CLIENT_CONFIRMATION, too"
    )]
    NoClient,
}

impl Settings {
    /// Reads them with this function, such as one that looks into the environment.
    ///
    /// # Errors
    /// Where a variable cannot be used.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSettings> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let url = |name: &'static str, default: &str| {
            let text = set(name).unwrap_or_else(|| default.to_owned());
            text.parse().map_err(|problem| InvalidSettings::Url {
                variable: name,
                problem,
            })
        };
        let client = set("ASK_LWA_CLIENT_ID").zip(set("ASK_LWA_CLIENT_CONFIRMATION"));
        let secret = |text: String| SecretString::from(text.trim().to_owned());
        let lwa = match (set("ASK_REFRESH_TOKEN"), client, set("ASK_ACCESS_TOKEN")) {
            (Some(token), Some((id, confirmation)), _) => Some(SignIn::RefreshToken {
                refresh_token: secret(token),
                client_id: id,
                client_secret: secret(confirmation),
            }),
            (_, _, Some(token)) => Some(SignIn::AccessToken(secret(token))),
            (Some(_), None, None) => return Err(InvalidSettings::NoClient),
            (None, _, None) => None,
        };
        Ok(Self {
            smapi_url: url("ASK_SMAPI_SERVER_BASE_URL", SMAPI)?,
            lwa_url: url("ASK_LWA_TOKEN_HOST", LWA)?,
            lwa,
            ask: Ask::default(),
        })
    }

    /// With this `ask` instead of the one on the PATH.
    #[must_use]
    pub fn with_ask(self, ask: Ask) -> Self {
        Self { ask, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_sign_in_wins() {
        let token = ("ASK_ACCESS_TOKEN", "recognizable");
        let refresh = ("ASK_REFRESH_TOKEN", "recognizable");
        let client = ("ASK_LWA_CLIENT_ID", "id");
        let confirmation = ("ASK_LWA_CLIENT_CONFIRMATION", "recognizable");
        let read = |variables: &[(&str, &str)]| {
            Settings::read(|name| {
                let found = variables.iter().find(|(variable, _)| *variable == name)?;
                Some(found.1.to_owned())
            })
        };
        for (variables, way) in [
            (vec![], "ask"),
            (vec![("ASK_ACCESS_TOKEN", " ")], "ask"),
            (vec![token], "access"),
            (vec![token, refresh], "access"),
            (vec![refresh, client, confirmation], "refresh"),
            (vec![token, refresh, client, confirmation], "refresh"),
        ] {
            let settings = read(&variables).unwrap();
            let found = match settings.lwa {
                None => "ask",
                Some(SignIn::AccessToken(_)) => "access",
                Some(SignIn::RefreshToken { .. }) => "refresh",
            };
            assert_eq!(found, way, "{variables:?}");
            assert!(!format!("{settings:?}").contains("recognizable"));
        }
        assert!(matches!(read(&[refresh]), Err(InvalidSettings::NoClient)));
        let refused = read(&[("ASK_LWA_TOKEN_HOST", "http://api.amazon.com")]).unwrap_err();
        assert!(refused.to_string().starts_with("ASK_LWA_TOKEN_HOST: "));
    }
}
