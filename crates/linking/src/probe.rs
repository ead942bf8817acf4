//! Questions to Particle, and to the relay, that tell one mistake in linking from another without linking an account.
//!
//! Particle's token endpoint looks at a request in this order: the shape of the client's id, whether there is a secret,
//! whether both fit, whether the client may redeem codes, and only then at the code. So a code that is surely wrong
//! brings the first mistake to light, and where the code is what is complained of, the client is right.

use std::time::Duration;

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use crate::account_linking::Scheme;
use crate::http::{Answer, Error, Http};

/// Alexa waits no longer for tokens.
pub const TOKEN_LIMIT: Duration = Duration::from_millis(4500);

/// No code of anybody.
const DUMMY_CODE: &str = "doctor-probe";

/// A state with all that is known to get lost on the way.
const NASTY_STATE: &str = "a+b%20c&d=e/é?#\"'";

/// The right to one request for tokens. There is one for each run, since ten that fail lock this address out for half
/// an hour, and the dummy code is one that fails.
#[derive(Debug)]
pub struct TokenRequest(());

impl TokenRequest {
    /// The one of this run: whoever starts the run makes it, and it is used up by being used.
    #[must_use]
    pub fn of_this_run() -> Self {
        Self(())
    }
}

/// What the token endpoint says of a client.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ClientVerdict {
    /// Only the code was wrong, as it should be.
    Right,
    /// The id has characters that no id has.
    MalformedId,
    /// There is no secret.
    NoSecret,
    /// The id or the secret is wrong.
    Rejected,
    /// The client may not redeem codes.
    NotWeb,
    /// There were too many requests, or too many that failed.
    Locked,
    /// Something else answers there.
    NoTokenEndpoint {
        /// The status.
        status: u16,
        /// Whether it is a page for people.
        page: bool,
    },
    /// The endpoint says something that is not known.
    Unknown {
        /// The status.
        status: u16,
        /// What it says.
        said: String,
    },
    /// Nothing answers.
    Unreachable(String),
}

/// What the authorization page says of a redirect URI.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AuthorizeVerdict {
    /// A login page would be shown.
    Accepted,
    /// The client is not registered with this redirect URI.
    OtherRedirect,
    /// There is no such client.
    UnknownClient,
    /// The id of the client, or the redirect URI, has characters that none has.
    Malformed,
    /// There were too many requests.
    Locked,
    /// Something else answers there.
    NoAuthorizationPage {
        /// The status.
        status: u16,
    },
    /// The page says something that is not known.
    Unknown {
        /// The status.
        status: u16,
        /// What it says.
        said: String,
    },
    /// Nothing answers.
    Unreachable(String),
}

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

#[derive(Deserialize, Default)]
#[serde(default)]
struct Refusal {
    error: String,
    error_description: String,
}

/// Asks the token endpoint what it thinks of a client.
pub async fn client(
    _budget: TokenRequest,
    http: &Http,
    access_token_url: &str,
    scheme: &Scheme,
    client_id: &str,
    secret: &SecretString,
) -> ClientVerdict {
    let url: Url = match access_token_url.parse() {
        Ok(url) => url,
        Err(error) => return ClientVerdict::Unreachable(format!("{access_token_url}: {error}")),
    };
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("grant_type", "authorization_code")
        .append_pair("code", DUMMY_CODE);
    let in_body = *scheme == Scheme::RequestBodyCredentials;
    if in_body {
        body.append_pair("client_id", client_id)
            .append_pair("client_secret", secret.expose_secret());
    }
    let body = body.finish();
    let request = http.request(Method::POST, url).with(|request| {
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        if in_body {
            request
        } else {
            request.basic_auth(client_id, Some(secret.expose_secret()))
        }
    });
    match request.send().await {
        Ok(answer) => match judge_client(&answer) {
            // A server may quote what it refuses.
            ClientVerdict::Unknown { status, said } => ClientVerdict::Unknown {
                status,
                said: without(&said, secret),
            },
            verdict => verdict,
        },
        Err(error) => ClientVerdict::Unreachable(error.to_string()),
    }
}

