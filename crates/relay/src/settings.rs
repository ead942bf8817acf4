//! What an operator can set, read from the environment once.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `ALEXA_VENDOR_ID` | the developer account whose skills are linked, as `ask smapi get-vendor-list` names it | none: it must be set |
//! | `PARTICLE_AUTHORIZE_URL` | Particle's login page: https, or http on this machine | `https://api.particle.io/oauth/authorize` |
//! | `LOG_LEVEL` | `info` writes a record of every request, `warn` those of failures, `error` those of defects | `info` |
//! | `METRICS` | `on` adds [metrics](crate::record::METRICS) to the log, for which CloudWatch charges; `off` | `on` |

use std::fmt;
use std::str::FromStr;

use function_log::Level;
use http::Uri;

use crate::redirect::Vendor;

/// The settings of one process.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose customers are sent back.
    pub vendor: Vendor,
    /// Where they are sent to.
    pub authorize_url: AuthorizeUrl,
    /// What is worth a line in the log.
    pub log_level: Level,
    /// Whether CloudWatch is told metrics.
    pub metrics: bool,
}

/// A variable of the environment that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSetting {
    /// Not there.
    #[error("{name} is not set: {mend}")]
    Missing {
        /// The variable.
        name: &'static str,
        /// What to set.
        mend: &'static str,
    },
    /// Of no use.
    #[error("{name} is \"{value}\": {problem}")]
    Unusable {
        /// The variable.
        name: &'static str,
        /// What it is.
        value: String,
        /// Why not.
        problem: String,
    },
}

const VENDOR: &str = "ALEXA_VENDOR_ID";
const AUTHORIZE_URL: &str = "PARTICLE_AUTHORIZE_URL";
const LOG_LEVEL: &str = "LOG_LEVEL";
const METRICS: &str = "METRICS";

impl Settings {
    /// Reads the settings with a look-up such as `|name| std::env::var(name).ok()`. An empty value counts as none.
    ///
    /// # Errors
    /// The first variable that cannot be used.
    pub fn read(look_up: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSetting> {
        let read = |name| look_up(name).filter(|value| !value.is_empty());
        let unusable = |name, value, problem: &dyn ToString| InvalidSetting::Unusable {
            name,
            value,
            problem: problem.to_string(),
        };

        let vendor = read(VENDOR).ok_or(InvalidSetting::Missing {
            name: VENDOR,
            mend: "give the stack the parameter AlexaVendorId, which `ask smapi get-vendor-list` tells",
        })?;
        let vendor = vendor
            .parse()
            .map_err(|problem| unusable(VENDOR, vendor, &problem))?;

        let url = read(AUTHORIZE_URL).unwrap_or_else(|| AuthorizeUrl::PARTICLE.to_owned());
        let authorize_url = url
            .parse()
            .map_err(|problem| unusable(AUTHORIZE_URL, url, &problem))?;

        let log_level = match read(LOG_LEVEL) {
            None => Level::Info,
            Some(text) => text
                .parse()
                .map_err(|_| unusable(LOG_LEVEL, text, &"use debug, info, warn or error"))?,
        };

        let metrics = match read(METRICS) {
            None => true,
            Some(text) if text.eq_ignore_ascii_case("on") => true,
            Some(text) if text.eq_ignore_ascii_case("off") => false,
            Some(text) => return Err(unusable(METRICS, text, &"use on or off")),
        };

        Ok(Self {
            vendor,
            authorize_url,
            log_level,
            metrics,
        })
    }
}

/// Where Particle asks a customer to log in: https, or http on this very machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuthorizeUrl(Uri);

/// Why a text is no [`AuthorizeUrl`].
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidAuthorizeUrl {
    /// No URL at all.
    #[error("it is no URL; write it like {default}", default = AuthorizeUrl::PARTICLE)]
    Malformed,
    /// The login would travel in the clear.
    #[error(
        "it must start with https://; plain http:// is only for a simulator on this machine (127.0.0.1, localhost)"
    )]
    Insecure,
    /// More than a place.
    #[error("it must be no more than https://host/path; the relay adds the rest")]
    Superfluous,
}

