//! How fast an address answers, and whether its certificate is one that is vouched for.

use std::time::Duration;

use reqwest::Method;
use serde::Serialize;
use url::Url;

use crate::http::{Error, Http};

/// Alexa waits no longer for tokens.
pub const TOKEN_LIMIT: Duration = Duration::from_millis(4500);

/// How long an address takes to answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TimeVerdict {
    /// The longest of three answers took so long, in milliseconds.
    Answered {
        /// The longest.
        slowest_ms: u64,
    },
    /// One of them did not come within [`TOKEN_LIMIT`].
    TooSlow,
    /// The certificate is one that nobody vouches for.
    BadCertificate,
    /// Nothing answers.
    Unreachable(String),
}

/// Asks the host of an address three times for its first page, and looks at the clock and the certificate.
///
/// Not for the address itself: to a token endpoint, whatever is no good request is one that failed, and ten of those
/// lock this address out.
pub async fn time(http: &Http, address: &str) -> TimeVerdict {
    let mut url: Url = match address.parse() {
        Ok(url) => url,
        Err(error) => return TimeVerdict::Unreachable(format!("{address}: {error}")),
    };
    url.set_path("/");
    url.set_query(None);
    let mut slowest = Duration::ZERO;
    for _ in 0..3 {
        let request = http.request(Method::GET, url.clone()).within(TOKEN_LIMIT);
        match request.send().await {
            Ok(answer) => slowest = slowest.max(answer.duration),
            Err(Error::TimedOut { .. }) => return TimeVerdict::TooSlow,
            Err(Error::Certificate { .. }) => return TimeVerdict::BadCertificate,
            Err(error) => return TimeVerdict::Unreachable(error.to_string()),
        }
    }
    TimeVerdict::Answered {
        slowest_ms: u64::try_from(slowest.as_millis()).unwrap_or(u64::MAX),
    }
}
