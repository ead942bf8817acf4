//! Why SMAPI did not do what it was asked.

use std::time::Duration;

use serde::Deserialize;

use super::Answer;
use super::operation::Operation;
use crate::{http, process};

/// Why SMAPI did not do what it was asked. None of it holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or not any more.
    #[error("not signed in at Amazon: {mend}")]
    SignedOut {
        /// What to do.
        mend: String,
    },
    /// Login with Amazon fails, or wants no more calls, before Alexa is asked at all.
    #[error("Login with Amazon gives no token for now (status {status}); try again in a minute")]
    NoToken {
        /// The status.
        status: u16,
    },
    /// Who is signed in may not do it.
    #[error(
        "you may not {what}: the sign-in lacks a scope (alexa::ask:skills:readwrite, for tests alexa::ask:skills:test), \
         or the skill belongs to another developer"
    )]
    Forbidden {
        /// What was asked for.
        what: &'static str,
    },
    /// There is no such skill, or it has no such part.
    #[error("Alexa cannot {what}: there is none")]
    NotFound {
        /// What was asked for.
        what: &'static str,
    },
    /// Alexa looked at it and refuses.
    #[error("Alexa refuses to {what}: {}", reasons.join("; "))]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// Why, in her words.
        reasons: Vec<String>,
    },
    /// Somebody else changed it meanwhile.
    #[error("Alexa refuses to {what}: somebody has changed it meanwhile; try again")]
    Changed {
        /// What was asked for.
        what: &'static str,
    },
    /// There were too many calls.
    #[error("Alexa refuses to {what}: there were too many calls; try again in a minute")]
    Limited {
        /// What was asked for.
        what: &'static str,
    },
    /// The service failed.
    #[error("Alexa failed to {what} (status {status}); try again in a minute")]
    Unavailable {
        /// What was asked for.
        what: &'static str,
        /// The status.
        status: u16,
    },
    /// The answer is none that is known.
    #[error(
        "Alexa was asked to {what}, and the answer (status or body) is not the one that her models describe"
    )]
    Unreadable {
        /// What was asked for.
        what: &'static str,
    },
    /// A change is still under way.
    #[error("Alexa is still busy with the skill's manifest after {} s; run the command again, it goes on from here", limit.as_secs())]
    Pending {
        /// How long was waited.
        limit: Duration,
    },
    /// There was no answer.
    #[error(transparent)]
    Http(#[from] http::Error),
    /// `ask` could not be run.
    #[error(transparent)]
    Tool(#[from] process::Failure),
}

/// One thing that is wrong, in an answer with status 400 and in the status of a manifest.
#[derive(Debug, Deserialize)]
pub(super) struct Violation {
    pub(super) message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    message: Option<String>,
    violations: Vec<Violation>,
}

impl Error {
    /// The error with this secret taken out, where a reason or a tool quotes it.
    pub(super) fn without(self, secret: &str) -> Self {
        if secret.is_empty() {
            return self;
        }
        let scrubbed = |text: String| text.replace(secret, "…");
        match self {
            Self::Refused { what, reasons } => Self::Refused {
                what,
                reasons: reasons.into_iter().map(scrubbed).collect(),
            },
            Self::Tool(process::Failure::Failed { command, complaint }) => {
                Self::Tool(process::Failure::Failed {
                    command,
                    complaint: scrubbed(complaint),
                })
            }
            other => other,
        }
    }
}

/// An answer that is good, or what is wrong with it.
pub(super) fn judge(
    operation: &Operation<'_>,
    answer: Answer,
    signed_out: String,
) -> Result<Answer, Error> {
    let what = operation.name();
    Err(match answer.status {
        200..=299 => return Ok(answer),
        401 => Error::SignedOut { mend: signed_out },
        403 => Error::Forbidden { what },
        404 => Error::NotFound { what },
        412 => Error::Changed { what },
        429 => Error::Limited { what },
        400 | 405..=499 => {
            let body = Body::deserialize(&answer.body).unwrap_or_default();
            let mut reasons: Vec<String> = body
                .violations
                .into_iter()
                .map(|violation| violation.message)
                .collect();
            if reasons.is_empty() {
                reasons.extend(body.message);
            }
            if reasons.is_empty() {
                reasons.push(format!("status {}, without a reason", answer.status));
            }
            Error::Refused { what, reasons }
        }
        500..=599 => Error::Unavailable {
            what,
            status: answer.status,
        },
        _ => Error::Unreadable { what },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn told(status: u16, body: Json) -> String {
        let answer = Answer {
            status,
            body,
            etag: None,
            retry_after: None,
        };
        let mend = "run `ask configure`".to_owned();
        match judge(&Operation::Vendors, answer, mend) {
            Ok(_) => "good".to_owned(),
            Err(error) => error.without("recognizable").to_string(),
        }
    }

    #[test]
    fn what_a_tool_quotes_is_told_without_the_secret() {
        let failed = Error::Tool(process::Failure::Failed {
            command: "ask smapi x".to_owned(),
            complaint: "cannot send recognizable".to_owned(),
        });
        let told = failed.without("recognizable");
        assert_eq!(told.to_string(), "`ask smapi x` failed: cannot send …");
        assert_eq!(
            Error::NotFound { what: "x" }.without("").to_string(),
            "Alexa cannot x: there is none"
        );
    }

    #[test]
    fn each_refusal_has_its_words() {
        for (status, body, words) in [
            (200, json!({}), "good"),
            (204, Json::Null, "good"),
            (
                401,
                json!({"message": "x"}),
                "not signed in at Amazon: run `ask configure`",
            ),
            (403, Json::Null, "lacks a scope"),
            (404, Json::Null, "there is none"),
            (412, Json::Null, "somebody has changed it meanwhile"),
            (429, Json::Null, "too many calls"),
            (503, Json::Null, "status 503"),
            (302, Json::Null, "not the one that her models describe"),
            (
                400,
                json!({"message": "Only this."}),
                "refuses to list the developers you act for: Only this.",
            ),
            (
                400,
                json!({"message": "Many.", "violations": [
                    {"code": "X", "message": "First: recognizable."}, {"message": "Second."}
                ]}),
                ": First: ….; Second.",
            ),
            (400, Json::Null, "status 400, without a reason"),
        ] {
            let told = told(status, body);
            assert!(told.contains(words), "{told}");
        }
    }
}
