//! `Custom::ParticleOAuthClient`.

use std::time::{Duration, SystemTime};

use particle_simulator::{Fault, Kind, Target, When};
use serde_json::{Value as Json, json};
use setup::oauth_client::TYPE;
use setup::setup::RESERVE;
use setup::turn::LATE;

use crate::world::{
    CLIENT_SECRET, LONG, LWA_SECRET, MADE_UP, PARTICLE_SECRET, REDIRECT, Told, World, client,
};

const OTHER_REDIRECT: &str = "https://pitangui.amazon.com/api/skill/link/M1EXAMPLE00001";

impl World {
    async fn create(&self) -> Told {
        let told = self.send(&self.event("Create", TYPE, client(&[]))).await;
        assert_eq!(told.status, "SUCCESS", "{told:?}");
        told
    }

    async fn update(&self, id: &str, changed: &[(&str, &str)]) -> Told {
        let mut event = self.event("Update", TYPE, client(changed));
        event["PhysicalResourceId"] = json!(id);
        event["OldResourceProperties"] = client(&[]);
        self.send(&event).await
    }

    async fn delete(&self, id: &str, properties: Json) -> Told {
        let mut event = self.event("Delete", TYPE, properties);
        event["PhysicalResourceId"] = json!(id);
        let told = self.send(&event).await;
        assert_eq!(told.id, id);
        told
    }
}

#[tokio::test]
async fn a_client_is_made_once_and_its_secret_kept() {
    let world = World::start().await;
    let event = world.event("Create", TYPE, client(&[]));
    let first = world.send(&event).await;
    assert_eq!(first.status, "SUCCESS", "{first:?}");
    assert_eq!(world.clients().await, [first.id.as_str()]);
    let ledger = world.ledger();
    assert_eq!(ledger["clientId"], json!(first.id));
    assert_eq!(ledger["clientSecret"].as_str().unwrap().len(), 40);
    assert!(ledger.get("underWay").is_none(), "{ledger}");
    assert_eq!(
        first.data,
        json!({ "ClientId": first.id, "SecretArn": CLIENT_SECRET, "SecretVersion": ledger["version"] })
    );

    // Lambda may deliver an event twice.
    let second = world.send(&event).await;
    assert_eq!((&second.id, &second.data), (&first.id, &first.data));
    assert_eq!(world.clients().await, [first.id]);
}

#[tokio::test]
async fn events_at_the_same_moment_take_their_turns() {
    let world = World::start().await;
    let create = world.event("Create", TYPE, client(&[]));
    let mut told = world.send_at_once(&[&create, &create, &create]).await;
    let first = told.remove(0);
    assert_eq!(first.status, "SUCCESS", "{first:?}");
    for other in told {
        assert_eq!((&other.id, &other.data), (&first.id, &first.data));
    }
    assert_eq!(world.clients().await, [first.id.as_str()]);

    let mut update = world.event("Update", TYPE, client(&[("RedirectUri", OTHER_REDIRECT)]));
    update["PhysicalResourceId"] = json!(first.id);
    let told = world.send_at_once(&[&update, &update]).await;
    assert_eq!(told[0].id, told[1].id);
    assert_eq!(world.clients().await, [first.id.as_str(), &told[0].id]);
}

/// A creation that is given up is undone while it is under way, or before it begins.
#[tokio::test]
async fn a_creation_and_its_end_at_the_same_moment_leave_nothing() {
    let world = World::start().await;
    let create = world.event("Create", TYPE, client(&[]));
    let mut delete = world.event("Delete", TYPE, client(&[]));
    delete["PhysicalResourceId"] = json!(MADE_UP);
    for events in [[&create, &delete], [&delete, &create]] {
        world.send_at_once(&events).await;
        assert_eq!(world.clients().await, [""; 0]);
    }
}

