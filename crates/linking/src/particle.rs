//! Particle's cloud as far as linking goes: OAuth clients, and whose token it is.

pub mod profile;
pub mod under_way;

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::base_url::BaseUrl;
use crate::http::{self, Answer, Http};
use crate::id::ClientId;
use crate::probe;

/// Particle's own cloud.
pub const PARTICLE: &str = "https://api.particle.io";

/// The host of that cloud.
pub(crate) const HOST: &str = "api.particle.io";

/// The host that asks the users of Particle's own cloud for their password.
pub const LOGIN_HOST: &str = "login.particle.io";

/// The kind of client that is given codes.
pub const WEB: &str = "web";

/// A user's account.
#[derive(Clone, Debug)]
pub struct Particle {
    http: Http,
    base_url: BaseUrl,
    token: SecretString,
}

/// An OAuth client.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Client {
    /// The id.
    pub id: String,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// The kind: [`WEB`], or `installed`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Where a code may be sent.
    #[serde(default)]
    pub redirect_uri: RedirectUri,
    /// What it may do beyond a user's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Where a code may be sent. Particle documents one; its library knows lists.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum RedirectUri {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
    /// The client is sent no code.
    #[default]
    None,
}

impl Client {
    /// Whether it is sent codes at this address and no other, as far as it is told: Particle's list does not always.
    #[must_use]
    pub fn may_be_sent_codes_at(&self, redirect_uri: &str) -> bool {
        match self.redirect_uri.all() {
            [] => true,
            [one] => one == redirect_uri,
            _ => false,
        }
    }
}

impl RedirectUri {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(uri) => std::slice::from_ref(uri),
            Self::Many(uris) => uris,
            Self::None => &[],
        }
    }
}

/// A client that has just been made.
#[derive(Clone, Debug)]
pub struct Created {
    /// The client's id.
    pub id: ClientId,
    /// What proves to be the client. It is shown this once.
    pub secret: SecretString,
}

/// A user of Particle.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct User {
    /// The e-mail address.
    pub username: String,
}

/// What a token is good for.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Token {
    /// When it ends; `None` for never.
    pub expires_at: Option<String>,
    /// The client that it was made with.
    #[serde(alias = "client_id")]
    pub client: Option<String>,
}

/// Why Particle did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The token is not, or no longer, valid.
    #[error(
        "Particle refuses the access token: {0}; log in again with `particle login`, or set PARTICLE_ACCESS_TOKEN"
    )]
    TokenRejected(String),
    /// The token may not do it.
    #[error("the access token may not {0}; use one of a user, not of a product or an API user")]
    Forbidden(&'static str),
    /// There is no such thing.
    #[error("Particle cannot {0}: there is none")]
    NotFound(&'static str),
    /// Particle says why not.
    #[error("Particle refuses to {what}: {reason}")]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// There were too many calls.
    #[error("Particle wants no more calls for now; try again in five minutes")]
    Limited,
    /// The cloud failed.
    #[error(
        "Particle failed to {what} (status {status}); https://status.particle.io says how it is"
    )]
    Unavailable {
        /// What was asked for.
        what: &'static str,
        /// The status.
        status: u16,
    },
    /// The answer is none that is known.
    #[error(
        "Particle was asked to {0}, and its answer is not the one that its reference describes"
    )]
    Unreadable(&'static str),
    /// There was no answer.
    #[error(transparent)]
    Http(#[from] http::Error),
}

impl Error {
    /// Whether whatever was asked for may have been done all the same.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Unreadable(_) | Self::Http(_) => true,
            Self::TokenRejected(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Refused { .. }
            | Self::Limited => false,
        }
    }
}

/// What is asked for.
struct Call<'a> {
    what: &'static str,
    method: Method,
    path: &'a [&'a str],
    body: Option<Json>,
}

impl<'a> Call<'a> {
    fn get(what: &'static str, path: &'a [&'a str]) -> Self {
        Self {
            what,
            method: Method::GET,
            path,
            body: None,
        }
    }
}

impl Particle {
    /// The account of this token, in the cloud at this address.
    #[must_use]
    pub fn new(http: Http, base_url: BaseUrl, token: SecretString) -> Self {
        Self {
            http,
            base_url,
            token,
        }
    }

    /// The cloud.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says; so do all others.
    pub async fn user(&self) -> Result<User, Error> {
        self.read(Call::get("tell whose token it is", &["v1", "user"]))
            .await
    }

    /// What the token is good for.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn token(&self) -> Result<Token, Error> {
        let path = ["v1", "access_tokens", "current"];
        self.read(Call::get("tell what the token is", &path)).await
    }

