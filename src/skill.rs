//! A directive in, an answer out: the one path through the skill.
//!
//! [`Skill::answer`] cannot fail for an event that holds a directive: whatever goes wrong becomes the error that Alexa
//! has for it. Only this module builds answers, and it makes the one log record of each directive.

mod answer;
mod discovery;
mod state_report;

use std::panic::AssertUnwindSafe;
use std::time::{Instant, SystemTime};

use futures_util::FutureExt as _;
use serde::Deserialize;

pub use self::answer::{Answer, NoDirective};
use self::answer::{Origin, Outcome};
pub use self::discovery::{Discovery, Oddity};
use crate::alexa::directive::{self, Directive, Event, Scope};
use crate::alexa::{ALEXA, Error, Kind, PAYLOAD_VERSION};
use crate::capability;
use crate::deadline::Deadline;
use crate::device::{Device, Reply};
use crate::endpoint::{Endpoint, EndpointId};
use crate::health;
use crate::particle::{self, ApiUrl, Authorities, Call, Client, Session};
use crate::profile::Profiles;
use crate::resolver::Resolver;
use crate::secret::AccessToken;

const DISCOVERY: &str = "Alexa.Discovery";
const AUTHORIZATION: &str = "Alexa.Authorization";
const ACCEPT_GRANT: &str = "AcceptGrant";

/// The skill: one per process.
#[derive(Debug)]
pub struct Skill {
    client: Client,
    resolver: Resolver,
}

impl Skill {
    /// A skill for the devices of this cloud, with the profiles that were compiled in.
    ///
    /// # Errors
    /// See [`Client::new`].
    pub fn new(api_url: ApiUrl, authorities: Authorities) -> Result<Self, rustls::Error> {
        Ok(Self {
            client: Client::new(api_url, authorities)?,
            resolver: Resolver::default(),
        })
    }

    /// The same with these profiles instead of the deployed ones.
    #[must_use]
    pub fn with_profiles(self, profiles: Profiles) -> Self {
        Self {
            resolver: Resolver::with(profiles),
            ..self
        }
    }

    /// Answers the event of one invocation.
    ///
    /// # Errors
    /// Only where the event is no JSON object, nor a list of its parts, which reads as one.
    pub async fn answer(&self, event: &str, deadline: Deadline) -> Result<Answer, NoDirective> {
        let started = Instant::now();
        let mut calls = Vec::new();
        let (origin, outcome) = match serde_json::from_str::<Event>(event) {
            Ok(Event { directive }) => {
                let outcome = survive(self.act(&directive, deadline, &mut calls)).await;
                (Origin::of(directive), outcome)
            }
            Err(error) => {
                let origin = Origin::salvaged(event)?;
                let problem = directive::explain(&error);
                let message = format!("the event is no directive of payload version 3: {problem}");
                (origin, Err(Error::new(Kind::InvalidDirective, message)))
            }
        };
        // Nothing is sent to Alexa unasked, so the grant is of no use, and taking it cannot fail: an error here would undo
        // the linking of the account.
        let outcome = if origin.is_accept_grant() {
            Ok(Outcome::Granted)
        } else {
            outcome
        };
        Ok(origin.answer(outcome, calls, started, deadline.is_over()))
    }

    /// Lists what the owner of a token would discover, for whoever wants to see more of it than Alexa does.
    ///
    /// # Errors
    /// Where the devices cannot be listed.
    pub async fn preview(
        &self,
        token: &AccessToken,
        deadline: Deadline,
    ) -> Result<Discovery, particle::Error> {
        let session = self.client.session(token, deadline);
        Discovery::of(&session, deadline, &self.resolver).await
    }

    async fn act(
        &self,
        directive: &Directive,
        deadline: Deadline,
        calls: &mut Vec<Call>,
    ) -> Result<Outcome, Error> {
        let request = Request::read(directive)?;
        let token = match &request {
            Request::Discover(scope) => &scope.token,
            Request::Report(endpoint) | Request::Control(endpoint) => &endpoint.scope.token,
        };
        let session = self.client.session(token, deadline);
        let outcome = match request {
            Request::Discover(_) => self.discover(&session, deadline).await,
            Request::Report(addressed) => {
                let report = async |endpoint: &Endpoint| {
                    state_report::of(endpoint, &session)
                        .await
                        .map(Outcome::Reported)
                };
                self.on_endpoint(addressed, &session, report).await
            }
            Request::Control(addressed) => {
                let control =
                    async |endpoint: &Endpoint| control(directive, endpoint, &session).await;
                self.on_endpoint(addressed, &session, control).await
            }
        };
        calls.extend(session.into_calls());
        outcome
    }

    async fn discover(&self, session: &Session<'_>, deadline: Deadline) -> Result<Outcome, Error> {
        match Discovery::of(session, deadline, &self.resolver)
            .await
            .map_err(Error::from)
        {
            // Only a new link to the account helps, and this is how the user learns of it.
            Err(error) if error.kind.is_about_the_token() => Err(error),
            discovery => Ok(Outcome::Discovered(discovery)),
        }
    }

