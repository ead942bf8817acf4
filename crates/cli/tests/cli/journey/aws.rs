//! An AWS account in memory, where what is deployed really runs.
//!
//! Its front are the command lines `aws` and `sam`: scripts that pass on what they are asked, and print what comes back.
//! `sam build` compiles the binaries, as cargo-lambda does; `sam deploy` starts them, each before a Runtime API of its
//! own and with the environment that the template gives to it; Alexa calls them as [`Lambda`].

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use std::{env, fs, thread};

use alexa_simulator::{FunctionError, Invocation, Lambda, Region};
use runtime_api::{Function, FunctionUrl, Outcome, RuntimeApi};
use serde_json::{Value as Json, json};
use tokio::runtime::Handle;

use super::template::Template;

const ACCOUNT: &str = "123456789012";

/// No function here takes longer on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The function of the link relay, by its name in the template.
const RELAY: &str = "RelayFunction";
const SKILL: &str = "SkillFunction";

/// The account; clones are the same one.
#[derive(Clone)]
pub(crate) struct Account(Arc<Inner>);

struct Inner {
    runtime: Handle,
    /// What a function finds under `/opt`.
    layer: PathBuf,
    port: u16,
    stacks: Mutex<BTreeMap<(String, String), Stack>>,
    record: Mutex<Vec<String>>,
}

struct Stack {
    updated: bool,
    template: String,
    parameters: BTreeMap<String, String>,
    functions: BTreeMap<String, Deployed>,
}

/// A function that runs.
struct Deployed {
    api: Arc<RuntimeApi>,
    function: Function,
    variables: BTreeMap<String, String>,
    url: Option<FunctionUrl>,
}

/// What a command line prints, or complains of.
type Said = Result<String, String>;

