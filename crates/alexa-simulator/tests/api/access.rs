//! Who may ask for what.

use reqwest::Method;
use secrecy::ExposeSecret;

use alexa_simulator::{Fault, Operation};

use crate::client::{Developer, answer};

/// A request for each operation of SMAPI, without a body; the last one deletes the skill.
fn requests(skill: &str) -> Vec<(Operation, Method, String)> {
    let mut smapi = Operation::ALL.to_vec();
    smapi.retain(|operation| operation.path().starts_with("/v1/"));
    smapi.sort_by_key(|operation| *operation == Operation::DeleteSkill);
    smapi
        .into_iter()
        .map(|operation| {
            let path = operation.path().replace("{skillId}", skill);
            let method = operation.method().parse().unwrap();
            (operation, method, path.replace("{stage}", "development"))
        })
        .collect()
}

#[tokio::test]
async fn every_operation_wants_a_token_that_is_good_for_it() {
    let developer = Developer::new().await;
    let skill = developer.skill().await;
    let read = "alexa::ask:skills:read";
    let write = "alexa::ask:skills:readwrite";
    let test = "alexa::ask:skills:test";
    for (operation, method, path) in requests(&skill) {
        let enough: &[&str] = match operation {
            Operation::GetSkillEnablementStatus
            | Operation::SetSkillEnablement
            | Operation::DeleteSkillEnablement => &[test],
            _ if method == Method::GET => &[read, write],
            _ => &[write],
        };
        let unsigned = || developer.unsigned(method.clone(), &path);
        assert_eq!(answer(unsigned()).await.status, 401, "{operation}");
        assert_eq!(
            answer(unsigned().bearer_auth("Atza|guess")).await.status,
            401
        );
        for scope in [read, write, test, "alexa::ask:models:readwrite"] {
            if enough.contains(&scope) {
                continue;
            }
            let token = developer.simulator.access_token_for(&[scope]);
            let refused = answer(unsigned().bearer_auth(token.expose_secret())).await;
            assert_eq!(refused.status, 403, "{operation} with {scope}");
            assert!(refused.body["message"].is_string());
        }
        for &scope in enough {
            let token = developer.simulator.access_token_for(&[scope]);
            let status = answer(unsigned().bearer_auth(token.expose_secret()))
                .await
                .status;
            assert!(
                !matches!(status, 401 | 403),
                "{operation} with {scope}: {status}"
            );
        }
    }
}

#[tokio::test]
async fn expired_tokens_are_refused_and_can_be_replaced() {
    let developer = Developer::new().await;
    let simulator = &developer.simulator;
    let token = simulator.access_token();
    let vendors = || {
        let request = developer.unsigned(Method::GET, "/v1/vendors");
        answer(request.bearer_auth(token.expose_secret()))
    };
    assert_eq!(vendors().await.status, 200);
    simulator.expire_access_tokens();
    assert_eq!(vendors().await.status, 401);
    assert_eq!(developer.get("/v1/vendors").await.status, 200);
}

#[tokio::test]
async fn other_skills_and_stages_are_not_found() {
    let developer = Developer::new().await;
    let skill = developer.skill().await;
    let paths = [
        "/v1/skills/amzn1.ask.skill.00000000-0000-0000-0000-000000000000/status".to_owned(),
        format!("/v1/skills/{skill}/stages/live/manifest"),
        format!("/v1/skills/{skill}/stages/development/accountLinkingClient"),
        format!("/v1/skills/{skill}/stages/development/enablement"),
        "/v2/skills".to_owned(),
    ];
    for path in paths {
        assert_eq!(developer.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn faults_strike_the_next_requests() {
    let developer = Developer::new().await;
    let faults = [
        (Fault::Throttled, 429),
        (Fault::InternalError, 500),
        (Fault::Unavailable, 503),
    ];
    for (fault, status) in faults {
        developer.simulator.fail(fault, 2);
        assert_eq!(developer.get("/v1/vendors").await.status, status);
        assert_eq!(developer.token(&[]).await.status, status);
        assert_eq!(developer.get("/v1/vendors").await.status, 200);
    }
}
