//! Skill packages: where they are uploaded to, and what comes of them.

use std::io::{Cursor, Write as _};

use alexa_simulator::{Functions, Simulator};
use reqwest::Method;
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::client::{Answer, Developer, FUNCTION, codes, endpoint, manifest, with};

const NEW: &str = "/v1/skills/imports";

fn zipped(name: &str, text: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file(name, SimpleFileOptions::default())
        .unwrap();
    archive.write_all(text.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

fn package(manifest: &Value) -> Vec<u8> {
    zipped("skill.json", &json!({ "manifest": manifest }).to_string())
}

/// The location of an uploaded package.
async fn upload(developer: &Developer, package: Vec<u8>) -> String {
    let place = developer
        .ask(Method::POST, "/v1/skills/uploads", None)
        .await;
    assert_eq!(place.status, 201, "{place:?}");
    assert!(place.body["expiresAt"].is_string());
    let url = place.body["uploadUrl"].as_str().unwrap();
    let path = url.strip_prefix(&developer.simulator.url()).unwrap();
    let put = developer.unsigned(Method::PUT, path).body(package);
    assert_eq!(put.send().await.unwrap().status(), 200);
    url.to_owned()
}

async fn import(developer: &Developer, path: &str, body: Value) -> Answer {
    developer.ask(Method::POST, path, Some(&body)).await
}

/// A new skill of a package, and how its import stands.
async fn created(developer: &Developer, package: Vec<u8>) -> (String, Value) {
    let location = upload(developer, package).await;
    let body = json!({ "vendorId": developer.simulator.vendor_id(), "location": location });
    let accepted = import(developer, NEW, body).await;
    assert_eq!(accepted.status, 202, "{accepted:?}");
    let import = accepted.header("location").to_owned();
    let status = developer.get(&import).await;
    assert_eq!(status.status, 200, "{status:?}");
    (import, status.body)
}

#[tokio::test]
async fn a_package_becomes_a_skill_and_changes_it() {
    let functions = Functions::default();
    let simulator = Simulator::builder().lambda(functions.clone()).polls(1);
    let developer = Developer::with(simulator).await;
    let (status, first) = created(&developer, package(&manifest())).await;
    assert_eq!(first["status"], "IN_PROGRESS");
    let done = developer.get(&status).await.body;
    assert_eq!(done["status"], "SUCCEEDED");
    assert_eq!(done["skill"]["resources"][0]["name"], "Manifest");
    let skill = done["skill"]["skillId"].as_str().unwrap().to_owned();
    let held = || developer.simulator.skill(&skill).unwrap().manifest.unwrap();
    assert_eq!(held(), json!({ "manifest": manifest() }));

    let changed = with(manifest(), "/apis/smartHome", endpoint(FUNCTION));
    let path = format!("/v1/skills/{skill}/imports");
    for (permitted, outcome, errors) in [
        (
            false,
            "FAILED",
            vec![format!(
                "The trigger setting for the Lambda {FUNCTION} is invalid. Error code: SkillManifestError."
            )],
        ),
        (true, "SUCCEEDED", vec![]),
    ] {
        if permitted {
            functions.permit(FUNCTION, &skill);
        }
        let location = upload(&developer, package(&changed)).await;
        let body = json!({ "location": location });
        let accepted = import(&developer, &path, body.clone()).await;
        assert_eq!(accepted.status, 202, "{accepted:?}");
        // One at a time.
        assert_eq!(import(&developer, &path, body).await.status, 409);
        let status = accepted.header("location").to_owned();
        developer.get(&status).await;
        let done = developer.get(&status).await.body;
        assert_eq!(done["status"], outcome);
        assert_eq!(codes(&done["skill"]["resources"][0]["errors"]), errors);
    }
    assert_eq!(held(), json!({ "manifest": changed }));
}

#[tokio::test]
async fn what_is_no_skill_package_leaves_no_skill() {
    let developer = Developer::new().await;
    let no_zip = "The skill package is no zip archive with a skill.json that is JSON.";
    for (package, error) in [
        (b"nonsense".to_vec(), no_zip),
        (zipped("manifest.json", "{}"), no_zip),
        (zipped("skill.json", "{"), no_zip),
        (zipped("skill.json", "{}"), "MISSING_REQUIRED_PROPERTY"),
        (zipped("skill.json", "[]"), "INVALID_DATA_TYPE"),
    ] {
        let (_, failed) = created(&developer, package).await;
        assert_eq!(failed["status"], "FAILED");
        assert_eq!(codes(&failed["errors"]), [error]);
    }
    assert!(developer.simulator.skills().is_empty());
}

#[tokio::test]
async fn imports_are_refused() {
    let developer = Developer::new().await;
    let vendor = developer.simulator.vendor_id();
    let place = developer
        .ask(Method::POST, "/v1/skills/uploads", None)
        .await;
    let nothing = "There is no skill package at the location.";
    for (body, status, violations) in [
        (
            json!({ "vendorId": "M2STRANGER", "location": "x" }),
            403,
            vec![],
        ),
        (
            json!({ "vendorId": vendor }),
            400,
            vec!["MISSING_REQUIRED_PROPERTY"],
        ),
        (
            json!({ "location": "x" }),
            400,
            vec!["MISSING_REQUIRED_PROPERTY"],
        ),
        (
            json!({ "vendorId": vendor, "location": "https://elsewhere.example/" }),
            400,
            vec![nothing],
        ),
        (
            json!({ "vendorId": vendor, "location": place.body["uploadUrl"] }),
            400,
            vec![nothing],
        ),
    ] {
        let refused = import(&developer, NEW, body.clone()).await;
        assert_eq!(refused.status, status, "{body}");
        assert_eq!(refused.violations(), violations, "{body}");
    }
    let unknown = format!("{NEW}/0");
    assert_eq!(developer.get(&unknown).await.status, 404);
    let path = "/v1/skills/amzn1.ask.skill.0/imports";
    assert_eq!(import(&developer, path, json!({})).await.status, 404);
    let nowhere = developer.unsigned(Method::PUT, "/uploads/0");
    assert_eq!(nowhere.send().await.unwrap().status(), 403);
}
