//! Each row of the list of mistakes in `docs/linking.md`: made, found by the doctor, and mended as he says.

use std::collections::BTreeSet;
use std::time::Duration;

use linking::account_linking::Scheme;
use linking::aws::ALEXA_PRINCIPAL;
use linking::check::{ADVICE, Finding, Mode, Status};
use linking::probe::{self, TokenRequest};
use linking::region::Region;
use particle_simulator::{Certificate, Fault, Home, Simulator as Cloud, Target};
use secrecy::ExposeSecret as _;
use serde_json::{Value as Json, json};

use super::aws::{Changed, Memory, policy, statement};
use super::desk::{Desk, SECRET, failures, with_relay};
use crate::setup::steps::Plan;

const UP: &str = "particle-alexa up";
const RELINK: &str = "PARTICLE_CLIENT_SECRET=… particle-alexa up";
const ROTATE: &str = "particle-alexa up --rotate";

/// What was changed by hand, and nothing of it by `up`, takes a drift-aware change set.
const BY_HAND: &str = "particle-alexa up   (if its stack has nothing to change: docs/operations.md, \"Changed by hand\")";

const TO_THE_STACKS_VERSION: &str = "aws lambda update-alias --region us-east-1 --function-name lights --name live --function-version 1";

const OTHER_SKILL: &str = "amzn1.ask.skill.99999999-89ab-cdef-0123-456789abcdef";

