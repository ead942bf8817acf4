//! TLS: whom a client trusts, which HTTP it speaks, and what is counted.

use std::net::Ipv4Addr;

use particle_simulator::{Certificate, Fault, Home, Simulator, Target};
use reqwest::{Client, Version};

use crate::client::answer;

/// A client that trusts the simulator's authority, and nothing else.
fn client_of(simulator: &Simulator) -> Client {
    client_to(simulator, &[])
}

/// The same, to which these names too are names of this machine.
fn client_to(simulator: &Simulator, names: &[&str]) -> Client {
    let authority = simulator.certificate_authority().as_bytes();
    let authority = reqwest::Certificate::from_pem(authority).unwrap();
    // An error says that a provider of cryptography is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = Client::builder().tls_certs_only([authority]).no_proxy();
    for name in names {
        client = client.resolve(name, (Ipv4Addr::LOCALHOST, 0).into());
    }
    client.build().unwrap()
}

async fn start(certificate: Certificate) -> Simulator {
    let simulator = Simulator::builder(Home::sample()).tls(certificate);
    simulator.start().await.unwrap()
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_is_served_on_one_handshake() {
    let names = ["host.docker.internal", "host.containers.internal"];
    let simulator = start(Certificate::Trusted).await;
    let client = client_to(&simulator, &names);
    let url = simulator.url();
    let port = url.strip_prefix("https://127.0.0.1:").unwrap();
    for host in ["127.0.0.1", "localhost"].into_iter().chain(names) {
        for _ in 0..3 {
            let url = format!("https://{host}:{port}/v1/devices");
            let request = client.get(url).bearer_auth(simulator.token());
            let answer = answer(request).await;
            assert_eq!(answer.status, 200, "{host}");
        }
    }
    assert_eq!((simulator.connections(), simulator.handshakes()), (4, 4));
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_is_refused() {
    let cases = [
        (Certificate::Untrusted, "BadSignature"),
        (Certificate::WrongName, "NotValidForName"),
        (Certificate::Expired, "Expired"),
    ];
    for (certificate, reason) in cases {
        let simulator = start(certificate).await;
        let error = client_of(&simulator)
            .get(simulator.url())
            .send()
            .await
            .unwrap_err();
        let causes = format!("{error:?}");
        assert!(causes.contains(reason), "{certificate:?}: {causes}");
        assert!(simulator.requests().is_empty());
        assert_eq!((simulator.connections(), simulator.handshakes()), (1, 0));
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_asked_for() {
    let http1 = start(Certificate::Trusted).await;
    let http2 = Simulator::builder(Home::sample())
        .tls(Certificate::Trusted)
        .http2();
    let http2 = http2.start().await.unwrap();
    for (simulator, version) in [(http1, Version::HTTP_11), (http2, Version::HTTP_2)] {
        let request = client_of(&simulator).get(format!("{}/v1/user", simulator.url()));
        let response = request.bearer_auth(simulator.token()).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.version(), version);
    }
}

#[tokio::test]
async fn without_tls_there_is_no_authority() {
    let simulator = Simulator::start(Home::sample()).await.unwrap();
    assert_eq!(simulator.certificate_authority(), "");
    assert!(simulator.url().starts_with("http://"));
}

#[tokio::test]
async fn a_fault_breaks_an_encrypted_connection_too() {
    let simulator = start(Certificate::Trusted).await;
    simulator.set_fault(Target::Cloud, Some(Fault::ResetAfter));
    let request = client_of(&simulator).get(format!("{}/v1/user", simulator.url()));
    let answer = request.bearer_auth(simulator.token()).send().await;
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(simulator.requests().len(), 1);
}

#[tokio::test]
async fn a_farewell_over_http_2_is_the_last_word_of_its_connection() {
    let simulator = Simulator::builder(Home::sample())
        .tls(Certificate::Trusted)
        .http2();
    let simulator = simulator.start().await.unwrap();
    simulator.set_fault(Target::Cloud, Some(Fault::Farewell));
    let request = client_of(&simulator).get(format!("{}/v1/user", simulator.url()));
    let error = request.bearer_auth("secret").send().await.unwrap_err();
    let causes = format!("{error:?}");
    assert!(causes.contains("INTERNAL_ERROR"), "{causes}");
    assert!(causes.contains("Bearer secret"), "{causes}");
}