#[tokio::test]
async fn a_creation_after_its_end_makes_nothing() {
    // It had been heard.
    let world = World::start().await;
    let create = world.event("Create", TYPE, client(&[]));
    let made = world.send(&create).await;
    world.delete(&made.id, client(&[])).await;
    let told = world.send(&create).await;
    assert_eq!((told.status, told.id), (made.status, made.id));
    assert_eq!(world.clients().await, [""; 0]);

    // It had not.
    let world = World::start().await;
    let mut delete = world.event("Delete", TYPE, client(&[]));
    delete["PhysicalResourceId"] = json!(MADE_UP);
    assert_eq!(world.send(&delete).await.status, "SUCCESS");
    let late = world.event("Create", TYPE, client(&[]));
    for _ in 0..2 {
        let told = world.send(&late).await;
        assert_eq!(told.status, "FAILED");
        assert!(
            told.reason.contains("this may be that one, late"),
            "{told:?}"
        );
        assert_eq!(world.clients().await, [""; 0]);
    }
    // What was refused is undone, too, and that begins no new wait.
    world.let_pass(LATE / 2);
    world.delete(MADE_UP, client(&[])).await;
    world.let_pass(LATE / 2);
    let made = world.create().await;

    // The end comes again, too.
    assert_eq!(world.send(&delete).await.status, "SUCCESS");
    assert_eq!(world.clients().await, [made.id]);
}

#[tokio::test]
async fn who_was_cut_off_is_waited_for_and_no_longer() {
    let world = World::start().await;
    let create = world.event("Create", TYPE, client(&[]));
    on_creation(&world, Fault::Silent);
    let text = create.to_string();
    let deadline = SystemTime::now() + LONG;
    let cut_off = world.setup.handle(&text, deadline);
    let cut_off = tokio::time::timeout(Duration::from_millis(500), cut_off).await;
    assert!(cut_off.is_err());
    world.cloud.lift_faults();
    // Who waits has as much time as they had, and needs some of it.
    let until = world.ledger()["atWork"]["until"].clone();
    let until: SystemTime = serde_json::from_value(until).unwrap();
    assert!(until < deadline - Duration::from_secs(20), "{until:?}");

    let soon = SystemTime::now() + RESERVE + Duration::from_millis(100);
    let told = world.send_until(&create, soon).await;
    assert!(told.reason.starts_with("it took longer than"), "{told:?}");
    assert_eq!(world.clients().await, [""; 0], "they may be at work");

    world.let_pass(LONG);
    let told = world.send(&create).await;
    assert_eq!(told.status, "SUCCESS", "{told:?}");
    assert_eq!(world.clients().await, [told.id]);
}

#[tokio::test]
async fn a_secret_that_somebody_made_empty_is_one_without_a_value() {
    for empty in ["", "{}"] {
        let world = World::start().await;
        holds(&world, CLIENT_SECRET, Some(empty));
        world.create().await;
    }
}

/// The resource was taken out of the template, and is there again.
#[tokio::test]
async fn a_client_that_was_kept_is_taken_and_stays() {
    let world = World::start().await;
    let kept = world.create().await;
    let again = world.create().await;
    assert_eq!(again.id, format!("{}/kept", kept.id));
    assert_eq!(again.data, kept.data);
    for id in [MADE_UP, again.id.as_str()] {
        let undone = world.delete(id, client(&[])).await;
        assert_eq!(undone.status, "SUCCESS");
        assert_eq!(world.clients().await, [kept.id.as_str()]);
    }
    let changed = world.update(&again.id, &[("Name", "Cellar")]).await;
    assert_eq!((&changed.id, &changed.data), (&again.id, &kept.data));

    let other = [("RedirectUri", OTHER_REDIRECT)];
    let event = world.event("Create", TYPE, client(&other));
    let new = world.send(&event).await;
    assert_eq!(world.clients().await, [kept.id.as_str(), &new.id]);
    world.delete(&new.id, client(&other)).await;
    assert_eq!(world.clients().await, [kept.id]);
}