/// The row, what is wrong, the check that finds it, how it comes out, words of what was seen, and what mends it.
type Row = (
    u8,
    &'static str,
    &'static str,
    Status,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    (1, "the client id is a user's name", "client-id", Status::Fail, "name of a Particle user: maker@example.com", ROTATE),
    (1, "the client id is an access token", "client-id", Status::Fail, "is an access token or a secret: …", "particle token revoke"),
    (1, "the client is deleted", "client-known", Status::Fail, "there is no OAuth client", ROTATE),
    (2, "the secret is an access token", "client-secret", Status::Fail, "is an access token", "particle token revoke"),
    (3, "the client is of another type", "client-type", Status::Fail, "The grant type is unauthorised for this client_id", ROTATE),
    (4, "the redirect URI has a slash too many", "redirect-uri", Status::Fail, "/callback/", ROTATE),
    (4, "the relay has another name", "relay", Status::Fail, "has Particle return to https://else.where/callback", "use the relay at the address that AWS gave it"),
    (5, "there is no relay", "redirect-regions", Status::Warn, "layla.amazon.com or alexa.amazon.co.jp cannot link", "particle-alexa up --relay on --rotate"),
    (5, "the relay is another developer's", "relay", Status::Fail, "the relay refuses https://pitangui.amazon.com", BY_HAND),
    (5, "the relay's settings were changed by hand", "relay", Status::Fail, "the relay refuses https://pitangui.amazon.com", BY_HAND),
    (6, "the redirect URI has the skill's id", "redirect-vendor", Status::Fail, "the id of the skill", ROTATE),
    (7, "the access token URI is another page", "access-token-url", Status::Fail, "/v1/oauth/token", RELINK),
    (8, "the authorization URI is another page", "authorization-url", Status::Fail, "https://docs.particle.io/", RELINK),
    (9, "a proxy drops the header", "scheme", Status::Fail, "the token endpoint sees no client", "choose REQUEST_BODY_CREDENTIALS"),
    (10, "the scope is that of product clients", "scopes", Status::Fail, "customers:create", RELINK),
    (11, "the skill may send events", "events", Status::Fail, "Alexa sends AcceptGrant", UP),
    (11, "the skill speaks version 2", "protocol", Status::Fail, "`protocolVersion` is 2", UP),
    (11, "another function was deployed", "discovery", Status::Fail, "DiscoverAppliancesResponse of version 2", BY_HAND),
    (11, "another function was published by hand", "discovery", Status::Fail, "DiscoverAppliancesResponse of version 2", TO_THE_STACKS_VERSION),
    (11, "the function is in another AWS account", "aws-account", Status::Warn, "the AWS account 999999999999, and you are signed in to 123456789012", "if that account is yours, sign in to it"),
    (11, "the function does not know AcceptGrant", "accept-grant", Status::Fail, "no event of version 3", UP),
    (12, "grants are redeemed with the client of account linking", "messaging-client", Status::Fail, "redeems the codes of AcceptGrant as …", UP),
    (12, "grants are redeemed with another secret", "messaging-client", Status::Fail, "refuses the secret", UP),
    (14, "the skill has no endpoint", "endpoint", Status::Fail, "the skill has no endpoint", UP),
    (14, "the function has moved", "endpoint", Status::Fail, "for NA the skill calls", UP),
    (14, "the first deployment failed", "stack", Status::Fail, "ROLLBACK_COMPLETE: no rights", "delete it in the AWS console"),
    (15, "the permission is for another skill", "trigger", Status::Fail, "admits another skill", UP),
    (15, "the permission is for every skill", "trigger", Status::Fail, "every smart home skill of every developer", UP),
    (15, "another skill may call, too", "trigger", Status::Fail, "admits another skill", UP),
    (15, "custom skills may call, too", "trigger", Status::Fail, "alexa-appkit.amazon.com, for custom skills", UP),
    (15, "everybody may call", "trigger", Status::Fail, "admits everybody", UP),
    (15, "another account may call what has no alias", "trigger", Status::Fail, "999999999999", UP),
    (15, "Alexa is denied the call", "trigger", Status::Fail, "denies Alexa the call", UP),
    (15, "Alexa refused the trigger", "skill", Status::Fail, "The trigger setting for the Lambda", UP),
    (16, "the trigger is that of custom skills", "trigger-principal", Status::Fail, "alexa-appkit.amazon.com", UP),
    (17, "the permission is on the function", "trigger-qualifier", Status::Fail, "the skill calls it at live", UP),
    (17, "there is no alias", "function", Status::Fail, "the function has no alias live", UP),
    (17, "the function is deleted", "function", Status::Fail, "function:lights:live does not exist", "delete its stack in the AWS console"),
    (17, "a version was published by hand", "function", Status::Warn, "live stands for version 7, and the stack published 1", TO_THE_STACKS_VERSION),
    (18, "the function for Europe is in America", "region", Status::Fail, "the endpoint for EU is in us-east-1", UP),
    (18, "there is no function for a locale", "locales", Status::Warn, "can be seen in de-DE", "particle-alexa up --regions na,eu"),
    (19, "a locale is missing", "locales", Status::Warn, "cannot be seen by apps in en-CA", UP),
    (19, "the skill is deleted", "skill", Status::Fail, "Alexa knows no skill amzn1.ask.skill.", "if it is another developer's, sign in as that one"),
    (19, "nobody has enabled it", "enabled", Status::Warn, "the account of Simulated developer has not enabled the skill", "in the Alexa app: More, Skills & Games"),
    (21, "what is between alters the state", "relay", Status::Fail, "not the one that she sent", "take away what stands before the relay"),
    (22, "somebody asks whose what is", "whose", Status::Pass, "belongs to maker@example.com; each user who links logs in as themselves", ""),
    (22, "the client is somebody else's", "client-known", Status::Warn, "is none of this Particle user's 3 clients", "log in as the owner of the client"),
    (23, "the accounts are those of a product's customers", "login", Status::Fail, "Invalid credentials", "set the authorization and access token URLs"),
    (24, "nothing of the devices is known by name", "discovery", Status::Fail, "Alexa would discover nothing, of 1 device", "particle-alexa devices"),
    (24, "the function does not reach Particle", "discovery", Status::Fail, "discover nothing, of 1 device: the function cannot reach Particle", "look into the function's log"),
    (25, "the redirect URI is http", "https", Status::Fail, "http://lights.example/callback", ROTATE),
    (29, "the token endpoint is slow", "token-time", Status::Fail, "took more than 4500 ms", "look at https://status.particle.io"),
    (29, "nobody vouches for the token endpoint", "certificates", Status::Fail, "the certificate of the token endpoint", "mend the certificate"),
    (30, "ten logins failed", "lock", Status::Fail, "takes no more requests from this address", "wait 30 minutes"),
    (31, "the account linking did not arrive", "account-linking", Status::Fail, "empty body", RELINK),
    (32, "there is a custom model beside it", "apis", Status::Fail, "custom", UP),
    (34, "the relay has one permission of two", "relay-url", Status::Fail, "lacks a permission", UP),
    (35, "the token ends soon", "token-life", Status::Warn, "ends in 9 days", "particle login"),
    (36, "another set-up replaced the client", "client-kept", Status::Fail, "Alexa uses the client other-", UP),
    (36, "the secret is that of an older client", "client-kept", Status::Fail, "not the one that Alexa was told", "put the right one into PARTICLE_CLIENT_SECRET"),
];

