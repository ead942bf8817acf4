//! Linking an account: from the button "Enable to use" to tokens, and back.

use std::{fmt, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use uuid::Uuid;

use super::{
    Attempt, Customer, Link,
    directive::DirectiveFailure,
    token::{self, TokenFailure, Tokens},
};
use crate::{
    secret,
    skill::{AccountLinking, Skill},
};

/// Linking that came to nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LinkFailure {
    /// The skill's name, or its id where it has none.
    pub skill: String,
    /// What the app does not tell.
    pub cause: LinkCause,
}

/// Why linking came to nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LinkCause {
    /// There is no such skill, or it has no manifest yet.
    NoSuchSkill,
    /// The skill has no account linking.
    NoAccountLinking,
    /// The browser returned without a `state` that Alexa knows, or for the second time.
    UnknownState,
    /// The browser returned to another URL than the one it was told.
    WrongRedirect,
    /// The authorization server returned this `error`, with its description where there is one.
    Denied(String),
    /// The browser returned without a code.
    NoCode,
    /// The token endpoint gave no tokens.
    Token(TokenFailure),
    /// The skill did not accept the grant.
    AcceptGrant(DirectiveFailure),
}

impl Customer {
    /// Enables a skill: the URL that the app opens in its browser.
    ///
    /// # Errors
    ///
    /// Fails where the skill cannot be linked.
    pub fn enable(&self, skill: &str) -> Result<String, LinkFailure> {
        let (name, linking) = self.linking(skill)?;
        let mut url = Url::parse(&linking.authorization_url).map_err(|_| LinkFailure {
            skill: name,
            cause: LinkCause::NoAccountLinking,
        })?;
        let vendor_id = &self.amazon().vendor_id;
        let attempt = Attempt {
            state: format!("{}{}", Uuid::new_v4().simple(), self.0.settings.state_end),
            skill: skill.to_owned(),
            redirect_uri: self.0.settings.app.redirect_uri(vendor_id),
            verifier: self.0.settings.pkce.then(|| secret::random("")),
        };
        url.query_pairs_mut()
            .append_pair("state", &attempt.state)
            .append_pair("client_id", &linking.client_id)
            .append_pair("response_type", "code")
            .append_pair("scope", &linking.scopes.join(" "))
            .append_pair("redirect_uri", &attempt.redirect_uri);
        if let Some(verifier) = &attempt.verifier {
            let challenge = digest(&SHA256, verifier.expose_secret().as_bytes());
            url.query_pairs_mut()
                .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
                .append_pair("code_challenge_method", "S256");
        }
        self.state().attempts.push(attempt);
        Ok(url.into())
    }

    /// Goes on where the browser has returned to this URL: exchanges the code, has the skill accept the grant where it
    /// may send events, and discovers.
    ///
    /// # Errors
    ///
    /// Fails where any of that does, except that what discovery finds makes no difference.
    pub async fn returned(&self, url: &str) -> Result<(), LinkFailure> {
        let Some((attempt, returned)) = self.attempt(url) else {
            return Err(LinkFailure {
                skill: "the skill".to_owned(),
                cause: LinkCause::UnknownState,
            });
        };
        let (skill, linking) = self.linking(&attempt.skill)?;
        match self.exchange(&attempt, &linking, &returned).await {
            Ok(()) => {
                // The account is linked whatever comes of it; the app says "no new devices found".
                let _ = self.discover(&attempt.skill).await;
                Ok(())
            }
            Err(cause) => Err(LinkFailure { skill, cause }),
        }
    }

    /// Disables a skill: Alexa forgets the account's tokens and endpoints, and tells nobody.
    pub fn disable(&self, skill: &str) {
        self.unlink(skill);
        let mut state = self.amazon().state();
        if let Some(skill) = state.skill_mut(skill) {
            skill.enabled = false;
        }
    }

