//! `up`, `doctor` and `down`: Alexa and Particle simulated, and AWS's tools played by a script.
#![cfg(unix)]

mod ask;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use alexa_simulator::Simulator as Alexa;
use linking::check::ADVICE;
use linking::http::{Authorities, Http};
use linking::smapi::{Settings, Smapi};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::program::{Outcome, Program, Simulator};
use crate::readme::{behind, blocks};
use crate::relay::{Deployed, Place};

const STATE: &str = ".particle-alexa/state.json";

/// Who vouches for the certificate of the simulated cloud.
const AUTHORITY: &str = "particle.pem";

const NOTED: &str = r#"{
  "version": 1,
  "vendor": "M2ABCDEFGHIJKL",
  "skill": "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef",
  "stack": "alexa-for-particle",
  "regions": ["NA", "EU"],
  "client": {"id": "alexa-for-particle-1234", "linked": true}
}"#;

/// AWS: a stack in the file `stack`, which admits the skill that was given to `sam deploy`, and a relay.
///
/// What it finds in its environment it writes into a file of its own.
const TOOL: &str = r#"#!/bin/sh
env > "$HOME/environment of ${0##*/} $1"
skill=$(cat "$HOME/stack" 2>/dev/null)
TRIGGER=${TRIGGER:-alexa-connectedhome.amazon.com}
arn=arn:aws:lambda:us-east-1:123456789012:function:skill:live
if [ -n "$SIGNED_OUT" ]; then echo 'Unable to locate credentials' >&2; exit 253; fi
case "$*" in
*get-caller-identity*) echo '{"UserId": "x", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/x"}' ;;
build*) echo 'Building codeuri' ;;
deploy*)
    echo "$*" | sed 's/.*ParameterKey=AlexaSkillId,ParameterValue="\([^"]*\)".*/\1/' > "$HOME/next"
    if cmp -s "$HOME/next" "$HOME/stack"; then echo 'No changes to deploy. Stack is up to date'; fi
    mv "$HOME/next" "$HOME/stack" ;;
*delete-stack*) rm "$HOME/stack" ;;
*stack-delete-complete*) ;;
*describe-stacks*)
    if [ -z "$skill" ]; then echo 'An error occurred (ValidationError): Stack with id x does not exist' >&2; exit 254; fi
    echo '{"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": [
        {"OutputKey": "SkillEndpoint", "OutputValue": "'$arn'"},
        {"OutputKey": "ParticleRedirectUri", "OutputValue": "'${REDIRECT_URI:-$RELAY_URL/callback}'"},
        {"OutputKey": "AlexaAuthorizationUri", "OutputValue": "'${AUTHORIZATION_URI:-$RELAY_URL/authorize}'"}]}]}' ;;
*describe-stack-resources*)
    echo '{"StackResources": [
        {"LogicalResourceId": "SkillFunctionVersion1a2b", "PhysicalResourceId": "'${arn%live}'3", "ResourceType": "AWS::Lambda::Version"},
        {"LogicalResourceId": "RelayFunction", "PhysicalResourceId": "relay", "ResourceType": "AWS::Lambda::Function"}]}' ;;
*"get-policy --function-name relay"*)
    echo '{"Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"lambda:InvokeFunctionUrl\"}, {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"lambda:InvokeFunction\", \"Condition\": {\"Bool\": {\"lambda:InvokedViaFunctionUrl\": \"true\"}}}]}"}' ;;
*"get-policy --function-name skill --qualifier live"*)
    echo '{"Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"lambda:InvokeFunction\", \"Principal\": {\"Service\": \"'$TRIGGER'\"}, \"Condition\": {\"StringEquals\": {\"lambda:EventSourceToken\": \"'$skill'\"}}}]}"}' ;;
*get-alias*) echo '{"FunctionVersion": "'${VERSION:-3}'"}' ;;
*get-function-configuration*) echo '{"Version": "3", "Timeout": 8, "MemorySize": 256}' ;;
*invoke*)
    cat > /dev/null
    echo '{"event": {"header": {"name": "Discover.Response", "payloadVersion": "3"}, "payload": {"endpoints": ['${ENDPOINTS-{\}}']}}}{"StatusCode": 200}' ;;