/// The rows that no check can see, words by which people know them, and words of what they are told.
const ADVISED: &[(u8, &str, &str)] = &[
    (
        13,
        "you sent a code to /oauth/token by hand",
        "Never replay one",
    ),
    (20, "the login page is blank", "https://alexa.amazon.com"),
    (26, "take it for a token", "Alexa exchanges it by herself"),
    (27, "a privacy policy", "leave it empty"),
    (
        28,
        "fields that the console does not have",
        "go by what this program says",
    ),
    (33, "cannot be enabled", "enable it in the Alexa app"),
    (35, "worked for weeks, and then died", "UnauthorizedAlarm"),
];

/// Makes the mistake.
async fn make(mistake: &str, desk: &mut Desk) {
    let skill = desk.skill();
    let relay = desk.services.aws.relay_url();
    let change = |change: &dyn Fn(&mut Changed)| change(&mut desk.services.aws.world().changed);
    let endpoint = Memory::arn(Region::NorthAmerica);
    match mistake {
        "the client id is a user's name" => desk.link_client("maker@example.com", SECRET).await,
        "the client id is an access token" => {
            let token = desk.cloud.token();
            desk.link_client(&token, SECRET).await;
            let (outcome, _) = desk.up(&with_relay()).await;
            let refused = format!("{:#}", outcome.unwrap_err());
            assert!(!refused.contains(&token), "{refused}");
        }
        "the client is deleted" => {
            let client = desk.file().state.client.unwrap();
            let deleted = desk.particle().delete_client(client.id.as_str());
            deleted.await.unwrap();
        }
        "the secret is an access token" => {
            desk.secret = Some(desk.cloud.token().into());
            desk.link(|_| ()).await;
        }
        "the client is of another type" => desk.link_client("installed-1", SECRET).await,
        "the redirect URI has a slash too many" => {
            desk.link_new_client(&format!("{relay}/callback/")).await;
        }
        "the relay has another name" => {
            let aws = &desk.services.aws;
            aws.change_relay(|relay| relay.domain = Some("else.where"));
        }
        "there is no relay" => {
            let plan = Plan {
                relay: Some(false),
                rotate: true,
                ..with_relay()
            };
            desk.secret = desk.made(&plan).await.0.secret;
        }
        "the relay is another developer's" => {
            let aws = &desk.services.aws;
            aws.change_relay(|relay| relay.vendor = "M9OTHER".to_owned());
            let mut world = aws.world();
            let stack = world.stacks.get_mut(&Region::NorthAmerica).unwrap();
            let parameters = &mut stack.parameters;
            parameters.insert("AlexaVendorId".to_owned(), "M9OTHER".to_owned());
        }
        "the relay's settings were changed by hand" => {
            let aws = &desk.services.aws;
            aws.change_relay(|relay| relay.vendor = "M9OTHER".to_owned());
        }
        "the redirect URI has the skill's id" => desk.link_client("skill-1", SECRET).await,
        "the access token URI is another page" => {
            let url = format!("{}/v1/oauth/token", desk.cloud.url());
            desk.link(|linking| linking.access_token_url = url).await;
        }
        "the authorization URI is another page" => {
            let url = "https://docs.particle.io/".to_owned();
            desk.link(|linking| linking.authorization_url = url).await;
        }
        "a proxy drops the header" => {
            let mut oauth = desk.cloud.oauth();
            oauth.basic = false;
            desk.cloud.set_oauth(oauth);
        }
        "the scope is that of product clients" => {
            let scopes = vec!["customers:create".to_owned()];
            desk.link(|linking| linking.scopes = scopes).await;
        }
        "the skill may send events" => send_events(desk).await,
        "the skill speaks version 2" => {
            let pointer = "/manifest/apis/smartHome/protocolVersion";
            desk.manifest(pointer, json!("2")).await;
        }
        "another function was deployed" | "another function was published by hand" => {
            change(&|changed| {
                let answer = json!({ "event": {
                    "header": { "name": "DiscoverAppliancesResponse", "payloadVersion": "2" }
                }});
                changed.answers.insert("Discover", answer);
                match mistake {
                    "another function was deployed" => changed.other_template = true,
                    _ => changed.version = Some("7"),
                }
            });
        }
        "a version was published by hand" => change(&|changed| changed.version = Some("7")),
        "the function is in another AWS account" => desk.call_elsewhere().await,
        "the function does not know AcceptGrant" => {
            change(&|changed| {
                let answer = json!({ "errorMessage": "unknown directive" });
                changed.answers.insert("AcceptGrant", answer);
            });
            send_events(desk).await;
        }
        "grants are redeemed with the client of account linking" => {
            let client = desk.clients().await.remove(0);
            keep_grants(desk, &client, SECRET).await;
        }
        "grants are redeemed with another secret" => {
            send_events(desk).await;
            let credentials = desk.services.smapi.credentials(&skill).await.unwrap();
            keep_grants(desk, &credentials.unwrap().client_id, "another").await;
        }
        "the skill has no endpoint" => {
            let bare = json!({ "smartHome": { "protocolVersion": "3" } });
            desk.manifest("/manifest/apis", bare).await;
        }
        "the function has moved" => {
            let old = endpoint.replace("function:lights", "function:lights-1");
            desk.services.aws.functions.permit(&old, skill.as_str());
            let pointer = "/manifest/apis/smartHome/endpoint/uri";
            desk.manifest(pointer, json!(old)).await;
        }
        "the first deployment failed" => {
            let mut world = desk.services.aws.world();
            let stack = world.stacks.get_mut(&Region::NorthAmerica).unwrap();
            stack.status = "ROLLBACK_COMPLETE".to_owned();
            stack.reason = Some("no rights".to_owned());
        }
        "the permission is for another skill" => {
            change(&|changed| changed.policy = Some(policy(ALEXA_PRINCIPAL, OTHER_SKILL)));
        }
        "the permission is for every skill" => change(&|changed| {
            let mut all = policy(ALEXA_PRINCIPAL, "");
            all["Statement"][0]["Condition"] = Json::Null;
            changed.policy = Some(all);
        }),
        "another skill may call, too" => {
            beside(desk, statement("more", ALEXA_PRINCIPAL, OTHER_SKILL));
        }
        "custom skills may call, too" => {
            let custom = "alexa-appkit.amazon.com";
            beside(desk, statement("more", custom, skill.as_str()));
        }
        "everybody may call" => {
            let mut all = statement("more", "", skill.as_str());
            all["Principal"] = json!("*");
            beside(desk, all);
        }
        "another account may call what has no alias" => change(&|changed| {
            let mut other = policy("", "");
            other["Statement"][0]["Principal"] = json!({ "AWS": "arn:aws:iam::999999999999:root" });
            changed.unqualified_policy = Some(other);
        }),
        "Alexa is denied the call" => {
            let mut denial = statement("more", ALEXA_PRINCIPAL, skill.as_str());
            denial["Effect"] = json!("Deny");
            beside(desk, denial);
        }
        "Alexa refused the trigger" => {
            change(&|changed| changed.policy = Some(json!({ "Statement": [] })));
            desk.services.aws.functions.remove_permissions(&endpoint);
            let smapi = &desk.services.smapi;
            let manifest = smapi.manifest(&skill).await.unwrap().value;
            let put = smapi.put_manifest(&skill, &manifest, None).await;
            put.unwrap_err();
        }
        "the trigger is that of custom skills" => change(&|changed| {
            changed.policy = Some(policy("alexa-appkit.amazon.com", skill.as_str()));
        }),
        "the permission is on the function" => change(&|changed| {
            changed.policy = Some(json!({ "Statement": [] }));
            changed.unqualified_policy = Some(policy(ALEXA_PRINCIPAL, skill.as_str()));
        }),
        "there is no alias" => {
            change(&|changed| changed.without_alias = true);
            desk.services.aws.functions.remove_permissions(&endpoint);
        }
        "the function is deleted" => {
            change(&|changed| changed.gone = true);
            desk.services.aws.functions.remove_permissions(&endpoint);
        }
        "the function for Europe is in America" => {
            let europe = json!({ "EU": { "endpoint": { "uri": endpoint } } });
            desk.manifest("/manifest/apis/smartHome/regions", europe)
                .await;
        }
        "there is no function for a locale" => {
            let pointer = "/manifest/publishingInformation/locales/de-DE";
            desk.manifest(pointer, json!({ "name": "Licht" })).await;
        }
        "a locale is missing" => {
            let pointer = "/manifest/publishingInformation/locales";
            desk.manifest(pointer, json!({ "en-US": { "name": "Lights" } }))
                .await;
        }
        "the skill is deleted" => {
            let smapi = &desk.services.smapi;
            smapi.delete(&skill).await.unwrap();
        }
        "nobody has enabled it" => {
            let customer = desk.alexa.customer().build().unwrap();
            customer.disable(skill.as_str());
        }
        "what is between alters the state" => {
            let aws = &desk.services.aws;
            aws.change_relay(|relay| relay.is_behind_a_rewriter = true);
        }
        "somebody asks whose what is" => {}
        "the client is somebody else's" => desk.link_client("particle", SECRET).await,
        "the accounts are those of a product's customers" => desk.mode = Mode::Product,
        "nothing of the devices is known by name" => {
            let lamp = Target::Device("lamp".to_owned());
            assert!(desk.cloud.set_fault(lamp, Some(Fault::NullFunctions)));
        }
        "the function does not reach Particle" => change(&|changed| changed.cut_off = true),
        "the redirect URI is http" => {
            let mut oauth = desk.cloud.oauth();
            oauth.plain_redirects = true;
            desk.cloud.set_oauth(oauth);
            desk.link_new_client("http://lights.example/callback").await;
        }
        "ten logins failed" => {
            let url = format!("{}/oauth/token", desk.cloud.url());
            for _ in 0..10 {
                let run = TokenRequest::of_this_run();
                let http = &desk.services.http;
                let secret = SECRET.into();
                probe::client(run, http, &url, &Scheme::HttpBasic, "nobody-1", &secret).await;
            }
        }
        "the account linking did not arrive" => {
            let smapi = &desk.services.smapi;
            smapi.delete_account_linking(&skill).await.unwrap();
        }
        "there is a custom model beside it" => {
            desk.manifest("/manifest/apis/custom", json!({})).await;
        }
        "the relay has one permission of two" => {
            let aws = &desk.services.aws;
            aws.change_relay(|relay| relay.actions.truncate(1));
        }
        "the token ends soon" => {
            let token = password_token(desk).await;
            desk.log_in(&token);
            desk.cloud.advance(Duration::from_secs(80 * 24 * 60 * 60));
        }
        "another set-up replaced the client" => {
            desk.link_new_client(&format!("{relay}/callback")).await;
        }
        "the secret is that of an older client" => desk.secret = Some(SECRET.into()),
        other => panic!("nobody knows how to make this mistake: {other}"),
    }
}