impl Account {
    /// Opens it, with its command lines in a folder. What lies in `layer` is under `/opt` of each function.
    pub(crate) fn open(runtime: &Handle, tools: &Path, layer: &Path) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let account = Self(Arc::new(Inner {
            runtime: runtime.clone(),
            layer: layer.to_owned(),
            port: listener.local_addr().unwrap().port(),
            stacks: Mutex::default(),
            record: Mutex::default(),
        }));
        fs::create_dir(tools).unwrap();
        for name in ["aws", "sam", "cargo-lambda"] {
            let tool = tools.join(name);
            fs::write(&tool, account.tool()).unwrap();
            fs::set_permissions(&tool, fs::Permissions::from_mode(0o700)).unwrap();
        }
        let served = account.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let account = served.clone();
                thread::spawn(move || account.serve(stream.unwrap()));
            }
        });
        account
    }

    /// What stands on the PATH: it says how many words follow, then its name, its folder, its arguments and its input.
    fn tool(&self) -> String {
        format!(
            r#"#!/usr/bin/env bash
exec 3<>/dev/tcp/127.0.0.1/{}
printf '%s\0' "$(($# + 3))" "${{0##*/}}" "$PWD" "$@" "$(cat)" >&3
for name in status said complaint; do IFS= read -r -d '' "$name" <&3; done
printf '%s' "$said"
printf '%s' "$complaint" >&2
exit "$status"
"#,
            self.0.port
        )
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut words = BufReader::new(stream.try_clone().unwrap())
            .split(0)
            .map(|word| String::from_utf8(word.unwrap()).unwrap());
        let count: usize = words.next().unwrap().parse().unwrap();
        let words: Vec<String> = words.take(count).collect();
        let [tool, folder, arguments @ .., input] = &words[..] else {
            panic!("{words:?}")
        };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.note(format!("{tool} {}", arguments.join(" ")));
        let said = match tool.as_str() {
            _ if arguments == ["--version"] => Ok("1.0.0\n".to_owned()),
            "sam" => self.sam(&arguments, Path::new(folder)),
            _ => self.aws(&arguments, input),
        };
        let (status, said, complaint) = match said {
            Ok(said) => (0, said, String::new()),
            Err(complaint) => (254, String::new(), complaint),
        };
        write!(stream, "{status}\0{said}\0{complaint}\0").unwrap();
    }

    fn sam(&self, arguments: &[&str], folder: &Path) -> Said {
        let path = |name| folder.join(option(arguments, name).unwrap());
        let template = path("--template-file");
        match arguments[0] {
            "build" => {
                build(&template, &path("--build-dir"));
                Ok("Build Succeeded\n".to_owned())
            }
            "deploy" => {
                let at = arguments
                    .iter()
                    .position(|word| *word == "--parameter-overrides");
                let given = arguments[at.unwrap() + 1..].iter().map(|word| {
                    let (name, value) = word.split_once(",ParameterValue=").unwrap();
                    let name = name.strip_prefix("ParameterKey=").unwrap();
                    (name.to_owned(), value.trim_matches('"').to_owned())
                });
                let place = |name| option(arguments, name).unwrap().to_owned();
                let place = (place("--region"), place("--stack-name"));
                self.deploy(place, &template, &given.collect())
            }
            _ => panic!("sam {arguments:?}"),
        }
    }

    fn deploy(
        &self,
        place: (String, String),
        path: &Path,
        given: &BTreeMap<String, String>,
    ) -> Said {
        let template = Template::read(path);
        let mut stacks = self.0.stacks.lock().unwrap();
        // What is not named keeps its value.
        let before = stacks.get(&place);
        let mut named = before.map_or_else(BTreeMap::new, |stack| stack.parameters.clone());
        named.extend(given.clone());
        let parameters = template.parameters(&named)?;
        let is_same =
            |stack: &Stack| stack.template == template.text() && stack.parameters == parameters;
        if stacks.get(&place).is_some_and(is_same) {
            return Ok("No changes to deploy. The stack is up to date\n".to_owned());
        }
        let before = stacks.remove(&place);
        let updated = before.is_some();
        before.into_iter().for_each(|stack| self.stop(stack));
        let relay = parameters["LinkRelay"] == "on" && !parameters["AlexaVendorId"].is_empty();
        let mut functions = BTreeMap::new();
        for name in template.functions() {
            if name == RELAY && !relay {
                continue;
            }
            let code = template.property(name, "CodeUri").unwrap();
            let program = path.parent().unwrap().join(code).join("bootstrap");
            if !program.exists() {
                return Err(format!(
                    "Unable to upload artifact {code} referenced by CodeUri"
                ));
            }
            let variables = template.variables(name, &parameters).into_iter();
            let variables = variables.map(|(name, value)| match value.strip_prefix("/opt/") {
                Some(file) => (name, self.0.layer.join(file).display().to_string()),
                None => (name, value),
            });
            let variables: BTreeMap<String, String> = variables.collect();
            let has_url = template.property(name, "AuthType") == Some("NONE");
            functions.insert(name.to_owned(), self.run(&program, variables, has_url));
        }
        stacks.insert(
            place,
            Stack {
                updated,
                template: template.text().to_owned(),
                parameters,
                functions,
            },
        );
        Ok("Successfully created/updated stack\n".to_owned())
    }

    fn run(&self, program: &Path, variables: BTreeMap<String, String>, has_url: bool) -> Deployed {
        self.0.runtime.block_on(async {
            let api = Arc::new(RuntimeApi::start().await.unwrap());
            let function = Function::start(&api, program, &variables).unwrap();
            let url = match has_url {
                true => Some(FunctionUrl::start(Arc::clone(&api)).await.unwrap()),
                false => None,
            };
            Deployed {
                api,
                function,
                variables,
                url,
            }
        })
    }

    /// Ends a stack's functions, and keeps their logs.
    fn stop(&self, stack: Stack) {
        for (name, Deployed { function, .. }) in stack.functions {
            let output = self.0.runtime.block_on(function.stop());
            self.note(format!("{name} wrote:\n{output}"));
        }
    }

    fn aws(&self, arguments: &[&str], input: &str) -> Said {
        let region = option(arguments, "--region").unwrap();
        let name = option(arguments, "--stack-name").unwrap_or_default();
        let function = option(arguments, "--function-name").unwrap_or_default();
        let place = (region.to_owned(), name.to_owned());
        let missing = || {
            Err(format!(
                "ValidationError: Stack with id {name} does not exist"
            ))
        };
        let mut stacks = self.0.stacks.lock().unwrap();
        let said = match arguments[..2] {
            ["sts", "get-caller-identity"] => {
                json!({ "Account": ACCOUNT, "Arn": format!("arn:aws:iam::{ACCOUNT}:user/maker") })
            }
            ["cloudformation", "describe-stacks"] => match stacks.get(&place) {
                Some(stack) => json!({ "Stacks": [stack.described(&place)] }),
                None => return missing(),
            },
            ["cloudformation", "describe-stack-resources"] => match stacks.get(&place) {
                Some(stack) => json!({ "StackResources": stack.resources(&place) }),
                None => return missing(),
            },
            ["cloudformation", "delete-stack"] => {
                let stack = stacks.remove(&place);
                drop(stacks);
                stack.into_iter().for_each(|stack| self.stop(stack));
                return Ok(String::new());
            }
            ["cloudformation", "wait"] => return Ok(String::new()),
            ["lambda", "invoke"] => {
                let api = find(&stacks, function).map(|(_, deployed)| Arc::clone(&deployed.api));
                drop(stacks);
                let Some(api) = api else {
                    return Err(not_found(function));
                };
                let event: Json = serde_json::from_str(input).unwrap();
                return Ok(match self.0.runtime.block_on(invoke(&api, &event)) {
                    Ok(answer) => format!("{answer}{}", json!({ "StatusCode": 200 })),
                    Err(error) => {
                        let metadata = json!({ "StatusCode": 200, "FunctionError": "Unhandled" });
                        format!("{}{metadata}", json!({ "errorMessage": error.0 }))
                    }
                });
            }
            ["lambda", operation] => {
                let qualifier = option(arguments, "--qualifier");
                let qualifier = qualifier.or_else(|| option(arguments, "--name"));
                let named = named(region, function, qualifier);
                let found = find(&stacks, &named);
                let said = found.and_then(|(stack, deployed)| match operation {
                    "get-policy" => {
                        Some(json!({ "Policy": policy(stack, deployed, qualifier)?.to_string() }))
                    }
                    "get-alias" => Some(json!({ "FunctionVersion": "1" })),
                    "get-function-configuration" => Some(json!({
                        "Version": "1", "Timeout": 8, "MemorySize": 256, "State": "Active",
                        "Environment": { "Variables": deployed.variables },
                    })),
                    _ => panic!("aws {arguments:?}"),
                });
                match said {
                    Some(said) => said,
                    None => return Err(not_found(&named)),
                }
            }
            _ => panic!("aws {arguments:?}"),
        };
        Ok(said.to_string())
    }

    fn note(&self, line: String) {
        self.0.record.lock().unwrap().push(line);
    }

    /// Each command line that was typed, without its input, and the log of each function that is gone.
    pub(crate) fn record(&self) -> String {
        self.0.record.lock().unwrap().join("\n")
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.stacks.lock().unwrap().is_empty()
    }
}