    /// Does something with the endpoint that a directive is for. Its bindings are in the cookie, or else one more look at the
    /// device finds them.
    async fn on_endpoint(
        &self,
        addressed: &directive::Endpoint,
        session: &Session<'_>,
        act: impl AsyncFn(&Endpoint) -> Result<Outcome, Error>,
    ) -> Result<Outcome, Error> {
        let id: EndpointId = addressed.endpoint_id.parse()?;
        let cookie = addressed.cookie.as_ref();
        let Some(told) = cookie.and_then(|cookie| Endpoint::from_cookie(&id, cookie)) else {
            return act(&self.resolve(&id, session).await?).await;
        };
        match act(&told).await {
            // The device lacks what the cookie names, and nothing was done yet; it may have other firmware since.
            Err(error) if error.kind == Kind::FirmwareOutOfDate && !session.has_called() => {
                let now = self.resolve(&id, session).await.ok();
                let changed = now.filter(|now| now.cookie() != told.cookie());
                match changed {
                    Some(now) => act(&now).await.map_err(|later| match later.kind {
                        Kind::InvalidDirective => error,
                        _ => later,
                    }),
                    None => Err(error),
                }
            }
            outcome => outcome,
        }
    }

    async fn resolve(&self, id: &EndpointId, session: &Session<'_>) -> Result<Endpoint, Error> {
        let device = session.device(&id.device).await?.value;
        let resolved = self.resolver.resolve(&device, Some(session)).await;
        let mut endpoints = resolved.endpoints.into_iter();
        endpoints
            .find(|endpoint| endpoint.id == *id)
            .ok_or_else(|| {
                let message = "the device no longer has this endpoint; discover devices again";
                Error::new(Kind::NoSuchEndpoint, message)
            })
    }
}

/// What a directive asks of the skill.
enum Request<'a> {
    Discover(Scope),
    Report(&'a directive::Endpoint),
    Control(&'a directive::Endpoint),
}

#[derive(Deserialize)]
enum DiscoveryDirective {
    Discover { scope: Scope },
}

#[derive(Deserialize)]
enum AlexaDirective {
    ReportState {},
}

impl<'a> Request<'a> {
    /// Tells what is asked, or that it is nothing this skill does: `INVALID_DIRECTIVE`.
    fn read(directive: &'a Directive) -> Result<Self, Error> {
        let header = &directive.header;
        let invalid = |message| Error::new(Kind::InvalidDirective, message);
        if header.payload_version != PAYLOAD_VERSION {
            let version = &header.payload_version;
            return Err(invalid(format!(
                "payload version {version:?} is not {PAYLOAD_VERSION:?}"
            )));
        }
        let endpoint = || {
            let missing = || {
                invalid(format!(
                    "{}.{} needs an endpoint",
                    header.namespace, header.name
                ))
            };
            directive.endpoint.as_ref().ok_or_else(missing)
        };
        match (header.namespace.as_str(), header.name.as_str()) {
            (DISCOVERY, _) => {
                let DiscoveryDirective::Discover { scope } = directive.parse()?;
                Ok(Self::Discover(scope))
            }
            (ALEXA, _) => {
                let AlexaDirective::ReportState {} = directive.parse()?;
                endpoint().map(Self::Report)
            }
            (interface, name) => {
                let entry = capability::ALL
                    .iter()
                    .find(|entry| entry.interface == interface);
                let unknown = || invalid(format!("{interface}.{name} is nothing this skill does"));
                (entry.ok_or_else(unknown)?.understands)(directive)?;
                endpoint().map(Self::Control)
            }
        }
    }
}

async fn control(
    directive: &Directive,
    endpoint: &Endpoint,
    session: &Session<'_>,
) -> Result<Outcome, Error> {
    let header = &directive.header;
    let capability = endpoint.capabilities.iter().find(|capability| {
        capability.entry().interface == header.namespace && capability.instance() == header.instance
    });
    let capability = capability.ok_or_else(|| {
        let asked = [Some(header.namespace.as_str()), header.instance.as_deref()];
        let asked: Vec<_> = asked.into_iter().flatten().collect();
        let message = format!(
            "the endpoint has no {}; discover devices again",
            asked.join(" ")
        );
        Error::new(Kind::InvalidDirective, message)
    })?;
    let device = Device::of(endpoint, session);
    let started = Instant::now();
    let Reply { changed, told } = capability.handle(directive, &device).await?;
    let changed = changed.into_iter().filter_map(|state| {
        let owner = match state.interface {
            None => Some(capability),
            Some(other) => {
                let mut all = endpoint.capabilities.iter();
                all.find(|capability| capability.entry().interface == other)
            }
        };
        Some(state.of(owner?.as_ref()))
    });
    let mut properties: Vec<_> = changed.collect();
    // The device answered just now, whether or not it has a property that changed.
    let (at, uncertainty) = properties
        .last()
        .map_or((SystemTime::now(), started.elapsed()), |last| {
            (last.time_of_sample, last.uncertainty)
        });
    properties.push(health::connectivity(true, at, uncertainty));
    let own = told.map(|(name, payload)| (capability.entry().interface, name, payload));
    Ok(Outcome::Done { properties, own })
}

/// Turns a panic into an error: a defect of the skill must not leave Alexa without an answer.
fn survive<T>(
    future: impl Future<Output = Result<T, Error>>,
) -> impl Future<Output = Result<T, Error>> {
    let defect = |_| {
        Err(Error::new(
            Kind::InternalError,
            "the skill panicked: this is a defect",
        ))
    };
    AssertUnwindSafe(future)
        .catch_unwind()
        .map(move |outcome| outcome.unwrap_or_else(defect))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_of_the_skill() {
        let error = survive::<()>(async { panic!("for the test") })
            .await
            .unwrap_err();
        assert_eq!(error.kind, Kind::InternalError);
    }
}