/// The text without a secret that it quotes.
pub(crate) fn without(text: &str, secret: &SecretString) -> String {
    match secret.expose_secret() {
        "" => text.to_owned(),
        secret => text.replace(secret, "…"),
    }
}

fn judge_client(answer: &Answer) -> ClientVerdict {
    let status = answer.status.as_u16();
    if status == 429 {
        return ClientVerdict::Locked;
    }
    let refusal: Option<Refusal> = answer.json();
    // Particle says in JSON, too, that there is nothing at an address.
    let there = |refusal: &Refusal| !refusal.error.is_empty() && !is_absent(status);
    let Some(refusal) = refusal.filter(there) else {
        return ClientVerdict::NoTokenEndpoint {
            status,
            page: answer.is_page(),
        };
    };
    match refusal.error_description.as_str() {
        "Invalid code" | "Code has expired" => ClientVerdict::Right,
        "Invalid or missing client_id parameter" => ClientVerdict::MalformedId,
        "Missing client_secret parameter" => ClientVerdict::NoSecret,
        "Client credentials are invalid" => ClientVerdict::Rejected,
        "The grant type is unauthorised for this client_id" => ClientVerdict::NotWeb,
        _ => ClientVerdict::Unknown {
            status,
            said: said(&refusal),
        },
    }
}

/// Whether nothing, or nothing for such a request, is at the address.
fn is_absent(status: u16) -> bool {
    matches!(status, 404 | 405)
}

fn said(refusal: &Refusal) -> String {
    if refusal.error_description.is_empty() {
        refusal.error.clone()
    } else {
        refusal.error_description.clone()
    }
}

/// The address with which Alexa would open an authorization page.
fn authorize_url(
    authorization_url: &str,
    client_id: &str,
    redirect_uri: &str,
    state: &str,
) -> Result<Url, url::ParseError> {
    let mut url: Url = authorization_url.parse()?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", crate::account_linking::SCOPE)
        .append_pair("state", state);
    Ok(url)
}

/// Asks Particle's authorization page whether it would send a code of this client there.
pub async fn authorize(
    http: &Http,
    authorization_url: &str,
    client_id: &str,
    redirect_uri: &str,
) -> AuthorizeVerdict {
    let url = match authorize_url(authorization_url, client_id, redirect_uri, "doctor") {
        Ok(url) => url,
        Err(error) => {
            return AuthorizeVerdict::Unreachable(format!("{authorization_url}: {error}"));
        }
    };
    match http.request(Method::GET, url).send().await {
        Ok(answer) => judge_authorize(&answer, redirect_uri),
        Err(error) => AuthorizeVerdict::Unreachable(error.to_string()),
    }
}