    /// The access token, refreshed where it is about to expire.
    pub(super) async fn access(&self, skill: &str) -> Result<SecretString, DirectiveFailure> {
        let _one_at_a_time = self.0.refreshing.lock().await;
        let link = self.state().links.get(skill).cloned();
        let link = link.ok_or(DirectiveFailure::NotLinked)?;
        let now = self.now();
        if link.expires_at.is_none_or(|end| end > now + EARLY) {
            return Ok(link.access);
        }
        let Some(refresh) = link.refresh else {
            self.unlink(skill);
            return Err(DirectiveFailure::NotLinked);
        };
        let linking = self.linking(skill);
        let (_, linking) = linking.map_err(|_| DirectiveFailure::NotLinked)?;
        let grant = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose_secret()),
        ];
        let tokens = token::ask(&self.0.http, &linking, self.0.settings.patience, &grant).await;
        let tokens = tokens.inspect_err(|failure| {
            // Only a refusal is final: a server that is down may be up again.
            if let TokenFailure::Refused {
                status: 400..500,
                error: Some(_),
            } = failure
            {
                self.unlink(skill);
            }
        });
        let tokens = tokens.map_err(DirectiveFailure::Refresh)?;
        let access = tokens.access.clone();
        self.keep(skill, tokens, Some(refresh), link.endpoints);
        Ok(access)
    }

    /// Forgets the link, and what LWA granted for it.
    pub(super) fn unlink(&self, skill: &str) {
        self.state().links.remove(skill);
        let mut state = self.amazon().state();
        let messaging = state.skill(skill).map(|skill| skill.messaging.id.clone());
        if let Some(messaging) = messaging {
            state.lwa.revoke(&messaging, self.0.id);
        }
    }

    /// The attempt that a returned browser belongs to, which is over.
    fn attempt(&self, url: &str) -> Option<(Attempt, Url)> {
        let url = Url::parse(url).ok()?;
        let returned = query(&url, "state")?;
        let attempts = &mut self.state().attempts;
        let position = attempts
            .iter()
            .position(|attempt| attempt.state == returned)?;
        Some((attempts.swap_remove(position), url))
    }

    async fn exchange(
        &self,
        attempt: &Attempt,
        linking: &AccountLinking,
        returned: &Url,
    ) -> Result<(), LinkCause> {
        let mut bare = returned.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        if bare.as_str() != attempt.redirect_uri {
            return Err(LinkCause::WrongRedirect);
        }
        if let Some(error) = query(returned, "error") {
            let description = query(returned, "error_description");
            let denied = description.map(|description| format!("{error}: {description}"));
            return Err(LinkCause::Denied(denied.unwrap_or(error)));
        }
        let code = query(returned, "code").filter(|code| !code.is_empty());
        let code = SecretString::from(code.ok_or(LinkCause::NoCode)?);
        let mut grant = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", attempt.redirect_uri.as_str()),
        ];
        if let Some(verifier) = &attempt.verifier {
            grant.push(("code_verifier", verifier.expose_secret()));
        }
        let tokens = token::ask(&self.0.http, linking, self.0.settings.patience, &grant).await;
        let tokens = tokens.map_err(LinkCause::Token)?;
        self.accept_grant(&attempt.skill, &tokens.access)
            .await
            .map_err(LinkCause::AcceptGrant)?;
        self.keep(&attempt.skill, tokens, None, vec![]);
        if let Some(skill) = self.amazon().state().skill_mut(&attempt.skill) {
            skill.enabled = true;
        }
        Ok(())
    }

    /// Keeps tokens; a refresh token that is not replaced stays.
    fn keep(
        &self,
        skill: &str,
        tokens: Tokens,
        refresh: Option<SecretString>,
        endpoints: Vec<serde_json::Value>,
    ) {
        let now = self.now();
        let link = Link {
            access: tokens.access,
            refresh: tokens.refresh.or(refresh),
            // A lifetime beyond the end of the calendar is no end.
            expires_at: tokens
                .lifetime
                .and_then(|lifetime| now.checked_add(lifetime)),
            endpoints,
        };
        self.state().links.insert(skill.to_owned(), link);
    }

    /// A skill's name and its account linking as it is now.
    fn linking(&self, id: &str) -> Result<(String, AccountLinking), LinkFailure> {
        let state = self.amazon().state();
        let skill = state.skill(id).filter(|skill| skill.manifest.is_some());
        let name = skill.and_then(Skill::name).unwrap_or(id);
        let failed = |cause| LinkFailure {
            skill: name.to_owned(),
            cause,
        };
        let skill = skill.ok_or_else(|| failed(LinkCause::NoSuchSkill))?;
        let linking = skill.account_linking.as_ref();
        let linking = linking.ok_or_else(|| failed(LinkCause::NoAccountLinking))?;
        Ok((name.to_owned(), linking.value.clone()))
    }
}

impl LinkFailure {
    /// What the Alexa app says.
    #[must_use]
    pub fn message(&self) -> String {
        format!(
            "We were unable to link {} at this time. Please try again later.",
            self.skill
        )
    }
}

impl fmt::Display for LinkFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} The cause: {}.", self.message(), self.cause)
    }
}

impl std::error::Error for LinkFailure {}

impl fmt::Display for LinkCause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchSkill => formatter.write_str("there is no such skill"),
            Self::NoAccountLinking => formatter.write_str("the skill has no account linking"),
            Self::UnknownState => {
                formatter.write_str("the browser returned without a state that Alexa sent")
            }
            Self::WrongRedirect => formatter.write_str(
                "the browser returned to another URL than the redirect_uri that Alexa sent",
            ),
            Self::Denied(error) => write!(formatter, "the authorization server returned {error}"),
            Self::NoCode => formatter.write_str("the browser returned without a code"),
            Self::Token(failure) => {
                write!(formatter, "the token endpoint gave no tokens: {failure}")
            }
            Self::AcceptGrant(failure) => {
                write!(formatter, "the skill did not accept the grant: {failure}")
            }
        }
    }
}

fn query(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let (_, value) = pairs.find(|(key, _)| key == name)?;
    Some(value.into_owned())
}

/// How long before its end an access token is refreshed.
const EARLY: Duration = Duration::from_secs(300);
