//! A set-up that stands and works, and is then wanted otherwise: with other regions, without the relay, for another
//! processor.

use linking::region::REGIONS;
use linking::region::Region::{self, Europe, FarEast, NorthAmerica};
use serde_json::{Value as Json, json};

use super::desk::{Desk, failures, plan, with_relay};
use crate::setup::steps::Plan;

/// What `up` does where these regions are named and nothing else.
fn named(regions: &[Region]) -> Plan {
    Plan {
        relay: None,
        ..plan(regions)
    }
}

impl Desk {
    /// One that works in these regions, with the relay in the first.
    async fn serving(regions: &[Region]) -> Self {
        let mut desk = Self::new().await;
        desk.secret = desk.made(&named(regions)).await.0.secret;
        desk
    }

    /// What `up` does where nothing is said.
    fn plain(&self) -> Plan {
        named(&self.file().state.regions)
    }

    fn noted(&self) -> Vec<Region> {
        self.file().state.regions
    }

    /// What `up` says when it refuses, after which everything is as it was; `--dry-run` refuses it, too.
    pub(super) async fn refusal(&self, plan: Plan) -> String {
        let before = self.everything().await;
        let deployments = self.services.aws.world().deployments;
        let dry = Plan {
            dry_run: true,
            ..plan
        };
        let (outcome, _) = self.up(&dry).await;
        let foretold = format!("{:#}", outcome.unwrap_err());
        let plan = Plan {
            dry_run: false,
            ..dry
        };
        let (outcome, _) = self.up(&plan).await;
        let refused = format!("{:#}", outcome.unwrap_err());
        assert_eq!(foretold, refused);
        assert_eq!(self.everything().await, before);
        assert_eq!(self.services.aws.world().deployments, deployments);
        let findings = self.doctor(self.secret.clone()).await;
        assert_eq!(failures(&findings), [] as [&str; 0], "{findings:#?}");
        refused
    }

    async fn everything(&self) -> Json {
        let stacks: Vec<Json> = {
            let world = self.services.aws.world();
            let stacks = world.stacks.values();
            stacks
                .map(|stack| serde_json::to_value(stack).unwrap())
                .collect()
        };
        json!({
            "state": serde_json::to_value(&self.file().state).unwrap(),
            "stacks": stacks,
            "relays": self.services.aws.relays(),
            "manifest": self.apis(),
            "clients": self.clients().await,
        })
    }

    fn apis(&self) -> Json {
        let manifest = self.alexa.skills()[0].manifest.clone().unwrap();
        manifest.pointer("/manifest/apis").unwrap().clone()
    }

    /// Whether the endpoints, the client and the doctor agree that this is served.
    async fn serves(&self, regions: &[Region], relays: &[Region]) {
        assert_eq!(self.noted(), regions);
        assert_eq!(self.services.aws.relays(), relays);
        let findings = self.doctor(self.secret.clone()).await;
        assert_eq!(failures(&findings), [] as [&str; 0], "{findings:#?}");
        let apis = self.apis();
        let own = |region: &&Region| {
            let uri = format!("/smartHome/regions/{}/endpoint/uri", region.code());
            apis.pointer(&uri).is_some()
        };
        // One function serves all regions, and then none has its own.
        let mut all = REGIONS.iter();
        match regions {
            [_] => assert!(!all.any(|region| own(&region)), "{apis}"),
            _ => assert!(
                all.all(|region| own(&region) == regions.contains(region)),
                "{apis}"
            ),
        }
        assert_eq!(self.clients().await.len(), 1);
    }
}

#[tokio::test]
async fn what_would_move_the_relay_is_refused_before_anything_is_changed() {
    let desk = Desk::serving(&[NorthAmerica, Europe]).await;
    for (other, kept) in [
        (
            named(&[Europe, NorthAmerica]),
            "up --regions na,eu --relay on",
        ),
        (named(&[Europe]), "up --regions na,eu --relay on"),
        (
            named(&[FarEast, Europe, NorthAmerica]),
            "up --regions na,fe,eu --relay on",
        ),
        (
            plan(&[NorthAmerica, Europe]),
            "up --regions na,eu --relay on",
        ),
    ] {
        let regions = other.regions.clone();
        let refused = desk.refusal(other).await;
        for words in [kept, "`up --rotate` makes a new client"] {
            assert!(refused.contains(words), "{regions:?}: {refused}");
        }
    }
    desk.serves(&[NorthAmerica, Europe], &[NorthAmerica]).await;
    desk.made(&desk.plain()).await;
    desk.serves(&[NorthAmerica, Europe], &[NorthAmerica]).await;
}