/// CloudFormation waits for a creation for an hour at most.
#[tokio::test]
async fn what_is_old_is_not_what_is_undone() {
    let world = World::start().await;
    let made = world.create().await;
    world.let_pass(Duration::from_secs(3601));
    world.delete(MADE_UP, client(&[])).await;
    assert_eq!(world.clients().await, [made.id]);
}

#[tokio::test]
async fn what_belongs_to_another_resource_is_left_alone() {
    let world = World::start().await;
    let mine = world.create().await;
    for owner in ["LogicalResourceId", "StackId"] {
        let mut event = world.event("Create", TYPE, client(&[]));
        event[owner] = json!("Other");
        let told = world.send(&event).await;
        assert_eq!(told.status, "FAILED");
        assert!(
            told.reason.contains("the client of another resource"),
            "{told:?}"
        );
        for id in [told.id.as_str(), MADE_UP] {
            let mut event = world.event("Delete", TYPE, client(&[]));
            event[owner] = json!("Other");
            event["PhysicalResourceId"] = json!(id);
            assert_eq!(world.send(&event).await.status, "SUCCESS");
        }
        assert_eq!(world.clients().await, [mine.id.as_str()]);
    }
}

#[tokio::test]
async fn what_can_be_changed_is_and_what_cannot_is_replaced() {
    let world = World::start().await;
    let made = world.create().await;
    for (changed, is_same) in [
        (&[][..], true),
        (&[("Name", "Cellar")][..], true),
        (&[("Scope", "*:*")][..], true),
        (&[("RedirectUri", OTHER_REDIRECT)][..], false),
    ] {
        let told = world.update(&made.id, changed).await;
        assert_eq!(told.status, "SUCCESS", "{told:?}");
        assert_eq!(told.id == made.id, is_same, "{changed:?}");
        assert_eq!(
            told.data["SecretVersion"] == made.data["SecretVersion"],
            is_same
        );
        if let [("Name", name)] = changed {
            assert_eq!(world.name(&made.id).await, *name);
        }
    }
    let changes = world.cloud.requests();
    let puts = changes
        .iter()
        .filter(|request| request.to_string().starts_with("PUT"));
    assert_eq!(puts.count(), 2, "another name, and a scope");
}

#[tokio::test]
async fn a_replacement_lives_and_the_old_one_goes() {
    let world = World::start().await;
    let old = world.create().await;
    let new = world
        .update(&old.id, &[("RedirectUri", OTHER_REDIRECT)])
        .await;
    assert_eq!(world.clients().await, [old.id.clone(), new.id.clone()]);
    // The same event again makes no third one.
    let again = world
        .update(&old.id, &[("RedirectUri", OTHER_REDIRECT)])
        .await;
    assert_eq!((again.id, again.data), (new.id.clone(), new.data));

    for _ in 0..2 {
        let told = world.delete(&old.id, client(&[])).await;
        assert_eq!(told.status, "SUCCESS", "{told:?}");
        assert_eq!(world.clients().await, [new.id.as_str()]);
    }
    let ledger = world.ledger();
    assert_eq!(ledger["clientId"], json!(new.id));
    assert!(ledger.get("former").is_none(), "{ledger}");
}

#[tokio::test]
async fn an_update_that_is_rolled_back_finds_the_old_client() {
    let world = World::start().await;
    let old = world.create().await;
    let new = world
        .update(&old.id, &[("RedirectUri", OTHER_REDIRECT)])
        .await;
    let back = world.update(&new.id, &[]).await;
    assert_eq!((&back.id, &back.data), (&old.id, &old.data));
    assert_eq!(world.ledger()["clientId"], json!(old.id));
    let told = world
        .delete(&new.id, client(&[("RedirectUri", OTHER_REDIRECT)]))
        .await;
    assert_eq!(told.status, "SUCCESS");
    assert_eq!(world.clients().await, [old.id]);
}

