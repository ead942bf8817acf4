//! Whether the relay hands on what it is sent, unharmed and nowhere else.

use reqwest::Method;
use serde::Serialize;
use url::Url;

use super::{DUMMY_CODE, authorize_url};
use crate::http::{Answer, Http};

/// A state with all that is known to get lost on the way.
const NASTY_STATE: &str = "a+b%20c&d=e/é?#\"'";

/// What the relay makes of a redirect.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RelayVerdict {
    /// What was sent comes back to Alexa unharmed.
    Works,
    /// Its Function URL is closed: one of its two permissions is missing.
    Closed,
    /// It is not healthy.
    Unhealthy {
        /// The status.
        status: u16,
    },
    /// It does not take a redirect URI of Alexa's.
    RefusesRedirect {
        /// The redirect URI.
        redirect_uri: String,
        /// The status.
        status: u16,
    },
    /// The state that comes back is not the one that was sent.
    LosesState,
    /// It sends users where nobody registered it to.
    OpenRedirect,
    /// It names another address for itself to Particle than the one that is registered.
    OtherCallback {
        /// The address.
        callback: String,
    },
    /// Nothing answers.
    Unreachable(String),
}

/// Sends the relay what Alexa and Particle would, for each of these redirect URIs, and looks at where it leads.
///
/// `callback` is what is registered at Particle.
pub async fn relay(
    http: &Http,
    relay: &str,
    callback: &str,
    redirect_uris: &[String],
) -> RelayVerdict {
    let relay = relay.trim_end_matches('/');
    match relayed(http, relay, callback, redirect_uris).await {
        Ok(verdict) | Err(verdict) => verdict,
    }
}

async fn relayed(
    http: &Http,
    relay: &str,
    callback: &str,
    redirect_uris: &[String],
) -> Result<RelayVerdict, RelayVerdict> {
    let health = get(http, &format!("{relay}/healthz"), None).await?;
    match health.status.as_u16() {
        200 => {}
        403 => return Ok(RelayVerdict::Closed),
        status => return Ok(RelayVerdict::Unhealthy { status }),
    }
    for redirect_uri in redirect_uris {
        let started = authorize_at(http, relay, redirect_uri).await?;
        let location = started.location.as_deref().unwrap_or_default();
        if !started.status.is_redirection() {
            return Ok(RelayVerdict::RefusesRedirect {
                redirect_uri: redirect_uri.clone(),
                status: started.status.as_u16(),
            });
        }
        let named = parameter(location, "redirect_uri").unwrap_or_default();
        if named != callback {
            return Ok(RelayVerdict::OtherCallback { callback: named });
        }
        let Some(state) = parameter(location, "state") else {
            return Ok(RelayVerdict::LosesState);
        };
        let mut back: Url = callback.parse().map_err(unreachable)?;
        back.query_pairs_mut()
            .append_pair("code", DUMMY_CODE)
            .append_pair("state", &state);
        let returned = get(http, back.as_str(), Some(&started.cookies)).await?;
        let location = returned.location.as_deref().unwrap_or_default();
        let right = location.starts_with(&format!("{redirect_uri}?"))
            && parameter(location, "state").as_deref() == Some(NASTY_STATE)
            && parameter(location, "code").as_deref() == Some(DUMMY_CODE);
        if !right {
            return Ok(RelayVerdict::LosesState);
        }
    }
    let foreign = authorize_at(http, relay, "https://example.com/api/skill/link/M0").await?;
    Ok(if foreign.status.is_redirection() {
        RelayVerdict::OpenRedirect
    } else {
        RelayVerdict::Works
    })
}

async fn authorize_at(
    http: &Http,
    relay: &str,
    redirect_uri: &str,
) -> Result<Answer, RelayVerdict> {
    let url = authorize_url(
        &format!("{relay}/authorize"),
        "doctor",
        redirect_uri,
        NASTY_STATE,
    )
    .map_err(unreachable)?;
    get(http, url.as_str(), None).await
}

async fn get(http: &Http, url: &str, cookies: Option<&[String]>) -> Result<Answer, RelayVerdict> {
    let url: Url = url.parse().map_err(unreachable)?;
    let request = http
        .request(Method::GET, url)
        .with(|request| match cookies {
            Some(cookies) if !cookies.is_empty() => request.header("cookie", cookies.join("; ")),
            Some(_) | None => request,
        });
    request.send().await.map_err(unreachable)
}

fn unreachable(error: impl std::fmt::Display) -> RelayVerdict {
    RelayVerdict::Unreachable(error.to_string())
}

fn parameter(location: &str, name: &str) -> Option<String> {
    let url: Url = location.parse().ok()?;
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
