//! Whom the user's token is given to: the cloud that the operator named, and nobody else.

use std::io::Write as _;
use std::time::Duration;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::skill::Skill;
use particle_simulator::{Certificate, Home, Simulator};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::world::outcome;

async fn ask(url: &str, authorities: Authorities, event: &str) -> serde_json::Value {
    let skill = Skill::new(url.parse().unwrap(), authorities).unwrap();
    let deadline = Deadline::after(Duration::from_secs(5));
    let answer = skill.answer(&crate::world::event(event), deadline).await;
    serde_json::to_value(answer.unwrap().response).unwrap()
}

fn authorities(pem: &str, name: &str) -> Authorities {
    let path = format!("{}/{name}.pem", env!("CARGO_TARGET_TMPDIR"));
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(pem.as_bytes()).unwrap();
    Authorities::read(path.as_ref()).unwrap()
}

/// Somebody in the middle has no certificate of a trusted authority for the name of the cloud.
#[tokio::test]
async fn a_cloud_that_cannot_prove_its_name_is_told_no_token() {
    for (certificate, trusted, served) in [
        (Certificate::Trusted, true, true),
        (Certificate::Trusted, false, false),
        (Certificate::Untrusted, true, false),
        (Certificate::WrongName, true, false),
        (Certificate::Expired, true, false),
    ] {
        let builder = Simulator::builder(Home::sample()).tls(certificate);
        let simulator = builder.start().await.unwrap();
        let authorities = match trusted {
            true => authorities(
                simulator.certificate_authority(),
                &format!("{certificate:?}"),
            ),
            false => Authorities::default(),
        };
        let response = ask(&simulator.url(), authorities, "PowerController.TurnOn").await;
        let expected = if served {
            "Response"
        } else {
            "BRIDGE_UNREACHABLE"
        };
        assert_eq!(outcome(&response), expected, "{certificate:?}, {trusted}");
        assert_eq!(simulator.requests().is_empty(), !served, "{certificate:?}");
    }
}

/// Whoever steps in between later is told no token either, and one who steps back is forgotten.
#[tokio::test]
async fn a_certificate_that_changes_is_looked_at_again() {
    let builder = Simulator::builder(Home::sample()).tls(Certificate::Trusted);
    let simulator = builder.start().await.unwrap();
    let authorities = authorities(simulator.certificate_authority(), "changing");
    let skill = Skill::new(simulator.url().parse().unwrap(), authorities).unwrap();
    let event = crate::world::event("PowerController.TurnOn");
    for (certificate, expected) in [
        (Certificate::Trusted, "Response"),
        (Certificate::Expired, "BRIDGE_UNREACHABLE"),
        (Certificate::WrongName, "BRIDGE_UNREACHABLE"),
        (Certificate::Untrusted, "BRIDGE_UNREACHABLE"),
        (Certificate::Trusted, "Response"),
    ] {
        assert!(simulator.set_certificate(certificate));
        let deadline = Deadline::after(Duration::from_secs(5));
        let answer = skill.answer(&event, deadline).await.unwrap();
        let answer = serde_json::to_value(answer.response).unwrap();
        assert_eq!(outcome(&answer), expected, "{certificate:?}");
        let served = expected == "Response";
        assert_eq!(
            simulator.take_requests().is_empty(),
            !served,
            "{certificate:?}"
        );
        // The next one needs a new connection.
        simulator.set_keep_alive(Some(Duration::ZERO));
        simulator.hung_up().await;
        simulator.set_keep_alive(None);
    }
    assert!(
        !Simulator::start(Home::sample())
            .await
            .unwrap()
            .set_certificate(Certificate::Expired)
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", here.local_addr().unwrap());
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{}/v1/devices\r\ncontent-length: 0\r\n\r\n",
        elsewhere.local_addr().unwrap()
    );
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = here.accept().await {
            let mut request = [0; 4096];
            while stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                if stream.write_all(redirect.as_bytes()).await.is_err() {
                    break;
                }
            }
        }
    });
    for name in ["PowerController.TurnOn", "Alexa.ReportState"] {
        let response = ask(&url, Authorities::default(), name).await;
        assert_eq!(outcome(&response), "BRIDGE_UNREACHABLE", "{name}");
    }
    let followed = tokio::time::timeout(Duration::ZERO, elsewhere.accept()).await;
    assert!(followed.is_err(), "the redirect was followed");
}
