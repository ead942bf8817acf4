//! Grants: what a client offers in exchange for a token.

use std::time::Duration;

use crate::{
    answer::{Code, Refusal},
    cloud::{Cloud, Pair, TokenError, Tokens},
    http::parameters::Parameters,
    secret::Secret,
};

/// The grant types there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum GrantType {
    Password,
    RefreshToken,
}

impl GrantType {
    pub(super) fn asked_for(parameters: &Parameters) -> Option<Self> {
        let name = parameters.body("grant_type")?;
        [Self::Password, Self::RefreshToken]
            .into_iter()
            .find(|grant| grant.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
        }
    }

    pub(super) fn exchange(
        self,
        cloud: &Cloud,
        client: &str,
        parameters: &Parameters,
    ) -> Result<Pair, Refusal> {
        match self {
            Self::Password => password(cloud, client, parameters),
            Self::RefreshToken => refresh_token(cloud, client, parameters),
        }
    }
}

fn password(cloud: &Cloud, client: &str, parameters: &Parameters) -> Result<Pair, Refusal> {
    let (Some(username), Some(password)) =
        (given(parameters, "username"), given(parameters, "password"))
    else {
        // The library says "client" here; the client is not the one to blame.
        return Err(Refusal::oauth(
            Code::InvalidClient,
            "Missing parameters. \"username\" and \"password\" are required",
        ));
    };
    let settings = &cloud.settings;
    if username != settings.username || password != settings.password.expose() {
        return Err(Refusal::oauth(
            Code::InvalidGrant,
            "User credentials are invalid",
        ));
    }
    let lifetime = match given(parameters, "expires_in").and_then(|seconds| seconds.parse().ok()) {
        Some(0) => None,
        Some(seconds) => Some(Duration::from_secs(seconds)),
        None => Some(Tokens::LIFETIME),
    };
    Ok(cloud.state().tokens.issue(client, lifetime))
}

fn refresh_token(cloud: &Cloud, client: &str, parameters: &Parameters) -> Result<Pair, Refusal> {
    let token = given(parameters, "refresh_token").ok_or(Refusal::oauth(
        Code::InvalidRequest,
        "No \"refresh_token\" parameter",
    ))?;
    cloud
        .state()
        .tokens
        .refresh(&Secret::new(token), client)
        .map_err(|error| {
            Refusal::oauth(
                Code::InvalidGrant,
                match error {
                    TokenError::Expired => "Refresh token has expired",
                    TokenError::Invalid => "Invalid refresh token",
                },
            )
        })
}

fn given(parameters: &Parameters, name: &str) -> Option<String> {
    parameters
        .body(name)
        .map(|value| value.into_owned())
        .filter(|value| !value.is_empty())
}
