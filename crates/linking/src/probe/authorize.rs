//! Whether Particle's authorization page would send a code to a redirect URI.

use reqwest::Method;
use serde::Serialize;

use super::{Refusal, authorize_url, is_absent};
use crate::http::{Answer, Http};

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
                said: refusal.said(),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answer, refusal};
    use super::*;

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
