//! `aws` and `sam`, AWS's own command lines.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::error::{Error, present};
use super::policy::Policy;
use super::{
    ALEXA_PRINCIPAL, Alias, Aws, Build, Caller, Configuration, Deployment, Identity, Invocation,
    Permission, Resource, Stack,
};
use crate::id::FunctionArn;
use crate::process::{Failure, Owner, Run, Tool};
use crate::region::Region;

/// A stack takes minutes, and a first build of the function, too.
const LONG: Duration = Duration::from_secs(30 * 60);

/// What `sam deploy` says where the stack is as it should be.
const NOTHING_TO_DO: &str = "No changes to deploy";

/// AWS's tools, signed in.
#[derive(Clone, Debug)]
pub struct Tools {
    aws: Tool,
    sam: Tool,
    cargo_lambda: Tool,
}

impl Default for Tools {
    fn default() -> Self {
        Self::at("aws".into(), "sam".into(), "cargo-lambda".into())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stacks {
    stacks: Vec<Described>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    stack_status: String,
    stack_status_reason: Option<String>,
    #[serde(default)]
    outputs: Vec<Output>,
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    parameter_key: String,
    #[serde(default)]
    parameter_value: String,
}

impl From<Described> for Stack {
    fn from(stack: Described) -> Self {
        let outputs = stack.outputs.into_iter();
        let parameters = stack.parameters.into_iter();
        Self {
            status: stack.stack_status,
            reason: stack.stack_status_reason,
            outputs: outputs
                .map(|output| (output.output_key, output.output_value))
                .collect(),
            parameters: parameters
                .map(|parameter| (parameter.parameter_key, parameter.parameter_value))
                .collect(),
        }
    }
}

impl Tools {
    /// The programs at these paths.
    #[must_use]
    pub fn at(aws: OsString, sam: OsString, cargo_lambda: OsString) -> Self {
        Self {
            aws: Tool {
                program: aws,
                name: "aws",
                install: "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html, then `aws configure`",
            },
            sam: Tool {
                program: sam,
                name: "sam",
                install: "`pip install aws-sam-cli`",
            },
            cargo_lambda: Tool {
                program: cargo_lambda,
                name: "cargo-lambda",
                install: "`pip install cargo-lambda`; `sam build` calls it",
            },
        }
    }

    /// A run of `aws`.
    fn aws(&self, region: Option<&str>, arguments: &[&str]) -> Run<'_> {
        let region: Vec<&str> = region
            .into_iter()
            .flat_map(|name| ["--region", name])
            .collect();
        let words = arguments.iter().chain(&region).chain(&["--output", "json"]);
        let mut run = Run::of(&self.aws, words.copied());
        run.environment.push(("AWS_PAGER", OsString::new()));
        run.secrets = &[Owner::Aws];
        run
    }

    /// A run of `sam`.
    fn sam(&self, arguments: &[&str]) -> Run<'_> {
        let mut run = Run::of(&self.sam, arguments.iter().copied());
        run.environment.push(("SAM_CLI_TELEMETRY", "0".into()));
        run.limit = LONG;
        run
    }

    async fn read<T: DeserializeOwned>(run: Run<'_>) -> Result<T, Error> {
        let command = run.command();
        let output = run.finish().await?;
        serde_json::from_str(&output.stdout).map_err(|_| Error::Unreadable { command })
    }

    /// Changes something of a function, at its qualifier where it has one.
    async fn change(&self, operation: &str, arn: &FunctionArn, more: &[&str]) -> Result<(), Error> {
        let mut arguments = vec!["lambda", operation, "--function-name", arn.name()];
        if let Some(qualifier) = arn.qualifier() {
            arguments.extend(["--qualifier", qualifier]);
        }
        arguments.extend(more);
        let run = self.aws(Some(arn.region()), &arguments);
        run.finish().await?;
        Ok(())
    }

    /// Asks of a function, at its qualifier where it has one.
    async fn of_function<T: DeserializeOwned>(
        &self,
        operation: &str,
        arn: &FunctionArn,
    ) -> Result<T, Error> {
        let mut arguments = vec!["lambda", operation, "--function-name", arn.name()];
        if let Some(qualifier) = arn.qualifier() {
            arguments.extend(["--qualifier", qualifier]);
        }
        Self::read(self.aws(Some(arn.region()), &arguments)).await
    }
}