*) echo "An error occurred (ResourceNotFoundException): $*" >&2; exit 254 ;;
esac
"#;

/// Puts the tools into the folder `bin` of a home directory, and a template into it; gives the PATH.
pub(crate) fn furnish(home: &Path) -> String {
    let tools = home.join("bin");
    fs::create_dir(&tools).unwrap();
    for tool in ["aws", "sam", "cargo-lambda"] {
        let tool = tools.join(tool);
        fs::write(&tool, TOOL).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o700)).unwrap();
    }
    fs::write(home.join("template.yaml"), "Resources: {}\n").unwrap();
    format!("{}:/usr/bin:/bin", tools.display())
}

/// A developer: Alexa, Particle, and a home directory with the tools in it.
struct Desk {
    runtime: Runtime,
    alexa: Alexa,
    cloud: Simulator,
    relay: Place,
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let alexa = runtime.block_on(Alexa::start()).unwrap();
        let relay = runtime.block_on(Place::open());
        let home = tempfile::tempdir().unwrap();
        let authority = home.path().join(AUTHORITY);
        let cloud = Simulator::start_with(&["--tls", "--ca-file", authority.to_str().unwrap()]);
        let deployed = Deployed::new(alexa.vendor_id(), &cloud.url);
        *relay.relay.lock().unwrap() = Some(deployed);
        furnish(home.path());
        Self {
            runtime,
            alexa,
            cloud,
            relay,
            home,
        }
    }

    fn run(&self, arguments: &[&str], secret: Option<&str>) -> Outcome {
        self.run_with(
            arguments,
            secret.map(|secret| ("PARTICLE_CLIENT_SECRET", secret)),
        )
    }

    fn run_with(&self, arguments: &[&str], variable: Option<(&str, &str)>) -> Outcome {
        let _runtime = self.runtime.enter();
        let mut program = self.program(arguments);
        if let Some((name, value)) = variable {
            program = program.variable(name, value);
            if name == "PARTICLE_CLIENT_SECRET" {
                program = program.secret(value);
            }
        }
        program.run()
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let token = self.alexa.access_token();
        self.signed_out(arguments)
            .variable("ASK_ACCESS_TOKEN", token.expose_secret())
            .secret(token.expose_secret())
    }

    /// One that has no token for Alexa.
    fn signed_out(&self, arguments: &[&str]) -> Program {
        let path = format!("{}:/usr/bin:/bin", self.home.path().join("bin").display());
        Program::new(arguments)
            .within(self.home.path())
            .token(&self.cloud.token)
            .variable("PATH", &path)
            .variable("PARTICLE_API_URL", &self.cloud.url)
            .variable("PARTICLE_CA_FILE", AUTHORITY)
            .variable("RELAY_URL", &self.relay.url)
            .variable("ASK_SMAPI_SERVER_BASE_URL", &self.alexa.url())
    }
}

/// The text in one line: where it is broken depends on the length of addresses.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every file below a folder.
fn texts(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all += &texts(&path);
        } else {
            all += &fs::read_to_string(path).unwrap();
        }
    }
    all
}

