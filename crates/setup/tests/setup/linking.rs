//! `Custom::AlexaAccountLinking`.

use alexa_simulator::Fault;
use secrecy::ExposeSecret as _;
use serde_json::{Value as Json, json};
use setup::account_linking::TYPE;
use setup::oauth_client;
use setup::turn::LATE;

use crate::world::{CLIENT_SECRET, LWA_SECRET, MADE_UP, Told, World, client};

impl World {
    /// A client, and the properties that link a new skill's accounts with it.
    async fn linked(&self) -> Json {
        let told = self
            .send(&self.event("Create", oauth_client::TYPE, client(&[])))
            .await;
        json!({
            "SkillId": self.skill().await,
            "LwaSecretArn": LWA_SECRET,
            "ClientId": told.id,
            "ClientSecretArn": CLIENT_SECRET,
            "SecretVersion": told.data["SecretVersion"],
            "AuthorizationUrl": "https://relay.example/authorize",
        })
    }

    fn linking_event(&self, request_type: &str, id: Option<&str>, properties: &Json) -> Json {
        let mut event = self.event(request_type, TYPE, properties.clone());
        event["LogicalResourceId"] = json!("Linking");
        if let Some(id) = id {
            event["PhysicalResourceId"] = json!(id);
        }
        event
    }

    async fn link(&self, request_type: &str, id: Option<&str>, properties: &Json) -> Told {
        let event = self.linking_event(request_type, id, properties);
        self.send(&event).await
    }

    fn linking(&self, properties: &Json) -> Option<alexa_simulator::AccountLinking> {
        self.alexa
            .skill(properties["SkillId"].as_str().unwrap())?
            .account_linking
    }
}

fn id(properties: &Json) -> String {
    format!(
        "{}/development/accountLinkingClient",
        properties["SkillId"].as_str().unwrap()
    )
}

#[tokio::test]
async fn accounts_are_linked_with_the_client() {
    let world = World::start().await;
    let properties = world.linked().await;
    // Twice, as Lambda may deliver it.
    let event = world.linking_event("Create", None, &properties);
    for _ in 0..2 {
        let told = world.send(&event).await;
        assert_eq!(
            (told.status.as_str(), told.id),
            ("SUCCESS", id(&properties)),
            "{}",
            told.reason
        );
        assert!(told.data["ETag"].is_string());
        let linking = world.linking(&properties).unwrap();
        let ledger = world.ledger();
        assert_eq!(json!(linking.client_id), ledger["clientId"]);
        assert_eq!(
            json!(linking.client_secret.expose_secret()),
            ledger["clientSecret"]
        );
        assert_eq!(linking.authorization_url, "https://relay.example/authorize");
        assert_eq!(
            linking.access_token_url,
            format!("{}/oauth/token", world.cloud.url())
        );
        assert_eq!(linking.scopes, ["profile"]);
        assert_eq!(linking.domains, ["relay.example", "127.0.0.1"]);
    }

    let mut changed = properties.clone();
    changed["Scopes"] = json!(["lamp", "door"]);
    changed["Domains"] = json!(["login.example"]);
    changed["AccessTokenUrl"] = json!("https://login.example/token");
    let told = world.link("Update", Some(&id(&properties)), &changed).await;
    assert_eq!(
        (told.status.as_str(), told.id),
        ("SUCCESS", id(&properties)),
        "{}",
        told.reason
    );
    let linking = world.linking(&properties).unwrap();
    assert_eq!(linking.scopes, ["lamp", "door"]);
    assert_eq!(linking.domains, ["login.example"]);
    assert_eq!(linking.access_token_url, "https://login.example/token");

    for _ in 0..2 {
        let told = world.link("Delete", Some(&id(&properties)), &changed).await;
        assert_eq!(told.status, "SUCCESS", "{told:?}");
        assert!(world.linking(&properties).is_none());
    }
}