#[tokio::test]
async fn a_relay_that_is_gone_is_not_replaced_by_one_at_another_address() {
    let desk = Desk::serving(&[NorthAmerica]).await;
    desk.services.aws.forget(NorthAmerica);
    let findings = desk.doctor(None).await;
    let stack = findings.iter().find(|finding| finding.id == "stack");
    let mend = stack.unwrap().mend.as_ref().unwrap();
    assert!(mend.starts_with("particle-alexa up --rotate"), "{mend}");
    let (outcome, _) = desk.up(&desk.plain()).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(refused.contains("still to be made"), "{refused}");
    assert!(desk.services.aws.world().stacks.is_empty());
    let rotated = Plan {
        rotate: true,
        ..desk.plain()
    };
    desk.made(&rotated).await;
    let findings = desk.doctor(None).await;
    assert_eq!(failures(&findings), [] as [&str; 0], "{findings:#?}");
}

#[tokio::test]
async fn a_relay_that_is_moved_goes_when_alexa_names_the_other() {
    let mut desk = Desk::serving(&[NorthAmerica, Europe]).await;
    let moved = Plan {
        rotate: true,
        ..named(&[Europe, NorthAmerica])
    };
    // It breaks off before Alexa is told: the relay that she names is still there.
    desk.services.aws.world().broken = true;
    desk.up(&moved).await.0.unwrap_err();
    assert!(desk.services.aws.relays().contains(&NorthAmerica));

    desk.services.aws.world().switched.clear();
    let (outcome, told) = desk.made(&moved).await;
    desk.secret = outcome.secret;
    let switched = std::mem::take(&mut desk.services.aws.world().switched);
    let on_and_off = [(Europe, "on"), (NorthAmerica, "on"), (NorthAmerica, "off")];
    assert_eq!(
        switched,
        on_and_off.map(|(region, relay)| (region, relay.to_owned()))
    );
    let position = |words: &str| told.iter().position(|line| line.contains(words)).unwrap();
    let linked = position("linking: set");
    assert!(
        linked < position("us-east-1: took the relay away"),
        "{told:?}"
    );
    desk.serves(&[Europe, NorthAmerica], &[Europe]).await;
    let (_, told) = desk.made(&desk.plain()).await;
    assert!(
        told[2..4]
            .iter()
            .all(|line| line.ends_with("nothing to change")),
        "{told:?}"
    );
    desk.serves(&[Europe, NorthAmerica], &[Europe]).await;
}

#[tokio::test]
async fn what_was_chosen_is_chosen_until_something_else_is() {
    let desk = Desk::new().await;
    let parameter = |name: &str| {
        let world = desk.services.aws.world();
        world.stacks[&NorthAmerica].parameters[name].clone()
    };
    let first = Plan {
        architecture: Some("x86_64".to_owned()),
        ..plan(&[NorthAmerica])
    };
    desk.made(&first).await;
    for without_note in [false, true] {
        if without_note {
            let mut file = desk.file();
            (file.state.relay, file.state.architecture) = (None, None);
            file.save().unwrap();
        }
        desk.made(&desk.plain()).await;
        desk.serves(&[NorthAmerica], &[]).await;
        assert_eq!(parameter("LinkRelay"), "off");
        assert_eq!(parameter("Architecture"), "x86_64");
        assert_eq!(desk.services.aws.world().built, Some("x86_64".to_owned()));
    }
    let other = Plan {
        architecture: Some("arm64".to_owned()),
        ..desk.plain()
    };
    desk.made(&other).await;
    desk.made(&desk.plain()).await;
    assert_eq!(parameter("Architecture"), "arm64");
    assert_eq!(desk.services.aws.world().built, Some("arm64".to_owned()));

    let refused = desk.refusal(with_relay()).await;
    assert!(
        refused.contains("`up --regions na --relay off` keeps it"),
        "{refused}"
    );
}

#[tokio::test]
async fn the_cloud_is_the_one_that_is_named_now() {
    let desk = Desk::serving(&[NorthAmerica]).await;
    {
        let mut world = desk.services.aws.world();
        let stack = world.stacks.get_mut(&NorthAmerica).unwrap();
        let other = "https://other.example".to_owned();
        stack.parameters.insert("ParticleApiUrl".to_owned(), other);
    }
    desk.made(&desk.plain()).await;
    let world = desk.services.aws.world();
    let given = &world.stacks[&NorthAmerica].parameters["ParticleApiUrl"];
    assert_eq!(*given, desk.cloud.url());
}

