//! The tools of Amazon and AWS, played by scripts: what they are asked, and what is made of what they say.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml exempts tests, but not what they share"
)]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Mutex;

use linking::account_linking::AccountLinkingRequest;
use linking::aws::{Aws as _, Build, Caller, Deployment, Permission, Tools};
use linking::http::{Authorities, Http};
use linking::id::{FunctionArn, SkillId};
use linking::region::Region;
use linking::smapi::{Ask, Error as SmapiError, Settings, Smapi};
use serde_json::json;
use tempfile::TempDir;

/// A tool that notes its arguments and what it reads, and then does what the script says.
struct Played {
    folder: TempDir,
}

impl Played {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display();
        let text = format!(
            "#!/bin/sh\necho \"$*\" >> '{place}/calls'\ncat >> '{place}/input'\n{script}\n"
        );
        let program = folder.path().join("tool");
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        Self { folder }
    }

    fn program(&self) -> OsString {
        self.folder.path().join("tool").into_os_string()
    }

    fn aws(&self) -> Tools {
        Tools::at(self.program(), self.program(), self.program())
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

fn arn() -> FunctionArn {
    "arn:aws:lambda:eu-west-1:123456789012:function:skill:live"
        .parse()
        .unwrap()
}

fn skill() -> SkillId {
    "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef"
        .parse()
        .unwrap()
}

fn smapi(ask: &Played) -> Smapi {
    let settings = Settings::read(|_| None).unwrap();
    let settings = settings.with_ask(Ask::at(ask.program()));
    Smapi::new(settings, Http::new(Authorities::default()).unwrap())
}

#[tokio::test]
async fn a_stack_is_read() {
    let tool = Played::new(
        r#"echo '{"Stacks": [{"StackName": "x", "StackStatus": "UPDATE_COMPLETE",
            "Outputs": [{"OutputKey": "SkillEndpoint", "OutputValue": "arn"}],
            "Parameters": [{"ParameterKey": "LinkRelay", "ParameterValue": "on"}]}]}'"#,
    );
    let stack = tool
        .aws()
        .stack(Region::Europe, "x")
        .await
        .unwrap()
        .unwrap();
    assert!(stack.is_complete());
    assert_eq!(stack.outputs["SkillEndpoint"], "arn");
    assert_eq!(stack.parameters["LinkRelay"], "on");
    assert_eq!(
        tool.read("calls"),
        "cloudformation describe-stacks --stack-name x --region eu-west-1 --output json\n"
    );
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_none() {
    let tool = Played::new(
        "echo 'An error occurred (ValidationError) when calling the DescribeStacks operation: \
         Stack with id x does not exist' >&2; exit 254",
    );
    assert_eq!(tool.aws().stack(Region::Europe, "x").await.unwrap(), None);
}

#[tokio::test]
async fn a_tool_is_missing_only_where_it_cannot_be_run() {
    let tool = Played::new("exit 2");
    let nowhere = || OsString::from("no-such-tool-on-any-machine");
    assert_eq!(tool.aws().missing_tools(true).await.len(), 0);
    for (sam, cargo_lambda, building, told) in [
        (nowhere(), tool.program(), true, &["`sam` is"][..]),
        (tool.program(), nowhere(), true, &["`cargo-lambda` is"]),
        (nowhere(), nowhere(), false, &["`sam` is"]),
        (
            nowhere(),
            nowhere(),
            true,
            &["`sam` is", "`cargo-lambda` is"],
        ),
    ] {
        let tools = Tools::at(tool.program(), sam, cargo_lambda);
        let missing = tools.missing_tools(building).await;
        assert_eq!(missing.len(), told.len(), "{missing:?}");
        for (error, told) in missing.iter().zip(told) {
            assert!(error.to_string().starts_with(told), "{error}");
        }
    }
}

