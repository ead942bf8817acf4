//! What an operator can set, read from the environment once.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PARTICLE_API_URL` | the Particle cloud: https, or http on this machine | `https://api.particle.io` |
//! | `PARTICLE_CA_FILE` | a file of PEM certificates of the [authorities](Authorities) to trust instead, for a cloud that is not Particle's own | those that browsers trust |
//! | `LOG_LEVEL` | `info` writes a record of every directive, `debug` with each Particle call, `warn` those of failures, `error` those of defects | `info` |
//! | `METRICS` | `on` adds [metrics](crate::log::metrics) to the log, for which CloudWatch charges; `off` | `on` |
//! | `DEVICES_FILE` | a file of [profiles](crate::profile), such as one in a layer | the `devices.toml` of the build |
//! | `DEADLINE_MS` | how long a directive may take, in milliseconds from 100 to 7500; Alexa gives up after about 8 seconds | `6500` |

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::particle::{ApiUrl, Authorities};
use crate::record::Level;

/// The settings of one process.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the Particle cloud is.
    pub api_url: ApiUrl,
    /// Whose certificate it may have.
    pub authorities: Authorities,
    /// What is worth a line in the log.
    pub log_level: Level,
    /// Whether CloudWatch is told metrics.
    pub metrics: bool,
    /// How long a directive may take.
    pub deadline: Duration,
    /// Where the profiles are, if not in the program.
    pub devices_file: Option<PathBuf>,
}

/// A variable of the environment that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{name} is \"{value}\": {problem}")]
pub struct InvalidSetting {
    name: &'static str,
    value: String,
    problem: String,
}

const API_URL: &str = "PARTICLE_API_URL";
const CA_FILE: &str = "PARTICLE_CA_FILE";
const LOG_LEVEL: &str = "LOG_LEVEL";
const METRICS: &str = "METRICS";
const DEADLINE_MS: &str = "DEADLINE_MS";
const DEVICES_FILE: &str = "DEVICES_FILE";

/// How long a directive may take unless an operator says otherwise.
pub const DEFAULT_DEADLINE: Duration = Duration::from_millis(6500);

const SHORTEST_DEADLINE: Duration = Duration::from_millis(100);

/// What an operator can allow it at most: Alexa gives up after 8 seconds, and the answer has to travel.
pub const LONGEST_DEADLINE: Duration = Duration::from_millis(7500);

impl Settings {
    /// Reads the settings with a look-up such as `|name| std::env::var(name).ok()`. An empty value counts as none.
    ///
    /// # Errors
    /// The first variable that cannot be used.
    pub fn read(look_up: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSetting> {
        let read = |name| look_up(name).filter(|value| !value.is_empty());
        let invalid = |name, value, problem: &dyn ToString| InvalidSetting {
            name,
            value,
            problem: problem.to_string(),
        };

        let address = read(API_URL).unwrap_or_else(|| ApiUrl::PARTICLE.to_owned());
        // The value may hold a password by mistake, and a log is for many eyes.
        let api_url = address
            .parse()
            .map_err(|problem| invalid(API_URL, "…".to_owned(), &problem))?;

        let authorities = match read(CA_FILE) {
            None => Authorities::default(),
            Some(path) => Authorities::read(Path::new(&path))
                .map_err(|problem| invalid(CA_FILE, path, &problem))?,
        };

        let log_level = match read(LOG_LEVEL) {
            None => Level::Info,
            Some(text) => text
                .parse()
                .map_err(|_| invalid(LOG_LEVEL, text, &"use debug, info, warn or error"))?,
        };

        let metrics = match read(METRICS) {
            None => true,
            Some(text) if text.eq_ignore_ascii_case("on") => true,
            Some(text) if text.eq_ignore_ascii_case("off") => false,
            Some(text) => return Err(invalid(METRICS, text, &"use on or off")),
        };

        let deadline = match read(DEADLINE_MS) {
            None => DEFAULT_DEADLINE,
            Some(text) => text
                .parse()
                .ok()
                .map(Duration::from_millis)
                .filter(|deadline| (SHORTEST_DEADLINE..=LONGEST_DEADLINE).contains(deadline))
                .ok_or_else(|| {
                    invalid(
                        DEADLINE_MS,
                        text,
                        &"use a whole number of milliseconds from 100 to 7500",
                    )
                })?,
        };

        Ok(Self {
            api_url,
            authorities,
            log_level,
            metrics,
            deadline,
            devices_file: read(DEVICES_FILE).map(PathBuf::from),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let find = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Settings::read(find).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let settings = read(&[("LOG_LEVEL", "")]).unwrap();
        assert_eq!(settings.api_url.to_string(), "https://api.particle.io");
        assert_eq!(settings.log_level, Level::Info);
        assert!(settings.metrics);
        assert_eq!(settings.devices_file, None);
        assert_eq!(settings.deadline, Duration::from_millis(6500));
    }

    #[test]
    fn what_is_set_counts() {
        let settings = read(&[
            ("PARTICLE_API_URL", "http://127.0.0.1:9"),
            ("LOG_LEVEL", "DEBUG"),
            ("METRICS", "Off"),
            ("DEADLINE_MS", "250"),
            ("DEVICES_FILE", "/opt/devices.toml"),
        ])
        .unwrap();
        assert_eq!(settings.devices_file, Some("/opt/devices.toml".into()));
        assert_eq!(settings.api_url.to_string(), "http://127.0.0.1:9");
        assert_eq!(settings.log_level, Level::Debug);
        assert!(!settings.metrics);
        assert_eq!(settings.deadline, Duration::from_millis(250));
    }

    #[test]
    fn a_bad_value_names_its_variable_and_the_mend() {
        for (name, value, words) in [
            (
                "PARTICLE_API_URL",
                "http://api.particle.io",
                "PARTICLE_API_URL is \"…\": it must start with https://",
            ),
            (
                "PARTICLE_CA_FILE",
                "/nowhere.pem",
                "PARTICLE_CA_FILE is \"/nowhere.pem\": cannot read /nowhere.pem: ",
            ),
            (
                "LOG_LEVEL",
                "loud",
                "LOG_LEVEL is \"loud\": use debug, info, warn or error",
            ),
            ("METRICS", "yes", "METRICS is \"yes\": use on or off"),
            (
                "DEADLINE_MS",
                "9000",
                "DEADLINE_MS is \"9000\": use a whole number of milliseconds from 100 to 7500",
            ),
            (
                "DEADLINE_MS",
                "6.5",
                "DEADLINE_MS is \"6.5\": use a whole number",
            ),
        ] {
            let message = read(&[(name, value)]).unwrap_err();
            assert!(message.starts_with(words), "{message}");
        }
    }
}