#[tokio::test]
async fn a_region_that_is_added_leaves_the_others_as_they_are() {
    let desk = Desk::serving(&[Europe]).await;
    desk.made(&named(&[Europe, FarEast])).await;
    desk.serves(&[Europe, FarEast], &[Europe]).await;

    // A plain `up` mends the one that is lost, and keeps the other.
    desk.services.aws.forget(FarEast);
    let findings = desk.doctor(None).await;
    let stack = findings.iter().find(|finding| finding.id == "stack");
    assert_eq!(stack.unwrap().mend.as_deref(), Some("particle-alexa up"));
    desk.made(&desk.plain()).await;
    desk.serves(&[Europe, FarEast], &[Europe]).await;

    // As does what the doctor says of a locale.
    let american = "/manifest/publishingInformation/locales/en-US";
    desk.manifest(american, json!({ "name": "Lights" })).await;
    let findings = desk.doctor(None).await;
    let locales = findings.iter().find(|finding| finding.id == "locales");
    let mend = locales.unwrap().mend.as_ref().unwrap();
    assert!(
        mend.starts_with("particle-alexa up --regions eu,fe,na   ("),
        "{mend}"
    );
    desk.made(&named(&[Europe, FarEast, NorthAmerica])).await;
    desk.serves(&[Europe, FarEast, NorthAmerica], &[Europe])
        .await;
}

#[tokio::test]
async fn a_stack_that_is_made_later_has_the_settings_of_the_others() {
    let desk = Desk::new().await;
    let set = |value: &str, plan| Plan {
        parameters: [("LogLevel".to_owned(), value.to_owned())].into(),
        ..plan
    };
    let given = |region: Region, name: &str| {
        let world = desk.services.aws.world();
        world.stacks[&region].parameters.get(name).cloned()
    };
    let debug = Some("DEBUG".to_owned());
    desk.made(&set("DEBUG", named(&[Europe]))).await;
    {
        let mut world = desk.services.aws.world();
        let stack = world.stacks.get_mut(&Europe).unwrap();
        // As AWS shows a parameter that is not to be shown.
        let hidden = ("Hidden".to_owned(), "****".to_owned());
        stack.parameters.extend([hidden]);
    }
    desk.made(&named(&[Europe, FarEast])).await;
    assert_eq!(given(FarEast, "LogLevel"), debug);
    assert_eq!(given(FarEast, "LinkRelay").as_deref(), Some("off"));
    assert_eq!(given(FarEast, "Hidden"), None);
    // As does one that is lost and made anew, by what the doctor says.
    desk.services.aws.forget(FarEast);
    desk.made(&desk.plain()).await;
    assert_eq!(given(FarEast, "LogLevel"), debug);
    // What is named counts for all of them, and what is not stays as it is in each.
    desk.made(&set("WARN", named(&[Europe]))).await;
    desk.made(&desk.plain()).await;
    desk.made(&named(&[Europe, FarEast])).await;
    assert_eq!(given(Europe, "LogLevel").as_deref(), Some("WARN"));
    assert_eq!(given(FarEast, "LogLevel"), debug);
    desk.made(&set("ERROR", desk.plain())).await;
    for region in [Europe, FarEast] {
        assert_eq!(given(region, "LogLevel").as_deref(), Some("ERROR"));
    }
}

#[tokio::test]
async fn a_region_that_is_left_out_serves_nobody_until_it_is_deleted() {
    let desk = Desk::serving(&[NorthAmerica, Europe, FarEast]).await;
    let (_, told) = desk.made(&named(&[NorthAmerica])).await;
    let told = told.join("\n");
    let way = "`sam delete --stack-name lights --region eu-west-1`";
    assert!(told.contains(way), "{told}");
    desk.serves(&[NorthAmerica], &[NorthAmerica]).await;
    assert_eq!(desk.file().state.left_out, [Europe, FarEast]);

    // One is deleted, and forgotten; the other is taken back.
    desk.services.aws.forget(Europe);
    let (_, told) = desk.made(&desk.plain()).await;
    assert!(!told.join("\n").contains("eu-west-1"), "{told:?}");
    assert_eq!(desk.file().state.left_out, [FarEast]);
    desk.made(&named(&[NorthAmerica, FarEast])).await;
    desk.serves(&[NorthAmerica, FarEast], &[NorthAmerica]).await;
    assert!(desk.file().state.left_out.is_empty());

    // And what is left out when everything goes, goes, too.
    desk.made(&named(&[NorthAmerica])).await;
    let told = desk.down(false).await;
    assert_eq!(
        told[1..3],
        [
            "stack: lights in us-west-2: deleted",
            "stack: lights in us-east-1: deleted"
        ]
    );
    assert!(desk.services.aws.world().stacks.is_empty());
    let state = desk.file().state;
    assert!(state.regions.is_empty() && state.left_out.is_empty() && state.relay.is_none());
}

