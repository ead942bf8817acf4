//! Vendors, skills as a whole, their messaging client, and whether they are enabled.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Developer, manifest, with};

#[tokio::test]
async fn the_developer_is_one_vendor() {
    let developer = Developer::new().await;
    let vendors = developer.get("/v1/vendors").await;
    assert_eq!(vendors.status, 200);
    let vendor = &vendors.body["vendors"][0];
    assert_eq!(vendor["id"], "M1SIMULATOR00");
    assert!(vendor["name"].is_string() && vendor["roles"].is_array());
}

#[tokio::test]
async fn a_skill_is_created_listed_and_deleted() {
    let developer = Developer::new().await;
    let created = developer.create(&manifest()).await;
    assert_eq!(created.status, 202, "{created:?}");
    let id = created.body["skillId"].as_str().unwrap().to_owned();
    assert!(id.starts_with("amzn1.ask.skill."));
    assert_eq!(
        created.header("location"),
        format!("/v1/skills/{id}/status?resource=manifest")
    );
    let list = developer.get("/v1/skills?vendorId=M1SIMULATOR00").await;
    let [skill] = list.body["skills"].as_array().unwrap().as_slice() else {
        panic!("{list:?}");
    };
    assert_eq!(skill["skillId"], id.as_str());
    assert_eq!(skill["stage"], "development");
    assert_eq!(skill["nameByLocale"], json!({ "en-US": "Particle" }));
    assert_eq!(list.body["isTruncated"], false);

    let path = format!("/v1/skills/{id}");
    assert_eq!(developer.delete(&path).await.status, 204);
    assert_eq!(developer.delete(&path).await.status, 404);
    let list = developer.get("/v1/skills?vendorId=M1SIMULATOR00").await;
    assert_eq!(list.body["skills"], json!([]));
    assert!(developer.simulator.skills().is_empty());
}

#[tokio::test]
async fn skills_belong_to_the_vendor() {
    let developer = Developer::new().await;
    let body = json!({ "vendorId": "M2STRANGER", "manifest": manifest() });
    let created = developer.ask(Method::POST, "/v1/skills", Some(&body)).await;
    assert_eq!(created.status, 403);
    assert_eq!(
        developer.get("/v1/skills?vendorId=M2STRANGER").await.status,
        401
    );
    let unnamed = developer.get("/v1/skills").await;
    assert_eq!(
        (unnamed.status, unnamed.violations()),
        (400, vec!["MISSING_REQUIRED_PROPERTY".to_owned()])
    );
}

#[tokio::test]
async fn the_messaging_client_comes_with_a_permission() {
    let developer = Developer::new().await;
    let skill = developer.skill().await;
    let path = format!("/v1/skills/{skill}/credentials");
    let none = developer.get(&path).await;
    assert_eq!((none.status, none.body), (200, json!({})));

    let permission = json!([{ "name": "alexa::async_event:write" }]);
    let permitted = json!({ "manifest": with(manifest(), "/permissions", permission) });
    let manifest = format!("/v1/skills/{skill}/stages/development/manifest");
    assert_eq!(developer.put(&manifest, &permitted).await.status, 202);
    let client = developer.get(&path).await.body["skillMessagingCredentials"].take();
    let starts = |name: &str, prefix: &str| client[name].as_str().unwrap().starts_with(prefix);
    assert!(starts("clientId", "amzn1.application-oa2-client."));
    assert!(starts("clientSecret", "amzn1.oa2-cs.v1."));
    assert_eq!(
        developer.get(&path).await.body["skillMessagingCredentials"],
        client
    );
}

#[tokio::test]
async fn a_developer_enables_and_disables() {
    let developer = Developer::new().await;
    let skill = developer.skill().await;
    let path = format!("/v1/skills/{skill}/stages/development/enablement");
    let steps = [
        (Method::GET, 404),
        (Method::DELETE, 404),
        (Method::PUT, 204),
        (Method::GET, 204),
        (Method::PUT, 204),
        (Method::DELETE, 204),
        (Method::GET, 404),
    ];
    for (method, status) in steps {
        let answer = developer.ask(method.clone(), &path, None).await;
        assert_eq!(
            (answer.status, answer.body.is_null()),
            (status, status == 204),
            "{method}"
        );
    }
}

#[tokio::test]
async fn what_has_no_manifest_yet_is_not_enabled() {
    let developer = Developer::with(alexa_simulator::Simulator::builder().polls(1)).await;
    let skill = developer.skill().await;
    let path = format!("/v1/skills/{skill}/stages/development/enablement");
    let refused = developer.put(&path, &Value::Null).await;
    assert_eq!(refused.status, 409);
}