impl Stack {
    fn resources(&self, (region, name): &(String, String)) -> Vec<Json> {
        let resource = |resource: &str, id: String, kind: &str| json!({ "LogicalResourceId": resource, "PhysicalResourceId": id, "ResourceType": kind });
        let functions = self.functions.keys();
        let functions = functions.map(|function| {
            resource(
                function,
                format!("{name}-{function}"),
                "AWS::Lambda::Function",
            )
        });
        let version = named(region, &format!("{name}-{SKILL}"), Some("1"));
        let version = resource("SkillFunctionVersion1a2b", version, "AWS::Lambda::Version");
        functions.chain([version]).collect()
    }

    fn described(&self, (region, name): &(String, String)) -> Json {
        let host = Region::ALL
            .into_iter()
            .find(|alexas| alexas.lambda_region() == region);
        let url = |path: &str| {
            let relay = self.functions.get(RELAY)?.url.as_ref()?;
            Some(format!("{}/{path}", relay.url()))
        };
        let particle = &self.parameters["ParticleApiUrl"];
        let vendor = &self.parameters["AlexaVendorId"];
        let outputs = [
            (
                "SkillEndpoint",
                named(region, &format!("{name}-{SKILL}"), Some("live")),
            ),
            (
                "AlexaAuthorizationUri",
                url("authorize").unwrap_or_else(|| format!("{particle}/oauth/authorize")),
            ),
            (
                "ParticleRedirectUri",
                url("callback").unwrap_or_else(|| host.unwrap().redirect_uri(vendor)),
            ),
        ];
        let outputs = outputs.map(|(key, value)| json!({ "OutputKey": key, "OutputValue": value }));
        let parameters = self.parameters.iter();
        let parameters =
            parameters.map(|(key, value)| json!({ "ParameterKey": key, "ParameterValue": value }));
        let status = match self.updated {
            true => "UPDATE_COMPLETE",
            false => "CREATE_COMPLETE",
        };
        json!({
            "StackStatus": status,
            "Outputs": outputs,
            "Parameters": parameters.collect::<Vec<_>>(),
        })
    }
}

impl Lambda for Account {
    fn admits(&self, invocation: Invocation) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        let stacks = self.0.stacks.lock().unwrap();
        let admitted = find(&stacks, &invocation.function).is_some_and(|(stack, _)| {
            invocation.principal == ALEXA
                && invocation.event_source_token == stack.parameters["AlexaSkillId"]
        });
        Box::pin(std::future::ready(admitted))
    }

    fn invoke(
        &self,
        invocation: Invocation,
        event: Json,
    ) -> Pin<Box<dyn Future<Output = Result<Json, FunctionError>> + Send + '_>> {
        let stacks = self.0.stacks.lock().unwrap();
        let api =
            find(&stacks, &invocation.function).map(|(_, deployed)| Arc::clone(&deployed.api));
        Box::pin(async move {
            let api = api.ok_or_else(|| FunctionError(not_found(&invocation.function)))?;
            invoke(&api, &event).await
        })
    }
}