/// The resource was taken out of the template, or somebody has set it up by hand.
#[tokio::test]
async fn what_was_there_before_stays() {
    let world = World::start().await;
    let properties = world.linked().await;
    world.link("Create", None, &properties).await;
    let kept = format!("{}/kept", id(&properties));
    let told = world.link("Create", None, &properties).await;
    assert_eq!((told.status.as_str(), &told.id), ("SUCCESS", &kept));
    let told = world.link("Update", Some(&kept), &properties).await;
    assert_eq!((told.status.as_str(), &told.id), ("SUCCESS", &kept));
    world.link("Delete", Some(&kept), &properties).await;
    assert!(world.linking(&properties).is_some());
}

#[tokio::test]
async fn events_of_one_resource_take_their_turns() {
    let world = World::start().await;
    let properties = world.linked().await;
    let create = world.linking_event("Create", None, &properties);
    let told = world.send_at_once(&[&create, &create]).await;
    for told in told {
        assert_eq!(
            (told.status.as_str(), told.id),
            ("SUCCESS", id(&properties))
        );
    }
    let delete = world.linking_event("Delete", Some(&id(&properties)), &properties);
    assert_eq!(world.send(&delete).await.status, "SUCCESS");
    // Late, and once more.
    world.send(&create).await;
    assert!(world.linking(&properties).is_none());
    world.link("Create", None, &properties).await;
    world.send(&delete).await;
    assert!(world.linking(&properties).is_some());
}

#[tokio::test]
async fn a_creation_after_its_end_links_nothing() {
    let world = World::start().await;
    let properties = world.linked().await;
    let told = world.link("Delete", Some(MADE_UP), &properties).await;
    assert_eq!(told.status, "SUCCESS");
    let told = world.link("Create", None, &properties).await;
    assert_eq!(told.status, "FAILED");
    assert!(
        told.reason.contains("this may be that one, late"),
        "{told:?}"
    );
    assert!(world.linking(&properties).is_none());
    world.let_pass(LATE);
    let told = world.link("Create", None, &properties).await;
    assert_eq!(told.status, "SUCCESS", "{told:?}");
}

#[tokio::test]
async fn another_skill_is_another_resource() {
    let world = World::start().await;
    let old = world.linked().await;
    world.link("Create", None, &old).await;
    let mut new = old.clone();
    new["SkillId"] = json!(world.skill().await);
    let told = world.link("Update", Some(&id(&old)), &new).await;
    assert_eq!((told.status.as_str(), told.id), ("SUCCESS", id(&new)));
    assert_eq!(
        world.link("Delete", Some(&id(&old)), &old).await.status,
        "SUCCESS"
    );
    assert!(world.linking(&old).is_none());
    assert!(world.linking(&new).is_some());
}

/// The client was replaced, and the linking is rolled back before the client is.
#[tokio::test]
async fn a_client_before_the_one_that_counts_is_still_found() {
    let world = World::start().await;
    let properties = world.linked().await;
    let mut event = world.event(
        "Update",
        oauth_client::TYPE,
        client(&[("RedirectUri", "https://b.example/c")]),
    );
    event["PhysicalResourceId"] = properties["ClientId"].clone();
    let new = world.send(&event).await;
    assert_ne!(json!(new.id), properties["ClientId"]);
    let told = world.link("Create", None, &properties).await;
    assert_eq!(told.status, "SUCCESS", "{told:?}");
    let linking = world.linking(&properties).unwrap();
    assert_eq!(
        json!(linking.client_secret.expose_secret()),
        world.ledger()["former"][0]["clientSecret"]
    );
}

type Break = (&'static str, fn(&World, &mut Json), &'static str);

