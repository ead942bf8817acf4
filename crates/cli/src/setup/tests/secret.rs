//! The secret of a client that works, which Alexa alone keeps.

use linking::account_linking::Scheme;
use linking::probe::{self, TokenRequest};
use particle_simulator::Simulator as Cloud;
use secrecy::{ExposeSecret as _, SecretString};

use super::desk::{Desk, SECRET, failures, with_relay};
use crate::setup::steps::Plan;

impl Desk {
    /// The secret that Alexa has.
    fn kept_secret(&self) -> String {
        let linking = self.alexa.skills()[0].account_linking.clone().unwrap();
        linking.client_secret.expose_secret().to_owned()
    }

    /// What `up` says, dry or not, where it is given this secret and refuses it, after which everything is as it was.
    async fn refused_secret(&self, secret: &str) -> String {
        let (kept, noted) = (self.kept_secret(), self.file().state);
        let deployments = self.services.aws.world().deployments;
        let mut refused = Vec::new();
        for dry_run in [true, false] {
            let plan = Plan {
                dry_run,
                ..given(secret.into())
            };
            self.changes();
            let (outcome, _) = self.up(&plan).await;
            refused.push(format!("{:#}", outcome.unwrap_err()));
            assert_eq!(self.changes(), ["POST /oauth/token"]);
        }
        assert_eq!(refused[0], refused[1]);
        assert!(!refused[0].contains(secret), "{}", refused[0]);
        assert_eq!((self.kept_secret(), self.file().state), (kept, noted));
        assert_eq!(self.services.aws.world().deployments, deployments);
        refused.remove(0)
    }
}

fn given(secret: SecretString) -> Plan {
    Plan {
        secret: Some(secret),
        ..with_relay()
    }
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_alexa_keeps_hers() {
    let desk = Desk::sound().await;
    let rotate = Plan {
        rotate: true,
        ..with_relay()
    };
    let before = desk.kept_secret();
    desk.made(&rotate).await;
    for (secret, told) in [
        ("garbagegarbage", "Client credentials are invalid"),
        // That of a client that was replaced.
        (&before, "Client credentials are invalid"),
        (&desk.cloud.token(), "holds an access token"),
    ] {
        let refused = desk.refused_secret(secret).await;
        for words in [
            told,
            "PARTICLE_CLIENT_SECRET",
            "Nothing was changed",
            "Unset it, and Alexa keeps the secret that she has",
            "`up --rotate`",
        ] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
    // Without a note of what Alexa was told, too.
    let mut file = desk.file();
    file.state.client.as_mut().unwrap().fingerprint = None;
    file.save().unwrap();
    desk.refused_secret(SECRET).await;
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
}

#[tokio::test]
async fn a_secret_that_cannot_be_tried_is_not_sent() {
    let lock = |cloud: &Cloud| format!("{}/oauth/token", cloud.url());
    let desk = Desk::sound().await;
    let mut oauth = desk.cloud.oauth();
    oauth.basic = false;
    desk.cloud.set_oauth(oauth);
    let refused = desk.refused_secret(SECRET).await;
    assert!(refused.contains("does not see the client"), "{refused}");

    let desk = Desk::sound().await;
    for _ in 0..10 {
        let (run, http) = (TokenRequest::of_this_run(), &desk.services.http);
        let (url, scheme) = (lock(&desk.cloud), &Scheme::HttpBasic);
        probe::client(run, http, &url, scheme, "nobody-1", &SECRET.into()).await;
    }
    let refused = desk.refused_secret(SECRET).await;
    for words in ["takes no more requests", "Nothing was changed", "unset it"] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
}

/// Somebody has put another one into the console, and Alexa does not say which.
#[tokio::test]
async fn the_right_secret_replaces_a_wrong_one_with_one_request_for_tokens() {
    let mut desk = Desk::sound().await;
    let right = desk.secret.replace("another".into()).unwrap();
    desk.link(|_| ()).await;
    let mut file = desk.file();
    let client = file.state.client.as_mut().unwrap();
    client.fingerprint = Some(linking::fingerprint::Fingerprint::of(&"another".into()).unwrap());
    file.save().unwrap();
    desk.changes();
    let (outcome, told) = desk.made(&given(right.clone())).await;
    assert_eq!(desk.kept_secret(), right.expose_secret());
    assert!(
        told.last()
            .unwrap()
            .starts_with("linking: set: clientSecret"),
        "{told:?}"
    );
    let findings = desk.examined(outcome).await;
    assert_eq!(failures(&findings), [] as [&str; 0], "{findings:#?}");
    let secret = findings
        .iter()
        .find(|finding| finding.id == "client-secret");
    assert!(secret.unwrap().seen.starts_with("Particle takes"));
    let asked = desk.changes();
    let asked = asked.iter().filter(|call| *call == "POST /oauth/token");
    assert_eq!(asked.count(), 1);

    // And then it is known.
    let (_, told) = desk.made(&given(right)).await;
    assert_eq!(told.last().unwrap(), "linking: is set");
    assert_eq!(desk.changes(), [] as [String; 0]);
}

/// As in continuous integration.
#[tokio::test]
async fn without_a_note_the_right_secret_is_sent_again_and_said_so() {
    let desk = Desk::sound().await;
    let skill = desk.skill();
    let plan = |dry_run| Plan {
        dry_run,
        skill: Some(skill.clone()),
        ..given(desk.secret.clone().unwrap())
    };
    for with_another_note in [false, true] {
        if with_another_note {
            let mut file = desk.file();
            file.state.client.as_mut().unwrap().fingerprint = None;
            file.save().unwrap();
        } else {
            desk.file().remove().unwrap();
        }
        let (_, told) = desk.up(&plan(true)).await;
        let foretold = "linking: the secret would be sent again, since no note says";
        assert!(told.last().unwrap().starts_with(foretold), "{told:?}");
        let (_, told) = desk.made(&plan(false)).await;
        let said = "linking: is set; sent the secret again, since no note says that Alexa has it";
        assert_eq!(told.last().unwrap(), said);
        // And then there is one.
        desk.changes();
        let (_, told) = desk.made(&plan(false)).await;
        assert_eq!(told.last().unwrap(), "linking: is set");
        assert_eq!(desk.changes(), [] as [String; 0]);
    }
    // Who does not give it needs no note.
    desk.file().remove().unwrap();
    let without = Plan {
        secret: None,
        ..plan(false)
    };
    let (_, told) = desk.made(&without).await;
    assert_eq!(told.last().unwrap(), "linking: is set");
    assert_eq!(desk.changes(), [] as [String; 0]);
}
