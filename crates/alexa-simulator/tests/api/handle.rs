//! The handle: the record, live requests, and the end of serving.

use alexa_simulator::{GrantType, Operation, Simulator};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::client::{Developer, http};

#[tokio::test]
async fn the_record_tells_each_request_once_and_no_secret() {
    let developer = Developer::new().await;
    let simulator = &developer.simulator;
    let mut live = simulator.subscribe();
    let skill = developer.skill().await;
    let secret = simulator.client_secret();
    developer
        .get(&format!("/v1/skills/{skill}/status?resource=manifest"))
        .await;
    developer.get("/v1/elsewhere").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", "ANcode"),
        ("client_id", &simulator.client_id()),
        ("client_secret", secret.expose_secret()),
    ];
    developer.token(&form).await;
    assert_eq!(
        developer.record(),
        [
            "POST /v1/skills → 202".to_owned(),
            format!("GET /v1/skills/{skill}/status → 200"),
            "GET /v1/elsewhere → 404".to_owned(),
            "POST /auth/o2/token (authorization_code) → 400".to_owned(),
        ]
    );
    assert_eq!(
        live.recv().await.unwrap().operation,
        Some(Operation::CreateSkillForVendor)
    );
    let requests = simulator.requests();
    assert_eq!(requests[1].operation, Some(Operation::GetSkillStatus));
    assert_eq!(requests[2].operation, None);
    assert_eq!(requests[3].grant, Some(GrantType::AuthorizationCode));
    let everything = format!("{requests:?} {} {simulator:?}", json!(requests));
    for secret in ["ANcode", secret.expose_secret(), "Atza|"] {
        assert!(!everything.contains(secret), "{everything}");
    }
    assert_eq!(simulator.take_requests().len(), 4);
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn it_serves_until_the_last_handle_is_dropped_or_it_is_told_to_stop() {
    for told in [false, true] {
        let simulator = Simulator::start().await.unwrap();
        let (url, other) = (simulator.url(), simulator.clone());
        drop(simulator);
        http().get(&url).send().await.unwrap();
        if told {
            other.shutdown();
        } else {
            drop(other);
        }
        let address = url.strip_prefix("http://").unwrap();
        // The listener goes at the next chance it gets to run.
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn only_this_machine_is_served() {
    for address in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0"] {
        let builder = Simulator::builder().address(address.parse().unwrap());
        let error = builder.start().await.unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the simulator listens on loopback addresses only"),
            "{error}"
        );
    }
}