fn judge_authorize(answer: &Answer, redirect_uri: &str) -> AuthorizeVerdict {
    let status = answer.status.as_u16();
    let refusal: Refusal = answer.json().unwrap_or_default();
    let to_alexa = |location: &String| location.starts_with(redirect_uri);
    match status {
        429 => AuthorizeVerdict::Locked,
        // A redirect to the client without anybody having signed in is none of a login page.
        300..=399 if answer.location.as_ref().is_some_and(to_alexa) => AuthorizeVerdict::Unknown {
            status,
            said: "it returns to Alexa without asking anybody".to_owned(),
        },
        200 if answer.is_page() => AuthorizeVerdict::Accepted,
        300..=399 if answer.location.is_some() => AuthorizeVerdict::Accepted,
        _ if refusal.error.is_empty() || is_absent(status) => {
            AuthorizeVerdict::NoAuthorizationPage { status }
        }
        _ => match refusal.error_description.as_str() {
            "redirect_uri does not match" => AuthorizeVerdict::OtherRedirect,
            "Invalid client credentials" => AuthorizeVerdict::UnknownClient,
            "Invalid or missing client_id parameter"
            | "Invalid or missing redirect_uri parameter" => AuthorizeVerdict::Malformed,
            _ => AuthorizeVerdict::Unknown {
                status,
                said: said(&refusal),
            },
        },
    }
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

/// Asks Login with Amazon whether the skill's messaging client is right, with which the codes of `AcceptGrant` are
/// redeemed.
///
/// # Errors
/// Where there is no answer, or one that is not known.
pub async fn messaging(
    http: &Http,
    token_url: &str,
    client_id: &str,
    secret: &SecretString,
) -> Result<bool, String> {
    let url: Url = token_url
        .parse()
        .map_err(|error| format!("{token_url}: {error}"))?;
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("scope", "alexa:skill_messaging")
        .append_pair("client_id", client_id)
        .append_pair("client_secret", secret.expose_secret())
        .finish();
    let request = http.request(Method::POST, url).with(|request| {
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
    });
    let answer = request.send().await.map_err(|error| error.to_string())?;
    match answer.status.as_u16() {
        200 => Ok(true),
        400 | 401 => Ok(false),
        status => Err(format!("Login with Amazon answers with status {status}")),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use serde_json::json;

    use super::*;

    fn answer(status: u16, kind: &str, location: Option<&str>, body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            location: location.map(str::to_owned),
            etag: None,
            retry_after: None,
            content_type: Some(kind.to_owned()),
            cookies: Vec::new(),
            body: body.as_bytes().to_vec(),
            duration: Duration::ZERO,
        }
    }

    fn refusal(description: &str) -> Answer {
        let body = json!({ "error": "invalid_client", "error_description": description });
        answer(400, "application/json", None, &body.to_string())
    }

    #[test]
    fn each_text_of_the_token_endpoint_has_its_meaning() {
        for (answer, verdict) in [
            (
                refusal("Invalid or missing client_id parameter"),
                ClientVerdict::MalformedId,
            ),
            (
                refusal("Missing client_secret parameter"),
                ClientVerdict::NoSecret,
            ),
            (
                refusal("Client credentials are invalid"),
                ClientVerdict::Rejected,
            ),
            (
                refusal("The grant type is unauthorised for this client_id"),
                ClientVerdict::NotWeb,
            ),
            (refusal("Invalid code"), ClientVerdict::Right),
            (refusal("Code has expired"), ClientVerdict::Right),
            (
                refusal("Something new"),
                ClientVerdict::Unknown {
                    status: 400,
                    said: "Something new".to_owned(),
                },
            ),
            (answer(429, "text/html", None, ""), ClientVerdict::Locked),
            (
                answer(404, "text/html; charset=utf-8", None, "<html>"),
                ClientVerdict::NoTokenEndpoint {
                    status: 404,
                    page: true,
                },
            ),
            (
                answer(200, "application/json", None, "{}"),
                ClientVerdict::NoTokenEndpoint {
                    status: 200,
                    page: false,
                },
            ),
        ] {
            assert_eq!(judge_client(&answer), verdict);
        }
    }

    #[test]
    fn each_text_of_the_authorization_page_has_its_meaning() {
        let login = Some("https://login.particle.io/");
        let alexa = Some("https://pitangui.amazon.com/x?code=1");
        for (answer, verdict) in [
            (
                answer(200, "text/html", None, "<form>"),
                AuthorizeVerdict::Accepted,
            ),
            (
                answer(302, "text/html", login, ""),
                AuthorizeVerdict::Accepted,
            ),
            (
                refusal("redirect_uri does not match"),
                AuthorizeVerdict::OtherRedirect,
            ),
            (
                refusal("Invalid client credentials"),
                AuthorizeVerdict::UnknownClient,
            ),
            (
                refusal("Invalid or missing client_id parameter"),
                AuthorizeVerdict::Malformed,
            ),
            (answer(429, "text/html", None, ""), AuthorizeVerdict::Locked),
            (
                answer(404, "text/html", None, "<html>"),
                AuthorizeVerdict::NoAuthorizationPage { status: 404 },
            ),
            (
                answer(302, "text/html", alexa, ""),
                AuthorizeVerdict::Unknown {
                    status: 302,
                    said: "it returns to Alexa without asking anybody".to_owned(),
                },
            ),
        ] {
            assert_eq!(
                judge_authorize(&answer, "https://pitangui.amazon.com/x"),
                verdict
            );
        }
    }
}