/// The policy, which comes as a text in the answer.
fn policy(answer: &Wrapped) -> Result<Policy, Error> {
    serde_json::from_str(&answer.policy).map_err(|_| Error::Unreadable {
        command: "aws lambda get-policy".to_owned(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wrapped {
    policy: String,
}

impl Aws for Tools {
    async fn missing_tools(&self, building: bool) -> Vec<Error> {
        let needed = [Some(&self.sam), building.then_some(&self.cargo_lambda)];
        let mut missing = Vec::new();
        for tool in needed.into_iter().flatten() {
            // Whatever else it says, it is there.
            if let Err(failure @ Failure::Missing { .. }) =
                Run::of(tool, ["--version"]).finish().await
            {
                missing.push(Error::from(failure));
            }
        }
        missing
    }

    async fn identity(&self) -> Result<Identity, Error> {
        // The one call that all regions answer alike, and that needs none to be chosen.
        let run = self.aws(
            Some(Region::NorthAmerica.lambda()),
            &["sts", "get-caller-identity"],
        );
        Self::read(run).await
    }

    async fn stack(&self, region: Region, name: &str) -> Result<Option<Stack>, Error> {
        let run = self.aws(
            Some(region.lambda()),
            &["cloudformation", "describe-stacks", "--stack-name", name],
        );
        let stacks: Option<Stacks> = present(Self::read(run).await)?;
        let stack = stacks.and_then(|stacks| stacks.stacks.into_iter().next());
        Ok(stack.map(Stack::from))
    }

    async fn build(&self, build: &Build, line: &(dyn Fn(&str) + Sync)) -> Result<PathBuf, Error> {
        let mut run = self.sam(&["build"]);
        run.arguments.extend([
            "--template-file".into(),
            build.template.clone().into_os_string(),
            "--build-dir".into(),
            build.folder.clone().into_os_string(),
        ]);
        if let Some(architecture) = &build.architecture {
            run.arguments.extend([
                "--parameter-overrides".into(),
                format!("Architecture={architecture}").into(),
            ]);
        }
        run.tell(line).await?;
        Ok(build.folder.join("template.yaml"))
    }

    async fn deploy(
        &self,
        deployment: &Deployment,
        line: &(dyn Fn(&str) + Sync),
    ) -> Result<bool, Error> {
        let mut run = self.sam(&[
            "deploy",
            "--stack-name",
            &deployment.stack,
            "--region",
            deployment.region.lambda(),
            "--resolve-s3",
            "--capabilities",
            "CAPABILITY_IAM",
            "--no-confirm-changeset",
            "--no-fail-on-empty-changeset",
            "--no-progressbar",
        ]);
        run.secrets = &[Owner::Aws];
        run.arguments.extend([
            "--template-file".into(),
            deployment.template.clone().into_os_string(),
            "--parameter-overrides".into(),
        ]);
        run.arguments
            .extend(overrides(&deployment.parameters).map(OsString::from));
        let output = run.tell(line).await?;
        let same = [output.stdout, output.stderr]
            .iter()
            .any(|text| text.contains(NOTHING_TO_DO));
        Ok(!same)
    }

    async fn delete_stack(&self, region: Region, name: &str) -> Result<(), Error> {
        for operation in [
            ["cloudformation", "delete-stack"].as_slice(),
            &["cloudformation", "wait", "stack-delete-complete"],
        ] {
            let mut arguments = operation.to_vec();
            arguments.extend(["--stack-name", name]);
            let mut run = self.aws(Some(region.lambda()), &arguments);
            run.limit = LONG;
            run.finish().await?;
        }
        Ok(())
    }

    async fn policy(&self, arn: &FunctionArn) -> Result<Option<Policy>, Error> {
        let answer = present(self.of_function("get-policy", arn).await)?;
        answer.as_ref().map(policy).transpose()
    }

    async fn alias(&self, arn: &FunctionArn) -> Result<Option<Alias>, Error> {
        let Some(alias) = arn.qualifier() else {
            return Ok(None);
        };
        let arguments = [
            "lambda",
            "get-alias",
            "--function-name",
            arn.name(),
            "--name",
            alias,
        ];
        present(Self::read(self.aws(Some(arn.region()), &arguments)).await)
    }

    async fn configuration(&self, arn: &FunctionArn) -> Result<Option<Configuration>, Error> {
        present(self.of_function("get-function-configuration", arn).await)
    }

    async fn function_policy(
        &self,
        region: Region,
        function: &str,
    ) -> Result<Option<Policy>, Error> {
        let arguments = ["lambda", "get-policy", "--function-name", function];
        let answer = present(Self::read(self.aws(Some(region.lambda()), &arguments)).await)?;
        answer.as_ref().map(policy).transpose()
    }

    async fn resources(&self, region: Region, stack: &str) -> Result<Vec<Resource>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            stack_resources: Vec<Resource>,
        }
        let arguments = [
            "cloudformation",
            "describe-stack-resources",
            "--stack-name",
            stack,
        ];
        let run = self.aws(Some(region.lambda()), &arguments);
        let answer: Option<Answer> = present(Self::read(run).await)?;
        Ok(answer.map_or_else(Vec::new, |answer| answer.stack_resources))
    }

    async fn add_permission(
        &self,
        arn: &FunctionArn,
        permission: &Permission<'_>,
    ) -> Result<(), Error> {
        let caller = match permission.caller {
            Caller::Skill(skill) => [
                ["--action", "lambda:InvokeFunction"].as_slice(),
                &["--principal", ALEXA_PRINCIPAL],
                &["--event-source-token", skill.as_str()],
            ],
            Caller::Address => [
                ["--action", "lambda:InvokeFunctionUrl"].as_slice(),
                &["--principal", "*"],
                &["--function-url-auth-type", "NONE"],
            ],
            Caller::ByAddress => [
                ["--action", "lambda:InvokeFunction"].as_slice(),
                &["--principal", "*"],
                &["--invoked-via-function-url"],
            ],
        };
        let more = [&["--statement-id", permission.sid][..], &caller.concat()].concat();
        self.change("add-permission", arn, &more).await
    }

    async fn remove_permission(&self, arn: &FunctionArn, sid: &str) -> Result<(), Error> {
        let more = ["--statement-id", sid];
        self.change("remove-permission", arn, &more).await
    }

    async fn create_alias(&self, arn: &FunctionArn, version: &str) -> Result<(), Error> {
        let alias = arn.qualifier().unwrap_or_default();
        let more = ["--name", alias, "--function-version", version];
        self.change("create-alias", &arn.unqualified(), &more).await
    }

    async fn invoke(&self, arn: &FunctionArn, event: &Json) -> Result<Invocation, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Metadata {
            function_error: Option<String>,
        }
        // The event may hold a token, so it is in no argument and in no file.
        let arguments = [
            "lambda",
            "invoke",
            "--function-name",
            arn.as_str(),
            "--payload",
            "fileb:///dev/stdin",
            "/dev/stdout",
        ];
        let mut run = self.aws(Some(arn.region()), &arguments);
        run.input = event.to_string().into_bytes();
        let command = run.command();
        let output = run.finish().await?;
        let unreadable = || Error::Unreadable {
            command: command.clone(),
        };
        // The answer of the function, and behind it that of the service.
        let mut parts = serde_json::Deserializer::from_str(&output.stdout).into_iter::<Json>();
        let mut next = || parts.next().and_then(Result::ok).ok_or_else(unreadable);
        let payload = next()?;
        let metadata: Metadata = serde_json::from_value(next()?).map_err(|_| unreadable())?;
        Ok(Invocation {
            payload,
            failure: metadata.function_error,
        })
    }
}

/// The parameters as `sam` reads them: a value that has blanks or quotes is quoted.
fn overrides(parameters: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
    parameters.iter().map(|(name, value)| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        format!("ParameterKey={name},ParameterValue=\"{value}\"")
    })
}
