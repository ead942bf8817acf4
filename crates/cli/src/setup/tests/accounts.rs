//! A set-up is gone on with, and taken down, in the accounts in which it was made.

use linking::particle::Particle;
use linking::region::Region::NorthAmerica;
use particle_simulator::{Home, Simulator as Cloud};
use serde_json::json;

use super::desk::{Desk, failures, with_relay};
use super::line::Line;
use crate::setup::steps::Plan;

const ELSEWHERE: &str = "999999999999";

impl Desk {
    /// What `up`, dry or not, and `down` say when they refuse, after which nothing has changed.
    async fn all_refuse(&self) -> [String; 3] {
        let noted = self.file().state;
        let deployments = self.services.aws.world().deployments;
        self.changes();
        let dry = Plan {
            dry_run: true,
            ..with_relay()
        };
        let dry = self.up(&dry).await.0.unwrap_err();
        let up = self.up(&with_relay()).await.0.unwrap_err();
        let down = self.taken_down(true).await.unwrap_err();
        assert_eq!(self.changes(), [] as [String; 0]);
        assert_eq!(self.file().state, noted);
        assert_eq!(self.services.aws.world().deployments, deployments);
        assert_eq!(self.services.aws.world().stacks.len(), 1);
        [dry, up, down].map(|refused| format!("{refused:#}"))
    }

    /// Logs in at Particle as another user.
    async fn log_in_as(&mut self, username: &str) -> Cloud {
        let home = Home::parse(&format!("username = \"{username}\"")).unwrap();
        let cloud = Cloud::start(home).await.unwrap();
        let http = self.services.http.clone();
        let address = cloud.url().parse().unwrap();
        let particle = Particle::new(http, address, cloud.token().into());
        self.services.particle = Ok(particle);
        cloud
    }
}

#[tokio::test]
async fn another_aws_account_is_refused() {
    let desk = Desk::sound().await;
    desk.services.aws.world().account = Some(ELSEWHERE);
    for refused in desk.all_refuse().await {
        for words in [
            "set up in the AWS account 123456789012",
            "signed in to 999999999999",
            "Nothing was changed",
            "--state",
        ] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
    desk.services.aws.world().account = None;
    desk.down(false).await;
    // Where nothing is left, there is nothing to be lost.
    desk.services.aws.world().account = Some(ELSEWHERE);
    desk.made(&with_relay()).await;
    assert_eq!(desk.file().state.aws_account.as_deref(), Some(ELSEWHERE));
}

#[tokio::test]
async fn another_particle_user_is_refused() {
    let mut desk = Desk::sound().await;
    let _cloud = desk.log_in_as("else@example.com").await;
    for refused in desk.all_refuse().await {
        for words in [
            "made by the Particle user maker@example.com",
            "logged in as else@example.com",
            "Nothing was changed",
            "state.json",
        ] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
}

#[tokio::test]
async fn another_developer_is_refused() {
    let desk = Desk::sound().await;
    let mut file = desk.file();
    file.state.vendor = Some("M2OTHER".parse().unwrap());
    file.save().unwrap();
    for refused in desk.all_refuse().await {
        let told = "you do not act for the developer M2OTHER at Amazon, but for M1SIMULATOR00";
        assert!(refused.contains(told), "{refused}");
    }
    // Naming the one that is signed in makes it no better.
    for dry_run in [true, false] {
        let named = Plan {
            vendor: Some(desk.alexa.vendor_id().parse().unwrap()),
            dry_run,
            ..with_relay()
        };
        let (outcome, _) = desk.up(&named).await;
        let refused = format!("{:#}", outcome.unwrap_err());
        assert!(refused.contains("is the developer M2OTHER's"), "{refused}");
        assert_eq!(desk.file().state, file.state);
    }
}

/// Without a note, too.
#[tokio::test]
async fn a_skill_of_another_developer_is_refused() {
    let desk = Desk::sound().await;
    let skill = desk.skill();
    desk.file().remove().unwrap();
    let line = Line::new(&desk).await;
    line.tell("/v1/skills", json!({ "skills": [] }));
    desk.changes();
    let named = Plan {
        skill: Some(skill.clone()),
        ..with_relay()
    };
    let (outcome, _) = line.up(&named).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    let told = format!("(Simulated developer) has no skill {skill}");
    for words in [told.as_str(), "Nothing was changed", "--vendor"] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    assert_eq!(desk.changes(), [] as [String; 0]);
    assert!(!desk.state_path().exists());
}

#[tokio::test]
async fn a_note_without_accounts_is_taken_and_completed() {
    let desk = Desk::sound().await;
    let forget = || {
        let mut file = desk.file();
        (file.state.aws_account, file.state.particle_user) = (None, None);
        file.save().unwrap();
    };
    forget();
    desk.made(&with_relay()).await;
    let state = desk.file().state;
    assert_eq!(state.aws_account.as_deref(), Some("123456789012"));
    assert_eq!(state.particle_user.as_deref(), Some("maker@example.com"));
    forget();
    desk.down(true).await;
    assert!(!desk.state_path().exists());
}

#[tokio::test]
async fn a_client_whose_redirect_uri_is_not_listed_is_kept_as_long_as_it_fits() {
    let desk = Desk::sound().await;
    let id = desk.clients().await.remove(0);
    let line = Line::new(&desk).await;
    let listed = json!([{ "id": id, "name": "lights", "type": "web" }]);
    line.tell("/v1/clients", json!({ "ok": true, "clients": listed }));
    desk.changes();
    let (outcome, told) = line.up(&with_relay()).await;
    assert!(outcome.is_ok(), "{told:?}: {outcome:?}");
    assert_eq!(desk.changes(), [] as [String; 0]);

    let moved = super::desk::plan(&[NorthAmerica]);
    let (outcome, _) = line.up(&moved).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(
        refused.contains("has another redirect URI, and should have https://pitangui"),
        "{refused}"
    );
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
}
