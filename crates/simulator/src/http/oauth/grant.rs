//! Grants: what a client offers in exchange for a token.

use std::time::{Duration, SystemTime};

use crate::{
    answer::{Code, Refusal},
    cloud::{AwaitingOtp, Cloud, Holder, Pair, State, TokenError},
    home::{ClientType, OAuth, SignInError},
    http::parameters::Parameters,
    secret::Secret,
};

/// The grant types there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum GrantType {
    AuthorizationCode,
    ClientCredentials,
    MfaOtp,
    Password,
    RefreshToken,
}

const ALL: [GrantType; 5] = [
    GrantType::AuthorizationCode,
    GrantType::ClientCredentials,
    GrantType::MfaOtp,
    GrantType::Password,
    GrantType::RefreshToken,
];

impl GrantType {
    pub(super) fn asked_for(parameters: &Parameters) -> Option<Self> {
        let name = parameters.body("grant_type")?;
        ALL.into_iter().find(|grant| grant.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::MfaOtp => "urn:custom:mfa-otp",
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// Whether a client may use it; the public ones are of no kind.
    pub(super) fn check(self, kind: Option<ClientType>) -> Result<(), Refusal> {
        let allowed = match kind {
            Some(ClientType::Web) => matches!(self, Self::AuthorizationCode | Self::RefreshToken),
            Some(ClientType::Installed) => self != Self::AuthorizationCode,
            None => matches!(self, Self::MfaOtp | Self::Password | Self::RefreshToken),
        };
        if allowed {
            return Ok(());
        }
        Err(Refusal::oauth(
            Code::InvalidClient,
            "The grant type is unauthorised for this client_id",
        ))
    }

    pub(super) fn exchange(
        self,
        cloud: &Cloud,
        state: &mut State,
        client: String,
        parameters: &Parameters,
    ) -> Result<Pair, Refusal> {
        let now = state.now();
        let exchange = Exchange {
            oauth: cloud.oauth(),
            cloud,
            state,
            client,
            parameters,
            now,
        };
        match self {
            Self::AuthorizationCode => exchange.authorization_code(),
            Self::ClientCredentials => exchange.client_credentials(),
            Self::MfaOtp => exchange.mfa_otp(),
            Self::Password => exchange.password(),
            Self::RefreshToken => exchange.refresh_token(),
        }
    }
}

/// A client, which may do so, asks for tokens.
struct Exchange<'a> {
    cloud: &'a Cloud,
    state: &'a mut State,
    oauth: OAuth,
    client: String,
    parameters: &'a Parameters,
    now: SystemTime,
}

impl Exchange<'_> {
    fn authorization_code(self) -> Result<Pair, Refusal> {
        let invalid = |description| Refusal::oauth(Code::InvalidGrant, description);
        let code = self.given("code").ok_or(Refusal::oauth(
            Code::InvalidRequest,
            "No \"code\" parameter",
        ))?;
        let code = Secret::new(code);
        let codes = &mut self.state.codes;
        // Whose it is comes before how old it is.
        codes
            .peek(&code)
            .filter(|kept| kept.holder.client == self.client)
            .ok_or(invalid("Invalid code"))?;
        let kept = codes.get(&code, self.now).map_err(|error| match error {
            TokenError::Expired => invalid("Code has expired"),
            TokenError::Invalid => invalid("Invalid code"),
        })?;
        let redirect_uri = self.parameters.body("redirect_uri");
        if self.oauth.bind_redirect && redirect_uri.as_deref() != Some(&kept.redirect_uri) {
            return Err(invalid("redirect_uri does not match"));
        }
        let scope = kept.holder.scope.clone();
        if self.oauth.code_once {
            codes.remove(&code);
        }
        let lifetime = self.oauth.access_lifetime();
        Ok(self.issue(scope, lifetime))
    }

    fn client_credentials(self) -> Result<Pair, Refusal> {
        let scope = self.given("scope");
        if scope
            .as_deref()
            .is_some_and(|scope| scope.starts_with(CUSTOMER))
        {
            return Err(Refusal::oauth(
                Code::InvalidScope,
                "Only clients of a product act for its customers",
            ));
        }
        let lifetime = self.lifetime();
        Ok(self.issue(scope, lifetime))
    }

