//! What `up`, `doctor` and `down` promise, each broken off at every call, or with somebody else at work beside them.

use linking::check::{Mode, Status};
use particle_simulator::{Home, Simulator as Cloud};
use secrecy::ExposeSecret as _;

use super::desk::Desk;

#[tokio::test]
async fn the_secret_is_sent_to_particle_and_nowhere_else() {
    for mode in [Mode::Maker, Mode::Product] {
        let mut desk = Desk::sound().await;
        desk.mode = mode;
        let other = Cloud::start(Home::parse("").unwrap()).await.unwrap();
        let url = format!("{}/oauth/token", other.url());
        desk.link(|linking| linking.access_token_url = url).await;
        let secret = desk.secret.clone().unwrap();
        desk.changes();
        let findings = desk.doctor(Some(secret.clone())).await;
        let asked = other.take_requests();
        assert!(
            asked.iter().all(|request| request.method == "GET"),
            "{asked:?}"
        );
        assert!(!format!("{asked:?}").contains(secret.expose_secret()));
        let status = |id: &str| {
            let finding = findings.iter().find(|finding| finding.id == id);
            finding.unwrap().status
        };
        assert_eq!(status("client-secret"), Status::Skip, "{findings:#?}");
        let url = match mode {
            Mode::Maker => Status::Fail,
            Mode::Product => Status::Pass,
        };
        assert_eq!(status("access-token-url"), url, "{findings:#?}");
    }
}