const ALEXA: &str = "alexa-connectedhome.amazon.com";

async fn invoke(api: &RuntimeApi, event: &Json) -> Result<Json, FunctionError> {
    let outcome = api.invoke(event.to_string(), PATIENCE).await;
    match outcome.map_err(|failure| FunctionError(failure.to_string()))? {
        Outcome::Response(answer) => Ok(serde_json::from_slice(&answer).unwrap()),
        Outcome::Error(report) => Err(FunctionError(report.to_string())),
    }
}

/// A function, by its ARN.
fn find<'a>(
    stacks: &'a BTreeMap<(String, String), Stack>,
    arn: &str,
) -> Option<(&'a Stack, &'a Deployed)> {
    stacks.iter().find_map(|((region, stack_name), stack)| {
        stack.functions.iter().find_map(|(name, deployed)| {
            // Only the skill's function has an alias.
            let qualifiers: &[Option<&str>] = match name.as_str() {
                SKILL => &[None, Some("live")],
                _ => &[None],
            };
            let name = format!("{stack_name}-{name}");
            let is_it = |qualifier: &Option<&str>| named(region, &name, *qualifier) == arn;
            qualifiers.iter().any(is_it).then_some((stack, deployed))
        })
    })
}

fn named(region: &str, function: &str, qualifier: Option<&str>) -> String {
    let arn = format!("arn:aws:lambda:{region}:{ACCOUNT}:function:{function}");
    match qualifier {
        Some(qualifier) => format!("{arn}:{qualifier}"),
        None => arn,
    }
}

fn not_found(function: &str) -> String {
    format!("An error occurred (ResourceNotFoundException): Function not found: {function}")
}

/// Who may call: Alexa the skill's alias, and anybody the relay by its URL.
fn policy(stack: &Stack, deployed: &Deployed, qualifier: Option<&str>) -> Option<Json> {
    let statements = match (&deployed.url, qualifier) {
        (Some(_), None) => json!([
            { "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl",
              "Condition": { "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } } },
            { "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction",
              "Condition": { "Bool": { "lambda:InvokedViaFunctionUrl": "true" } } },
        ]),
        (None, Some(_)) => json!([
            { "Effect": "Allow", "Principal": { "Service": ALEXA }, "Action": "lambda:InvokeFunction",
              "Condition": { "StringEquals": { "lambda:EventSourceToken": stack.parameters["AlexaSkillId"] } } },
        ]),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    Some(json!({ "Version": "2012-10-17", "Statement": statements }))
}

fn option<'a>(arguments: &[&'a str], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|word| *word == name)?;
    arguments.get(at + 1).copied()
}

/// What `sam build` makes of a template: a folder with the binary for each function, and a template that names them.
pub(crate) fn build(template: &Path, folder: &Path) {
    let mut built = Template::read(template);
    let functions: Vec<String> = built.functions().into_iter().map(str::to_owned).collect();
    for function in functions {
        let code = folder.join(&function);
        let bootstrap = code.join("bootstrap");
        fs::create_dir_all(&code).unwrap();
        let _ = fs::remove_file(&bootstrap);
        let binary = built.property(&function, "Binary").unwrap();
        symlink(binaries(binary), bootstrap).unwrap();
        built = built.with_code(&function, &function);
    }
    fs::write(folder.join("template.yaml"), built.text()).unwrap();
}

/// A binary of the project. `SKILL_BINARY` and `RELAY_BINARY` name other builds, such as those that are deployed.
fn binaries(name: &str) -> PathBuf {
    static COMPILED: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    match env::var_os(format!("{}_BINARY", name.to_uppercase())) {
        Some(path) => path.into(),
        None => COMPILED.get_or_init(compiled)[name].clone(),
    }
}

fn compiled() -> BTreeMap<String, PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "build",
        "--locked",
        "--message-format",
        "json-render-diagnostics",
    ]);
    for package in ["alexa-for-particle", "relay"] {
        cargo.args(["--package", package]);
    }
    // What cargo tells the tests of their package would have the build scripts of others run anew, and then again.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    let output = cargo.arg("--bins").output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let messages = output.stdout.lines();
    messages
        .filter_map(|line| {
            let message: Json = serde_json::from_str(&line.unwrap()).unwrap();
            let path = message["executable"].as_str()?.into();
            Some((message["target"]["name"].as_str()?.to_owned(), path))
        })
        .collect()
}
