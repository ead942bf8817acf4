//! A skill's account linking, as SMAPI takes it and as it answers.
//!
//! `PUT …/accountLinkingClient` takes all fields inside of `accountLinkingRequest`, without which it says "empty body".
//! `GET` answers without the wrapper, and without the secret and two other fields.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use url::Url;

use crate::difference::{self, Difference};
use crate::id::ClientId;
use crate::particle::{HOST, LOGIN_HOST};

/// Ninety days: how long Particle's access tokens live where the answer does not say.
const DEFAULT_TOKEN_EXPIRATION: u64 = 7_776_000;

/// Alexa wants at least one scope, and Particle looks at none; this one promises nothing.
pub const SCOPE: &str = "profile";

/// The scope of clients that make customers of a product; a user's token must not have it.
pub const CUSTOMERS_SCOPE: &str = "customers:create";

/// The page with which a Particle user allows a client to act for them.
#[must_use]
pub fn authorization_url(particle: &str) -> String {
    format!("{particle}/oauth/authorize")
}

/// Where Particle exchanges a code for tokens.
#[must_use]
pub fn access_token_url(particle: &str) -> String {
    format!("{particle}/oauth/token")
}

/// The hosts of these addresses, each once, and the one to which Particle's own page sends users for their password.
#[must_use]
pub fn domains(addresses: [&str; 2]) -> Vec<String> {
    let mut domains: Vec<String> = Vec::new();
    for address in addresses {
        let url: Option<Url> = address.parse().ok();
        let host = url.as_ref().and_then(Url::host_str);
        let host = host.filter(|host| !domains.iter().any(|known| known == host));
        domains.extend(host.map(str::to_owned));
        if host == Some(HOST) {
            domains.push(LOGIN_HOST.to_owned());
        }
    }
    domains
}

/// How a skill links accounts: what SMAPI answers.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountLinking {
    /// The kind of OAuth grant; a smart home skill has [`Grant::AuthCode`].
    #[serde(rename = "type")]
    pub grant: Grant,
    /// The page that asks the user.
    pub authorization_url: String,
    /// Where a code is exchanged for tokens, and tokens are renewed.
    pub access_token_url: String,
    /// How Alexa proves there to be the client.
    pub access_token_scheme: Scheme,
    /// Who Alexa is at the authorization server.
    pub client_id: String,
    /// What she asks for; a smart home skill must have one.
    pub scopes: Vec<String>,
    /// The hosts that the page of [`Self::authorization_url`] visits.
    pub domains: Vec<String>,
    /// How long a token lives where the server does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_token_expiration_in_seconds: Option<u64>,
    /// Where linking that starts outside Alexa comes back to. Not Alexa's own redirect URIs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_urls: Vec<String>,
    /// Other pages for the apps of some platforms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_urls_by_platform: Vec<PlatformUrl>,
    /// Whether an account can be linked by voice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_forward_account_linking: Option<String>,
}

/// The page for the app of one platform.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlatformUrl {
    /// `iOS` or `Android`.
    pub platform_type: String,
    /// The page.
    pub platform_authorization_url: String,
}

/// A kind of OAuth grant.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Grant {
    /// A code that is exchanged for tokens: the only one for smart home skills.
    #[default]
    AuthCode,
    /// A token in the redirect.
    Implicit,
    /// One that is not known.
    #[serde(untagged)]
    Other(String),
}

/// How the client proves who it is when it asks for tokens.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Scheme {
    /// In the header `Authorization`.
    #[default]
    HttpBasic,
    /// In the body.
    RequestBodyCredentials,
    /// One that is not known.
    #[serde(untagged)]
    Other(String),
}

