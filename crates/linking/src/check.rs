//! All mistakes in linking that are known: found in the facts, or else explained.
//!
//! Gathering facts asks; judging them does not: [`findings`] is a function of [`Facts`] alone. The numbers of the rows
//! are those of the list of mistakes in `docs/linking.md`.

mod advice;
mod client;
mod facts;
mod function;
mod linking;
mod relay;
mod skill;

use std::fmt;

use serde::Serialize;

pub use self::advice::{ADVICE, Advice};
pub use self::facts::{Fact, Facts, FunctionFacts, Kept, Mode, RelayFacts, Wanted};

/// How a check came out.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is as it should be.
    Pass,
    /// It could not be looked at.
    Skip,
    /// It works, but not for everybody, or not for ever.
    Warn,
    /// Linking fails, or Alexa finds nothing.
    Fail,
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Pass => "PASS",
            Self::Skip => "SKIP",
            Self::Warn => "WARN",
            Self::Fail => "FAIL",
        })
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The name of the check.
    pub id: &'static str,
    /// The rows of the list of mistakes that it looks for.
    pub rows: &'static [u8],
    /// How it came out.
    pub status: Status,
    /// What was seen; with [`Status::Skip`] why nothing was.
    pub seen: String,
    /// What should have been seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What mends it: a command, or what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// One thing to look at.
struct Check {
    id: &'static str,
    rows: &'static [u8],
    judge: fn(&Facts) -> Judgement,
}

/// What a check makes of the facts; `Err` is the reason why it could not look.
type Judgement = Result<Verdict, String>;

enum Verdict {
    Pass(String),
    Warn(Mistake),
    Fail(Mistake),
}

struct Mistake {
    seen: String,
    expected: String,
    mend: String,
}

/// Everything is as it should be: what was seen.
fn pass(seen: impl Into<String>) -> Judgement {
    Ok(Verdict::Pass(seen.into()))
}

/// It works, but not for everybody or not for ever.
fn warn(
    seen: impl Into<String>,
    expected: impl Into<String>,
    mend: impl Into<String>,
) -> Judgement {
    Ok(Verdict::Warn(Mistake {
        seen: seen.into(),
        expected: expected.into(),
        mend: mend.into(),
    }))
}

/// It does not work.
fn fail(
    seen: impl Into<String>,
    expected: impl Into<String>,
    mend: impl Into<String>,
) -> Judgement {
    Ok(Verdict::Fail(Mistake {
        seen: seen.into(),
        expected: expected.into(),
        mend: mend.into(),
    }))
}

/// It could not be looked at.
fn skip(why: impl Into<String>) -> Judgement {
    Err(why.into())
}

/// The command that mends most.
const UP: &str = "particle-alexa up";

/// What mends it where the code or a parameter is another one; and what was changed by hand, CloudFormation does not see.
const BY_HAND: &str = "particle-alexa up   (if its stack has nothing to change: docs/operations.md, \"Changed by hand\")";

/// The command that replaces the OAuth client, and ends all links with it.
const ROTATE: &str = "particle-alexa up --rotate   (users must link again)";

/// The command that changes the account linking: Alexa wants the client's secret with each change.
const RELINK: &str = "PARTICLE_CLIENT_SECRET=… particle-alexa up   (without the secret: particle-alexa up --rotate, and users must link again)";

/// Every check, in the order in which one depends on the other.
fn checks() -> impl Iterator<Item = &'static Check> {
    [
        skill::CHECKS,
        function::CHECKS,
        linking::CHECKS,
        client::CHECKS,
        relay::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// What each check finds in these facts.
#[must_use]
pub fn findings(facts: &Facts) -> Vec<Finding> {
    checks()
        .map(|check| {
            let (status, seen, expected, mend) = match (check.judge)(facts) {
                Ok(Verdict::Pass(seen)) => (Status::Pass, seen, None, None),
                Ok(Verdict::Warn(mistake)) => told(Status::Warn, mistake),
                Ok(Verdict::Fail(mistake)) => told(Status::Fail, mistake),
                Err(why) => (Status::Skip, why, None, None),
            };
            Finding {
                id: check.id,
                rows: check.rows,
                status,
                seen,
                expected,
                mend,
            }
        })
        .collect()
}

/// Whom the facts are asked of.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Service {
    /// Amazon's skill management.
    Alexa,
    /// Where the functions are.
    #[serde(rename = "AWS")]
    Aws,
    /// Whose users link their accounts.
    Particle,
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Alexa => "Alexa",
            Self::Aws => "AWS",
            Self::Particle => "Particle",
        })
    }
}

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unseen {
    /// Where it is.
    pub service: Service,
    /// Why not. The checks that skip for this reason are those that are missing.
    pub reason: String,
}

/// What could not be looked at although something is there, by what was noted or by what the skill names.
#[must_use]
pub fn unseen(facts: &Facts) -> Vec<Unseen> {
    let kept = facts.kept.as_ref().ok();
    let calls = facts
        .manifest
        .as_ref()
        .is_ok_and(|manifest| !manifest.endpoints().is_empty());
    let deployed = calls || kept.is_some_and(|kept| kept.deployed);
    let links = matches!(facts.linking, Ok(Some(_))) && facts.wanted.mode == Mode::Maker;
    let has_client = links || kept.is_some_and(|kept| kept.client_id.is_some());
    let failed = facts.failed.iter().filter(|failed| match failed.service {
        Service::Alexa => facts.skill.is_ok(),
        Service::Aws => deployed,
        Service::Particle => has_client,
    });
    failed.cloned().collect()
}

/// So many of something.
fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn told(status: Status, mistake: Mistake) -> (Status, String, Option<String>, Option<String>) {
    let Mistake {
        seen,
        expected,
        mend,
    } = mistake;
    (status, seen, Some(expected), Some(mend))
}

#[cfg(test)]
mod tests;