#[tokio::test]
async fn a_dry_run_says_what_comes() {
    let desk = Desk::serving(&[NorthAmerica, Europe]).await;
    let dry = |plan| Plan {
        dry_run: true,
        ..plan
    };
    let foretold = |told: Vec<String>, words: &[&str]| {
        let told = told.join("\n");
        for words in words {
            assert!(told.contains(words), "{words}: {told}");
        }
    };
    let before = desk.everything().await;
    let (_, told) = desk.up(&dry(named(&[NorthAmerica, FarEast]))).await;
    foretold(
        told,
        &[
            "us-east-1: would be brought up to date, and keeps its relay",
            "us-west-2: would be deployed",
            "eu-west-1: would serve nobody, and stay",
            "is kept",
        ],
    );
    let moved = Plan {
        rotate: true,
        ..named(&[Europe, NorthAmerica])
    };
    let (_, told) = desk.up(&dry(moved)).await;
    foretold(
        told,
        &[
            "eu-west-1: would be brought up to date, with a relay",
            "its relay would be taken away at last",
            "every link would end",
        ],
    );
    // A change of the linking takes the secret.
    let scopes = vec!["customers:create".to_owned()];
    desk.link(|linking| linking.scopes = scopes).await;
    let (outcome, _) = desk.up(&dry(desk.plain())).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(refused.contains("differs in scopes"), "{refused}");
    let with_secret = Plan {
        secret: desk.secret.clone(),
        ..desk.plain()
    };
    let (_, told) = desk.up(&dry(with_secret)).await;
    foretold(told, &["linking: would be changed: scopes"]);
    desk.link(|linking| linking.scopes = vec!["profile".to_owned()])
        .await;
    // What is there is found without the note, too.
    let skill = desk.skill();
    desk.file().remove().unwrap();
    let found = Plan {
        skill: Some(skill),
        ..named(&[NorthAmerica, Europe])
    };
    let (_, told) = desk.up(&dry(found)).await;
    foretold(told, &["client: lights-", "is kept"]);
    assert!(!desk.state_path().exists());
    assert_eq!(desk.everything().await["stacks"], before["stacks"]);
}

#[tokio::test]
async fn a_stack_of_another_name_is_another_set_up() {
    let desk = Desk::serving(&[NorthAmerica]).await;
    let other = Plan {
        stack: "other".to_owned(),
        ..desk.plain()
    };
    let refused = desk.refusal(other).await;
    assert!(refused.contains("are called lights"), "{refused}");
}

#[tokio::test]
async fn nothing_is_made_before_everything_is_there_that_it_takes() {
    let desk = Desk::new().await;
    desk.services.aws.world().missing = vec!["sam", "cargo-lambda"];
    for dry_run in [true, false] {
        let plan = Plan {
            dry_run,
            ..named(&[NorthAmerica])
        };
        let (outcome, told) = desk.up(&plan).await;
        let refused = format!("{:#}", outcome.unwrap_err());
        for words in [
            "- `sam` is not installed",
            "- `cargo-lambda` is not installed",
        ] {
            assert!(refused.contains(words), "{refused}");
        }
        assert!(told.is_empty());
    }
    assert_eq!(desk.changes(), [] as [String; 0]);
    assert!(!desk.state_path().exists());
}

#[tokio::test]
async fn nothing_is_taken_down_before_everybody_is_signed_in() {
    let mut desk = Desk::sound().await;
    desk.services.particle = Err("no access token for Particle".to_owned());
    desk.services.aws.world().complaint = Some("No credentials");
    desk.changes();
    let before = desk.apis();
    let refused = desk.taken_down(true).await.unwrap_err();
    let refused = format!("{refused:#}");
    for words in [
        "nothing was taken down",
        "- no access token",
        "No credentials",
    ] {
        assert!(refused.contains(words), "{refused}");
    }
    assert_eq!(desk.changes(), [] as [String; 0]);
    assert_eq!(desk.apis(), before);
    assert!(desk.alexa.skills()[0].account_linking.is_some());
    let token = desk.cloud.token();
    desk.log_in(&token);
    desk.services.aws.world().complaint = None;
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
}