/// Adds a permission to the one that the template makes.
fn beside(desk: &Desk, more: Json) {
    let own = desk
        .services
        .aws
        .policy_of(&Memory::arn(Region::NorthAmerica).parse().unwrap());
    let mut policy = own.unwrap();
    policy["Statement"].as_array_mut().unwrap().push(more);
    desk.services.aws.world().changed.policy = Some(policy);
}

/// Gives the skill the permission with which Alexa sends `AcceptGrant`.
async fn send_events(desk: &Desk) {
    let permissions = json!([{ "name": "alexa::async_event:write" }]);
    desk.manifest("/manifest/permissions", permissions).await;
}

/// Has the function redeem the codes of `AcceptGrant` with this client.
async fn keep_grants(desk: &Desk, id: &str, secret: &str) {
    send_events(desk).await;
    let settings = &mut desk.services.aws.world().changed.settings;
    settings.insert("ALEXA_CLIENT_ID", id.to_owned());
    settings.insert("ALEXA_CLIENT_SECRET", secret.to_owned());
}

/// A token that ends, as those of `particle login` do.
async fn password_token(desk: &Desk) -> String {
    let url = format!("{}/oauth/token", desk.cloud.url());
    let form = "grant_type=password&client_id=particle&client_secret=particle&username=maker%40example.com&password=particle";
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let limit = Duration::from_secs(20);
    let http = &desk.services.http;
    let post = http.post(url.parse().unwrap(), &headers, form.to_owned(), limit);
    let answer: Json = serde_json::from_slice(&post.await.unwrap().body).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Does what the doctor says, if it is a command.
async fn mend(command: &str, desk: &mut Desk) -> bool {
    if command == TO_THE_STACKS_VERSION {
        let changed = &mut desk.services.aws.world().changed;
        changed.version = None;
        changed.answers.clear();
        return true;
    }
    let plan = match command {
        UP => with_relay(),
        RELINK => Plan {
            secret: desk.secret.clone(),
            ..with_relay()
        },
        ROTATE | "particle-alexa up --relay on --rotate" => Plan {
            rotate: true,
            ..with_relay()
        },
        "particle-alexa up --regions na,eu" => Plan {
            regions: vec![Region::NorthAmerica, Region::Europe],
            ..with_relay()
        },
        _ => return false,
    };
    let (outcome, _) = desk.made(&plan).await;
    if let Some(secret) = outcome.secret {
        desk.secret = Some(secret);
    }
    true
}

fn of<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.id == id).unwrap()
}