/// How a skill is to link accounts: what SMAPI is told. Serialized, it is the whole body, wrapper included.
#[derive(Clone)]
pub struct AccountLinkingRequest {
    /// All that is not secret.
    pub linking: AccountLinking,
    /// What proves Alexa to be the client.
    pub client_secret: SecretString,
    /// Whether the skill can be enabled without linking an account. No smart home skill can do without.
    pub skip_on_enablement: bool,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wrapper<T> {
    account_linking_request: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outgoing<'a> {
    #[serde(flatten)]
    linking: &'a AccountLinking,
    client_secret: &'a str,
    skip_on_enablement: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Incoming {
    #[serde(flatten)]
    linking: AccountLinking,
    client_secret: SecretString,
    #[serde(default)]
    skip_on_enablement: bool,
}

impl AccountLinking {
    /// Linking by Particle at this address, through this page.
    #[must_use]
    pub fn with(
        particle: &str,
        authorization_url: String,
        client: &ClientId,
        domains: Vec<String>,
    ) -> Self {
        Self {
            grant: Grant::AuthCode,
            authorization_url,
            access_token_url: access_token_url(particle),
            access_token_scheme: Scheme::HttpBasic,
            client_id: client.to_string(),
            scopes: vec![SCOPE.to_owned()],
            domains,
            default_token_expiration_in_seconds: Some(DEFAULT_TOKEN_EXPIRATION),
            redirect_urls: Vec::new(),
            authorization_urls_by_platform: Vec::new(),
            voice_forward_account_linking: None,
        }
    }

    /// This one, which is wanted, with what a person may choose as they did in that one, which SMAPI answered.
    #[must_use]
    pub fn with_choices_of(mut self, seen: &Self) -> Self {
        // Particle takes either, and a proxy before another cloud may take one only.
        if seen.access_token_scheme == Scheme::RequestBodyCredentials {
            self.access_token_scheme = Scheme::RequestBodyCredentials;
        }
        // Particle looks at none.
        let asks_too_much = seen.scopes.iter().any(|scope| scope == CUSTOMERS_SCOPE);
        if !seen.scopes.is_empty() && !asks_too_much {
            self.scopes.clone_from(&seen.scopes);
        }
        if self.domains.iter().all(|host| seen.domains.contains(host)) {
            self.domains.clone_from(&seen.domains);
        }
        if seen.default_token_expiration_in_seconds.is_some() {
            self.default_token_expiration_in_seconds = seen.default_token_expiration_in_seconds;
        }
        self.redirect_urls.clone_from(&seen.redirect_urls);
        self
    }

    /// Whether links can be made and kept although this differs, as those of nearly everybody who sets a skill up by hand.
    #[must_use]
    pub fn does_without(field: &str) -> bool {
        ["domains", "defaultTokenExpirationInSeconds"].contains(&field)
    }

    /// Where this one, which SMAPI answered, differs from what was wanted.
    ///
    /// The secret is in no answer: a [`Fingerprint`](crate::fingerprint::Fingerprint) of it tells whether it changed.
    #[must_use]
    pub fn differences(&self, wanted: &Self) -> Vec<Difference> {
        difference::between(&self.comparable(), &wanted.comparable())
    }

    fn comparable(&self) -> Json {
        let mut comparable = self.clone();
        // Off is what it is where nobody asked for it.
        comparable
            .voice_forward_account_linking
            .take_if(|status| status == "DISABLED");
        // It consists of texts and numbers, which are always JSON.
        serde_json::to_value(comparable).unwrap_or_default()
    }
}

impl Serialize for AccountLinkingRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wrapper {
            account_linking_request: Outgoing {
                linking: &self.linking,
                client_secret: self.client_secret.expose_secret(),
                skip_on_enablement: self.skip_on_enablement,
            },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AccountLinkingRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Wrapper {
            account_linking_request: request,
        } = Wrapper::<Incoming>::deserialize(deserializer)?;
        Ok(Self {
            linking: request.linking,
            client_secret: request.client_secret,
            skip_on_enablement: request.skip_on_enablement,
        })
    }
}

impl fmt::Debug for AccountLinkingRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccountLinkingRequest")
            .field("linking", &self.linking)
            .field("client_secret", &self.client_secret)
            .field("skip_on_enablement", &self.skip_on_enablement)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request() -> AccountLinkingRequest {
        let client = "alexa-1234".parse().unwrap();
        let particle = "https://api.particle.io";
        AccountLinkingRequest {
            linking: AccountLinking::with(
                particle,
                authorization_url(particle),
                &client,
                vec!["api.particle.io".to_owned()],
            ),
            client_secret: "recognizable".into(),
            skip_on_enablement: false,
        }
    }

    /// For whoever sets it by hand, and has no relay.
    const BY_HAND: &str = include_str!("../../../account-linking.json");

