//! What Alexa says to a skill's function for a customer, and what it makes of the answer.

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use super::{Customer, Region, token::TokenFailure};
use crate::lambda::{FunctionError, Invocation};

/// A directive for one endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Directive {
    namespace: String,
    name: String,
    instance: Option<String>,
    payload: Value,
}

/// Why a directive came to nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DirectiveFailure {
    /// The account is not linked, or not any more.
    NotLinked,
    /// The access token was about to expire, and no other was to be had.
    Refresh(TokenFailure),
    /// The customer has no such endpoint, or several of that name.
    NoSuchEndpoint(String),
    /// The manifest names no function where Alexa would invoke it for the customer.
    NoFunction(Region),
    /// The function's policy does not let Alexa in for the skill.
    NotAdmitted(String),
    /// The function failed.
    Function(FunctionError),
    /// The function took too long.
    Slow(Duration),
    /// The answer is none to what was said; this is what its header calls it.
    Malformed(String),
    /// The skill answered with an error.
    ErrorResponse {
        /// Its type.
        kind: String,
        /// Its message.
        message: String,
    },
}

impl Directive {
    /// A directive without payload.
    #[must_use]
    pub fn new(namespace: &str, name: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            instance: None,
            payload: json!({}),
        }
    }

    /// For this instance of a generic controller.
    #[must_use]
    pub fn instance(mut self, instance: &str) -> Self {
        self.instance = Some(instance.to_owned());
        self
    }

    /// With this payload.
    #[must_use]
    pub fn payload(mut self, payload: Value) -> Self {
        self.payload = payload;
        self
    }
}

impl Customer {
    /// Discovers: the endpoints as the skill describes them, which Alexa keeps.
    ///
    /// # Errors
    ///
    /// Fails where the skill gives no such answer; what was discovered before then stays.
    pub async fn discover(&self, skill: &str) -> Result<Vec<Value>, DirectiveFailure> {
        let access = self.access(skill).await?;
        let payload = json!({ "scope": scope(&access) });
        let directive = json!({ "directive": {
            "header": header("Alexa.Discovery", "Discover"),
            "payload": payload,
        } });
        let answer = self.invoke(skill, directive).await?;
        let endpoints = (name(&answer) == Some("Discover.Response"))
            .then(|| {
                answer
                    .pointer("/event/payload/endpoints")?
                    .as_array()
                    .cloned()
            })
            .flatten();
        let endpoints = endpoints.ok_or_else(|| malformed(&answer))?;
        if let Some(link) = self.state().links.get_mut(skill) {
            link.endpoints.clone_from(&endpoints);
        }
        Ok(endpoints)
    }

    /// Sends a directive to one of the endpoints, by its name or its id.
    ///
    /// # Errors
    ///
    /// Fails where the skill gives no answer to it, or an error.
    pub async fn direct(
        &self,
        skill: &str,
        endpoint: &str,
        directive: Directive,
    ) -> Result<Value, DirectiveFailure> {
        let access = self.access(skill).await?;
        let known = self.endpoint(skill, endpoint)?;
        let Directive {
            namespace,
            name,
            instance,
            payload,
        } = directive;
        let correlation_token = Uuid::new_v4().to_string();
        let mut header = header(&namespace, &name);
        if let Some(header) = header.as_object_mut() {
            header.insert(
                "correlationToken".to_owned(),
                correlation_token.as_str().into(),
            );
            header.extend(instance.map(|instance| ("instance".to_owned(), instance.into())));
        }
        let directive = json!({ "directive": {
            "header": header,
            "endpoint": {
                "scope": scope(&access),
                "endpointId": known.get("endpointId"),
                "cookie": known.get("cookie").unwrap_or(&json!({})),
            },
            "payload": payload,
        } });
        let answer = self.invoke(skill, directive).await?;
        let echo = answer.pointer("/event/header/correlationToken");
        if echo.and_then(Value::as_str) == Some(&correlation_token) {
            Ok(answer)
        } else {
            Err(malformed(&answer))
        }
    }

