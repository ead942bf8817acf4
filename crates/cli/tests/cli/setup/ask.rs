//! `up` by Amazon's own command line, signed in as `ask configure` leaves it.
//!
//! It is installed by README's own command, into a folder that is gone afterwards. Without node, npm or a network the test
//! says so and passes, except where `CI` is set.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::process::Command;

use secrecy::ExposeSecret as _;
use serde_json::json;
use tempfile::TempDir;

use super::{Desk, words};

const README: &str = include_str!("../../../../../README.md");

/// Where README's command installs to.
const PREFIX: &str = "~/.local";

/// A folder in which it is installed.
fn installed() -> Option<TempDir> {
    let mut commands = README.split('`').filter(|code| code.contains(" ask-cli@"));
    let command = commands.next().unwrap().strip_prefix("npm ").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let install = command.replace(PREFIX, place);
    assert_ne!(install, command);
    let installed = Command::new("npm")
        .args(install.split(' '))
        .args(["--no-audit", "--no-fund", "--ignore-scripts"])
        .output();
    let problem = match installed {
        Ok(output) if output.status.success() => return Some(folder),
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => format!("there is no npm: {error}"),
    };
    assert!(env::var_os("CI").is_none(), "{problem}");
    // Not `println!`: the test runner would keep that to itself.
    let _ = writeln!(
        io::stderr(),
        "SKIPPED: nothing is set up by Amazon's own command line: {problem}"
    );
    None
}

#[test]
fn a_skill_is_set_up_by_amazons_own_command_line() {
    let Some(ask) = installed() else {
        return;
    };
    let desk = Desk::new();
    let token = desk.alexa.access_token();
    let refresh = desk.alexa.refresh_token();
    let profile = json!({ "profiles": { "default": {
        "token": {
            "access_token": token.expose_secret(),
            "refresh_token": refresh.expose_secret(),
            "token_type": "bearer",
            "expires_in": 3600,
            "expires_at": "2099-01-01T00:00:00.000Z"
        },
        "vendor_id": desk.alexa.vendor_id(),
        "aws_profile": null
    }}});
    let folder = desk.home.path().join(".ask");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("cli_config"), profile.to_string()).unwrap();
    let tools = [ask.path().join("bin"), desk.home.path().join("bin")];
    let tools = tools.map(|folder| folder.display().to_string()).join(":");
    let made = desk
        .signed_out(&["up"])
        .variable("PATH", &format!("{tools}:/usr/bin:/bin"))
        .variable("ASK_LWA_TOKEN_HOST", &desk.alexa.url())
        .secret(token.expose_secret())
        .secret(refresh.expose_secret())
        .run();
    assert_eq!(made.status, 0, "{made:?}");
    let told = words(&made.stdout);
    for step in ["skill made", "endpoint changed", "linking set"] {
        assert!(told.contains(step), "{step}: {told}");
    }
    let skills = desk.alexa.skills();
    let linking = skills[0].account_linking.as_ref().unwrap();
    assert!(told.contains(&format!("client made {}", linking.client_id)));
}