const BREAKS: &[Break] = &[
    (
        "Alexa is down",
        |world, _| world.alexa.shutdown(),
        "127.0.0.1 cannot be reached",
    ),
    (
        "the sign-in was taken back",
        |world, _| world.alexa.revoke_refresh_tokens(),
        "Login with Amazon gives no token for the secret arn:aws:secretsmanager:eu-west-1",
    ),
    (
        "the sign-in lacks a field",
        |world, _| {
            let value = r#"{"clientId": "recognizable", "clientSecret": "recognizable"}"#;
            let mut account = world.aws.account();
            account
                .secrets
                .insert(LWA_SECRET.to_owned(), Some(value.to_owned()));
        },
        "must be JSON with clientId, clientSecret and refreshToken",
    ),
    (
        "the sign-in has an empty field",
        |world, _| {
            let value = r#"{"clientId": " ", "clientSecret": "recognizable", "refreshToken": "recognizable"}"#;
            let mut account = world.aws.account();
            account
                .secrets
                .insert(LWA_SECRET.to_owned(), Some(value.to_owned()));
        },
        "must be JSON with clientId, clientSecret and refreshToken",
    ),
    (
        "an address that Alexa refuses",
        |_, properties| properties["AuthorizationUrl"] = json!("http://relay.example/authorize"),
        "Alexa refuses to take the account linking",
    ),
    (
        "a skill that is not there",
        |_, properties| {
            properties["SkillId"] = json!("amzn1.ask.skill.00000000-0000-0000-0000-000000000000")
        },
        "Alexa cannot take the account linking: there is none",
    ),
    (
        "a stage that cannot be changed",
        |_, properties| properties["Stage"] = json!("live"),
        "only development can be changed",
    ),
    (
        "a client whose secret nobody knows",
        |_, properties| properties["ClientId"] = json!("workshop-1"),
        "holds no client workshop-1",
    ),
    (
        "no skill",
        |_, properties| properties["SkillId"] = json!("M1EXAMPLE00001"),
        "is no skill id",
    ),
];

#[tokio::test]
async fn what_cannot_be_is_told_and_touches_nothing() {
    for (name, break_it, words) in BREAKS {
        let world = World::start().await;
        let good = world.linked().await;
        // Somebody has set it up by hand.
        assert_eq!(world.link("Create", None, &good).await.status, "SUCCESS");
        let mut bad = good.clone();
        break_it(&world, &mut bad);
        let told = world.link("Create", None, &bad).await;
        assert_eq!(told.status, "FAILED", "{name}: {told:?}");
        assert!(told.reason.contains(words), "{name}: {told:?}");
        for id in [told.id.as_str(), MADE_UP] {
            let undone = world.link("Delete", Some(id), &bad).await;
            assert_eq!(undone.status, "SUCCESS", "{name}: {undone:?}");
        }
        assert!(world.linking(&good).is_some(), "{name}");
    }
}

/// Alexa fails while she is told: she may have taken it, and then its end is the stack's affair if its beginning was.
#[tokio::test]
async fn what_may_have_been_made_is_named() {
    let mut world = World::start().await;
    let properties = world.linked().await;
    world.setup.smapi_url = world.aws.url.parse().unwrap();
    for (is_linked, named) in [
        (false, id(&properties)),
        (true, format!("{}/kept", id(&properties))),
    ] {
        world.aws.account().is_linked = is_linked;
        let told = world.link("Create", None, &properties).await;
        assert_eq!((told.status.as_str(), told.id), ("FAILED", named));
        assert!(told.reason.contains("status 503"), "{}", told.reason);
    }
}

/// The token is the first thing that is asked for, the account linking the second.
#[tokio::test]
async fn a_busy_alexa_is_asked_again() {
    let world = World::start().await;
    let properties = world.linked().await;
    world.alexa.fail(Fault::Unavailable, 1);
    world.alexa.fail(Fault::Throttled, 1);
    let told = world.link("Create", None, &properties).await;
    assert_eq!(told.status, "SUCCESS", "{told:?}");
    let id = id(&properties);
    world.alexa.fail(Fault::Throttled, 3);
    let told = world.link("Update", Some(&id), &properties).await;
    assert_eq!((told.status.as_str(), &told.id), ("FAILED", &id));
    assert_eq!(
        told.reason,
        "Login with Amazon gives no token for now (status 429); try again in a minute"
    );
    let told = world.link("Delete", Some(&id), &properties).await;
    assert_eq!(told.status, "SUCCESS", "{told:?}");
}