    /// Gives the skill a code for tokens with which it may send events, where its manifest asks for that.
    pub(super) async fn accept_grant(
        &self,
        skill: &str,
        access: &SecretString,
    ) -> Result<(), DirectiveFailure> {
        let code = {
            let mut state = self.amazon().state();
            let wants = state.skill(skill).filter(|skill| skill.sends_events());
            let Some(client) = wants.map(|skill| skill.messaging.id.clone()) else {
                return Ok(());
            };
            state.lwa.grant(&client, self.0.id)
        };
        let directive = json!({ "directive": {
            "header": header("Alexa.Authorization", "AcceptGrant"),
            "payload": {
                "grant": { "type": "OAuth2.AuthorizationCode", "code": code.expose_secret() },
                "grantee": scope(access),
            },
        } });
        let answer = self.invoke(skill, directive).await?;
        if name(&answer) == Some("AcceptGrant.Response") {
            Ok(())
        } else {
            Err(malformed(&answer))
        }
    }

    fn endpoint(&self, skill: &str, endpoint: &str) -> Result<Value, DirectiveFailure> {
        let has = |known: &&Value, field: &str| {
            let value = known.get(field).and_then(Value::as_str);
            value.is_some_and(|value| value.eq_ignore_ascii_case(endpoint))
        };
        let endpoints = self.endpoints(skill);
        let mut named = endpoints
            .iter()
            .filter(|known| has(known, "friendlyName") || has(known, "endpointId"));
        match (named.next(), named.next()) {
            (Some(known), None) => Ok(known.clone()),
            _ => Err(DirectiveFailure::NoSuchEndpoint(endpoint.to_owned())),
        }
    }

    /// Invokes the skill's function for the customer's region, and takes errors for what they are.
    async fn invoke(&self, skill: &str, event: Value) -> Result<Value, DirectiveFailure> {
        let region = self.0.settings.region;
        let function = self
            .amazon()
            .state()
            .skill(skill)
            .and_then(|skill| skill.function(region));
        let function = function.ok_or(DirectiveFailure::NoFunction(region))?;
        let invocation = Invocation::of(&function, skill);
        let lambda = &self.amazon().lambda;
        if !lambda.admits(invocation.clone()).await {
            return Err(DirectiveFailure::NotAdmitted(function));
        }
        let deadline = self.0.settings.deadline;
        let answer = timeout(deadline, lambda.invoke(invocation, event)).await;
        let answer = answer.map_err(|_| DirectiveFailure::Slow(deadline))?;
        let answer = answer.map_err(DirectiveFailure::Function)?;
        if name(&answer) != Some("ErrorResponse") {
            return Ok(answer);
        }
        let field = |name: &str| {
            let value = answer
                .pointer("/event/payload")
                .and_then(|payload| payload.get(name));
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let (kind, message) = (field("type"), field("message"));
        // With these Alexa takes the account for unlinked.
        if matches!(
            kind.as_str(),
            "EXPIRED_AUTHORIZATION_CREDENTIAL" | "INVALID_AUTHORIZATION_CREDENTIAL"
        ) {
            self.unlink(skill);
        }
        Err(DirectiveFailure::ErrorResponse { kind, message })
    }
}

fn header(namespace: &str, name: &str) -> Value {
    json!({
        "namespace": namespace,
        "name": name,
        "payloadVersion": "3",
        "messageId": Uuid::new_v4().to_string(),
    })
}

fn scope(access: &SecretString) -> Value {
    json!({ "type": "BearerToken", "token": access.expose_secret() })
}

fn malformed(answer: &Value) -> DirectiveFailure {
    DirectiveFailure::Malformed(name(answer).unwrap_or("what has no header").to_owned())
}

fn name(answer: &Value) -> Option<&str> {
    answer.pointer("/event/header/name")?.as_str()
}

impl fmt::Display for DirectiveFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLinked => formatter.write_str("the account is not linked"),
            Self::Refresh(failure) => {
                write!(
                    formatter,
                    "the token endpoint refreshed no token: {failure}"
                )
            }
            Self::NoSuchEndpoint(endpoint) => {
                write!(
                    formatter,
                    "there is not exactly one endpoint \"{endpoint}\""
                )
            }
            Self::NoFunction(region) => write!(
                formatter,
                "the manifest names no function in {}, where Alexa looks for this customer",
                region.lambda_region()
            ),
            Self::NotAdmitted(function) => write!(
                formatter,
                "{function} does not let Alexa invoke it for this skill"
            ),
            Self::Function(error) => write!(formatter, "the function failed: {error}"),
            Self::Slow(deadline) => write!(formatter, "the function took longer than {deadline:?}"),
            Self::Malformed(answer) => write!(formatter, "{answer} is no answer to it"),
            Self::ErrorResponse { kind, message } => write!(formatter, "{kind}: {message}"),
        }
    }
}

impl std::error::Error for DirectiveFailure {}
