//! Whether Login with Amazon takes the client with which a skill sends events.

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use url::{Url, form_urlencoded};

use crate::http::Http;

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
