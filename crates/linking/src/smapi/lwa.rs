//! Login with Amazon: the tokens that SMAPI takes.

use std::sync::{Mutex, PoisonError};

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::form_urlencoded;

use super::error::Error;
use crate::base_url::BaseUrl;
use crate::http::Http;

/// Where Login with Amazon is.
pub(super) const LWA: &str = "https://api.amazon.com";

/// Where it gives tokens.
pub(super) const TOKEN_PATH: [&str; 3] = ["auth", "o2", "token"];

/// What one can sign in with.
#[derive(Clone, Debug)]
pub(super) enum SignIn {
    /// A token, which lives for an hour.
    AccessToken(SecretString),
    /// What gets new ones.
    RefreshToken {
        refresh_token: SecretString,
        client_id: String,
        client_secret: SecretString,
    },
}

/// A source of tokens.
#[derive(Debug)]
pub struct Lwa {
    sign_in: SignIn,
    base_url: BaseUrl,
    http: Http,
    /// The one that was got last.
    token: Mutex<Option<SecretString>>,
}

impl Lwa {
    pub(super) fn new(sign_in: SignIn, base_url: BaseUrl, http: Http) -> Self {
        Self {
            sign_in,
            base_url,
            http,
            token: Mutex::new(None),
        }
    }

    /// What to do where the token is refused.
    pub(super) fn refused(&self) -> String {
        match self.sign_in {
            SignIn::AccessToken(_) => {
                "the token in ASK_ACCESS_TOKEN is refused; tokens live for an hour, so set a new one, \
                 or ASK_REFRESH_TOKEN with ASK_LWA_CLIENT_ID and ASK_LWA_CLIENT_CONFIRMATION"
            }
            SignIn::RefreshToken { .. } => {
                "the token in ASK_REFRESH_TOKEN is refused; make another one with `ask util generate-lwa-tokens`"
            }
        }
        .to_owned()
    }

    pub(super) fn can_renew(&self) -> bool {
        matches!(self.sign_in, SignIn::RefreshToken { .. })
    }

    /// A token, a new one if that is asked for.
    pub(super) async fn token(&self, renew: bool) -> Result<SecretString, Error> {
        let SignIn::RefreshToken {
            refresh_token,
            client_id,
            client_secret,
        } = &self.sign_in
        else {
            let SignIn::AccessToken(token) = &self.sign_in else {
                return Err(self.signed_out());
            };
            return Ok(token.clone());
        };
        let known = self.lock().clone();
        if let Some(token) = known.filter(|_| !renew) {
            return Ok(token);
        }
        #[derive(Deserialize)]
        struct Tokens {
            access_token: SecretString,
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", refresh_token.expose_secret())
            .append_pair("client_id", client_id)
            .append_pair("client_secret", client_secret.expose_secret())
            .finish();
        let url = self.base_url.path(TOKEN_PATH);
        let request = self.http.request(Method::POST, url).with(|request| {
            request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body)
        });
        let answer = request.send().await?;
        let status = answer.status.as_u16();
        if status == 429 || status >= 500 {
            return Err(Error::NoToken { status });
        }
        let tokens: Option<Tokens> = answer.json().filter(|_| answer.status.is_success());
        let token = tokens.ok_or_else(|| self.signed_out())?.access_token;
        *self.lock() = Some(token.clone());
        Ok(token)
    }

    fn signed_out(&self) -> Error {
        Error::SignedOut {
            mend: self.refused(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<SecretString>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
