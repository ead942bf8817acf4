//! A skill's account-linking configuration.

use secrecy::SecretString;
use serde::Serialize;

/// What Alexa knows of the authorization server. As JSON it is what SMAPI tells of it: neither the client's secret nor
/// `skipOnEnablement` and `reciprocalAccessTokenUrl`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountLinking {
    /// The grant.
    #[serde(rename = "type")]
    pub kind: AccountLinkingType,
    /// Where the customer logs in.
    pub authorization_url: String,
    /// Hosts that the login page may lead to.
    pub domains: Vec<String>,
    /// The OAuth client.
    pub client_id: String,
    /// What Alexa asks for.
    pub scopes: Vec<String>,
    /// Where Alexa exchanges codes.
    pub access_token_url: String,
    /// The OAuth client's secret.
    #[serde(skip)]
    pub client_secret: SecretString,
    /// How the OAuth client signs in there.
    pub access_token_scheme: AccessTokenScheme,
    /// For how long an access token holds whose answer does not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_token_expiration_in_seconds: Option<u64>,
    /// For linking in the other direction.
    #[serde(skip)]
    pub reciprocal_access_token_url: Option<String>,
    /// For linking that starts in an app of the developer's.
    pub redirect_urls: Vec<String>,
    /// Where the customer logs in on one platform.
    pub authorization_urls_by_platform: Vec<PlatformAuthorizationUrl>,
    /// Whether the skill can be enabled without linking.
    #[serde(skip)]
    pub skip_on_enablement: bool,
    /// Whether linking can start by voice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_forward_account_linking: Option<VoiceForwardAccountLinking>,
}

/// The OAuth grant.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountLinkingType {
    /// The authorization code grant, the only one for smart home skills.
    AuthCode,
    /// The implicit grant.
    Implicit,
}

/// How a client signs in at the token endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessTokenScheme {
    /// With the header `Authorization: Basic`.
    HttpBasic,
    /// With `client_id` and `client_secret` in the form.
    RequestBodyCredentials,
}

/// Another authorization URL for one platform.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlatformAuthorizationUrl {
    /// The platform.
    pub platform_type: Platform,
    /// Where the customer logs in there.
    pub platform_authorization_url: String,
}

/// A platform of the Alexa app.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub enum Platform {
    /// Android.
    Android,
    /// iOS.
    #[serde(rename = "iOS")]
    Ios,
}

/// Whether linking can start by voice.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VoiceForwardAccountLinking {
    /// It cannot.
    Disabled,
    /// It can.
    Enabled,
}
