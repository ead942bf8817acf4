//! `[[client]]`: an OAuth client that the owner has made already.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, SeqAccess, Visitor},
};
use toml::Spanned;

use super::Mistake;
use crate::secret::Secret;

/// A client as declared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientSettings {
    pub(crate) id: Spanned<ClientId>,
    #[serde(deserialize_with = "some_secret")]
    pub(crate) secret: Secret,
    pub(crate) name: Option<String>,
    #[serde(rename = "type", default)]
    pub(crate) kind: ClientType,
    redirect_uri: Option<Spanned<RedirectUris>>,
}

/// What kind of application a client is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClientType {
    /// It runs where the user is, who gives it the password.
    Installed,
    /// It sends the user's browser to the cloud, and gets a code.
    #[default]
    Web,
}

/// Three to forty letters, digits, `-` and `_`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ClientId(String);

/// One URI, or several.
#[derive(Clone, Debug)]
struct RedirectUris(Vec<String>);

impl ClientSettings {
    pub(crate) fn redirect_uris(&self) -> &[String] {
        let uris = self.redirect_uri.as_ref();
        uris.map_or(&[], |uris| uris.as_ref().0.as_slice())
    }

    pub(super) fn check(&self) -> Result<(), Mistake> {
        let mistake = |span: std::ops::Range<usize>, message: &str| Mistake {
            offset: span.start,
            message: message.to_owned(),
        };
        let Some(uris) = &self.redirect_uri else {
            return match self.kind {
                ClientType::Installed => Ok(()),
                ClientType::Web => Err(mistake(
                    self.id.span(),
                    "a client of type `web` has a `redirect_uri`",
                )),
            };
        };
        if self.kind == ClientType::Installed {
            let message = "a client of type `installed` has no `redirect_uri`";
            return Err(mistake(uris.span(), message));
        }
        if uris.as_ref().0.is_empty() {
            return Err(mistake(uris.span(), "there is at least one `redirect_uri`"));
        }
        uris.as_ref()
            .0
            .iter()
            .try_for_each(|uri| check_redirect_uri(uri))
            .map_err(|message| mistake(uris.span(), message))
    }
}

/// Says why the cloud does not send a code to this URI.
pub(crate) fn check_redirect_uri(uri: &str) -> Result<(), &'static str> {
    let expectation = "a redirect_uri is an absolute https URI without a fragment; \
                       http will do on this machine's loopback interface";
    let parsed: axum::http::Uri = uri.parse().map_err(|_| expectation)?;
    let is_local = || {
        let host = parsed.host().unwrap_or_default().trim_matches(['[', ']']);
        let address = host.parse().map(|ip: std::net::IpAddr| ip.is_loopback());
        host == "localhost" || address.unwrap_or(false)
    };
    match parsed.scheme_str() {
        _ if uri.contains('#') => Err(expectation),
        Some("https") => Ok(()),
        Some("http") if is_local() => Ok(()),
        Some(_) | None => Err(expectation),
    }
}

impl ClientId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is(text: &str) -> bool {
        (3..=40).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    }
}

impl TryFrom<String> for ClientId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if Self::is(&text) {
            Ok(Self(text))
        } else {
            Err("a client id has 3 to 40 letters, digits, `-` and `_`")
        }
    }
}

impl<'de> Deserialize<'de> for RedirectUris {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = RedirectUris;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a URI or an array of them")
            }

            fn visit_str<E: Error>(self, uri: &str) -> Result<RedirectUris, E> {
                Ok(RedirectUris(vec![uri.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut uris: A) -> Result<RedirectUris, A::Error> {
                let mut all = Vec::new();
                while let Some(uri) = uris.next_element()? {
                    all.push(uri);
                }
                Ok(RedirectUris(all))
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

fn some_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let secret = Secret::deserialize(deserializer)?;
    if secret.expose().is_empty() {
        return Err(D::Error::custom("a client's secret is not empty"));
    }
    Ok(secret)
}
