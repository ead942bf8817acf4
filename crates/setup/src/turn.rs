//! One event at a time, and each one once.
//!
//! Lambda delivers an event at least once, and may run two at the same time. CloudFormation gives up what takes it too long,
//! or what fails beside something else, and undoes it whether it has begun or not. So each event takes its turn at the
//! [`Ledger`], and leaves there what CloudFormation was told:
//!
//! - Secrets Manager gives the name of a version to one text only. Each version is named after the one that was read before
//!   it was written; of two that have read the same, the second is refused, and reads again.
//! - While somebody is at work and their time is not up, all others wait. Whose time is up has been ended by Lambda.
//! - An event that was heard before is told what was told before, and nothing is done.
//! - Where a creation is undone that was not heard, creations are refused for [`LATE`]: after that Lambda, which is told so in
//!   `linking.yaml`, has given up the one that may still be on its way.
//!
//! What is left: a creation that fails because the ledger cannot be read or written is not remembered, so if it was delivered
//! twice, the second one may succeed. It is swept when CloudFormation undoes the first, unless that came before it and could not
//! write either. Then a client stays at Particle that nothing uses.

use std::time::{Duration, SystemTime};

use uuid::Uuid;

use crate::answer::Outcome;
use crate::event::{Request, RequestType};
use crate::failure::Failure;
use crate::ledger::{AtWork, Heard, Ledger};
use crate::secrets_manager::{Error, SecretArn, SecretsManager};
use crate::setup::{RESERVE, Setup, Trace};

/// How long after its end an event may begin: what Lambda keeps one for (`MaximumEventAgeInSeconds`), and half as much.
pub const LATE: Duration = Duration::from_secs(90);

/// How long anybody may be at work. Who waits for them has time left to work when they are cut off.
const LONGEST: Duration = Duration::from_secs(60);

/// An event's turn: nobody else changes the ledger meanwhile.
pub(crate) struct Turn<'a> {
    secrets: &'a SecretsManager,
    arn: &'a SecretArn,
    request_id: &'a str,
    /// As it will be written.
    pub(crate) ledger: Ledger,
    version: Option<String>,
    until: SystemTime,
}

/// What an event is to do.
pub(crate) enum Taken<'a> {
    /// What it asks for.
    Now(Box<Turn<'a>>),
    /// To tell what it was told before.
    Before(Outcome),
}

impl<'a> Turn<'a> {
    /// Waits for the turn of this event. The ledger is one that `admit` lets pass; `undoes` says that the event undoes a
    /// creation of which CloudFormation knows no more than that it failed.
    pub(crate) async fn take(
        setup: &'a Setup,
        request: &'a Request,
        arn: &'a SecretArn,
        trace: &Trace,
        undoes: bool,
        admit: impl Fn(Ledger) -> Result<Ledger, Failure>,
    ) -> Result<Taken<'a>, Failure> {
        let id = Uuid::new_v4().to_string();
        loop {
            let (ledger, version) = Ledger::read(&setup.secrets, arn).await?;
            let ledger = admit(ledger)?;
            let now = SystemTime::now();
            let mut turn = Self {
                secrets: &setup.secrets,
                arn,
                request_id: &request.reply.request_id,
                ledger,
                version,
                until: trace.until.min(now + LONGEST + RESERVE),
            };
            let heard = turn.ledger.heard(turn.request_id);
            if let Some(told) = heard.and_then(|heard| heard.told.clone()) {
                return Ok(Taken::Before(told));
            }
            let at_work = turn.ledger.at_work.as_ref();
            if at_work.is_some_and(|one| one.until > now) {
                tokio::time::sleep(setup.pause).await;
                continue;
            }
            let owner = request.owner();
            let is_early = undoes && !turn.ledger.is_created(&owner);
            let late = late(&turn.ledger, request, now);
            let told = late.map(|failure| trace.failed(request, &failure));
            turn.ledger.hear(Heard {
                request_id: turn.request_id.to_owned(),
                owner,
                request_type: request.request_type,
                at: now,
                is_early,
                told: told.clone(),
            });
            if told.is_none() {
                let id = id.clone();
                let until = turn.until;
                turn.ledger.at_work = Some(AtWork { id, until });
            }
            match (turn.write().await, told) {
                (Ok(()), None) => return Ok(Taken::Now(Box::new(turn))),
                (Ok(()), Some(told)) => return Ok(Taken::Before(told)),
                (Err(Error::Taken(_)), _) => {}
                (Err(error), _) => return Err(error.into()),
            }
        }
    }

    /// Writes the ledger.
    pub(crate) async fn write(&mut self) -> Result<(), Error> {
        let next = self.next_version();
        self.ledger.write(self.secrets, self.arn, &next).await?;
        self.version = Some(next);
        Ok(())
    }

    /// What the next version will be called: always the same, so that there is but one.
    pub(crate) fn next_version(&self) -> String {
        let last = self.version.as_deref().unwrap_or_default();
        Uuid::new_v5(&Uuid::NAMESPACE_OID, last.as_bytes()).to_string()
    }

    /// How long it may still take.
    pub(crate) fn left(&self) -> Duration {
        let left = self.until.duration_since(SystemTime::now());
        left.unwrap_or_default().saturating_sub(RESERVE)
    }

    /// Leaves the ledger to others.
    pub(crate) async fn end(mut self, outcome: Outcome) -> Outcome {
        let id = self.request_id;
        if let Some(heard) = self
            .ledger
            .heard
            .iter_mut()
            .find(|one| one.request_id == id)
        {
            heard.told = Some(outcome.clone());
        }
        self.ledger.at_work = None;
        // Where it cannot be written, who comes next waits until this one's time is up, and finds out what was done.
        let _ = self.write().await;
        outcome
    }
}

/// Why this may be a creation that was undone already.
fn late(ledger: &Ledger, request: &Request, now: SystemTime) -> Option<Failure> {
    if request.request_type != RequestType::Create {
        return None;
    }
    let owner = request.owner();
    let ago = |heard: &Heard| now.duration_since(heard.at).unwrap_or_default();
    let early = ledger
        .heard
        .iter()
        .rfind(|one| one.is_early && one.owner == owner);
    let ago = early.map(ago)?;
    let left = LATE.checked_sub(ago).filter(|left| !left.is_zero())?;
    Some(Failure::Late { ago, left })
}
