//! Where a service is.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The base address of a service that is told secrets: https, or http on this very machine.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct BaseUrl(Url);

/// Why a text is no [`BaseUrl`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// No URL at all.
    #[error("it is no URL; write it like https://api.particle.io")]
    Malformed,
    /// A secret would travel in the clear.
    #[error(
        "it must start with https://; plain http:// is only for a simulator on this machine (127.0.0.1, localhost, [::1])"
    )]
    Insecure,
    /// More than a scheme, a host and a port.
    #[error("it must be no more than https://host or https://host:port")]
    Superfluous,
}

impl BaseUrl {
    /// The address of a path of these segments, each escaped.
    pub(crate) fn path<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.0.clone();
        // Every https and http URL has a path.
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(segments);
        }
        url
    }
}

/// Whether what is sent to this address cannot be read on the way.
pub(crate) fn is_safe(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Domain(name))) => name == "localhost",
        ("http", Some(Host::Ipv4(address))) => IpAddr::from(address).is_loopback(),
        ("http", Some(Host::Ipv6(address))) => IpAddr::from(address).is_loopback(),
        _ => false,
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: Url = text.trim().parse().map_err(|_| InvalidBaseUrl::Malformed)?;
        if url.host().is_none() {
            return Err(InvalidBaseUrl::Malformed);
        }
        if !is_safe(&url) {
            return Err(InvalidBaseUrl::Insecure);
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::Superfluous);
        }
        Ok(Self(url))
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = InvalidBaseUrl;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BaseUrl> for String {
    fn from(url: BaseUrl) -> Self {
        url.to_string()
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_bases_are_taken() {
        for good in [
            "https://api.particle.io",
            "https://api.particle.io/",
            "https://api.particle.io:8443",
            "http://127.0.0.1:4000",
            "http://localhost:1",
            "http://[::1]:4000",
        ] {
            let url: BaseUrl = good.parse().unwrap();
            assert_eq!(url.to_string(), good.trim_end_matches('/'));
        }
        for (bad, why) in [
            ("api.particle.io", InvalidBaseUrl::Malformed),
            ("", InvalidBaseUrl::Malformed),
            ("http://api.particle.io", InvalidBaseUrl::Insecure),
            ("http://127.0.0.1.evil.example", InvalidBaseUrl::Insecure),
            ("ftp://127.0.0.1", InvalidBaseUrl::Insecure),
            ("https://api.particle.io/v1", InvalidBaseUrl::Superfluous),
            (
                "https://user:word@api.particle.io",
                InvalidBaseUrl::Superfluous,
            ),
            ("https://api.particle.io?x=1", InvalidBaseUrl::Superfluous),
        ] {
            assert_eq!(bad.parse::<BaseUrl>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        let base: BaseUrl = "http://localhost:1".parse().unwrap();
        assert_eq!(
            base.path(["v1", "a/b?c#d%e", ".."]).as_str(),
            "http://localhost:1/v1/a%2Fb%3Fc%23d%25e"
        );
    }
}
