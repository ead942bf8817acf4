//! How the cloud words its failures: recordings and documentation disagree, so the user chooses.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantNames};

use crate::answer::Refusal;

/// One consistent set of answers where the sources contradict each other.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Display,
    EnumString,
    Eq,
    PartialEq,
    Serialize,
    VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Dialect {
    /// As recorded since 2023.
    #[default]
    Current,
    /// As the tutorials and the reference say.
    Documented,
    /// As recorded in 2015 and 2016; successes carry the fields of those years, too.
    Legacy,
}

/// What was waiting for a device that did not answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Operation {
    Function,
    Variable,
}

impl Dialect {
    pub(crate) fn timed_out(self, operation: Operation) -> Refusal {
        match (self, operation) {
            (Self::Current, Operation::Function) => {
                Refusal::api(StatusCode::BAD_REQUEST, "timed out")
            }
            (Self::Legacy, Operation::Function) => {
                Refusal::api(StatusCode::BAD_REQUEST, "Timed out.")
            }
            (Self::Legacy, Operation::Variable) => {
                Refusal::bare(StatusCode::REQUEST_TIMEOUT, "Timed out.")
            }
            (Self::Documented, Operation::Function)
            | (Self::Current | Self::Documented, Operation::Variable) => {
                Refusal::api(StatusCode::REQUEST_TIMEOUT, "timed out")
            }
        }
    }

    pub(crate) fn unknown_function(self, name: &str) -> Refusal {
        Refusal::api(StatusCode::NOT_FOUND, format!("Function {name} not found"))
    }

    pub(crate) fn unknown_variable(self, name: &str) -> Refusal {
        let error = match self {
            Self::Current | Self::Documented => format!("Unknown Variable: {name}"),
            Self::Legacy => "Variable not found".to_owned(),
        };
        Refusal::api(StatusCode::NOT_FOUND, error)
    }
}
