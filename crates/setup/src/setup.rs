//! Event in, record out: what is asked for is done, and CloudFormation told.

use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt as _;
use linking::base_url::BaseUrl;
use linking::http::Http;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;

use crate::answer::{Outcome, Success, deliver};
use crate::event::{Reply, Request, RequestType, Unreadable};
use crate::failure::Failure;
use crate::record::Record;
use crate::secrets_manager::{SecretArn, SecretsManager};
use crate::settings::{InvalidSetting, PAUSE};
use crate::{account_linking, oauth_client};

/// What is kept of the function's time to tell CloudFormation: three tries with pauses.
pub const RESERVE: Duration = Duration::from_secs(8);

/// What there is where no end is told, as `cargo lambda watch` tells none.
const UNTOLD: Duration = Duration::from_secs(100);

/// A secret that is shorter would be found in every sentence.
const SHORTEST_SECRET: usize = 4;

/// What all events are handled with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The client.
    pub http: Http,
    /// Where secrets are.
    pub secrets: SecretsManager,
    /// Particle.
    pub particle_url: BaseUrl,
    /// The Skill Management API.
    pub smapi_url: BaseUrl,
    /// Login with Amazon.
    pub lwa_url: BaseUrl,
    /// Between two tries.
    pub pause: Duration,
}

/// What is to be known of one event when it fails half-way.
#[derive(Debug)]
pub(crate) struct Trace {
    /// When it is at an end, done or not.
    pub(crate) until: SystemTime,
    failed_id: Mutex<Option<String>>,
    secrets: Mutex<Vec<SecretString>>,
}

impl Trace {
    pub(crate) fn new(until: SystemTime) -> Self {
        Self {
            until,
            failed_id: Mutex::default(),
            secrets: Mutex::default(),
        }
    }

    /// If it fails from now on, the resource is called so.
    pub(crate) fn fails_as(&self, physical_id: String) {
        *locked(&self.failed_id) = Some(physical_id);
    }

    /// Takes note of a secret, which no answer may hold.
    pub(crate) fn conceal(&self, secret: &SecretString) {
        locked(&self.secrets).push(secret.clone());
    }

    /// What is told of a failure.
    pub(crate) fn failed(&self, request: &Request, failure: &Failure) -> Outcome {
        let known = request.reply.physical_id.clone();
        let failed_id = || locked(&self.failed_id).clone();
        let physical_id = known
            .or_else(failed_id)
            .unwrap_or_else(|| not_created(&request.reply));
        Outcome::failed(physical_id, &self.scrubbed(failure.to_string()))
    }

