//! What an event leaves in the log: one line.
//!
//! By construction it holds nothing of the event but what this module names: no properties, and not the address of the
//! answer, which is signed.

use std::time::{Duration, SystemTime};

use function_log::{Invocation, Level};
use serde::{Serialize, Serializer};

use crate::answer::Outcome;
use crate::event::{Reply, Request, RequestType};

/// What became of one event.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// When it was answered.
    #[serde(serialize_with = "function_log::rfc3339")]
    pub timestamp: SystemTime,
    /// By what became of it.
    pub level: Level,
    /// What was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_type: Option<RequestType>,
    /// Of which kind of resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// Of which stack.
    pub stack_id: String,
    /// What the template calls the resource.
    pub logical_resource_id: String,
    /// What the function calls it.
    pub physical_resource_id: String,
    /// `SUCCESS` or `FAILED`.
    pub status: &'static str,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long it took.
    #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
    pub duration: Duration,
    /// Why CloudFormation does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_delivered: Option<String>,
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

impl Record {
    /// Of an event that was answered so.
    #[must_use]
    pub fn new(
        request: Option<&Request>,
        reply: &Reply,
        outcome: &Outcome,
        duration: Duration,
    ) -> Self {
        let (level, status, physical_id, reason) = match outcome {
            Outcome::Success(success) => (Level::Info, "SUCCESS", &success.physical_id, None),
            Outcome::Failed {
                physical_id,
                reason,
            } => (Level::Warn, "FAILED", physical_id, Some(reason.clone())),
        };
        Self {
            timestamp: SystemTime::now(),
            level,
            request_type: request.map(|request| request.request_type),
            resource_type: request.map(|request| request.resource_type.clone()),
            stack_id: reply.stack_id.clone(),
            logical_resource_id: reply.logical_resource_id.clone(),
            physical_resource_id: physical_id.clone(),
            status,
            reason,
            duration,
            not_delivered: None,
        }
    }

    /// That CloudFormation does not know of it.
    #[must_use]
    pub fn not_delivered(mut self, problem: String) -> Self {
        self.level = Level::Error;
        self.not_delivered = Some(problem);
        self
    }

    /// The line.
    #[must_use]
    pub fn line(&self, invocation: &Invocation) -> String {
        #[derive(Serialize)]
        struct Line<'a> {
            #[serde(flatten)]
            invocation: &'a Invocation,
            #[serde(flatten)]
            record: &'a Record,
        }
        // It consists of texts and numbers, which are always JSON.
        serde_json::to_string(&Line {
            invocation,
            record: self,
        })
        .unwrap_or_default()
    }
}
