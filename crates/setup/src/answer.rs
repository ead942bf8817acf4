//! What CloudFormation is told.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_lambda_events::cloudformation::{
    CloudFormationCustomResourceResponse as Response,
    CloudFormationCustomResourceResponseStatus as Status,
};
use linking::http::{self, Http};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use url::Url;

use crate::event::{Reply, Request};

/// CloudFormation takes no longer one.
pub const MAXIMUM_BODY: usize = 4096;

/// What is longer is no reason that anybody reads.
pub const MAXIMUM_REASON: usize = 1024;

/// How often it is sent.
const ATTEMPTS: u32 = 3;

/// For one try.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a resource has become.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Success {
    /// What it is called from now on; another id than before means that the one before is to be deleted.
    pub physical_id: String,
    /// What `Fn::GetAtt` finds.
    pub data: BTreeMap<String, String>,
}

impl Success {
    /// The end of a resource.
    #[must_use]
    pub fn nothing(request: &Request) -> Self {
        Self {
            physical_id: request.physical_id().to_owned(),
            data: BTreeMap::new(),
        }
    }
}

/// An outcome.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Outcome {
    /// It is done.
    Success(Success),
    /// It is not.
    Failed {
        /// What it is called: what it was called, or what a creation that failed is.
        physical_id: String,
        /// Why.
        reason: String,
    },
}

impl From<Success> for Outcome {
    fn from(success: Success) -> Self {
        Self::Success(success)
    }
}

impl Outcome {
    /// Nothing was done.
    #[must_use]
    pub fn failed(physical_id: String, reason: &str) -> Self {
        Self::Failed {
            physical_id,
            reason: cut(reason, MAXIMUM_REASON),
        }
    }

    /// The body of the answer.
    #[must_use]
    pub fn body(&self, reply: &Reply) -> String {
        let mut response = Response::default();
        response.stack_id.clone_from(&reply.stack_id);
        response.request_id.clone_from(&reply.request_id);
        response
            .logical_resource_id
            .clone_from(&reply.logical_resource_id);
        match self {
            Self::Success(success) => {
                response.status = Status::Success;
                response
                    .physical_resource_id
                    .clone_from(&success.physical_id);
                response.data = success.data.clone().into_iter().collect();
            }
            Self::Failed {
                physical_id,
                reason,
            } => {
                response.status = Status::Failed;
                response.physical_resource_id.clone_from(physical_id);
                response.reason = Some(reason.clone());
            }
        }
        let mut body = written(&response);
        // What is escaped is longer than what it stands for.
        while body.len() > MAXIMUM_BODY {
            let Some(reason) = response.reason.take().filter(|reason| !reason.is_empty()) else {
                break;
            };
            response.reason = Some(cut(&reason, reason.len() / 2));
            body = written(&response);
        }
        body
    }
}

/// CloudFormation wants texts where there is something, and knows no `null`.
fn written(response: &Response) -> String {
    let mut body = serde_json::to_value(response).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|_, value| *value != Json::Null);
    }
    body.to_string()
}

/// A text of at most so many bytes.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    const DOTS: &str = "…";
    let mut end = most.saturating_sub(DOTS.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text.get(..end).unwrap_or_default();
    if kept.is_empty() {
        String::new()
    } else {
        format!("{kept}{DOTS}")
    }
}

/// Why CloudFormation does not know the outcome.
#[derive(Debug, thiserror::Error)]
pub enum NotDelivered {
    /// There is no such address.
    #[error("the event's ResponseURL is no URL")]
    NoUrl,
    /// It does not take it.
    #[error("CloudFormation takes no answer at the event's ResponseURL (status {0})")]
    Refused(u16),
    /// It cannot be reached.
    #[error(transparent)]
    Http(#[from] http::Error),
}

/// Tells CloudFormation, more than once if need be, until the time is up.
///
/// # Errors
/// Where it does not take it.
pub async fn deliver(
    http: &Http,
    reply: &Reply,
    outcome: &Outcome,
    deadline: SystemTime,
    pause: Duration,
) -> Result<(), NotDelivered> {
    let url: Url = reply
        .response_url
        .parse()
        .map_err(|_| NotDelivered::NoUrl)?;
    let body = outcome.body(reply);
    // The signature of the address covers the type, which is none.
    let headers = [("content-type", "")];
    let mut attempt = 1;
    loop {
        let left = deadline
            .duration_since(SystemTime::now())
            .unwrap_or_default();
        // One try is worth it even when the clocks disagree.
        let limit = PATIENCE.min(left).max(Duration::from_millis(500));
        let problem = match http.put(url.clone(), &headers, body.clone(), limit).await {
            Ok(answer) if answer.status.is_success() => return Ok(()),
            Ok(answer) if answer.status.is_server_error() => {
                NotDelivered::Refused(answer.status.as_u16())
            }
            Ok(answer) => return Err(NotDelivered::Refused(answer.status.as_u16())),
            Err(problem) => problem.into(),
        };
        if attempt == ATTEMPTS || left <= pause {
            return Err(problem);
        }
        attempt += 1;
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply() -> Reply {
        Reply {
            response_url: "https://example.com/?secret=recognizable".to_owned(),
            stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/s/1".to_owned(),
            request_id: "r".to_owned(),
            logical_resource_id: "Client".to_owned(),
            physical_id: None,
        }
    }

    #[test]
    fn an_answer_has_cloudformations_fields() {
        let success = Outcome::Success(Success {
            physical_id: "alexa-1".to_owned(),
            data: BTreeMap::from([("ClientId".to_owned(), "alexa-1".to_owned())]),
        });
        let body: Json = serde_json::from_str(&success.body(&reply())).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "Status": "SUCCESS",
                "PhysicalResourceId": "alexa-1",
                "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/s/1",
                "RequestId": "r",
                "LogicalResourceId": "Client",
                "NoEcho": false,
                "Data": { "ClientId": "alexa-1" }
            })
        );
    }

    #[test]
    fn no_reason_is_too_long() {
        for reason in [
            "x".repeat(1_000_000),
            "é".repeat(5000),
            "\u{1}".repeat(5000),
            "\"".repeat(5000),
            "short".to_owned(),
        ] {
            let failed = Outcome::failed("x".repeat(1024), &reason);
            let body = failed.body(&reply());
            assert!(body.len() <= MAXIMUM_BODY, "{}", body.len());
            let body: Json = serde_json::from_str(&body).unwrap();
            let told = body["Reason"].as_str().unwrap();
            assert!(!told.is_empty() && told.len() <= MAXIMUM_REASON);
            assert_eq!(told == reason, reason == "short");
        }
    }
}