#[test]
fn a_skill_is_set_up_examined_and_taken_down() {
    let desk = Desk::new();
    let planned = desk.run(&["up", "--dry-run"], None);
    assert_eq!(planned.status, 0, "{planned:?}");
    assert!(planned.stdout.contains("would be deployed"), "{planned:?}");
    assert!(desk.alexa.skills().is_empty());

    let made = desk.run(&["up"], None);
    assert_eq!(made.status, 0, "{made:?}");
    let labels: Vec<&str> = made
        .stdout
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        labels,
        [
            "sign-ins", "skill", "stack", "endpoint", "client", "linking", "doctor"
        ]
    );
    assert!(
        made.stdout
            .replace('\n', " ")
            .contains("Your Skills, Dev, My Particle Home")
    );
    let skill = &desk.alexa.skills()[0];
    let linking = skill.account_linking.as_ref().unwrap();
    let secret = linking.client_secret.expose_secret().to_owned();
    assert!(!made.stdout.contains(&secret) && !made.stderr.contains(&secret));
    let kept = texts(desk.home.path());
    assert!(
        !kept.contains(&secret) && !kept.contains(&desk.cloud.token),
        "{kept}"
    );

    let again = desk.run(&["up"], None);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(
        again.stdout.contains("in us-east-1: nothing to change"),
        "{again:?}"
    );

    let examined = desk.run(&["doctor", "--json"], Some(&secret));
    assert_eq!(examined.status, 0, "{examined:?}");
    let report = examined.json();
    let status = |id: &str| {
        let findings = report["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["id"] == id);
        finding.unwrap()["status"].as_str().unwrap().to_owned()
    };
    for (id, wanted) in [
        ("trigger", "pass"),
        ("client-secret", "pass"),
        ("discovery", "pass"),
        ("redirect-uri", "pass"),
        ("redirect-regions", "pass"),
        ("relay", "pass"),
        ("messaging-client", "skip"),
    ] {
        assert_eq!(status(id), wanted, "{id}: {report:#}");
    }
    assert_eq!(report["advice"].as_array().unwrap().len(), 7);

    // Another secret, as after a rotation elsewhere.
    let wrong = desk.run(
        &["doctor"],
        Some("0123456789abcdef0123456789abcdef01234567"),
    );
    assert_eq!(wrong.status, 1, "{wrong:?}");
    assert!(wrong.stdout.contains("FAIL  client-kept"), "{wrong:?}");
    assert!(
        wrong
            .stdout
            .contains("if it is lost: particle-alexa up --rotate"),
        "{wrong:?}"
    );

    let down = desk.run(&["down", "--yes"], None);
    assert_eq!(down.status, 0, "{down:?}");
    assert!(down.stdout.contains("every user's link ends"), "{down:?}");
    let again = desk.run(&["down"], None);
    assert_eq!(again.status, 0, "{again:?}");
    let left = format!("Everything is taken down but the skill {}", skill.id);
    assert!(again.stdout.starts_with(&left), "{again:?}");
    let down = desk.run(&["down", "--skill", "--yes"], None);
    assert_eq!(down.status, 0, "{down:?}");
    assert!(!down.stdout.contains("every user's link ends"), "{down:?}");
    assert!(desk.alexa.skills().is_empty());
    assert!(!desk.home.path().join(STATE).exists());
    assert!(!desk.home.path().join("stack").exists());
    let nothing = desk.run(&["down"], None);
    assert_eq!(nothing.status, 0);
    assert!(
        nothing.stdout.contains("there is nothing to take down"),
        "{nothing:?}"
    );
}

/// What a tool is given, whatever it runs is given, too.
#[test]
fn a_tool_is_given_only_the_secrets_that_it_needs() {
    const AWS: [&str; 3] = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ];
    let desk = Desk::new();
    let mut up = desk.program(&["up"]);
    let others = [
        "ASK_LWA_CLIENT_CONFIRMATION",
        "ASK_REFRESH_TOKEN",
        "PARTICLE_CLIENT_SECRET",
    ];
    let secrets = ["ASK_ACCESS_TOKEN", "PARTICLE_ACCESS_TOKEN"].into_iter();
    let secrets: Vec<&str> = secrets.chain(others).chain(AWS).collect();
    for name in others.into_iter().chain(AWS) {
        up = up.variable(name, "recognizable");
    }
    assert!(up.run().stdout.contains("deployed"));
    for (tool, given) in [
        ("aws sts", &AWS[..]),
        ("aws cloudformation", &AWS),
        ("sam deploy", &AWS),
        ("sam build", &[]),
        ("cargo-lambda --version", &[]),
    ] {
        let place = desk.home.path().join(format!("environment of {tool}"));
        let seen = fs::read_to_string(place).unwrap();
        let names = seen
            .lines()
            .filter_map(|line| Some(line.split_once('=')?.0));
        let mut found: Vec<&str> = names.filter(|name| secrets.contains(name)).collect();
        found.sort();
        assert_eq!(found, given, "{tool}");
    }
}

