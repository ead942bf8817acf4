//! What CloudFormation is told, and when.

use std::time::{Duration, SystemTime};

use particle_simulator::{Fault, Target};
use serde_json::json;
use setup::answer::MAXIMUM_REASON;
use setup::oauth_client::TYPE;
use setup::setup::RESERVE;

use crate::world::{LONG, World, client};

#[tokio::test]
async fn what_it_does_not_know_it_says() {
    let world = World::start().await;
    let mut unknown = world.event("Create", TYPE, client(&[]));
    unknown["ResourceType"] = json!("Custom::Lamp");
    let mut odd = world.event("Create", TYPE, client(&[]));
    odd["RequestType"] = json!("Repaint");
    let mut broken = world.event("Update", TYPE, client(&[]));
    broken["PhysicalResourceId"] = json!("workshop-1");
    broken.as_object_mut().unwrap().remove("ResourceType");
    let mut long = unknown.clone();
    long["ResourceType"] = json!(format!("Custom::{}", "é\"".repeat(10_000)));
    for (event, words) in [
        (unknown, "Custom::Lamp is no resource of this function"),
        (odd, "the event is not one that CloudFormation sends"),
        (broken, "missing field `ResourceType`"),
        (long, "…"),
    ] {
        let told = world.send(&event).await;
        assert_eq!(told.status, "FAILED");
        assert!(told.reason.contains(words), "{told:?}");
        assert!(told.reason.len() <= MAXIMUM_REASON);
        if let Some(id) = event["PhysicalResourceId"].as_str() {
            assert_eq!(told.id, id);
        }
        let mut delete = world.event("Delete", "Custom::Lamp", json!({}));
        delete["PhysicalResourceId"] = json!(told.id);
        assert_eq!(
            world.send(&delete).await.status,
            "SUCCESS",
            "and can be rolled back"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_an_error() {
    let world = World::start().await;
    for event in [
        "{}",
        "null",
        "\"recognizable\"",
        r#"{"RequestType": "Create"}"#,
    ] {
        let deadline = SystemTime::now() + LONG;
        let refused = world.setup.handle(event, deadline).await.unwrap_err();
        let said = refused.to_string();
        assert!(
            said.starts_with("the event is not one that CloudFormation sends"),
            "{said}"
        );
    }
}

/// The refusals of the address, and whether the answer arrives.
#[tokio::test]
async fn an_answer_is_sent_until_it_is_taken() {
    for (refusals, arrives) in [
        (&[][..], true),
        (&[500][..], true),
        (&[503, 500][..], true),
        (&[503, 503, 503][..], false),
        (&[403][..], false),
    ] {
        let world = World::start().await;
        world.aws.account().refusals.extend(refusals);
        let event = world.event("Create", TYPE, client(&[])).to_string();
        let record = world
            .setup
            .handle(&event, SystemTime::now() + LONG)
            .await
            .unwrap();
        assert_eq!(record.not_delivered.is_none(), arrives, "{refusals:?}");
        assert_eq!(
            world.aws.account().answers.len(),
            usize::from(arrives),
            "{refusals:?}"
        );
        world.tells_no_secret(&format!("{record:?}"));
    }
    let world = World::start().await;
    for url in [
        "recognizable",
        "http://recognizable.example/answer",
        "http://127.0.0.1:1/?a=recognizable",
    ] {
        let mut event = world.event("Create", TYPE, client(&[]));
        event["ResponseURL"] = json!(url);
        let deadline = SystemTime::now() + LONG;
        let record = world
            .setup
            .handle(&event.to_string(), deadline)
            .await
            .unwrap();
        let problem = record.not_delivered.unwrap();
        assert!(!problem.contains("a=recognizable"), "{problem}");
    }
}

#[tokio::test]
async fn it_answers_before_the_time_is_up() {
    let world = World::start().await;
    world.cloud.set_fault(Target::Cloud, Some(Fault::Silent));
    for left in [
        Duration::from_secs(1),
        RESERVE,
        RESERVE + Duration::from_millis(100),
    ] {
        let event = world.event("Create", TYPE, client(&[]));
        let deadline = SystemTime::now() + left;
        let told = world.send_until(&event, deadline).await;
        assert_eq!(told.status, "FAILED");
        assert!(told.reason.starts_with("it took longer than"), "{told:?}");
        assert!(SystemTime::now() < deadline, "{left:?}");
    }
}

/// `cargo lambda watch` names an end that is long past.
#[tokio::test]
async fn an_end_in_the_past_is_none() {
    let world = World::start().await;
    let event = world.event("Create", TYPE, client(&[]));
    let told = world.send_until(&event, SystemTime::UNIX_EPOCH).await;
    assert_eq!(told.status, "SUCCESS", "{told:?}");
}