/// Makes one mistake, and tells what is not as the row says.
async fn tried(&(row, mistake, id, status, seen, command): &Row) -> Vec<String> {
    let mut desk = Desk::sound().await;
    // What stands in for a slow cloud has to live as long as the test.
    let mut elsewhere = None;
    match mistake {
        "the token endpoint is slow" => {
            let cloud = Cloud::start(Home::parse("").unwrap()).await.unwrap();
            cloud.set_fault(Target::Cloud, Some(Fault::Silent));
            elsewhere = Some(cloud);
        }
        "nobody vouches for the token endpoint" => {
            let home = Home::parse("").unwrap();
            let cloud = Cloud::builder(home).tls(Certificate::Untrusted);
            elsewhere = Some(cloud.start().await.unwrap());
        }
        _ => make(mistake, &mut desk).await,
    }
    if let Some(cloud) = &elsewhere {
        let url = format!("{}/oauth/token", cloud.url());
        desk.link(|linking| linking.access_token_url = url).await;
        desk.secret = None;
    }
    let findings = desk.doctor(desk.secret.clone()).await;
    let finding = of(&findings, id);
    let mut problems = Vec::new();
    let mut problem = |what: String| problems.push(format!("row {row}, {mistake}: {what}"));
    if !finding.rows.contains(&row) {
        problem(format!("{id} is not for this row"));
    }
    if finding.status != status || !finding.seen.contains(seen) {
        problem(format!("found {finding:?}"));
    }
    let told = finding.mend.as_deref().unwrap_or_default();
    let said = told.split("   (").next().unwrap_or_default();
    let is_command = command != BY_HAND && [UP, RELINK].iter().any(|start| said.starts_with(start));
    if !told.starts_with(command) || (is_command && said != command) {
        problem(format!("is to be mended by {told}"));
    }
    let printed = format!("{findings:?}");
    let secrets = [desk.secret.as_ref(), desk.services.token.as_ref()];
    for secret in secrets.into_iter().flatten() {
        if printed.contains(secret.expose_secret()) {
            problem("a secret is told".to_owned());
        }
    }
    if mend(said, &mut desk).await {
        let mut after = desk.doctor(desk.secret.clone()).await;
        if mistake.ends_with("changed by hand") {
            if of(&after, id) != finding {
                problem(format!("`{said}` mended it"));
            }
            desk.services.aws.revert_drift().await;
            after = desk.doctor(desk.secret.clone()).await;
        }
        if of(&after, id).status > Status::Skip || !failures(&after).is_empty() {
            problem(format!(
                "after `{said}`: {:?} {:?}",
                of(&after, id),
                failures(&after)
            ));
        }
        let clients = desk.clients().await;
        if clients.len() > 1 {
            problem(format!("after `{said}` there are {clients:?}"));
        }
    }
    problems
}