#[test]
fn all_that_is_missing_is_said_at_once() {
    let outcome = Program::new(&["up"])
        .variable("PATH", "/nowhere")
        .file("template.yaml", "")
        .run();
    assert_eq!(outcome.status, 2, "{outcome:?}");
    assert_eq!(outcome.stdout, "");
    for words in [
        "this is missing, and nothing was changed:",
        "- `aws` is not installed, or not on the PATH",
        "- `ask` is not installed, or not on the PATH: `npm install --global",
        "- no access token for Particle.",
        "There are two ways:",
        "- `sam` is not installed",
        "- `cargo-lambda` is not installed",
        "  - log in with the Particle CLI",
    ] {
        assert!(outcome.stderr.contains(words), "{words}: {outcome:?}");
    }
    assert!(!outcome.stderr.contains("try again"), "{outcome:?}");
    let elsewhere = Program::new(&["up"]).run();
    assert_eq!(elsewhere.status, 2);
    assert!(
        elsewhere.stderr.contains("template.yaml is not here"),
        "{elsewhere:?}"
    );
    let packaged = Program::new(&["up", "--artifact", "nope"]).run();
    assert_eq!(packaged.status, 2);
    assert!(packaged.stderr.contains("nope is not here"), "{packaged:?}");
    assert!(!packaged.stderr.contains("--template"), "{packaged:?}");
}

#[test]
fn what_cannot_be_meant_is_refused_with_and_without_a_dry_run() {
    let template = "Parameters:\n  AlarmEmail:\n    Type: String\n  LogLevel:\n    Type: String\n    AllowedValues: [INFO, WARN]\n  \
        ParticleApiUrl:\n    Type: String\n    AllowedPattern: '^https://.+$'\nResources:\n  CodeUri: .\n";
    for (arguments, told) in [
        (["--name", " "], "the app needs something to show"),
        (["--stack", "a b"], "letters, digits and hyphens"),
        (["--stack", "1a"], "begins with a letter"),
        (["--set", "=x"], "write it like AlarmEmail="),
        (
            ["--set", "Nope=1"],
            "template.yaml has no parameter Nope, but AlarmEmail",
        ),
        (
            ["--set", "LogLevel=LOUD"],
            "does not take \"LOUD\" for LogLevel, but INFO, WARN",
        ),
        (
            ["--api-url", "http://127.0.0.1:9123"],
            "for ParticleApiUrl (--api-url), but what matches ^https",
        ),
        (
            ["--artifact", "template.yaml"],
            "--artifact takes a template whose functions are built already",
        ),
        (["--set", "LinkRelay=off"], "see --relay"),
    ] {
        for dry_run in [&["--dry-run"][..], &[]] {
            let arguments = [&["up"], &arguments[..], dry_run].concat();
            let program = Program::new(&arguments).file("template.yaml", template);
            let outcome = program.run();
            assert_eq!(outcome.status, 2, "{outcome:?}");
            assert!(words(&outcome.stderr).contains(told), "{outcome:?}");
        }
    }
}

/// Nothing is made that could not be noted.
#[test]
fn a_note_that_cannot_be_written_is_told_before_anything_is_made() {
    let desk = Desk::new();
    let refused = ["up", "--state", "/proc/nowhere/state.json"];
    for arguments in [&refused[..], &[&refused[..], &["--dry-run"]].concat()] {
        let outcome = desk.run(arguments, None);
        assert_eq!(outcome.status, 2, "{outcome:?}");
        let told = "- cannot write /proc/nowhere/state.json";
        assert!(outcome.stderr.contains(told), "{outcome:?}");
        assert!(desk.alexa.skills().is_empty());
    }
}

