//! Faults that break an answer or its connection: what arrives, and whether the device did what it was told.

use std::{error::Error as _, io};

use particle_simulator::Fault;
use reqwest::Method;
use serde_json::Value;

use crate::client::{Cloud, LAMP};

#[tokio::test]
async fn a_truncated_answer_ends_half_way() {
    let cloud = Cloud::faulty_lamp(Fault::Truncated).await;
    let whole = format!(r#"{{"id":"{LAMP}","name":"lamp","connected":true,"return_value":1}}"#);
    let mut response = cloud
        .signed(Method::POST, "/v1/devices/lamp/setPower")
        .form(&[("arg", "on")])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.content_length(), Some(whole.len() as u64));
    assert_eq!(
        response.chunk().await.unwrap().unwrap(),
        whole[..whole.len() / 2]
    );
    assert!(response.chunk().await.is_err());
    assert!(cloud.lamp_is_on());
}

#[tokio::test]
async fn an_oversized_answer_goes_on_and_on() {
    let cloud = Cloud::faulty_lamp(Fault::Oversized).await;
    let mut response = cloud
        .signed(Method::GET, "/v1/devices/lamp")
        .send()
        .await
        .unwrap();
    assert_eq!(response.content_length(), None);
    let (mut blanks, mut rest) = (0, Vec::new());
    while let Some(chunk) = response.chunk().await.unwrap() {
        let padding = chunk.iter().take_while(|byte| **byte == b' ').count();
        blanks += padding;
        rest.extend_from_slice(&chunk[padding..]);
    }
    assert_eq!(blanks, 64 << 20);
    assert_eq!(
        serde_json::from_slice::<Value>(&rest).unwrap()["name"],
        "lamp"
    );
}

#[tokio::test]
async fn a_reset_before_loses_the_request() {
    let cloud = Cloud::faulty_lamp(Fault::ResetBefore).await;
    assert_reset(&cloud).await;
    assert_eq!(
        cloud.record(),
        [r#"POST /v1/devices/lamp/setPower "on" → no answer"#]
    );
    assert!(!cloud.lamp_is_on());
}

#[tokio::test]
async fn a_reset_after_loses_the_answer() {
    let cloud = Cloud::faulty_lamp(Fault::ResetAfter).await;
    assert_reset(&cloud).await;
    assert_eq!(
        cloud.record(),
        [r#"POST /v1/devices/lamp/setPower "on" → no answer, returned 1"#]
    );
    assert!(cloud.lamp_is_on());
}

async fn assert_reset(cloud: &Cloud) {
    let call = cloud
        .signed(Method::POST, "/v1/devices/lamp/setPower")
        .form(&[("arg", "on")]);
    let error = call.send().await.unwrap_err();
    let mut cause = error.source();
    while let Some(error) = cause {
        if error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionReset)
        {
            return;
        }
        cause = error.source();
    }
    panic!("the connection was not reset: {error:?}");
}