    #[test]
    fn the_domains_are_those_of_the_file_and_the_relays() {
        let particle = "https://api.particle.io";
        let file: AccountLinkingRequest = serde_json::from_str(BY_HAND).unwrap();
        let [api, login] = &file.linking.domains[..] else {
            panic!("{:?}", file.linking.domains)
        };
        let own = authorization_url(particle);
        let relay = "https://x.lambda-url.us-east-1.on.aws:443/authorize";
        let host = "x.lambda-url.us-east-1.on.aws";
        for (addresses, expected) in [
            ([particle, &own], vec![api.as_str(), login]),
            ([particle, relay], vec![api, login, host]),
            ([relay, &access_token_url(particle)], vec![host, api, login]),
            (["http://[::1]:4000", "no address"], vec!["[::1]"]),
        ] {
            assert_eq!(domains(addresses), expected, "{addresses:?}");
        }
    }

    #[test]
    fn the_body_has_the_wrapper_and_smapis_fields() {
        let body = serde_json::to_value(request()).unwrap();
        let wanted = json!({ "accountLinkingRequest": {
            "type": "AUTH_CODE",
            "authorizationUrl": "https://api.particle.io/oauth/authorize",
            "accessTokenUrl": "https://api.particle.io/oauth/token",
            "accessTokenScheme": "HTTP_BASIC",
            "clientId": "alexa-1234",
            "scopes": ["profile"],
            "domains": ["api.particle.io"],
            "defaultTokenExpirationInSeconds": 7_776_000,
            "clientSecret": "recognizable",
            "skipOnEnablement": false
        }});
        assert_eq!(body, wanted);
        let back: AccountLinkingRequest = serde_json::from_value(body).unwrap();
        assert_eq!(back.linking, request().linking);
        assert!(!format!("{back:?} {back:#?}").contains("recognizable"));
        // A body without the wrapper is the mistake that SMAPI calls "empty body".
        let bare = wanted["accountLinkingRequest"].clone();
        assert!(serde_json::from_value::<AccountLinkingRequest>(bare).is_err());
    }

    #[test]
    fn what_works_as_somebody_chose_it_is_wanted_so() {
        let wanted = request().linking;
        let chosen = AccountLinking {
            access_token_scheme: Scheme::RequestBodyCredentials,
            scopes: vec!["mine".to_owned()],
            domains: vec!["else.example".to_owned(), "api.particle.io".to_owned()],
            default_token_expiration_in_seconds: Some(3600),
            redirect_urls: vec!["https://app.example/linked".to_owned()],
            ..wanted.clone()
        };
        assert_eq!(wanted.clone().with_choices_of(&chosen), chosen);
        let wrong = AccountLinking {
            access_token_scheme: Scheme::Other("NONE".to_owned()),
            scopes: vec!["mine".to_owned(), CUSTOMERS_SCOPE.to_owned()],
            domains: vec!["else.example".to_owned()],
            default_token_expiration_in_seconds: None,
            ..wanted.clone()
        };
        assert_eq!(wanted.clone().with_choices_of(&wrong), wanted);
        let differences = wrong.differences(&wanted);
        let fields = differences.iter().map(|difference| &difference.field);
        let needed: Vec<&String> = fields
            .filter(|field| !AccountLinking::does_without(field))
            .collect();
        assert_eq!(needed, ["accessTokenScheme", "scopes"]);
    }

    #[test]
    fn what_smapi_leaves_out_is_no_difference() {
        let wanted = request().linking;
        let mut answer = serde_json::to_value(&wanted).unwrap();
        for (field, value) in [
            ("voiceForwardAccountLinking", json!("DISABLED")),
            ("redirectUrls", json!([])),
            ("authorizationUrlsByPlatform", json!([])),
        ] {
            answer[field] = value;
        }
        let seen: AccountLinking = serde_json::from_value(answer.clone()).unwrap();
        assert_eq!(seen.differences(&wanted), []);

        for (field, value, told) in [
            (
                "type",
                json!("IMPLICIT"),
                r#"type is "IMPLICIT" and should be "AUTH_CODE""#,
            ),
            (
                "accessTokenScheme",
                json!("NONSENSE"),
                r#"accessTokenScheme is "NONSENSE" and should be "HTTP_BASIC""#,
            ),
            (
                "scopes",
                json!([]),
                r#"scopes is [] and should be ["profile"]"#,
            ),
            (
                "voiceForwardAccountLinking",
                json!("ENABLED"),
                r#"voiceForwardAccountLinking is "ENABLED" and should not be there"#,
            ),
        ] {
            let mut answer = answer.clone();
            answer[field] = value;
            let seen: AccountLinking = serde_json::from_value(answer).unwrap();
            let differences = seen.differences(&wanted);
            let [difference] = differences.as_slice() else {
                panic!("{differences:?}")
            };
            assert_eq!(difference.to_string(), told);
        }
    }
}