#[test]
fn a_doctor_who_sees_nothing_says_why() {
    let outcome = Program::new(&["doctor", "--advice"])
        .variable("PATH", "/nowhere")
        .run();
    assert_eq!(outcome.status, 2, "{outcome:?}");
    assert!(
        outcome
            .stdout
            .contains("SKIP  skill               no skill is noted"),
        "{outcome:?}"
    );
    let told = words(&outcome.stdout);
    for advice in ADVICE {
        let symptom = words(&format!("If {}:", advice.symptom));
        assert!(told.contains(&symptom), "{symptom} is not in {told}");
        assert!(told.contains(&words(advice.text)), "{advice:?}");
    }
    assert!(
        outcome.stderr.contains("the skill could not be looked at"),
        "{outcome:?}"
    );
}

/// That something else passed says nothing of the skill; and what one tool keeps from being seen is said once.
#[test]
fn a_doctor_without_tools_says_once_that_they_are_missing() {
    let cloud = Simulator::start();
    let outcome = Program::new(&["doctor"])
        .variable("PATH", "/nowhere")
        .variable("PARTICLE_API_URL", &cloud.url)
        .token(&cloud.token)
        .file(STATE, NOTED)
        .run();
    assert_eq!(outcome.status, 2, "{outcome:?}");
    assert!(outcome.stdout.contains("PASS"), "{outcome:?}");
    for tool in ["ask", "aws"] {
        let missing = format!("`{tool}` is not installed");
        assert_eq!(outcome.stdout.matches(&missing).count(), 1, "{outcome:?}");
    }
    let told = words(&outcome.stdout);
    assert!(told.contains("also apis, protocol"), "{told}");
}

