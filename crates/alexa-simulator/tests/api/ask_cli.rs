//! Amazon's own command line against the simulator.
//!
//! It is installed by README's own command, into a folder that is gone afterwards. Without node, npm or a network there is nothing to
//! check with: the test says so and passes, except where `CI` is set.

use std::{
    io::{self, Write as _},
    path::Path,
    process::Output,
};

use alexa_simulator::{Functions, Simulator};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::client::{FUNCTION, endpoint, manifest, with};

const README: &str = include_str!("../../../../README.md");

/// Where README's command installs to.
const PREFIX: &str = "~/.local";

/// README's command that installs it, without `npm`.
fn installation() -> impl Iterator<Item = &'static str> {
    let mut commands = README
        .split('`')
        .filter(|code| code.starts_with("npm ") && code.contains(" ask-cli@"));
    let words = commands.next().unwrap().split(' ').skip(1);
    assert_eq!(commands.next(), None, "README says it twice");
    words
}

/// The installed command line, and how it signs in.
struct Ask<'a> {
    folder: &'a TempDir,
    simulator: &'a Simulator,
    token: (&'static str, String),
}

impl Ask<'_> {
    /// What `ask smapi …` prints on success; what it says otherwise.
    async fn smapi(&self, arguments: &[&str]) -> Result<Value, String> {
        let stdout = self.run(&[&["smapi"], arguments].concat()).await?;
        Ok(serde_json::from_str(&stdout).unwrap_or(Value::String(stdout)))
    }

    async fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let url = self.simulator.url();
        let (id, secret) = (self.simulator.client_id(), self.simulator.client_secret());
        let output = Command::new(self.folder.path().join("bin/ask"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("ASK_SMAPI_SERVER_BASE_URL", &url)
            .env("ASK_LWA_TOKEN_HOST", &url)
            .env("ASK_LWA_CLIENT_ID", id)
            .env("ASK_LWA_CLIENT_CONFIRMATION", secret.expose_secret())
            .env("ASK_VENDOR_ID", self.simulator.vendor_id())
            .env("ASK_SHARE_USAGE", "false")
            .env("ASK_SKIP_NEW_VERSION_REMINDER", "true")
            // It signs in from the environment only where these are set, too; nothing is done with them.
            .env("AWS_ACCESS_KEY_ID", "none")
            .env("AWS_SECRET_ACCESS_KEY", "none")
            .env(self.token.0, &self.token.1)
            .kill_on_drop(true)
            .output()
            .await
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        if !output.status.success() {
            return Err(format!("{stdout}{stderr}"));
        }
        Ok(stdout)
    }

    async fn does(&self, arguments: &[&str]) -> Value {
        let done = self.smapi(arguments).await;
        assert!(done.is_ok(), "{arguments:?}: {done:?}");
        done.unwrap()
    }
}