    /// The text without the secrets that came up, in case a service quotes one.
    fn scrubbed(&self, text: String) -> String {
        let secrets = locked(&self.secrets);
        let secrets = secrets.iter().map(|secret| secret.expose_secret());
        let secrets = secrets.filter(|secret| secret.len() >= SHORTEST_SECRET);
        secrets.fold(text, |text, secret| text.replace(secret, "…"))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a creation that never came about is called.
pub(crate) fn not_created(reply: &Reply) -> String {
    format!("{}/not-created", reply.logical_resource_id)
}

/// What something is called that was there before it was created: its end ends nothing.
pub(crate) fn kept(physical_id: &str) -> String {
    format!("{physical_id}{KEPT}")
}

/// Whether it is called so.
pub(crate) fn is_kept(physical_id: &str) -> bool {
    physical_id.ends_with(KEPT)
}

const KEPT: &str = "/kept";

/// Reads a resource's properties.
pub(crate) fn properties<T: DeserializeOwned>(request: &Request) -> Result<T, Failure> {
    let properties = T::deserialize(&request.properties);
    properties.map_err(|error| Failure::Properties(error.to_string()))
}

/// Tells CloudFormation of an event what comes of it, which is to be known at this time.
async fn told(
    http: &Http,
    pause: Duration,
    event: &str,
    deadline: SystemTime,
    outcome: impl AsyncFnOnce(&Request, SystemTime) -> Outcome,
) -> Result<Record, Unreadable> {
    let began = Instant::now();
    let now = SystemTime::now();
    let deadline = if deadline > now {
        deadline
    } else {
        now + UNTOLD
    };
    let (request, reply, outcome) = match Request::read(event) {
        Ok(request) => {
            let outcome = outcome(&request, deadline).await;
            (Some(request.clone()), request.reply, outcome)
        }
        Err(mut unreadable) => {
            let Some(reply) = unreadable.reply.take() else {
                return Err(unreadable);
            };
            let reply = *reply;
            let known = reply.physical_id.clone();
            let physical_id = known.unwrap_or_else(|| not_created(&reply));
            let outcome = Outcome::failed(physical_id, &unreadable.to_string());
            (None, reply, outcome)
        }
    };
    let delivered = deliver(http, &reply, &outcome, deadline, pause).await;
    let record = Record::new(request.as_ref(), &reply, &outcome, began.elapsed());
    Ok(match delivered {
        Ok(()) => record,
        Err(problem) => record.not_delivered(problem.to_string()),
    })
}

/// Handles an event where the settings are of no use: nothing is done, and CloudFormation is told why. What was not made
/// for that reason is not there to be deleted either, so that a failed creation can be undone.
///
/// # Errors
/// Where it is no event, and tells no address to say that to.
pub async fn refuse(
    http: &Http,
    problem: &InvalidSetting,
    event: &str,
    deadline: SystemTime,
) -> Result<Record, Unreadable> {
    let outcome = async |request: &Request, deadline| {
        let is_undone = request.request_type == RequestType::Delete
            && request.physical_id() == not_created(&request.reply);
        if is_undone {
            return Success::nothing(request).into();
        }
        Trace::new(deadline).failed(request, &Failure::Setting(problem.to_string()))
    };
    told(http, PAUSE, event, deadline, outcome).await
}

impl Setup {
    /// Handles an event that is to be done with at this time.
    ///
    /// # Errors
    /// Where it is no event, and tells no address to say that to.
    pub async fn handle(&self, event: &str, deadline: SystemTime) -> Result<Record, Unreadable> {
        let outcome = async |request: &Request, deadline| self.outcome(request, deadline).await;
        told(&self.http, self.pause, event, deadline, outcome).await
    }

    async fn outcome(&self, request: &Request, deadline: SystemTime) -> Outcome {
        let left = deadline
            .duration_since(SystemTime::now())
            .unwrap_or_default();
        let limit = left.saturating_sub(RESERVE);
        let trace = Trace::new(deadline);
        let done = guarded(self.done(request, &trace), limit).await;
        done.unwrap_or_else(|failure| trace.failed(request, &failure))
    }

    async fn done(&self, request: &Request, trace: &Trace) -> Result<Outcome, Failure> {
        match request.resource_type.as_str() {
            oauth_client::TYPE => oauth_client::handle(self, request, trace).await,
            account_linking::TYPE => account_linking::handle(self, request, trace).await,
            // It was never made.
            _ if request.request_type == RequestType::Delete => {
                Ok(Success::nothing(request).into())
            }
            other => Err(Failure::UnknownType(other.to_owned())),
        }
    }

    /// Reads a secret that is JSON with these fields.
    pub(crate) async fn secret<T: DeserializeOwned>(
        &self,
        arn: &SecretArn,
        fields: &'static str,
        trace: &Trace,
    ) -> Result<T, Failure> {
        let text = self.secrets.read(arn).await?.secret_string;
        trace.conceal(&text);
        // What is wrong with it is not told: that may quote it.
        serde_json::from_str(text.expose_secret()).map_err(|_| Failure::SecretShape {
            arn: arn.clone(),
            fields,
        })
    }
}

/// One field of such a secret, without the spaces that a terminal adds.
pub(crate) fn field(
    secret: &SecretString,
    arn: &SecretArn,
    fields: &'static str,
    trace: &Trace,
) -> Result<SecretString, Failure> {
    let text = secret.expose_secret().trim();
    if text.is_empty() {
        return Err(Failure::SecretShape {
            arn: arn.clone(),
            fields,
        });
    }
    let text = SecretString::from(text.to_owned());
    trace.conceal(&text);
    Ok(text)
}

/// What is told of work that may take so long.
pub(crate) async fn outcome(
    work: impl Future<Output = Result<Success, Failure>>,
    limit: Duration,
    request: &Request,
    trace: &Trace,
) -> Outcome {
    match guarded(work, limit).await {
        Ok(success) => success.into(),
        Err(failure) => trace.failed(request, &failure),
    }
}

/// Waits no longer than this, and survives a panic: both would leave CloudFormation waiting.
async fn guarded<T>(
    work: impl Future<Output = Result<T, Failure>>,
    limit: Duration,
) -> Result<T, Failure> {
    if limit.is_zero() {
        return Err(Failure::TimedOut(limit));
    }
    match tokio::time::timeout(limit, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Failure::Panicked),
        Err(_) => Err(Failure::TimedOut(limit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_keeps_cloudformation_waiting() {
        let long = Duration::from_secs(60);
        let defect = guarded(async { panic!("a defect") }, long).await;
        assert!(matches!(defect, Err::<(), _>(Failure::Panicked)));
        let endless = guarded(std::future::pending(), Duration::from_millis(1)).await;
        assert!(matches!(endless, Err::<(), _>(Failure::TimedOut(_))));
        let late = guarded(async { Ok(()) }, Duration::ZERO).await;
        assert!(matches!(late, Err(Failure::TimedOut(_))));
        assert!(guarded(async { Ok(()) }, long).await.is_ok());
    }

    #[test]
    fn a_secret_that_a_service_quotes_is_not_told() {
        let trace = Trace::new(SystemTime::now());
        for secret in ["recognizable", "", "a"] {
            trace.conceal(&secret.into());
        }
        let text = trace.scrubbed("a recognizable one".to_owned());
        assert_eq!(text, "a … one");
    }
}