#[tokio::test]
async fn a_client_that_somebody_deleted_is_made_anew() {
    let world = World::start().await;
    let lost = world.create().await;
    world.delete(&lost.id, client(&[])).await;
    let told = world.update(&lost.id, &[]).await;
    assert_eq!(told.status, "SUCCESS");
    assert_ne!(told.id, lost.id);
    assert_eq!(world.clients().await, [told.id]);
}

/// What is broken, by what, and what CloudFormation is told.
type Break = (&'static str, fn(&World) -> Json, &'static str);

fn on_clients(world: &World, fault: Fault) {
    world
        .cloud
        .set_fault_when(Target::Cloud, fault, When::default().only([Kind::Clients]));
}

/// Strikes the request that makes the client.
fn on_creation(world: &World, fault: Fault) {
    let cloud = world.cloud.clone();
    world.aws.account().after_intention = Some(Box::new(move || {
        let once = When::default().only([Kind::Clients]).times(1);
        cloud.set_fault_when(Target::Cloud, fault, once);
    }));
}

fn holds(world: &World, arn: &str, value: Option<&str>) {
    let value = value.map(str::to_owned);
    world.aws.account().secrets.insert(arn.to_owned(), value);
}

const BREAKS: &[Break] = &[
    (
        "Particle is busy",
        |world| {
            on_clients(world, Fault::RateLimited);
            client(&[])
        },
        "Particle wants no more calls for now; try again in five minutes",
    ),
    (
        "Particle is down",
        |world| {
            on_clients(world, Fault::BadGateway);
            client(&[])
        },
        "Particle failed to list the OAuth clients (status 502)",
    ),
    (
        "Particle is busy when the client is made",
        |world| {
            on_creation(world, Fault::RateLimited);
            client(&[])
        },
        "Particle wants no more calls",
    ),
    (
        "the client is made, and nobody hears of it",
        |world| {
            on_creation(world, Fault::ResetAfter);
            client(&[])
        },
        "127.0.0.1 cannot be reached",
    ),
    (
        "the turn cannot be written",
        |world| {
            world.aws.account().writes = Some(0);
            client(&[])
        },
        "Secrets Manager failed to write the secret",
    ),
    (
        "the intention cannot be written",
        |world| {
            world.aws.account().writes = Some(1);
            client(&[])
        },
        "Secrets Manager failed to write the secret",
    ),
    (
        "the secret cannot be written",
        |world| {
            world.aws.account().writes = Some(2);
            client(&[])
        },
        "Secrets Manager failed to write the secret",
    ),
    (
        "the role may not write",
        |world| {
            let denied = ("PutSecretValue", CLIENT_SECRET.to_owned());
            world.aws.account().denied.insert(denied);
            client(&[])
        },
        "the function may not write the secret arn:aws:",
    ),
    (
        "the role may not read",
        |world| {
            let denied = ("GetSecretValue", PARTICLE_SECRET.to_owned());
            world.aws.account().denied.insert(denied);
            client(&[])
        },
        "the function may not read the secret arn:aws:",
    ),
    (
        "there is no secret",
        |_| {
            client(&[(
                "ParticleSecretArn",
                "arn:aws:secretsmanager:us-east-1:123456789012:secret:none",
            )])
        },
        "there is no secret arn:aws:secretsmanager:us-east-1:123456789012:secret:none",
    ),
    (
        "the token is refused",
        |world| {
            holds(
                world,
                PARTICLE_SECRET,
                Some(r#"{"accessToken": "recognizable"}"#),
            );
            client(&[])
        },
        "Particle refuses the access token in the secret arn:aws:",
    ),
    (
        "the token is none",
        |world| {
            holds(world, PARTICLE_SECRET, Some(r#"{"token": "recognizable"}"#));
            client(&[])
        },
        "must be JSON with accessToken",
    ),
    (
        "the token is empty",
        |world| {
            holds(world, PARTICLE_SECRET, Some(r#"{"accessToken": " "}"#));
            client(&[])
        },
        "must be JSON with accessToken",
    ),
    (
        "the client's secret is somebody's",
        |_| client(&[("ClientSecretArn", LWA_SECRET)]),
        "holds something that this function has not written",
    ),
    (
        "a secret instead of its ARN",
        |_| client(&[("ParticleSecretArn", "recognizable")]),
        "a secret is named by its ARN",
    ),
    (
        "a property too many",
        |_| client(&[("RedirectURI", REDIRECT)]),
        "unknown field `RedirectURI`",
    ),
    (
        "a redirect that Particle refuses",
        |_| client(&[("RedirectUri", "http://relay.example/callback")]),
        "Particle refuses to make an OAuth client",
    ),
];

#[tokio::test]
async fn a_creation_that_fails_leaves_nothing() {
    for (name, break_it, words) in BREAKS {
        // CloudFormation makes an id up where it never heard of one.
        for made_up in [false, true] {
            let world = World::start().await;
            let properties = break_it(&world);
            let told = world
                .send(&world.event("Create", TYPE, properties.clone()))
                .await;
            assert_eq!(told.status, "FAILED", "{name}: {told:?}");
            assert!(told.reason.contains(words), "{name}: {told:?}");
            world.cloud.lift_faults();
            world.aws.account().writes = None;
            world.let_pass(LONG);
            let id = if made_up { MADE_UP } else { &told.id };
            for _ in 0..2 {
                let undone = world.delete(id, properties.clone()).await;
                assert_eq!(undone.status, "SUCCESS", "{name}: {undone:?}");
            }
            assert_eq!(world.clients().await, [""; 0], "{name}");
        }
    }
}

#[tokio::test]
async fn a_creation_that_is_tried_again_leaves_one_client() {
    let world = World::start().await;
    on_creation(&world, Fault::ResetAfter);
    let event = world.event("Create", TYPE, client(&[]));
    // CloudFormation has been told that it failed, and will undo it.
    for _ in 0..2 {
        let told = world.send(&event).await;
        assert_eq!(told.status, "FAILED");
        assert_eq!(world.clients().await.len(), 1, "nobody knows its secret");
    }
    let told = world.create().await;
    assert_eq!(world.clients().await, [told.id]);
}

#[tokio::test]
async fn an_update_that_was_cut_off_leaves_no_client_behind() {
    let world = World::start().await;
    let made = world.create().await;
    on_creation(&world, Fault::ResetAfter);
    let told = world
        .update(&made.id, &[("RedirectUri", OTHER_REDIRECT)])
        .await;
    assert_eq!((told.status.as_str(), &told.id), ("FAILED", &made.id));
    assert_eq!(world.clients().await.len(), 2);
    let back = world.update(&made.id, &[]).await;
    assert_eq!((&back.id, &back.data), (&made.id, &made.data));
    assert_eq!(world.clients().await, [made.id]);
    // Or else a client that somebody makes later would be taken for one that was made for nothing.
    assert!(world.ledger().get("underWay").is_none());
}

/// The answer was lost: CloudFormation gives up, and makes an id up.
#[tokio::test]
async fn a_creation_that_nobody_heard_of_is_undone() {
    let world = World::start().await;
    world.create().await;
    let told = world.delete(MADE_UP, client(&[])).await;
    assert_eq!(told.status, "SUCCESS", "{told:?}");
    assert_eq!(world.clients().await, [""; 0]);
}

#[tokio::test]
async fn an_end_that_cannot_be_is_told() {
    let world = World::start().await;
    let made = world.create().await;
    for id in [&made.id, MADE_UP] {
        on_clients(&world, Fault::RateLimited);
        let told = world.delete(id, client(&[])).await;
        assert_eq!(told.status, "FAILED");
        world.cloud.lift_faults();
        assert_eq!(world.clients().await, [made.id.as_str()]);
    }
    assert_eq!(world.delete(MADE_UP, client(&[])).await.status, "SUCCESS");
    assert_eq!(world.clients().await, [""; 0]);
    // It was heard of, so that nothing else is waited for.
    world.create().await;
}