#[tokio::test]
async fn who_is_not_signed_in_at_aws_is_told_how() {
    let tool = Played::new("echo 'Unable to locate credentials' >&2; exit 255");
    let error = tool.aws().identity().await.unwrap_err().to_string();
    assert!(
        error.starts_with("not signed in at AWS: run `aws sso login` or `aws configure`"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_no_json_is_told_with_the_command() {
    let tool = Played::new("echo nonsense");
    let error = tool.aws().identity().await.unwrap_err().to_string();
    assert!(
        error.contains("`aws sts get-caller-identity --region us-east-1 --output json`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_policy_is_asked_for_at_the_qualifier() {
    let tool = Played::new(
        r#"echo '{"Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"alexa-connectedhome.amazon.com\"}, \"Action\": \"lambda:InvokeFunction\", \"Condition\": {\"StringEquals\": {\"lambda:EventSourceToken\": \"amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef\"}}}]}", "RevisionId": "x"}'"#,
    );
    let policy = tool.aws().policy(&arn()).await.unwrap().unwrap();
    assert!(policy.admits(&skill()));
    assert_eq!(
        tool.read("calls"),
        "lambda get-policy --function-name skill --qualifier live --region eu-west-1 --output json\n"
    );
}

#[tokio::test]
async fn what_a_stack_is_made_of_is_read() {
    let tool = Played::new(
        r#"echo '{"StackResources": [
            {"LogicalResourceId": "AlexaPermission", "PhysicalResourceId": "arn:aws:lambda:x|x-AlexaPermission-1", "ResourceType": "AWS::Lambda::Permission", "ResourceStatus": "CREATE_COMPLETE"},
            {"LogicalResourceId": "SkillFunctionVersion1", "PhysicalResourceId": "arn:aws:lambda:eu-west-1:123456789012:function:skill:7", "ResourceType": "AWS::Lambda::Version"},
            {"LogicalResourceId": "SkillFunctionAliaslive", "PhysicalResourceId": "arn:aws:lambda:eu-west-1:123456789012:function:skill:live", "ResourceType": "AWS::Lambda::Alias"},
            {"LogicalResourceId": "Unmade", "ResourceType": "AWS::SNS::Topic"}]}'"#,
    );
    let resources = tool.aws().resources(Region::Europe, "x").await.unwrap();
    let ids: Vec<&str> = resources.iter().map(|resource| resource.id()).collect();
    assert_eq!((ids[0], ids[3]), ("x-AlexaPermission-1", ""));
    let versions = |function: &FunctionArn| {
        let versions = resources.iter();
        let versions = versions.filter_map(|resource| resource.version_of(function));
        versions.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(versions(&arn()), ["7"]);
    assert_eq!(versions(&arn().named("other")), [] as [&str; 0]);
    assert_eq!(
        tool.read("calls"),
        "cloudformation describe-stack-resources --stack-name x --region eu-west-1 --output json\n"
    );
    let missing = Played::new("echo 'Stack with id x does not exist' >&2; exit 254");
    let none = missing.aws().resources(Region::Europe, "x").await;
    assert_eq!(none.unwrap(), []);
}

#[tokio::test]
async fn a_function_is_put_right() {
    let tool = Played::new("");
    let aws = tool.aws();
    for (sid, caller) in [
        ("a", Caller::Skill(&skill())),
        ("b", Caller::Address),
        ("c", Caller::ByAddress),
    ] {
        let permission = Permission { sid, caller };
        aws.add_permission(&arn(), &permission).await.unwrap();
    }
    let bare = arn().unqualified();
    aws.remove_permission(&bare, "d").await.unwrap();
    aws.create_alias(&arn(), "7").await.unwrap();
    let calls = tool.read("calls");
    let calls: Vec<&str> = calls.lines().collect();
    let to = "--function-name skill --qualifier live";
    let end = "--region eu-west-1 --output json";
    assert_eq!(
        calls,
        [
            format!(
                "lambda add-permission {to} --statement-id a --action lambda:InvokeFunction \
                 --principal alexa-connectedhome.amazon.com --event-source-token {} {end}",
                skill()
            ),
            format!(
                "lambda add-permission {to} --statement-id b --action lambda:InvokeFunctionUrl \
                 --principal * --function-url-auth-type NONE {end}"
            ),
            format!(
                "lambda add-permission {to} --statement-id c --action lambda:InvokeFunction \
                 --principal * --invoked-via-function-url {end}"
            ),
            format!("lambda remove-permission --function-name skill --statement-id d {end}"),
            format!(
                "lambda create-alias --function-name skill --name live --function-version 7 {end}"
            ),
        ]
    );
}

#[tokio::test]
async fn an_event_reaches_the_function_on_no_command_line() {
    let tool = Played::new(
        r#"printf '{"event": {}}{\n "StatusCode": 200,\n "FunctionError": "Unhandled"\n}\n'"#,
    );
    let event = json!({ "token": "recognizable" });
    let invocation = tool.aws().invoke(&arn(), &event).await.unwrap();
    assert_eq!(invocation.payload, json!({ "event": {} }));
    assert_eq!(invocation.failure.as_deref(), Some("Unhandled"));
    assert_eq!(tool.read("input"), event.to_string());
    assert!(!tool.read("calls").contains("recognizable"));
}

#[tokio::test]
async fn a_deployment_is_built_and_told_line_by_line() {
    let tool = Played::new("echo working; echo done >&2");
    let told = Mutex::new(Vec::new());
    let line = |line: &str| told.lock().unwrap().push(line.to_owned());
    let build = Build {
        template: "template.yaml".into(),
        folder: "built".into(),
        architecture: Some("x86_64".to_owned()),
    };
    let template = tool.aws().build(&build, &line).await.unwrap();
    assert_eq!(template.to_str(), Some("built/template.yaml"));
    let deployment = Deployment {
        region: Region::FarEast,
        stack: "lights".to_owned(),
        template,
        parameters: Deployment::parameters_of(&skill(), &"M2ABCDEFGHIJKL".parse().unwrap()),
    };
    assert!(tool.aws().deploy(&deployment, &line).await.unwrap());
    assert_eq!(
        tool.read("calls"),
        "build --template-file template.yaml --build-dir built --parameter-overrides Architecture=x86_64\n\
         deploy --stack-name lights --region us-west-2 --resolve-s3 --capabilities CAPABILITY_IAM --no-confirm-changeset \
         --no-fail-on-empty-changeset --no-progressbar --template-file built/template.yaml --parameter-overrides \
         ParameterKey=AlexaSkillId,ParameterValue=\"amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef\" \
         ParameterKey=AlexaVendorId,ParameterValue=\"M2ABCDEFGHIJKL\"\n"
    );
    let mut told = told.into_inner().unwrap();
    told.sort();
    assert_eq!(told, ["done", "done", "working", "working"]);
}

#[tokio::test]
async fn a_stack_that_is_as_it_should_be_is_told() {
    let tool = Played::new("echo 'No changes to deploy. Stack lights is up to date'");
    let deployment = Deployment {
        region: Region::FarEast,
        stack: "lights".to_owned(),
        template: "template.yaml".into(),
        parameters: [("AlarmEmail".to_owned(), "a \"b\"@c".to_owned())].into(),
    };
    assert!(!tool.aws().deploy(&deployment, &|_| ()).await.unwrap());
    let quoted = r#"ParameterKey=AlarmEmail,ParameterValue="a \"b\"@c""#;
    assert!(tool.read("calls").contains(quoted));
}

#[tokio::test]
async fn ask_is_given_the_body_on_standard_input() {
    let tool = Played::new(r#"echo '{"body": {}, "headers": {"etag": "e2"}, "statusCode": 204}'"#);
    let request =
        include_str!("../../../account-linking.json").replace("THE SECRET", "recognizable");
    let request: AccountLinkingRequest = serde_json::from_str(&request).unwrap();
    smapi(&tool)
        .put_account_linking(&skill(), &request, Some("e1"))
        .await
        .unwrap();
    assert_eq!(
        tool.read("calls"),
        format!(
            "smapi update-account-linking-info --skill-id {} --stage development --if-match e1 \
             --account-linking-request file:/dev/stdin --full-response\n",
            skill()
        )
    );
    let sent: AccountLinkingRequest = serde_json::from_str(&tool.read("input")).unwrap();
    assert_eq!(sent.linking, request.linking);
    assert!(tool.read("input").contains("recognizable"));
}

#[tokio::test]
async fn what_ask_says_is_told_as_what_smapi_said() {
    let refused = |status: u16| {
        format!(
            r#"echo '[Error]: {{"message": "Call to service failed: The request to https://x failed. Client Error: AxiosError: Request failed with status code {status}", "stack": "at x"}}' >&2; exit 1"#
        )
    };
    for (script, told) in [
        (refused(401), "not signed in at Amazon: run `ask configure`"),
        (refused(403), "the sign-in lacks a scope"),
        (refused(400), "`ask` does not tell Alexa's reasons"),
        (
            r#"echo '[Error]: {"message": "File /x/.ask/cli_config not exists.", "stack": "x"}' >&2; exit 1"#.to_owned(),
            "not signed in at Amazon: run `ask configure`",
        ),
        (
            r#"echo '[Error]: {"message": "Call to service failed: connect ECONNREFUSED", "stack": "at x"}' >&2; exit 1"#.to_owned(),
            "`ask smapi get-vendor-list --full-response` failed: connect ECONNREFUSED",
        ),
        (
            r"printf 'X.ts:18\nclass X\n^\nTypeError: no class\n    at x (X.ts:18)\n' >&2; exit 1".to_owned(),
            "`ask` does not start (TypeError: no class); install it like this: `npm install",
        ),
        ("echo hello".to_owned(), "is not the one that her models describe"),
    ] {
        let tool = Played::new(&script);
        let error = smapi(&tool).vendors().await.unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
        assert!(!error.contains("at x"), "{error}");
    }
    let tool = Played::new(&refused(404));
    assert!(!smapi(&tool).is_enabled(&skill()).await.unwrap());
    let missing = Ask::at("/no/such/ask".into());
    let settings = Settings::read(|_| None).unwrap().with_ask(missing);
    let smapi = Smapi::new(settings, Http::new(Authorities::default()).unwrap());
    let error = smapi.vendors().await.unwrap_err();
    assert!(matches!(error, SmapiError::Tool(_)), "{error:?}");
    // The words of README, which another test carries out.
    let said = error.to_string();
    let mut commands = said.split('`').filter(|part| part.starts_with("npm "));
    let command = commands.next().unwrap();
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&format!("| `{command}` |")), "{command}");
}