impl AuthorizeUrl {
    /// Particle's own.
    pub const PARTICLE: &str = "https://api.particle.io/oauth/authorize";
}

impl FromStr for AuthorizeUrl {
    type Err = InvalidAuthorizeUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: Uri = text.parse().map_err(|_| InvalidAuthorizeUrl::Malformed)?;
        let (Some(scheme), Some(host)) = (url.scheme_str(), url.host()) else {
            return Err(InvalidAuthorizeUrl::Malformed);
        };
        let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        if scheme != "https" && !(scheme == "http" && is_here) {
            return Err(InvalidAuthorizeUrl::Insecure);
        }
        if text.contains(['@', '?', '#']) {
            return Err(InvalidAuthorizeUrl::Superfluous);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for AuthorizeUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let find = |name: &str| {
            let mut variables = variables.iter();
            let found = variables.find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Settings::read(find).map_err(|error| error.to_string())
    }

    #[test]
    fn the_vendor_is_enough() {
        let settings = read(&[("ALEXA_VENDOR_ID", "M1EXAMPLE00001"), ("LOG_LEVEL", "")]).unwrap();
        assert_eq!(settings.authorize_url.to_string(), AuthorizeUrl::PARTICLE);
        assert_eq!(settings.log_level, Level::Info);
        assert!(settings.metrics);
    }

    #[test]
    fn what_is_set_counts() {
        let settings = read(&[
            ("ALEXA_VENDOR_ID", "M1EXAMPLE00001"),
            (
                "PARTICLE_AUTHORIZE_URL",
                "http://127.0.0.1:8080/oauth/authorize",
            ),
            ("LOG_LEVEL", "WARN"),
            ("METRICS", "off"),
        ])
        .unwrap();
        let url = settings.authorize_url.to_string();
        assert_eq!(url, "http://127.0.0.1:8080/oauth/authorize");
        assert_eq!(settings.log_level, Level::Warn);
        assert!(!settings.metrics);
    }

    #[test]
    fn a_bad_value_names_its_variable_and_the_mend() {
        for (name, value, words) in [
            (
                "ALEXA_VENDOR_ID",
                "",
                "ALEXA_VENDOR_ID is not set: give the stack the parameter AlexaVendorId",
            ),
            (
                "ALEXA_VENDOR_ID",
                "amzn1.ask.skill.1",
                "ALEXA_VENDOR_ID is \"amzn1.ask.skill.1\": this is the id of a skill",
            ),
            (
                "PARTICLE_AUTHORIZE_URL",
                "oauth",
                "PARTICLE_AUTHORIZE_URL is \"oauth\": it is no URL; write it like https://api",
            ),
            (
                "PARTICLE_AUTHORIZE_URL",
                "http://api.particle.io/oauth/authorize",
                "PARTICLE_AUTHORIZE_URL is \"http://api.particle.io/oauth/authorize\": it must start with https://",
            ),
            (
                "PARTICLE_AUTHORIZE_URL",
                "http://127.0.0.1.evil.example/",
                "PARTICLE_AUTHORIZE_URL is \"http://127.0.0.1.evil.example/\": it must start with https://",
            ),
            (
                "PARTICLE_AUTHORIZE_URL",
                "https://a.example/x?y=z",
                "PARTICLE_AUTHORIZE_URL is \"https://a.example/x?y=z\": it must be no more than",
            ),
            (
                "PARTICLE_AUTHORIZE_URL",
                "https://me@a.example/x",
                "PARTICLE_AUTHORIZE_URL is \"https://me@a.example/x\": it must be no more than",
            ),
            (
                "LOG_LEVEL",
                "loud",
                "LOG_LEVEL is \"loud\": use debug, info, warn or error",
            ),
            ("METRICS", "yes", "METRICS is \"yes\": use on or off"),
        ] {
            let others = [("ALEXA_VENDOR_ID", "M1EXAMPLE00001")];
            let message = read(&[&[(name, value)], &others[..]].concat()).unwrap_err();
            assert!(message.starts_with(words), "{message}");
        }
    }
}