/// The check that finds a mistake, what it says, what mends it, and the status.
type Diagnosis = (&'static str, &'static str, &'static str, i32);

/// All rows of the list of mistakes are tried beneath the program, where each can be made without a minute of tools that
/// start: `src/setup/tests/rows.rs`. Here are a few of each service, all the way through the tools.
#[test]
fn what_the_doctor_finds_is_told_with_its_mend_and_its_status() {
    let desk = Desk::new();
    let made = desk.run(&["up"], None);
    assert_eq!(made.status, 0, "{made:?}");
    let diagnosed = |variable: Option<(&str, &str)>, (id, seen, mend, status): Diagnosis| {
        let examined = desk.run_with(&["doctor"], variable);
        assert_eq!(examined.status, status, "{id}: {examined:?}");
        let mut lines = examined.stdout.lines();
        let found = lines.find(|line| line.split_whitespace().nth(1) == Some(id));
        assert!(
            found.is_some_and(|line| line.contains(seen)),
            "{id}: {examined:?}"
        );
        let mended = lines.find_map(|line| line.trim().strip_prefix("mend "));
        let mended = mended.is_some_and(|line| line.trim().starts_with(mend));
        assert!(mended, "{id}: {examined:?}");
    };
    let up = "particle-alexa up";
    let move_alias = "aws lambda update-alias --region us-east-1 --function-name skill --name live --function-version 3";
    let secret = "0123456789abcdef0123456789abcdef01234567";
    for (variable, diagnosis) in [
        (
            ("TRIGGER", "alexa-appkit.amazon.com"),
            ("trigger-principal", "which calls custom skills", up, 1),
        ),
        (
            ("TRIGGER", "events.amazonaws.com"),
            ("trigger", "admits events.amazonaws.com", up, 1),
        ),
        (
            ("VERSION", "2"),
            (
                "function",
                "stands for version 2, and the stack published 3",
                move_alias,
                0,
            ),
        ),
        (
            ("ENDPOINTS", ""),
            (
                "discovery",
                "would discover nothing",
                "particle-alexa devices",
                1,
            ),
        ),
        (
            ("PARTICLE_CLIENT_SECRET", secret),
            (
                "client-kept",
                "not the one that Alexa was told",
                "put the right one",
                1,
            ),
        ),
    ] {
        diagnosed(Some(variable), diagnosis);
    }

    let skill = desk.alexa.skills()[0].id.parse().unwrap();
    let (token, url) = (desk.alexa.access_token(), desk.alexa.url());
    let settings = Settings::read(|name| match name {
        "ASK_SMAPI_SERVER_BASE_URL" => Some(url.clone()),
        "ASK_ACCESS_TOKEN" => Some(token.expose_secret().to_owned()),
        _ => None,
    });
    let http = Http::new(Authorities::default()).unwrap();
    let smapi = Smapi::new(settings.unwrap(), http);
    let unlink = smapi.delete_account_linking(&skill);
    desk.runtime.block_on(unlink).unwrap();
    let relink = "PARTICLE_CLIENT_SECRET=… particle-alexa up";
    diagnosed(None, ("account-linking", "empty body", relink, 1));
    desk.runtime.block_on(smapi.delete(&skill)).unwrap();
    diagnosed(
        None,
        (
            "skill",
            "Alexa knows no skill",
            "if it is another developer's",
            1,
        ),
    );
}

/// What mends one set-up must not make another.
#[test]
fn a_mend_says_again_what_was_said() {
    let desk = Desk::new();
    let state = ["--state", "beside.json"];
    let made = desk.run(&[&["up"], &state[..]].concat(), None);
    assert_eq!(made.status, 0, "{made:?}");
    let custom = Some(("TRIGGER", "alexa-appkit.amazon.com"));
    let doctor = [&["doctor", "--json"], &state[..]].concat();
    let mend = |outcome: &Outcome| {
        let report = outcome.json();
        let findings = report["findings"].as_array().unwrap().iter();
        let mends = findings.filter(|finding| finding["id"] == "trigger-principal");
        let mends: Vec<&str> = mends.filter_map(|it| it["mend"].as_str()).collect();
        mends.concat()
    };
    let examined = desk.run_with(&doctor, custom);
    assert_eq!(mend(&examined), "particle-alexa up --state beside.json");
    let skill = desk.alexa.skills()[0].id.clone();
    let named = ["doctor", "--json", "--skill", &skill];
    let examined = desk.run_with(&named, custom);
    let wanted = format!("particle-alexa up --skill {skill}");
    assert_eq!(mend(&examined), wanted);
}

/// A function that nobody saw is no sound one.
#[test]
fn a_doctor_who_may_not_look_at_what_is_deployed_says_so() {
    let desk = Desk::new();
    let made = desk.run(&["up"], None);
    assert_eq!(made.status, 0, "{made:?}");
    let examined = desk.run_with(&["doctor"], Some(("SIGNED_OUT", "1")));
    assert_eq!(examined.status, 2, "{examined:?}");
    let told = words(&examined.stdout);
    assert!(told.contains("not signed in at AWS"), "{told}");
    assert!(
        told.contains("also aws-account, stack, function,"),
        "{told}"
    );
    assert!(told.contains(" 14 could not look, "), "{told}");
    let complaint = words(&examined.stderr);
    let wanted = "not all that is at AWS could be looked at";
    assert!(complaint.contains(wanted), "{complaint}");
    let report = desk.run_with(&["doctor", "--json"], Some(("SIGNED_OUT", "1")));
    assert_eq!(report.status, 2, "{report:?}");
    let service = &report.json()["unseen"][0]["service"];
    assert_eq!(service.as_str(), Some("AWS"), "{report:?}");
}

#[test]
fn one_at_a_time_is_at_work() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".particle-alexa");
    fs::create_dir(&folder).unwrap();
    fs::write(home.path().join(STATE), NOTED).unwrap();
    fs::write(home.path().join("template.yaml"), "").unwrap();
    let lock = fs::File::create(folder.join("state.json.lock")).unwrap();
    lock.lock().unwrap();
    for arguments in [&["up"][..], &["down", "--yes"]] {
        let outcome = Program::new(arguments).within(home.path()).run();
        assert_eq!(outcome.status, 2, "{outcome:?}");
        assert_eq!(outcome.stdout, "");
        let told = "another `up` or `down` is at work with .particle-alexa/state.json, and holds .particle-alexa/state.json.lock";
        assert!(words(&outcome.stderr).contains(told), "{outcome:?}");
    }
    // Who changes nothing need not wait.
    for arguments in [&["up", "--dry-run"][..], &["doctor"]] {
        let program = Program::new(arguments).within(home.path());
        let outcome = program.variable("PATH", "/nowhere").run();
        assert!(!outcome.stderr.contains("at work"), "{outcome:?}");
    }
    drop(lock);
    let program = Program::new(&["up"]).within(home.path());
    let outcome = program.variable("PATH", "/nowhere").run();
    assert!(outcome.stderr.contains("this is missing"), "{outcome:?}");
}

