//! What the doctor makes of what he may not see: of each part alone, and of another account.

use linking::check::{Finding, Service, Status, findings, unseen};

use super::desk::{Desk, failures};

impl Desk {
    /// What he finds, and what he says that he could not look at.
    async fn seen(&self) -> (Vec<Finding>, Vec<(Service, String)>) {
        let facts = self.facts().await;
        let unseen = unseen(&facts).into_iter();
        let unseen = unseen.map(|unseen| (unseen.service, unseen.reason));
        (findings(&facts), unseen.collect())
    }
}

fn of<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.id == id).unwrap()
}

#[tokio::test]
async fn what_one_may_not_do_is_said_by_the_check_that_needs_it() {
    for (denied, check) in [
        ("invoke", "discovery"),
        ("describe-stack-resources", "function"),
    ] {
        let desk = Desk::sound().await;
        desk.services.aws.world().denied.push(denied);
        let (findings, unseen) = desk.seen().await;
        assert_eq!(failures(&findings), [] as [&str; 0]);
        let finding = of(&findings, check);
        assert_eq!(finding.status, Status::Skip, "{finding:?}");
        assert_eq!(unseen, [(Service::Aws, finding.seen.clone())]);
    }
}

/// Each of two different complaints is one of something that could not be looked at.
#[tokio::test]
async fn each_reason_is_told() {
    let desk = Desk::sound().await;
    let denied = ["invoke", "describe-stack-resources"];
    desk.services.aws.world().denied.extend(denied);
    let (findings, unseen) = desk.seen().await;
    for check in ["discovery", "function"] {
        let seen = of(&findings, check).seen.clone();
        assert!(unseen.contains(&(Service::Aws, seen)), "{unseen:?}");
    }
}

#[tokio::test]
async fn alexa_is_a_service_that_may_not_be_seen() {
    let desk = Desk::sound().await;
    desk.alexa.expire_access_tokens();
    let (findings, unseen) = desk.seen().await;
    let reason = of(&findings, "apis").seen.clone();
    assert!(reason.starts_with("not signed in at Amazon"), "{reason}");
    assert!(unseen.contains(&(Service::Alexa, reason)), "{unseen:?}");
    // Where there is nothing, nothing is missing.
    let desk = Desk::new().await;
    desk.alexa.expire_access_tokens();
    let (_, unseen) = desk.seen().await;
    assert_eq!(unseen, []);
}

/// Nothing is said of the stack and the functions, which are not there or are others, and least of all what would end links.
#[tokio::test]
async fn from_another_aws_account_nothing_seems_to_be_gone() {
    for noted in [true, false] {
        let desk = Desk::sound().await;
        if !noted {
            let mut file = desk.file();
            file.state.aws_account = None;
            file.save().unwrap();
            desk.services
                .aws
                .forget(linking::region::Region::NorthAmerica);
        }
        desk.services.aws.world().account = Some("999999999999");
        let (findings, unseen) = desk.seen().await;
        assert_eq!(failures(&findings), [] as [&str; 0], "{findings:#?}");
        let account = of(&findings, "aws-account");
        assert_eq!(account.status, Status::Warn);
        for words in [
            "in the AWS account 123456789012",
            "you are signed in to 999999999999",
        ] {
            assert!(account.seen.contains(words), "{account:?}");
        }
        for check in ["stack", "function", "trigger", "discovery", "relay"] {
            let finding = of(&findings, check);
            assert_eq!(finding.status, Status::Skip, "{finding:?}");
            let known = (Service::Aws, finding.seen.clone());
            assert!(unseen.contains(&known), "{finding:?}: {unseen:?}");
        }
    }
}

/// AWS says of both that there is no such function.
#[tokio::test]
async fn an_alias_that_is_gone_is_no_function_that_is_gone() {
    let desk = Desk::sound().await;
    desk.services.aws.world().changed.without_alias = true;
    let (findings, _) = desk.seen().await;
    let function = of(&findings, "function");
    assert_eq!(function.seen, "the function has no alias live");
    assert_eq!(function.mend.as_deref(), Some("particle-alexa up"));
    assert_eq!(of(&findings, "discovery").seen, "see `function`");

    desk.services.aws.world().changed.gone = true;
    let (findings, _) = desk.seen().await;
    let function = of(&findings, "function");
    assert!(function.seen.ends_with("does not exist"), "{function:?}");
}