    /// How many devices the account has.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn device_count(&self) -> Result<usize, Error> {
        let devices: Vec<IgnoredAny> = self
            .read(Call::get("list the devices", &["v1", "devices"]))
            .await?;
        Ok(devices.len())
    }

    /// The account's OAuth clients, without their secrets.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn clients(&self) -> Result<Vec<Client>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            clients: Vec<Client>,
        }
        let call = Call::get("list the OAuth clients", &["v1", "clients"]);
        Ok(self.read::<Answer>(call).await?.clients)
    }

    /// Makes a client that is sent codes at this address. The address cannot be changed afterwards.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn create_client(&self, name: &str, redirect_uri: &str) -> Result<Created, Error> {
        #[derive(Deserialize)]
        struct Answer {
            client: Made,
        }
        #[derive(Deserialize)]
        struct Made {
            id: ClientId,
            secret: SecretString,
        }
        let call = Call {
            what: "make an OAuth client",
            method: Method::POST,
            path: &["v1", "clients"],
            body: Some(json!({ "name": name, "type": WEB, "redirect_uri": redirect_uri })),
        };
        let Answer {
            client: Made { id, secret },
        } = self.read(call).await?;
        Ok(Created { id, secret })
    }

    /// Gives a client this name and, where one is named, this scope.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn change_client(
        &self,
        id: &ClientId,
        name: &str,
        scope: Option<&str>,
    ) -> Result<(), Error> {
        let mut body = json!({ "name": name });
        if let (Some(scope), Some(fields)) = (scope, body.as_object_mut()) {
            fields.insert("scope".to_owned(), scope.into());
        }
        let call = Call {
            what: "change an OAuth client",
            method: Method::PUT,
            path: &["v1", "clients", id.as_str()],
            body: Some(body),
        };
        self.call(call).await.map(drop)
    }

    /// Deletes a client, and says whether it was there: all tokens that were made with it end, sooner or later.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn delete_client(&self, id: &str) -> Result<bool, Error> {
        let call = Call {
            what: "delete an OAuth client",
            method: Method::DELETE,
            path: &["v1", "clients", id],
            body: None,
        };
        match self.call(call).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether this text, which should be the secret of a client, is an access token. Those are often taken for one.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says.
    pub async fn is_access_token(&self, secret: &SecretString) -> Result<bool, Error> {
        let account = Self {
            token: secret.clone(),
            ..self.clone()
        };
        match account.token().await {
            Ok(_) => Ok(true),
            Err(Error::TokenRejected(_) | Error::Refused { .. } | Error::Forbidden(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn read<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, Error> {
        let what = call.what;
        self.call(call).await?.json().ok_or(Error::Unreadable(what))
    }

    async fn call(&self, call: Call<'_>) -> Result<Answer, Error> {
        let Call {
            what,
            method,
            path,
            body,
        } = call;
        let url = self.base_url.path(path.iter().copied());
        let request = self.http.request(method, url).with(|request| {
            let request = request.bearer_auth(self.token.expose_secret());
            match body {
                Some(body) => request
                    .header("content-type", "application/json")
                    .body(body.to_string()),
                None => request,
            }
        });
        let answer = request.send().await?;
        Err(match answer.status.as_u16() {
            200..=299 => return Ok(answer),
            401 => Error::TokenRejected(self.reason(&answer)),
            403 => Error::Forbidden(what),
            404 => Error::NotFound(what),
            429 => Error::Limited,
            400..=499 => Error::Refused {
                what,
                reason: self.reason(&answer),
            },
            500..=599 => Error::Unavailable {
                what,
                status: answer.status.as_u16(),
            },
            _ => Error::Unreadable(what),
        })
    }

    /// Why a call was refused, without the token, which a server may quote.
    fn reason(&self, answer: &Answer) -> String {
        let reason = probe::without(&reason(answer), &self.token);
        // It becomes a part of a sentence.
        reason.trim_end_matches('.').to_owned()
    }
}

/// Why a call was refused, in the words of one of Particle's three shapes of refusals.
fn reason(answer: &Answer) -> String {
    let body: Json = answer.json().unwrap_or_default();
    let text = |key: &str| body.get(key).and_then(Json::as_str).map(str::to_owned);
    let list = || {
        let errors = body.get("errors")?.as_array()?.iter();
        let texts: Vec<&str> = errors
            .filter_map(|error| error.as_str().or_else(|| error.get("message")?.as_str()))
            .collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    };
    text("error_description")
        .or_else(list)
        .or_else(|| text("error"))
        .unwrap_or_else(|| format!("status {}, without a reason", answer.status.as_u16()))
}
