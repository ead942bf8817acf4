//! The manifest: what is refused at once, what is refused later, and how far a change is.

use alexa_simulator::{Functions, Simulator, UpdateStatus};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::client::{Developer, FUNCTION, answer, codes, endpoint, manifest, with};

#[tokio::test]
async fn a_manifest_is_looked_through() {
    let developer = Developer::new().await;
    let skill = developer.skill().await;
    let path = format!("/v1/skills/{skill}/stages/development/manifest");
    let smart_home = |value| with(manifest(), "/apis/smartHome", value);
    let regions = |name: &str, uri: &str| {
        smart_home(json!({ "regions": { name: { "endpoint": { "uri": uri } } } }))
    };
    let cases = [
        (json!({}), "MISSING_REQUIRED_PROPERTY"),
        (json!({ "manifest": 1 }), "INVALID_DATA_TYPE"),
        (
            with(manifest(), "/apis", Value::Null),
            "MISSING_REQUIRED_PROPERTY",
        ),
        (
            with(manifest(), "/apis", json!({})),
            "MISSING_REQUIRED_PROPERTY",
        ),
        (
            with(manifest(), "/apis/music", json!({})),
            "UNEXPECTED_PROPERTY",
        ),
        (
            with(manifest(), "/endpoint", json!({})),
            "UNEXPECTED_PROPERTY",
        ),
        (
            with(manifest(), "/manifestVersion", json!("2.0")),
            "INVALID_ENUM_VALUE",
        ),
        (
            with(manifest(), "/publishingInformation", Value::Null),
            "MISSING_REQUIRED_PROPERTY",
        ),
        (
            with(manifest(), "/publishingInformation/locales", json!({})),
            "MISSING_REQUIRED_PROPERTY",
        ),
        (
            with(
                manifest(),
                "/publishingInformation/locales/en-US",
                json!({}),
            ),
            "MISSING_REQUIRED_PROPERTY",
        ),
        (
            with(
                manifest(),
                "/publishingInformation/locales/en-US/name",
                json!(""),
            ),
            "INVALID_STRING_LENGTH",
        ),
        (
            with(manifest(), "/permissions", json!("all")),
            "INVALID_DATA_TYPE",
        ),
        (
            with(manifest(), "/permissions", json!([{}])),
            "MISSING_REQUIRED_PROPERTY",
        ),
        (
            smart_home(endpoint("https://skill.example/")),
            "INVALID_STRING_PATTERN",
        ),
        (
            smart_home(endpoint(&FUNCTION.replace("us-east-1", "eu-central-1"))),
            "INVALID_STRING_PATTERN",
        ),
        (
            smart_home(json!({ "endpoint": {} })),
            "MISSING_REQUIRED_PROPERTY",
        ),
        (
            smart_home(json!({ "protocolVersion": "4" })),
            "INVALID_ENUM_VALUE",
        ),
        (regions("EU", "arn"), "INVALID_STRING_PATTERN"),
        (regions("AU", FUNCTION), "UNEXPECTED_PROPERTY"),
    ];
    for (manifest, code) in cases {
        let whole = if manifest.get("apis").is_some() || manifest.get("manifestVersion").is_some() {
            json!({ "manifest": manifest })
        } else {
            manifest
        };
        let refused = developer.put(&path, &whole).await;
        assert_eq!(
            (refused.status, refused.violations()),
            (400, vec![code.to_owned()]),
            "{whole}"
        );
        let detail = &refused.body["violations"][0];
        assert!(
            detail["message"].as_str().unwrap().contains('$'),
            "{detail}"
        );
        assert!(
            detail["validationDetails"]["originalInstance"].is_object(),
            "{detail}"
        );
    }
    let unreadable = developer.unsigned(Method::PUT, &path).body("{");
    let token = developer.simulator.access_token();
    let refused = answer(unreadable.bearer_auth(token.expose_secret())).await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn a_custom_model_may_be_beside_it() {
    let developer = Developer::new().await;
    let skill = developer.skill().await;
    let path = format!("/v1/skills/{skill}/stages/development/manifest");
    let whole = json!({ "manifest": with(manifest(), "/apis/custom", json!({})) });
    assert_eq!(developer.put(&path, &whole).await.status, 202);
    assert_eq!(developer.get(&path).await.body, whole);
}

#[tokio::test]
async fn an_endpoint_is_taken_when_its_function_admits_alexa_for_the_skill() {
    const SMART_HOME: &str = "alexa-connectedhome.amazon.com";
    const CUSTOM: &str = "alexa-appkit.amazon.com";
    let other = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000";
    let unqualified = FUNCTION.strip_suffix(":live").unwrap();
    // The permission's function, principal and token, where "" is the skill's own id, and whether the endpoint is taken.
    let cases = [
        (FUNCTION, SMART_HOME, Some(""), true),
        (FUNCTION, SMART_HOME, None, true),
        (FUNCTION, SMART_HOME, Some(other), false),
        (FUNCTION, CUSTOM, Some(""), false),
        (unqualified, SMART_HOME, Some(""), false),
    ];
    for (function, principal, token, taken) in cases {
        let functions = Functions::default();
        let developer = Developer::with(Simulator::builder().lambda(functions.clone())).await;
        let skill = developer.skill().await;
        let token = token.map(|token| if token.is_empty() { &skill } else { token });
        functions.add_permission(function, principal, token);
        let path = format!("/v1/skills/{skill}/stages/development/manifest");
        let before = developer.get(&path).await;
        let whole = json!({ "manifest": with(manifest(), "/apis/smartHome", endpoint(FUNCTION)) });
        assert_eq!(developer.put(&path, &whole).await.status, 202);

        let case = format!("{function} {principal} {token:?}");
        let status = developer
            .get(&format!("/v1/skills/{skill}/status?resource=manifest"))
            .await;
        let last = &status.body["manifest"]["lastUpdateRequest"];
        let after = developer.get(&path).await;
        if taken {
            assert_eq!(last, &json!({ "status": "SUCCEEDED" }), "{case}");
            assert_eq!(after.body, whole, "{case}");
            assert_ne!(after.header("etag"), before.header("etag"), "{case}");
        } else {
            let text = format!(
                "The trigger setting for the Lambda {FUNCTION} is invalid. Error code: SkillManifestError."
            );
            assert_eq!(last["status"], "FAILED", "{case}");
            assert_eq!(codes(&last["errors"]), [text], "{case}");
            assert_eq!(after.body, before.body, "{case}");
        }
        assert_eq!(
            status.body["manifest"]["eTag"],
            after.header("etag"),
            "{case}"
        );
    }
}

#[tokio::test]
async fn every_region_has_to_admit_alexa() {
    let functions = Functions::default();
    let developer = Developer::with(Simulator::builder().lambda(functions.clone())).await;
    let skill = developer.skill().await;
    let regions =
        ["us-east-1", "eu-west-1", "us-west-2"].map(|region| FUNCTION.replace("us-east-1", region));
    let [na, eu, fe] = &regions;
    functions.permit(na, &skill);
    functions.permit(fe, &skill);
    let smart_home = json!({
        "endpoint": { "uri": na },
        "regions": { "NA": { "endpoint": { "uri": na } }, "EU": { "endpoint": { "uri": eu } }, "FE": { "endpoint": { "uri": fe } } },
    });
    let whole = json!({ "manifest": with(manifest(), "/apis/smartHome", smart_home) });
    let path = format!("/v1/skills/{skill}/stages/development/manifest");
    let status = |developer: &Developer| developer.simulator.skill(&skill).unwrap().status;
    assert_eq!(developer.put(&path, &whole).await.status, 202);
    assert_eq!(status(&developer), UpdateStatus::Failed);
    functions.permit(eu, &skill);
    assert_eq!(developer.put(&path, &whole).await.status, 202);
    assert_eq!(status(&developer), UpdateStatus::Succeeded);
    functions.remove_permissions(fe);
    assert_eq!(developer.put(&path, &whole).await.status, 202);
    assert_eq!(status(&developer), UpdateStatus::Failed);
}

#[tokio::test]
async fn a_change_takes_its_time() {
    let developer = Developer::with(Simulator::builder().polls(2)).await;
    let skill = developer.skill().await;
    let manifest_path = format!("/v1/skills/{skill}/stages/development/manifest");
    let status_path = format!("/v1/skills/{skill}/status");
    let whole = json!({ "manifest": manifest() });
    for (status, found, put) in [
        ("IN_PROGRESS", 404, 409),
        ("IN_PROGRESS", 404, 409),
        ("SUCCEEDED", 200, 202),
    ] {
        let polled = developer.get(&status_path).await;
        assert_eq!(
            polled.body["manifest"]["lastUpdateRequest"]["status"],
            status
        );
        assert_eq!(developer.get(&manifest_path).await.status, found);
        assert_eq!(developer.put(&manifest_path, &whole).await.status, put);
    }
}

#[tokio::test]
async fn a_change_of_another_version_is_refused() {
    let developer = Developer::new().await;
    let skill = developer.skill().await;
    let path = format!("/v1/skills/{skill}/stages/development/manifest");
    let etag = developer.get(&path).await.header("etag").to_owned();
    let whole = json!({ "manifest": manifest() });
    for (expected, status) in [
        ("other", 412),
        (etag.as_str(), 202),
        (etag.as_str(), 412),
        ("*", 202),
    ] {
        let token = developer.simulator.access_token();
        let request = developer
            .unsigned(Method::PUT, &path)
            .bearer_auth(token.expose_secret());
        let request = request.header("If-Match", expected).json(&whole);
        assert_eq!(answer(request).await.status, status, "{expected}");
    }
}
