//! Faults that break an answer or its connection: what arrives, and whether the device did what it was told.

use std::{
    error::Error as _,
    io,
    time::{Duration, Instant},
};

use particle_simulator::{Fault, Home, Simulator, Target, When};
use reqwest::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

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
        let padding = chunk.len() - chunk.trim_ascii_start().len();
        blanks += padding;
        rest.extend_from_slice(&chunk[padding..]);
    }
    assert_eq!(blanks, 100_000_000);
    assert_eq!(
        serde_json::from_slice::<Value>(&rest).unwrap()["name"],
        "lamp"
    );
}

#[tokio::test]
async fn a_flood_of_headers_is_a_megabyte() {
    let cloud = Cloud::faulty_lamp(Fault::HeaderFlood).await;
    let call = cloud.signed(Method::POST, "/v1/devices/lamp/setPower");
    // More than a client of HTTP wants to hold.
    assert!(call.form(&[("arg", "on")]).send().await.is_err());
    assert!(cloud.lamp_is_on());

    let mut connection = connect(&cloud.simulator).await;
    let request = "GET /v1/devices/lamp HTTP/1.1\r\nHost: cloud\r\nConnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(head.matches("\r\nx-flood-").count(), 1000);
    assert!(head.len() > 1_000_000);
}

#[tokio::test]
async fn a_dripping_answer_never_ends() {
    let cloud = Cloud::faulty_lamp(Fault::Drip).await;
    let call = cloud.signed(Method::POST, "/v1/devices/lamp/setPower");
    let mut response = call.form(&[("arg", "on")]).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.content_length(), None);
    let started = Instant::now();
    for seconds in 0..2 {
        assert_eq!(response.chunk().await.unwrap().unwrap(), " ");
        assert!(started.elapsed() + Duration::from_millis(500) >= Duration::from_secs(seconds));
    }
    assert!(cloud.lamp_is_on());
}

#[tokio::test]
async fn a_reset_midway_loses_half_of_the_answer() {
    let cloud = Cloud::faulty_lamp(Fault::ResetMidway).await;
    let call = cloud.signed(Method::POST, "/v1/devices/lamp/setPower");
    let mut response = call.form(&[("arg", "on")]).send().await.unwrap();
    let announced = response.content_length().unwrap();
    let half = response.chunk().await.unwrap().unwrap();
    assert_eq!(half.len() as u64, announced / 2);
    let error = response.chunk().await.unwrap_err();
    assert!(
        is_caused_by(&error, io::ErrorKind::ConnectionReset),
        "{error:?}"
    );
    assert!(cloud.lamp_is_on());
}

#[tokio::test]
async fn a_refused_connection_does_not_come_about_until_it_is_wanted_again() {
    let cloud = Cloud::lamp("", "").await;
    assert_eq!(cloud.get("/v1/devices").await.status, 200);
    let mut idle = connect(&cloud.simulator).await;
    while cloud.simulator.connections() < 2 {
        tokio::task::yield_now().await;
    }
    let refused = Some(Fault::Refused);
    assert!(cloud.simulator.set_fault(Target::Cloud, refused));
    let request = || cloud.signed(Method::GET, "/v1/devices").send();
    // The client may learn only now that its connection is closed.
    let error = match request().await.unwrap_err() {
        error if error.is_connect() => error,
        _ => request().await.unwrap_err(),
    };
    assert!(
        is_caused_by(&error, io::ErrorKind::ConnectionRefused),
        "{error:?}"
    );
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "it is closed, too");

    assert!(cloud.simulator.set_fault(Target::Cloud, None));
    assert_eq!(cloud.get("/v1/devices").await.status, 200);
}

#[tokio::test]
async fn connections_may_be_refused_for_a_time() {
    let spell = When::default().lasting(Duration::from_millis(50));
    let home = "fault = \"refused\"\nfault_when = { for = \"50ms\" }";
    for (home, spell) in [("", Some(spell)), (home, None)] {
        let started = Instant::now();
        let cloud = Cloud::lamp(home, "").await;
        if let Some(spell) = spell {
            cloud
                .simulator
                .set_fault_when(Target::Cloud, Fault::Refused, spell);
        }
        let request = || cloud.signed(Method::GET, "/v1/devices").send();
        assert!(request().await.unwrap_err().is_connect());
        while request().await.is_err() {}
        assert!(started.elapsed() >= Duration::from_millis(50));
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_in_its_time() {
    let cloud = Cloud::lamp("keep_alive = \"30ms\"", "fault = { slow = \"60ms\" }").await;
    let mut connection = connect(&cloud.simulator).await;
    let request = "GET /v1/devices/lamp HTTP/1.1\r\nHost: cloud\r\n\r\n";
    for _ in 0..2 {
        connection.write_all(request.as_bytes()).await.unwrap();
        // It is not idle while an answer is due.
        assert_ne!(connection.read(&mut [0; 4096]).await.unwrap(), 0);
    }
    let answered = Instant::now();
    assert_eq!(connection.read(&mut [0; 4096]).await.unwrap(), 0);
    assert!(answered.elapsed() >= Duration::from_millis(20));
}

#[tokio::test]
async fn connections_that_are_open_learn_of_a_shorter_patience() {
    let cloud = Cloud::lamp("keep_alive = \"1h\"", "").await;
    let mut connection = connect(&cloud.simulator).await;
    while cloud.simulator.connections() < 1 {
        tokio::task::yield_now().await;
    }
    cloud
        .simulator
        .set_keep_alive(Some(Duration::from_millis(1)));
    assert_eq!(connection.read(&mut [0]).await.unwrap(), 0);
}

/// HTTP/2 has it that both sides take leave.
#[tokio::test]
async fn a_client_that_takes_no_leave_is_left() {
    let simulator = Simulator::builder(Home::sample()).http2().start();
    let simulator = simulator.await.unwrap();
    let mut connection = connect(&simulator).await;
    let no_settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let greeting = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &no_settings].concat();
    connection.write_all(&greeting).await.unwrap();
    assert_ne!(connection.read(&mut [0; 4096]).await.unwrap(), 0);
    simulator.set_keep_alive(Some(Duration::from_millis(1)));
    simulator.hung_up().await;
}

async fn connect(simulator: &Simulator) -> TcpStream {
    let url = simulator.url();
    TcpStream::connect(url.strip_prefix("http://").unwrap())
        .await
        .unwrap()
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

#[tokio::test]
async fn a_farewell_repeats_what_came_with_the_request() {
    let simulator = Simulator::builder(Home::sample()).start().await.unwrap();
    simulator.set_fault(Target::Cloud, Some(Fault::Farewell));
    let mut connection = connect(&simulator).await;
    let request = "GET /v1/devices HTTP/1.1\r\nhost: here\r\nauthorization: Bearer secret\r\n\r\n";
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut said = String::new();
    connection.read_to_string(&mut said).await.unwrap();
    assert_eq!(said, "Bearer secret\r\n\r\n");
    let requests: Vec<_> = simulator
        .requests()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(requests, ["GET /v1/devices → no answer"]);
}

async fn assert_reset(cloud: &Cloud) {
    let call = cloud
        .signed(Method::POST, "/v1/devices/lamp/setPower")
        .form(&[("arg", "on")]);
    let error = call.send().await.unwrap_err();
    assert!(
        is_caused_by(&error, io::ErrorKind::ConnectionReset),
        "{error:?}"
    );
}

fn is_caused_by(error: &reqwest::Error, kind: io::ErrorKind) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == kind)
        {
            return true;
        }
        cause = error.source();
    }
    false
}
