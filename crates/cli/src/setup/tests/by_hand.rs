//! What somebody changed at the functions by hand, and what `up` makes of it. That each is mended is tried in the rows.

use linking::aws::ALEXA_PRINCIPAL;
use linking::region::Region;
use serde_json::json;

use super::aws::{Changed, Memory, statement};
use super::desk::{Desk, failures, steps, with_relay};
use crate::setup::steps::Plan;

const OTHER_SKILL: &str = "amzn1.ask.skill.99999999-89ab-cdef-0123-456789abcdef";

fn dry_run() -> Plan {
    Plan {
        dry_run: true,
        ..with_relay()
    }
}

/// Deletes the alias, and with it its permissions.
fn delete_alias(desk: &Desk) {
    let aws = &desk.services.aws;
    aws.world().changed.without_alias = true;
    let endpoint = Memory::arn(Region::NorthAmerica);
    aws.functions.remove_permissions(&endpoint);
}

#[tokio::test]
async fn what_is_put_right_is_said_and_foretold() {
    let desk = Desk::sound().await;
    desk.services
        .aws
        .change_relay(|relay| relay.actions.clear());
    desk.services.aws.world().changed = Changed {
        policy: Some(json!({ "Statement": [statement("by-hand", ALEXA_PRINCIPAL, OTHER_SKILL)] })),
        ..Changed::default()
    };
    let before = failures(&desk.doctor(None).await).len();
    assert_eq!(before, 2);
    let (planned, foretold) = desk.up(&dry_run()).await;
    assert!(planned.unwrap().is_none());
    let of_functions = |told: &[String]| {
        let told = told.iter().filter(|line| line.starts_with("function: "));
        told.cloned().collect::<Vec<_>>()
    };
    let endpoint = Memory::arn(Region::NorthAmerica);
    let relay =
        "lights-RelayFunction-1A2B in us-east-1 would admit everybody to the relay's address again";
    assert_eq!(
        of_functions(&foretold),
        [
            format!(
                "function: would take away the permission by-hand of {endpoint}, which admits another skill: {OTHER_SKILL}"
            ),
            "function: lights in us-east-1 would admit Alexa, for this skill again".to_owned(),
            format!("function: {relay}"),
            format!("function: {relay}"),
        ]
    );
    assert_eq!(failures(&desk.doctor(None).await).len(), before);

    let (_, told) = desk.made(&with_relay()).await;
    let wanted = foretold.iter().map(|line| {
        let line = line.replace("would take away", "took away");
        line.replace("would admit", "admits")
    });
    let wanted: Vec<String> = wanted.collect();
    assert_eq!(of_functions(&told), of_functions(&wanted));
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
    let (_, told) = desk.made(&with_relay()).await;
    assert!(!steps(&told).contains(&"function"), "{told:?}");
}

/// Some simulators of AWS write every principal as an account.
#[tokio::test]
async fn a_permission_that_is_right_is_left_however_its_principal_is_written() {
    let desk = Desk::sound().await;
    let mut own = statement("own", ALEXA_PRINCIPAL, desk.skill().as_str());
    own["Principal"] = json!({ "AWS": ALEXA_PRINCIPAL });
    desk.services.aws.world().changed.policy = Some(json!({ "Statement": [own] }));
    let (_, told) = desk.made(&with_relay()).await;
    assert!(!steps(&told).contains(&"function"), "{told:?}");
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
}

/// A deployment that has something to change cannot change an alias that is not there.
#[tokio::test]
async fn an_alias_is_there_again_before_the_deployment() {
    let desk = Desk::sound().await;
    delete_alias(&desk);
    desk.services.aws.world().changed.other_template = true;
    let (_, told) = desk.made(&with_relay()).await;
    let made = "function: the alias live in us-east-1 was gone, and made again for version 1";
    assert!(told.iter().any(|line| line == made), "{told:?}");
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
}

#[tokio::test]
async fn a_function_that_is_gone_is_told_with_the_way_back() {
    let desk = Desk::sound().await;
    delete_alias(&desk);
    desk.services.aws.world().changed.gone = true;
    let (outcome, told) = desk.up(&with_relay()).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    let way = "the function lights is gone, and the stack lights in us-east-1 does not know it. `sam delete --stack-name \
               lights --region us-east-1`";
    assert!(refused.starts_with(way), "{refused}: {told:?}");
}

/// Whoever deploys through CloudFormation need not have the right to look at functions.
#[tokio::test]
async fn what_may_not_be_looked_at_is_left() {
    let desk = Desk::sound().await;
    desk.services.aws.world().unreadable = true;
    let (_, told) = desk.made(&with_relay()).await;
    assert!(!steps(&told).contains(&"function"), "{told:?}");
}
