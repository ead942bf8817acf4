//! The stack and its functions at AWS.
//!
//! AWS's own tools do the work, `sam` and `aws`, whoever is signed in there: there is nothing about profiles, single
//! sign-on and roles that this would know better. They stand behind the trait [`Aws`], so that what is made of their
//! answers can be tried without them.

mod error;
mod policy;
mod tools;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use self::error::Error;
pub use self::policy::{Policy, Statement};
pub use self::tools::Tools;
use crate::id::{FunctionArn, SkillId, VendorId};
use crate::region::Region;

/// The principal by which Alexa calls smart home functions.
pub const ALEXA_PRINCIPAL: &str = "alexa-connectedhome.amazon.com";

/// The principal by which she calls custom skills: the wrong one.
pub const CUSTOM_SKILLS_PRINCIPAL: &str = "alexa-appkit.amazon.com";

/// What is asked of AWS.
pub trait Aws: Sync {
    /// Which tools are missing that deploy, and that build where that is to be done; who is signed in tells of the rest.
    fn missing_tools(&self, building: bool) -> impl Future<Output = Vec<Error>> + Send;

    /// Who is signed in.
    fn identity(&self) -> impl Future<Output = Result<Identity, Error>> + Send;

    /// A stack, or `None` where there is none of this name.
    fn stack(
        &self,
        region: Region,
        name: &str,
    ) -> impl Future<Output = Result<Option<Stack>, Error>> + Send;

    /// Builds what a template names, and gives the template of what was built.
    fn build(
        &self,
        build: &Build,
        line: &(dyn Fn(&str) + Sync),
    ) -> impl Future<Output = Result<PathBuf, Error>> + Send;

    /// Makes a stack, or brings it up to date, and tells whether there was anything to do.
    fn deploy(
        &self,
        deployment: &Deployment,
        line: &(dyn Fn(&str) + Sync),
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Deletes a stack, and waits until it is gone.
    fn delete_stack(
        &self,
        region: Region,
        name: &str,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Who may call a function at this qualifier; `None` where there is no such function, or nobody may.
    fn policy(
        &self,
        arn: &FunctionArn,
    ) -> impl Future<Output = Result<Option<Policy>, Error>> + Send;

    /// The version that an alias stands for, or `None` where there is no such alias.
    fn alias(&self, arn: &FunctionArn)
    -> impl Future<Output = Result<Option<Alias>, Error>> + Send;

    /// How a function is set up, or `None` where there is none.
    fn configuration(
        &self,
        arn: &FunctionArn,
    ) -> impl Future<Output = Result<Option<Configuration>, Error>> + Send;

    /// Who may call a function that is known by its name.
    fn function_policy(
        &self,
        region: Region,
        function: &str,
    ) -> impl Future<Output = Result<Option<Policy>, Error>> + Send;

    /// The name that AWS gave to a resource of a stack, or `None` where the stack has none of this name.
    fn resource(
        &self,
        region: Region,
        stack: &str,
        resource: &str,
    ) -> impl Future<Output = Result<Option<String>, Error>> + Send;

    /// Sends an event to a function, and gives its answer.
    fn invoke(
        &self,
        arn: &FunctionArn,
        event: &Json,
    ) -> impl Future<Output = Result<Invocation, Error>> + Send;
}

/// Who is signed in.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all(deserialize = "PascalCase"))]
pub struct Identity {
    /// The number of the account.
    pub account: String,
    /// The user or role.
    pub arn: String,
}

impl Identity {
    /// Whether a function is in this account.
    #[must_use]
    pub fn has(&self, function: &FunctionArn) -> bool {
        self.account == function.account()
    }
}

/// A stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stack {
    /// How the last change went, such as `UPDATE_COMPLETE`.
    pub status: String,
    /// Why it went wrong.
    pub reason: Option<String>,
    /// What the stack tells.
    pub outputs: BTreeMap<String, String>,
    /// What it was given.
    pub parameters: BTreeMap<String, String>,
}

impl Stack {
    /// Whether it can be used as it is.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(
            self.status.as_str(),
            "CREATE_COMPLETE"
                | "UPDATE_COMPLETE"
                | "UPDATE_ROLLBACK_COMPLETE"
                | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
                | "IMPORT_COMPLETE"
        )
    }

    /// Whether its first deployment failed, so that it can only be deleted.
    #[must_use]
    pub fn is_stillborn(&self) -> bool {
        matches!(
            self.status.as_str(),
            "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "REVIEW_IN_PROGRESS"
        )
    }
}

/// A build to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Build {
    /// The template.
    pub template: PathBuf,
    /// Where what was built is put.
    pub folder: PathBuf,
    /// The processor to build for, where it is not the template's default.
    pub architecture: Option<String>,
}

/// A deployment to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// The region.
    pub region: Region,
    /// The name of the stack.
    pub stack: String,
    /// A template whose code is built: what [`Aws::build`] gave, or one that came with its packages.
    pub template: PathBuf,
    /// What the stack is given; none of it is secret.
    pub parameters: BTreeMap<String, String>,
}

impl Deployment {
    /// What every stack is given.
    #[must_use]
    pub fn parameters_of(skill: &SkillId, vendor: &VendorId) -> BTreeMap<String, String> {
        [
            ("AlexaSkillId", skill.as_str()),
            ("AlexaVendorId", vendor.as_str()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }
}

/// An alias of a function.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all(deserialize = "PascalCase"))]
pub struct Alias {
    /// The version that it stands for.
    pub function_version: String,
}

/// How a function is set up.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
pub struct Configuration {
    /// The version.
    #[serde(default)]
    pub version: String,
    /// How many seconds it may take.
    #[serde(default)]
    pub timeout: u64,
    /// How many MB it has.
    #[serde(default)]
    pub memory_size: u64,
    /// Its settings.
    #[serde(default)]
    environment: Environment,
}

/// Its `Debug` has the names alone, since people put secrets there.
#[derive(Clone, Default, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Environment {
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.variables.keys())
            .finish()
    }
}

impl Configuration {
    /// One of its settings.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.variables.get(name).map(String::as_str)
    }
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// The answer, or what Lambda says of the failure.
    pub payload: Json,
    /// The kind of failure, where the function did not answer.
    pub failure: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_of_a_function_are_not_printed() {
        let configuration: Configuration = serde_json::from_value(json!({
            "Version": "3",
            "Environment": { "Variables": { "ALEXA_CLIENT_SECRET": "recognizable" } }
        }))
        .unwrap();
        assert_eq!(
            configuration.variable("ALEXA_CLIENT_SECRET"),
            Some("recognizable")
        );
        let told = format!("{configuration:?}");
        assert!(told.contains("ALEXA_CLIENT_SECRET"), "{told}");
        assert!(!told.contains("recognizable"), "{told}");
    }
}
