//! Whether the token endpoint takes a client.
//!
//! Particle's token endpoint looks at a request in this order: the shape of the client's id, whether there is a secret,
//! whether both fit, whether the client may redeem codes, and only then at the code. So a code that is surely wrong
//! brings the first mistake to light, and where the code is what is complained of, the client is right.

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use url::{Url, form_urlencoded};

use super::{DUMMY_CODE, Refusal, is_absent, without};
use crate::account_linking::Scheme;
use crate::http::{Answer, Http};

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
            said: refusal.said(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answer, refusal};
    use super::*;

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
}