#[test]
fn what_is_lost_is_said_and_asked_first() {
    let desk = Desk::new();
    // The script plays one stack, in which the doctor misses the function for Europe.
    let made = desk.run(&["up", "--regions", "na,eu"], None);
    assert_eq!(made.status, 1, "{made:?}");
    let skill = desk.alexa.skills()[0].id.clone();
    let outcome = desk.run(&["down"], None);
    assert_eq!(outcome.status, 2, "{outcome:?}");
    insta::assert_snapshot!(outcome.stdout.replace(&skill, "amzn1.ask.skill.…"), @r"
    This is lost for good:
    - the account linking of amzn1.ask.skill.…: every user's link ends, and their devices no longer answer
    - the stack alexa-for-particle in us-east-1, with its functions and logs
    - the stack alexa-for-particle in eu-west-1, with its functions and logs
    - the OAuth client alexa-for-particle-1001 at Particle: no token that was made with it can be renewed
    The skill itself stays; --skill deletes it, too.
    ");
    assert!(desk.alexa.skills()[0].account_linking.is_some());
    assert!(
        outcome
            .stderr
            .contains("--yes takes it down without asking"),
        "{outcome:?}"
    );
}

#[test]
fn a_region_where_alexa_calls_nothing_is_refused() {
    let outcome = Program::new(&["up", "--region", "eu-central-1"]).run();
    assert_eq!(outcome.status, 2, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .replace('\n', " ")
            .contains("only in us-east-1"),
        "{outcome:?}"
    );
    let damaged = Program::new(&["doctor"])
        .file(STATE, "{\"version\": 7}")
        .run();
    assert_eq!(damaged.status, 2);
    assert!(damaged.stderr.contains("it is of version 7"), "{damaged:?}");
}

/// A block of README that begins with this command is what it prints, but for ids and addresses.
#[test]
fn readme_shows_what_the_set_up_prints() {
    let desk = Desk::new();
    let shown = |command: &str| {
        let block =
            blocks().find_map(|block| block.strip_prefix(&format!("$ particle-alexa {command}\n")));
        let block = block.unwrap_or_else(|| panic!("README shows no `{command}`"));
        let parts: Vec<String> = block.split("\n…\n").map(words).collect();
        parts.join("\n…\n")
    };
    let masked = |outcome: &Outcome| {
        let relay = "https://….lambda-url.us-east-1.on.aws";
        let text = outcome.stdout.replace(&desk.relay.url, relay);
        let text = text.replace(&desk.cloud.url, "https://api.particle.io");
        let skills = desk.alexa.skills();
        words(&skills.iter().fold(text, |text, skill| {
            text.replace(&skill.id, "amzn1.ask.skill.…")
        }))
    };
    let made = desk.run(&["up"], None);
    assert_eq!(made.status, 0, "{made:?}");
    assert_eq!(behind(&shown("up"), &masked(&made)), "");

    let custom = Some(("TRIGGER", "alexa-appkit.amazon.com"));
    let examined = desk.run_with(&["doctor"], custom);
    assert_eq!(examined.status, 1, "{examined:?}");
    assert_eq!(behind(&shown("doctor"), &masked(&examined)), "");

    let down = desk.run(&["down", "--yes"], None);
    assert_eq!(down.status, 0, "{down:?}");
    assert_eq!(behind(&shown("down --yes"), &masked(&down)), "");
}