#[tokio::test]
async fn where_nothing_is_wrong_nothing_is_found() {
    let desk = Desk::sound().await;
    let findings = desk.doctor(desk.secret.clone()).await;
    for finding in findings {
        // How fast it is depends on the machine.
        let good = finding.status <= Status::Skip || finding.id == "token-time";
        assert!(good, "{finding:?}");
    }
}

#[tokio::test]
async fn each_mistake_is_diagnosed_and_mended() {
    let mut problems = Vec::new();
    for row in ROWS {
        problems.extend(tried(row).await);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[tokio::test]
async fn a_function_of_another_account_is_sent_no_token() {
    let desk = Desk::sound().await;
    send_events(&desk).await;
    desk.doctor(None).await;
    let own = Memory::arn(Region::NorthAmerica);
    let asked = std::mem::take(&mut desk.services.aws.world().invoked);
    let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
    assert_eq!(asked, [own.clone(), own], "a discovery, and AcceptGrant");

    desk.call_elsewhere().await;
    let findings = desk.doctor(None).await;
    assert_eq!(desk.services.aws.world().invoked, []);
    // Nor is anything said of one of the same name that is in this account.
    let why = "the function is in the AWS account 999999999999: see `aws-account`";
    for id in [
        "function",
        "trigger-principal",
        "trigger-qualifier",
        "trigger",
        "discovery",
        "accept-grant",
    ] {
        let finding = of(&findings, id);
        assert_eq!((finding.status, finding.seen.as_str()), (Status::Skip, why));
    }
}

/// The page is that of the cloud for which the stack was made, whichever cloud is looked at.
#[tokio::test]
async fn the_login_page_of_another_cloud_is_no_relay() {
    let mut desk = Desk::new().await;
    desk.made(&super::desk::plan(&[Region::NorthAmerica])).await;
    let other = Cloud::start(Home::parse("").unwrap()).await.unwrap();
    desk.elsewhere = Some(other.url());
    let findings = desk.doctor(None).await;
    for id in ["relay-url", "relay"] {
        assert_eq!(of(&findings, id).seen, "there is no relay");
    }
    let tokens = of(&findings, "access-token-url");
    assert_eq!(tokens.status, Status::Fail, "{tokens:?}");
}

/// What hangs on the skill has nothing to say without it.
#[tokio::test]
async fn a_skill_that_is_gone_is_told_once() {
    let desk = Desk::sound().await;
    let smapi = &desk.services.smapi;
    smapi.delete(&desk.skill()).await.unwrap();
    let findings = desk.doctor(desk.secret.clone()).await;
    let told = findings
        .iter()
        .filter(|finding| finding.status > Status::Skip);
    let told: Vec<&str> = told.map(|finding| finding.id).collect();
    assert_eq!(told, ["skill"]);
    for id in [
        "enabled",
        "endpoint",
        "account-linking",
        "trigger",
        "discovery",
    ] {
        assert_eq!(of(&findings, id).seen, "see `skill`");
    }
    desk.made(&with_relay()).await;
    let findings = desk.doctor(None).await;
    assert_eq!(failures(&findings), [] as [&str; 0]);
}

#[test]
fn every_row_is_tried_or_explained() {
    let tried = ROWS.iter().map(|row| row.0);
    let explained = ADVISED.iter().map(|row| row.0);
    let rows: BTreeSet<u8> = tried.chain(explained).collect();
    assert!(rows.into_iter().eq(1..=36));
    assert_eq!(ADVISED.len(), ADVICE.len());
    for (row, symptom, text) in ADVISED {
        let advice = ADVICE.iter().find(|advice| advice.row == *row).unwrap();
        assert!(advice.symptom.contains(symptom), "{advice:?}");
        assert!(advice.text.contains(text), "{advice:?}");
    }
}
