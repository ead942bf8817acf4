//! The real host: the `setup` binary under a Lambda Runtime API.
//!
//! `SETUP_BINARY` names another build of it, such as the one that is deployed.

use std::ffi::OsString;
use std::time::Duration;

use runtime_api::{Function, Outcome, RuntimeApi};
use serde_json::{Value as Json, json};
use setup::oauth_client::TYPE;

use crate::world::{World, client};

const LIMIT: Duration = Duration::from_secs(60);

fn binary() -> OsString {
    std::env::var_os("SETUP_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_setup").into())
}

#[tokio::test]
async fn the_binary_makes_and_deletes_a_client() {
    let world = World::start().await;
    let api = RuntimeApi::start().await.unwrap();
    let function = Function::start(&api, binary(), world.variables()).unwrap();
    let create = world.event("Create", TYPE, client(&[]));
    let outcome = api.invoke(create.to_string(), LIMIT).await.unwrap();
    assert!(matches!(outcome, Outcome::Response(_)), "{outcome:?}");
    let [id] = world.clients().await.try_into().unwrap();
    let mut delete = world.event("Delete", TYPE, client(&[]));
    delete["PhysicalResourceId"] = json!(id);
    api.invoke(delete.to_string(), LIMIT).await.unwrap();
    assert_eq!(world.clients().await, [""; 0]);
    assert_eq!(world.aws.account().answers.len(), 2);

    // That it is not delivered, Lambda counts as an error.
    world.aws.account().refusals.push_back(403);
    let outcome = api.invoke(create.to_string(), LIMIT).await.unwrap();
    assert!(!matches!(outcome, Outcome::Response(_)), "{outcome:?}");

    let output = function.stop().await;
    world.tells_no_secret(&output.to_string());
    let lines: Vec<Json> = output
        .stdout
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["coldStart"], json!(true));
    assert_eq!(lines[0]["requestType"], json!("Create"));
    assert_eq!(lines[0]["physicalResourceId"], json!(id));
    assert_eq!(lines[0]["status"], json!("SUCCESS"));
    assert_eq!(lines[2]["level"], json!("ERROR"));
}

/// CloudFormation would wait for one that does not start.
#[tokio::test]
async fn settings_that_are_wrong_are_told_to_cloudformation() {
    let world = World::start().await;
    let api = RuntimeApi::start().await.unwrap();
    let bad = ("PARTICLE_API_URL", "https://api.particle.io?x=1".to_owned());
    let variables = world.variables().into_iter().chain([bad]);
    let function = Function::start(&api, binary(), variables).unwrap();
    let not_created = "Client/not-created";
    for (request_type, id, status) in [
        ("Create", None, "FAILED"),
        ("Delete", Some(not_created), "SUCCESS"),
        ("Update", Some("skill-1001"), "FAILED"),
        ("Delete", Some("skill-1001"), "FAILED"),
    ] {
        let mut event = world.event(request_type, TYPE, client(&[]));
        if let Some(id) = id {
            event["PhysicalResourceId"] = json!(id);
        }
        let outcome = api.invoke(event.to_string(), LIMIT).await.unwrap();
        assert!(matches!(outcome, Outcome::Response(_)), "{outcome:?}");
        let told = world.last(&event);
        assert_eq!(told.status, status, "{request_type} {id:?}: {told:?}");
        assert_eq!(told.id, id.unwrap_or(not_created));
        let why = "its settings are wrong: PARTICLE_API_URL: it must be no more than https://host";
        assert_eq!(told.reason.contains(why), status == "FAILED", "{told:?}");
    }
    let output = function.stop().await;
    world.tells_no_secret(&output.to_string());
    assert_eq!(output.stdout.len(), 4, "{output}");
}

#[test]
fn started_by_hand_it_says_where_it_runs() {
    let output = std::process::Command::new(binary())
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("cargo lambda watch"), "{said}");
}