#[tokio::test]
async fn amazons_own_command_line_works() {
    for tool in ["npm", "node"] {
        if let Err(error) = run(tool, &["--version"], Path::new(".")).await {
            return skip(&format!("there is no {tool}: {error}"));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    assert_eq!(installation().filter(|word| *word == PREFIX).count(), 1);
    let mut install: Vec<&str> = installation()
        .map(|word| if word == PREFIX { place } else { word })
        .collect();
    install.extend(["--no-audit", "--no-fund", "--ignore-scripts"]);
    let installed = run("npm", &install, folder.path()).await.unwrap();
    if !installed.status.success() {
        let errors = String::from_utf8_lossy(&installed.stderr);
        return skip(&format!("npm cannot install it: {errors}"));
    }

    let functions = Functions::default();
    let simulator = Simulator::builder().lambda(functions.clone());
    let simulator = simulator.start().await.unwrap();
    let token = simulator.access_token().expose_secret().to_owned();
    let ask = Ask {
        folder: &folder,
        simulator: &simulator,
        token: ("ASK_ACCESS_TOKEN", token),
    };
    let vendors = ask.does(&["get-vendor-list"]).await;
    assert_eq!(vendors["vendors"][0]["id"], "M1SIMULATOR00");

    let first = json!({ "manifest": manifest() }).to_string();
    let created = ask
        .does(&["create-skill-for-vendor", "--manifest", &first])
        .await;
    let skill = created["skillId"].as_str().unwrap();
    let status = ask.does(&["get-skill-status", "-s", skill]).await;
    assert_eq!(
        status["manifest"]["lastUpdateRequest"]["status"],
        "SUCCEEDED"
    );

    functions.permit(FUNCTION, skill);
    let permission = json!([{ "name": "alexa::async_event:write" }]);
    let second = with(manifest(), "/permissions", permission);
    let second = json!({ "manifest": with(second, "/apis/smartHome", endpoint(FUNCTION)) });
    std::fs::write(folder.path().join("skill.json"), second.to_string()).unwrap();
    ask.does(&[
        "update-skill-manifest",
        "-s",
        skill,
        "-g",
        "development",
        "--manifest",
        "file:skill.json",
    ])
    .await;
    let got = ask
        .does(&["get-skill-manifest", "-s", skill, "-g", "development"])
        .await;
    assert_eq!(got, second);

    let linking = json!({
        "type": "AUTH_CODE",
        "authorizationUrl": "https://relay.example/authorize",
        "accessTokenUrl": "https://api.particle.io/oauth/token",
        "accessTokenScheme": "HTTP_BASIC",
        "clientId": "alexa-1234",
        "clientSecret": "hush",
        "scopes": ["profile"],
    });
    let wrapped = json!({ "accountLinkingRequest": linking });
    std::fs::write(folder.path().join("linking.json"), wrapped.to_string()).unwrap();
    let update = [
        "update-account-linking-info",
        "-s",
        skill,
        "-g",
        "development",
        "--account-linking-request",
    ];
    ask.does(&[&update[..], &["file:linking.json"]].concat())
        .await;
    let told = ask
        .does(&["get-account-linking-info", "-s", skill, "-g", "development"])
        .await;
    assert_eq!(told["clientId"], "alexa-1234");
    assert!(told.get("clientSecret").is_none());
    let unwrapped = ask
        .smapi(&[&update[..], &[&linking.to_string()]].concat())
        .await
        .unwrap_err();
    // It keeps the violations to itself, and tells no more than this.
    assert!(
        unwrapped.contains("Request failed with status code 400"),
        "{unwrapped}"
    );

    let credentials = ask.does(&["get-skill-credentials", "-s", skill]).await;
    assert!(credentials["skillMessagingCredentials"]["clientId"].is_string());
    ask.does(&["set-skill-enablement", "-s", skill, "-g", "development"])
        .await;
    assert!(simulator.skill(skill).unwrap().enabled);
    let refresh = simulator.refresh_token().expose_secret().to_owned();
    let renewed = Ask {
        token: ("ASK_REFRESH_TOKEN", refresh),
        ..ask
    };
    let listed = renewed.does(&["list-skills-for-vendor"]).await;
    assert_eq!(listed["skills"][0]["skillId"], skill);
    renewed.does(&["delete-skill", "-s", skill]).await;
    assert!(simulator.skills().is_empty());
    deploys(&renewed, &functions).await;
}

/// What docs/linking.md says of `ask deploy`, with the project's own files.
async fn deploys(ask: &Ask<'_>, functions: &Functions) {
    const MANIFEST: &str = include_str!("../../../../skill-package/skill.json");
    const LINKING: &str = include_str!("../../../../account-linking.json");
    const DEPLOY: [&str; 2] = ["deploy", "--ignore-hash"];

    let folder = ask.folder.path();
    let package = folder.join("skill-package/skill.json");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    std::fs::create_dir(folder.join("skill-package")).unwrap();
    write("skill-package/skill.json", MANIFEST);
    write("account-linking.json", LINKING);
    let resources = include_str!("../../../../ask-resources.json");
    // Its profile is the one that `ask configure` makes; here the environment signs in, and that has a name of its own.
    write(
        "ask-resources.json",
        &resources.replace("\"default\"", "\"__ENVIRONMENT_ASK_PROFILE__\""),
    );

    let said = ask.run(&["deploy"]).await.unwrap();
    let skills = ask.simulator.skills();
    assert_eq!(skills.len(), 1, "{said}");
    let made = &skills[0];
    let skill = made.id.as_str();
    assert!(said.contains(&format!("Skill ID: {skill}")), "{said}");
    let first: Value = serde_json::from_str(MANIFEST).unwrap();
    assert_eq!(made.manifest.as_ref(), Some(&first));
    // Smart home skills are enabled by linking.
    assert!(!made.enabled);

    let linked = with(
        serde_json::from_str(LINKING).unwrap(),
        "/accountLinkingRequest/clientId",
        json!("alexa-1234"),
    );
    write("account-linking.json", &linked.to_string());
    ask.does(&[
        "update-account-linking-info",
        "--skill-id",
        skill,
        "--stage",
        "development",
        "--account-linking-request",
        "file:account-linking.json",
    ])
    .await;

    let second = with(
        first.clone(),
        "/manifest/apis/smartHome",
        endpoint(FUNCTION),
    );
    std::fs::write(&package, second.to_string()).unwrap();
    // The function does not admit the skill yet.
    let refused = ask.run(&DEPLOY).await.unwrap_err();
    assert!(refused.contains("The trigger setting"), "{refused}");
    let manifest = || ask.simulator.skill(skill).unwrap().manifest;
    assert_eq!(manifest(), Some(first.clone()));
    functions.permit(FUNCTION, skill);
    ask.run(&DEPLOY).await.unwrap();
    assert_eq!(manifest(), Some(second));
    let linking = ask.simulator.skill(skill).unwrap().account_linking;
    assert_eq!(linking.unwrap().client_id, "alexa-1234");

    // What is in the file is what the skill is, and an endpoint that is not in it ends.
    std::fs::write(&package, MANIFEST).unwrap();
    ask.run(&DEPLOY).await.unwrap();
    assert_eq!(manifest(), Some(first));
    assert_eq!(ask.simulator.skills().len(), 1);
}

fn skip(reason: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "Amazon's `ask` is to be checked where CI is set, but {reason}"
    );
    // Not `println!`: the test runner would keep that to itself.
    let _ = writeln!(
        io::stderr(),
        "SKIPPED: the check with Amazon's `ask`: {reason}"
    );
}

async fn run(program: &str, arguments: &[&str], folder: &Path) -> io::Result<Output> {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .kill_on_drop(true)
        .output()
        .await
}
