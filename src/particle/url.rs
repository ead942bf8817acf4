//! Where the cloud is.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;
use hyper::http::uri::{Authority, Parts, PathAndQuery, Scheme};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What may not stand unescaped in one segment of a path.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The base address of a Particle cloud: https, or http on this very machine.
///
/// The user's token goes there with each call, so it must not travel in the clear.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiUrl {
    scheme: Scheme,
    authority: Authority,
}

/// Why a text is no [`ApiUrl`].
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidApiUrl {
    /// No URL at all.
    #[error("it is no URL; write it like {default}", default = ApiUrl::PARTICLE)]
    Malformed,
    /// The token would travel in the clear.
    #[error(
        "it must start with https://; plain http:// is only for a simulator on this machine (127.0.0.1, localhost, [::1])"
    )]
    Insecure,
    /// More than a scheme, a host and a port.
    #[error("it must be no more than https://host or https://host:port")]
    Superfluous,
}

impl ApiUrl {
    /// Particle's own cloud.
    pub const PARTICLE: &str = "https://api.particle.io";

    /// A path of these segments, each escaped.
    ///
    /// A segment `..` would climb, escaped or not: [`DeviceId`](super::DeviceId) and the names of a binding exclude it.
    pub(super) fn path<'a>(segments: impl IntoIterator<Item = &'a str>) -> String {
        let mut path = String::new();
        for segment in segments {
            path.push('/');
            path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        path
    }

    /// The host, and the port if it is named.
    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The whole address of a path.
    pub(super) fn with(&self, path: PathAndQuery) -> Uri {
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        // It lacks none of the three, which is all that could be wrong.
        Uri::from_parts(parts).unwrap_or_default()
    }
}

impl FromStr for ApiUrl {
    type Err = InvalidApiUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: Uri = text.trim().parse().map_err(|_| InvalidApiUrl::Malformed)?;
        let (Some(scheme), Some(authority)) = (url.scheme(), url.authority()) else {
            return Err(InvalidApiUrl::Malformed);
        };
        let host = authority.host();
        let loopback = host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if *scheme != Scheme::HTTPS && !(*scheme == Scheme::HTTP && loopback) {
            return Err(InvalidApiUrl::Insecure);
        }
        let bare = url.path_and_query().is_none_or(|path| path.as_str() == "/");
        if !bare || text.contains(['@', '#']) {
            return Err(InvalidApiUrl::Superfluous);
        }
        Ok(Self {
            scheme: scheme.clone(),
            authority: authority.clone(),
        })
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme, self.authority)
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
            "http://127.0.0.1:4000",
            "http://localhost:1",
            "http://[::1]:4000",
        ] {
            assert!(good.parse::<ApiUrl>().is_ok(), "{good}");
        }
        for (bad, why) in [
            ("api.particle.io", InvalidApiUrl::Malformed),
            ("", InvalidApiUrl::Malformed),
            ("http://api.particle.io", InvalidApiUrl::Insecure),
            ("http://127.0.0.1.evil.example", InvalidApiUrl::Insecure),
            ("ftp://127.0.0.1", InvalidApiUrl::Insecure),
            ("https://api.particle.io/v1", InvalidApiUrl::Superfluous),
            (
                "https://user:word@api.particle.io",
                InvalidApiUrl::Superfluous,
            ),
            ("https://api.particle.io?x=1", InvalidApiUrl::Superfluous),
        ] {
            assert_eq!(bad.parse::<ApiUrl>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        let base: ApiUrl = "http://localhost:1".parse().unwrap();
        let path = ApiUrl::path(["v1", "a/b?c#d%e", "ü"]);
        assert_eq!(path, "/v1/a%2Fb%3Fc%23d%25e/%C3%BC");
        assert_eq!(
            base.with(path.parse().unwrap()).to_string(),
            format!("http://localhost:1{path}")
        );
    }
}
