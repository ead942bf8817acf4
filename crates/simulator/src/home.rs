//! The home: who owns it, how its cloud answers, and which devices it has, as declared in a TOML file.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    dialect::Dialect,
    fault::{Fault, Scope, Setting, When},
    secret::Secret,
    tls::Certificate,
};

mod client;
mod device;
mod function;
mod oauth;
mod platform;

pub(crate) use client::{ClientId, ClientSettings, ClientType, check_redirect_uri};
pub(crate) use device::{DeviceSettings, OfflineDescribe};
pub use oauth::{OAuth, RefreshTokenStart};
pub(crate) use platform::Platform;

/// A home file, read and checked.
#[derive(Clone, Debug)]
pub struct Home(pub(crate) Settings);

impl Home {
    /// The text of the built-in home.
    pub const SAMPLE: &'static str = include_str!("../homes/sample.toml");

    /// Reads a home file.
    ///
    /// # Errors
    ///
    /// Says line and column of a key that does not exist, a value that does not fit, or two devices that cannot be
    /// told apart.
    pub fn parse(text: &str) -> Result<Self, HomeError> {
        let settings: Settings = toml::from_str(text).map_err(|error| {
            HomeError::at(
                text,
                error.span().map_or(0, |span| span.start),
                error.message(),
            )
        })?;
        settings
            .check()
            .map_err(|mistake| HomeError::at(text, mistake.offset, &mistake.message))?;
        Ok(Self(settings))
    }

    /// The built-in home: a device of every kind, among them an offline one and one with a mistake in its notes.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "the text is part of the program, and a test reads it"
    )]
    pub fn sample() -> Self {
        Self::parse(Self::SAMPLE).expect("the built-in home")
    }
}

/// What is wrong with a home file, and where.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct HomeError {
    line: usize,
    column: usize,
    message: String,
}

impl HomeError {
    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    fn at(text: &str, offset: usize, message: &str) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before
            .get(line_start..)
            .map_or(0, |line| line.chars().count())
            + 1;
        Self {
            line: before.matches('\n').count() + 1,
            column,
            message: message.to_owned(),
        }
    }
}

/// The top level of a home file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    pub(crate) username: String,
    pub(crate) password: Secret,
    /// The account's second factor, which is always the same.
    pub(crate) otp: Option<Secret>,
    /// Whether the owner signs in elsewhere, and so has no password here.
    pub(crate) sso: bool,
    #[serde(deserialize_with = "crate::secret::token")]
    pub(crate) token: Secret,
    pub(crate) dialect: Dialect,
    pub(crate) list: List,
    /// Whether the account is old enough to present its token in the query.
    pub(crate) query_token: bool,
    /// How long the cloud waits for a device.
    #[serde(with = "crate::duration")]
    pub(crate) timeout: Duration,
    /// After which the cloud closes a connection on which nothing happens.
    #[serde(with = "crate::duration::optional")]
    pub(crate) keep_alive: Option<Duration>,
    fault: Option<Spanned<Fault>>,
    fault_when: Option<Spanned<When>>,
    oauth: OAuth,
    #[serde(rename = "client")]
    pub(crate) clients: Vec<ClientSettings>,
    #[serde(rename = "device")]
    pub(crate) devices: Vec<DeviceSettings>,
}

/// The settings of the cloud that may change while it runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct Tuning {
    /// What is shown of TLS; `None` where that is not spoken.
    pub(crate) certificate: Option<Certificate>,
    pub(crate) dialect: Dialect,
    #[serde(with = "crate::duration")]
    pub(crate) timeout: Duration,
    #[serde(with = "crate::duration::optional")]
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) oauth: OAuth,
}

/// How much the device list says of a device.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum List {
    /// Everything, as since about 2020.
    #[default]
    Full,
    /// As recorded in 2015 and 2016: no functions, no variables, no notes, and `connected` for `online`.
    Brief,
}

/// Why somebody is not signed in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignInError {
    SingleSignOn,
    UnknownUser,
    WrongPassword,
}

/// Clients whose secret is no secret: anybody's scripts, Particle's JavaScript client, and its command line.
pub(crate) const PUBLIC_CLIENTS: [(&str, &str); 3] = [
    ("particle", "particle"),
    ("particle-api", "particle-api"),
    ("CLI2", "client_secret_here"),
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            username: "maker@example.com".to_owned(),
            password: Secret::new("particle"),
            otp: None,
            sso: false,
            token: Secret::new("decafbaddecafbaddecafbaddecafbaddecafbad"),
            dialect: Dialect::default(),
            list: List::default(),
            query_token: false,
            timeout: Duration::from_secs(30),
            keep_alive: None,
            fault: None,
            fault_when: None,
            oauth: OAuth::default(),
            clients: Vec::new(),
            devices: Vec::new(),
        }
    }
}

/// What no single value shows to be wrong, and where in the text it stands.
struct Mistake {
    offset: usize,
    message: String,
}

impl Settings {
    pub(crate) fn tuning(&self) -> Tuning {
        Tuning {
            certificate: None,
            dialect: self.dialect,
            timeout: self.timeout,
            keep_alive: self.keep_alive,
            oauth: self.oauth,
        }
    }

    /// Whether these are the owner's name and password.
    pub(crate) fn sign_in(&self, username: &str, password: &str) -> Result<(), SignInError> {
        if username != self.username {
            Err(SignInError::UnknownUser)
        } else if self.sso {
            Err(SignInError::SingleSignOn)
        } else if password != self.password.expose() {
            Err(SignInError::WrongPassword)
        } else {
            Ok(())
        }
    }

    pub(crate) fn fault(&self) -> Option<Setting> {
        setting(self.fault.as_ref(), self.fault_when.as_ref())
    }

    fn check(&self) -> Result<(), Mistake> {
        check_fault(self.fault.as_ref(), self.fault_when.as_ref(), Scope::Cloud)?;
        let mut taken = BTreeSet::new();
        for device in &self.devices {
            for (reference, offset) in device.references() {
                if !taken.insert(reference) {
                    let message = format!("two devices are called `{reference}`");
                    return Err(Mistake { offset, message });
                }
            }
            device.check()?;
        }
        let mut taken: BTreeSet<_> = PUBLIC_CLIENTS.iter().map(|(id, _)| *id).collect();
        for client in &self.clients {
            let id = client.id.as_ref().as_str();
            if !taken.insert(id) {
                return Err(Mistake {
                    offset: client.id.span().start,
                    message: format!("two clients have the id `{id}`"),
                });
            }
            client.check()?;
        }
        Ok(())
    }
}

/// A fault and when it strikes, from their two keys.
fn setting(fault: Option<&Spanned<Fault>>, when: Option<&Spanned<When>>) -> Option<Setting> {
    Some(Setting {
        fault: *fault?.as_ref(),
        when: when.map(|when| when.as_ref().clone()).unwrap_or_default(),
    })
}

fn check_fault(
    fault: Option<&Spanned<Fault>>,
    when: Option<&Spanned<When>>,
    scope: Scope,
) -> Result<(), Mistake> {
    let place = when.map(Spanned::span).or(fault.map(Spanned::span));
    let mistake = |message: &str| Mistake {
        offset: place.map_or(0, |span| span.start),
        message: message.to_owned(),
    };
    match setting(fault, when) {
        Some(setting) => setting.check(scope).map_err(mistake),
        None if when.is_some() => Err(mistake("`fault_when` goes with `fault`")),
        None => Ok(()),
    }
}
