//! What CloudFormation asks for.

use aws_lambda_events::cloudformation::CloudFormationCustomResourceRequest as Event;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What is to become of a resource.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum RequestType {
    /// It is to be made.
    Create,
    /// It is to become another one.
    Update,
    /// It is to go.
    Delete,
}

/// One event.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is to become of it.
    pub request_type: RequestType,
    /// What kind of resource it is.
    pub resource_type: String,
    /// What it has to be like.
    pub properties: Json,
    /// Where the outcome is to be told.
    pub reply: Reply,
}

/// Where an outcome belongs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Reply {
    /// Where it is sent. The address is signed: who has it can answer.
    #[serde(rename = "ResponseURL")]
    pub response_url: String,
    /// The stack.
    pub stack_id: String,
    /// The request.
    pub request_id: String,
    /// What the template calls the resource.
    pub logical_resource_id: String,
    /// What the function called it; nothing when it is to be made.
    #[serde(rename = "PhysicalResourceId")]
    pub physical_id: Option<String>,
}

/// An event that makes no sense, and where to say so, if it tells.
#[derive(Debug, thiserror::Error)]
#[error("the event is not one that CloudFormation sends for a custom resource: {problem}")]
pub struct Unreadable {
    problem: String,
    /// Where to say so.
    pub reply: Option<Box<Reply>>,
}

impl Request {
    /// Reads an event.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(event: &str) -> Result<Self, Unreadable> {
        let event: Event = serde_json::from_str(event).map_err(|error| Unreadable {
            problem: error.to_string(),
            reply: serde_json::from_str(event)
                .ok()
                .filter(|reply: &Reply| !reply.response_url.is_empty())
                .map(Box::new),
        })?;
        Ok(match event {
            Event::Create(create) => Self {
                request_type: RequestType::Create,
                resource_type: create.resource_type,
                properties: create.resource_properties,
                reply: Reply {
                    response_url: create.response_url,
                    stack_id: create.stack_id,
                    request_id: create.request_id,
                    logical_resource_id: create.logical_resource_id,
                    physical_id: None,
                },
            },
            Event::Update(update) => Self {
                request_type: RequestType::Update,
                resource_type: update.resource_type,
                properties: update.resource_properties,
                reply: Reply {
                    response_url: update.response_url,
                    stack_id: update.stack_id,
                    request_id: update.request_id,
                    logical_resource_id: update.logical_resource_id,
                    physical_id: Some(update.physical_resource_id),
                },
            },
            Event::Delete(delete) => Self {
                request_type: RequestType::Delete,
                resource_type: delete.resource_type,
                properties: delete.resource_properties,
                reply: Reply {
                    response_url: delete.response_url,
                    stack_id: delete.stack_id,
                    request_id: delete.request_id,
                    logical_resource_id: delete.logical_resource_id,
                    physical_id: Some(delete.physical_resource_id),
                },
            },
            _ => {
                return Err(Unreadable {
                    problem: "its RequestType is not known".to_owned(),
                    reply: None,
                });
            }
        })
    }

    /// Whose the resource is: the same for all events of one resource of a stack.
    #[must_use]
    pub fn owner(&self) -> String {
        let Reply {
            stack_id,
            logical_resource_id,
            ..
        } = &self.reply;
        format!("{stack_id}/{logical_resource_id}")
    }

    /// The physical id, which the function has chosen, or CloudFormation where it never heard of one.
    #[must_use]
    pub fn physical_id(&self) -> &str {
        self.reply.physical_id.as_deref().unwrap_or_default()
    }
}