    fn password(self) -> Result<Pair, Refusal> {
        let (Some(username), Some(password)) = (self.given("username"), self.given("password"))
        else {
            // The library says "client" here; the client is not the one to blame.
            return Err(Refusal::oauth(
                Code::InvalidClient,
                "Missing parameters. \"username\" and \"password\" are required",
            ));
        };
        let settings = &self.cloud.settings;
        settings.sign_in(&username, &password).map_err(|error| {
            let (code, description) = match error {
                SignInError::SingleSignOn => (Code::SsoUser, "sso_user"),
                SignInError::UnknownUser | SignInError::WrongPassword => {
                    (Code::InvalidGrant, "User credentials are invalid")
                }
            };
            Refusal::oauth(code, description)
        })?;
        let (scope, lifetime) = (self.given("scope"), self.lifetime());
        if settings.otp.is_none() {
            return Ok(self.issue(scope, lifetime));
        }
        let client = self.client;
        let holder = Holder { client, scope };
        let awaiting = AwaitingOtp { holder, lifetime };
        let token = self.state.awaiting_otp.put(awaiting, self.now, OTP_DUE);
        Err(Refusal::MfaRequired(token))
    }

    /// The second half of a sign-in with a password, which was some client's, and is so still.
    fn mfa_otp(self) -> Result<Pair, Refusal> {
        let (Some(otp), Some(token)) = (self.given("otp"), self.given("mfa_token")) else {
            return Err(Refusal::oauth(
                Code::InvalidRequest,
                "You must provide otp and mfa token.",
            ));
        };
        let token = Secret::new(token);
        let awaiting = self.state.awaiting_otp.get(&token, self.now);
        let awaiting = awaiting.cloned().map_err(|error| {
            let description = match error {
                TokenError::Expired => "MFA token has expired",
                TokenError::Invalid => "Invalid MFA token",
            };
            Refusal::oauth(Code::InvalidGrant, description)
        })?;
        if self.cloud.settings.otp != Some(Secret::new(otp)) {
            return Err(Refusal::oauth(Code::InvalidGrant, "Invalid OTP"));
        }
        self.state.awaiting_otp.remove(&token);
        let AwaitingOtp { holder, lifetime } = awaiting;
        let tokens = &mut self.state.tokens;
        Ok(tokens.issue(&holder, lifetime, self.now, &self.oauth))
    }

    fn refresh_token(self) -> Result<Pair, Refusal> {
        let token = self.given("refresh_token").ok_or(Refusal::oauth(
            Code::InvalidRequest,
            "No \"refresh_token\" parameter",
        ))?;
        let tokens = &mut self.state.tokens;
        tokens
            .refresh(&Secret::new(token), &self.client, self.now, &self.oauth)
            .map_err(|error| {
                let description = match error {
                    TokenError::Expired => "Refresh token has expired",
                    TokenError::Invalid => "Invalid refresh token",
                };
                Refusal::oauth(Code::InvalidGrant, description)
            })
    }

    fn issue(self, scope: Option<String>, lifetime: Option<Duration>) -> Pair {
        let client = self.client;
        let holder = Holder { client, scope };
        let tokens = &mut self.state.tokens;
        tokens.issue(&holder, lifetime, self.now, &self.oauth)
    }

    /// How long the client wants its access token to hold; zero seconds are for good.
    fn lifetime(&self) -> Option<Duration> {
        let expires_in = self.given("expires_in");
        if let Some(seconds) = expires_in.and_then(|seconds| seconds.parse().ok()) {
            return Some(Duration::from_secs(seconds)).filter(|life| !life.is_zero());
        }
        let expires_at = self.given("expires_at");
        let end = expires_at.and_then(|time| humantime::parse_rfc3339_weak(&time).ok());
        match end {
            Some(end) => Some(end.duration_since(self.now).unwrap_or_default()),
            None => self.oauth.access_lifetime(),
        }
    }

    fn given(&self, name: &str) -> Option<String> {
        let value = self.parameters.body(name).map(|value| value.into_owned());
        value.filter(|value| !value.is_empty())
    }
}

/// What the scope of a token for a product's customer begins with.
const CUSTOMER: &str = "customer=";

/// Within which the second factor is to be shown: ten minutes.
const OTP_DUE: Duration = Duration::from_secs(10 * 60);
