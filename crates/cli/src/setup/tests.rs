//! `up`, `doctor` and `down` with Alexa and Particle simulated over HTTP, and AWS in memory.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use alexa_simulator::{Functions, Operation, Simulator as Alexa};
use indicatif::ProgressBar;
use linking::aws::{
    Alias, Aws, Build, Configuration, Deployment, Error, Identity, Invocation, Policy, Stack,
};
use linking::check::{Finding, Mode, Status, Wanted, findings};
use linking::http::{Authorities, Http};
use linking::id::FunctionArn;
use linking::particle::Particle;
use linking::probe::TokenRequest;
use linking::region::Region;
use linking::smapi::{Settings, Smapi};
use particle_simulator::{Home, Simulator as Cloud};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::gathering::{self, Look};
use super::removal::{self, Extent};
use super::services::Services;
use super::state::StateFile;
use super::steps::{Code, Outcome, Plan, Up};
use super::{Done, Report};

const STACK: &str = "lights";

const ALEXA: &str = "alexa-connectedhome.amazon.com";

const DEVICES: &str = "username = 'maker@example.com'\n[[device]]\nid = 'cafe00000000000000000001'\nname = 'lamp'\nfirmware = 'dimmer'\n";

/// OAuth clients that people make.
const CLIENTS: &str = r#"
[[client]]
id = "installed-1"
secret = "0123456789abcdef0123456789abcdef01234567"
type = "installed"

[[client]]
id = "elsewhere-1"
secret = "0123456789abcdef0123456789abcdef01234567"
redirect_uri = "https://pitangui.amazon.com/api/skill/link/M1SIMULATOR00/"

[[client]]
id = "skill-1"
secret = "0123456789abcdef0123456789abcdef01234567"
redirect_uri = "https://pitangui.amazon.com/api/skill/link/amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef"
"#;

fn policy(principal: &str, skill: &str) -> Json {
    json!({ "Statement": [{
        "Effect": "Allow",
        "Principal": { "Service": principal },
        "Action": "lambda:InvokeFunction",
        "Condition": { "StringEquals": { "lambda:EventSourceToken": skill } }
    }]})
}

fn discovered(name: &str, version: &str, endpoints: &[Json]) -> Json {
    json!({ "event": {
        "header": { "name": name, "payloadVersion": version },
        "payload": { "endpoints": endpoints }
    }})
}

/// AWS, as far as it is asked: stacks with one function each, which admits the skill that its parameters name.
struct Memory {
    functions: Functions,
    particle_url: String,
    world: Mutex<World>,
}

#[derive(Default)]
struct World {
    stacks: BTreeMap<Region, Stack>,
    deployments: usize,
    /// The next deployment fails.
    broken: bool,
    /// What is not as the template makes it.
    changed: Changed,
}

#[derive(Default)]
struct Changed {
    policy: Option<Json>,
    unqualified_policy: Option<Json>,
    discovery: Option<Json>,
    without_alias: bool,
}

impl Memory {
    fn arn(region: Region) -> String {
        format!("arn:aws:lambda:{region}:123456789012:function:{STACK}:live")
    }

    fn skill(&self, region: Region) -> Option<String> {
        let world = self.world.lock().unwrap();
        world
            .stacks
            .get(&region)?
            .parameters
            .get("AlexaSkillId")
            .cloned()
    }
}

impl Aws for Memory {
    async fn identity(&self) -> Result<Identity, Error> {
        Ok(Identity {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/maker".to_owned(),
        })
    }

    async fn stack(&self, region: Region, name: &str) -> Result<Option<Stack>, Error> {
        assert_eq!(name, STACK);
        Ok(self.world.lock().unwrap().stacks.get(&region).cloned())
    }

    async fn build(&self, build: &Build, line: &(dyn Fn(&str) + Sync)) -> Result<PathBuf, Error> {
        line("Building");
        Ok(build.folder.join("template.yaml"))
    }

    async fn deploy(
        &self,
        deployment: &Deployment,
        _line: &(dyn Fn(&str) + Sync),
    ) -> Result<bool, Error> {
        let region = deployment.region;
        let arn = Self::arn(region);
        let mut world = self.world.lock().unwrap();
        world.deployments += 1;
        if std::mem::take(&mut world.broken) {
            return Err(Error::Unreadable {
                command: "sam deploy".to_owned(),
            });
        }
        let outputs = [
            ("SkillEndpoint", arn.clone()),
            (
                "AlexaAuthorizationUri",
                format!("{}/oauth/authorize", self.particle_url),
            ),
            (
                "ParticleRedirectUri",
                region.redirect_uri(&deployment.parameters["AlexaVendorId"].parse().unwrap()),
            ),
        ];
        let stack = Stack {
            status: "UPDATE_COMPLETE".to_owned(),
            reason: None,
            outputs: outputs.map(|(name, value)| (name.to_owned(), value)).into(),
            parameters: deployment.parameters.clone(),
        };
        self.functions
            .permit(&arn, &deployment.parameters["AlexaSkillId"]);
        Ok(world.stacks.insert(region, stack.clone()) != Some(stack))
    }

    async fn delete_stack(&self, region: Region, _name: &str) -> Result<(), Error> {
        self.functions.remove_permissions(&Self::arn(region));
        self.world.lock().unwrap().stacks.remove(&region);
        Ok(())
    }

    async fn policy(&self, arn: &FunctionArn) -> Result<Option<Policy>, Error> {
        if let Some(policy) = &self.world.lock().unwrap().changed.policy {
            return Ok(serde_json::from_value(policy.clone()).unwrap());
        }
        let skill = self.skill(arn.alexa_region().unwrap());
        Ok(skill.map(|skill| serde_json::from_value(policy(ALEXA, &skill)).unwrap()))
    }

    async fn alias(&self, _arn: &FunctionArn) -> Result<Option<Alias>, Error> {
        let alias = json!({ "FunctionVersion": "1" });
        let there = !self.world.lock().unwrap().changed.without_alias;
        Ok(there.then(|| serde_json::from_value(alias).unwrap()))
    }

    async fn configuration(&self, _arn: &FunctionArn) -> Result<Option<Configuration>, Error> {
        let configuration = json!({ "Version": "1", "Timeout": 8, "MemorySize": 256 });
        Ok(serde_json::from_value(configuration).unwrap())
    }

    async fn function_policy(
        &self,
        _region: Region,
        _function: &str,
    ) -> Result<Option<Policy>, Error> {
        let world = self.world.lock().unwrap();
        let policy = world.changed.unqualified_policy.clone();
        Ok(policy.map(|policy| serde_json::from_value(policy).unwrap()))
    }

    async fn resource(
        &self,
        _region: Region,
        _stack: &str,
        _resource: &str,
    ) -> Result<Option<String>, Error> {
        Ok(None)
    }

    async fn invoke(&self, _arn: &FunctionArn, event: &Json) -> Result<Invocation, Error> {
        if event["directive"]["header"]["name"] == "AcceptGrant" {
            return Ok(Invocation {
                payload: discovered("AcceptGrant.Response", "3", &[]),
                failure: None,
            });
        }
        let world = self.world.lock().unwrap();
        let changed = world.changed.discovery.clone();
        let payload = changed.unwrap_or_else(|| discovered("Discover.Response", "3", &[json!({})]));
        Ok(Invocation {
            payload,
            failure: None,
        })
    }
}

/// What was told.
#[derive(Default)]
struct Told(Vec<Done>);

impl Report for Told {
    fn done(&mut self, done: Done) -> anyhow::Result<()> {
        self.0.push(done);
        Ok(())
    }

    fn waiting_for(&self, _what: &str) -> ProgressBar {
        ProgressBar::hidden()
    }
}

/// A developer's world.
struct Desk {
    alexa: Alexa,
    cloud: Cloud,
    services: Services<Memory>,
    folder: TempDir,
}

impl Desk {
    async fn new() -> Self {
        let functions = Functions::default();
        let alexa = Alexa::builder().lambda(functions.clone()).polls(1);
        let alexa = alexa.start().await.unwrap();
        let home = format!("{DEVICES}{CLIENTS}");
        let cloud = Cloud::start(Home::parse(&home).unwrap()).await.unwrap();
        let http = Http::new(Authorities::default()).unwrap();
        let token = alexa.access_token();
        let settings = Settings::read(|name| match name {
            "ASK_SMAPI_SERVER_BASE_URL" => Some(alexa.url()),
            "ASK_ACCESS_TOKEN" => Some(token.expose_secret().to_owned()),
            _ => None,
        });
        let smapi = Smapi::new(settings.unwrap(), http.clone());
        let token = SecretString::from(cloud.token());
        let particle = Particle::new(http.clone(), cloud.url().parse().unwrap(), token.clone());
        let services = Services {
            smapi: smapi.paced(Duration::from_millis(1), Duration::from_secs(20)),
            http,
            particle: Ok(particle),
            token: Some(token),
            particle_url: cloud.url(),
            aws: Memory {
                functions,
                particle_url: cloud.url(),
                world: Mutex::default(),
            },
        };
        Self {
            alexa,
            cloud,
            services,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn state_path(&self) -> PathBuf {
        self.folder.path().join("state.json")
    }

    fn file(&self) -> StateFile {
        StateFile::read(&self.state_path()).unwrap()
    }

    async fn up(&self, plan: &Plan) -> (anyhow::Result<Option<Outcome>>, Vec<String>) {
        let mut told = Told::default();
        let up = Up {
            services: &self.services,
            plan,
            file: &mut self.file(),
            report: &mut told,
        };
        let outcome = up.run().await;
        let told = told.0.into_iter();
        let told = told
            .map(|done| format!("{}: {}", done.step, done.text))
            .collect();
        (outcome, told)
    }

    /// `up` that succeeds.
    async fn made(&self, plan: &Plan) -> (Outcome, Vec<String>) {
        let (outcome, told) = self.up(plan).await;
        (outcome.unwrap().unwrap(), told)
    }

    async fn doctor(&self, secret: Option<SecretString>) -> Vec<Finding> {
        let file = self.file();
        let look = Look {
            wanted: Wanted {
                regions: file.state.regions.clone(),
                proactive: false,
                mode: Mode::Maker,
                particle_url: self.cloud.url(),
            },
            stack: STACK.to_owned(),
            skill: file.state.skill.clone(),
            state: &file.state,
            secret,
        };
        findings(&gathering::facts(&self.services, look, TokenRequest::of_this_run()).await)
    }

    async fn down(&self, skill: bool) -> Vec<String> {
        let mut told = Told::default();
        let services = &self.services;
        removal::run(services, &mut self.file(), Extent { skill }, &mut told)
            .await
            .unwrap();
        let told = told.0.into_iter();
        told.map(|done| format!("{}: {}", done.step, done.text))
            .collect()
    }

    /// The clients that `up` made and that are there.
    async fn clients(&self) -> Vec<String> {
        let particle = self.services.particle.as_ref().unwrap();
        let clients = particle.clients().await.unwrap().into_iter();
        clients
            .filter(|client| client.name == STACK)
            .map(|client| client.id)
            .collect()
    }

    /// Whether anything was asked of Alexa or Particle that changes something.
    fn changes(&self) -> Vec<String> {
        let alexa = self.alexa.take_requests().into_iter();
        let alexa = alexa.filter_map(|request| {
            let operation = request.operation?;
            (operation.method() != "GET" && operation != Operation::Token)
                .then(|| operation.name().to_owned())
        });
        let cloud = self.cloud.take_requests().into_iter();
        let cloud = cloud
            .filter(|request| request.method != "GET")
            .map(|request| format!("{} {}", request.method, request.path));
        alexa.chain(cloud).collect()
    }
}

fn plan(regions: &[Region]) -> Plan {
    Plan {
        regions: regions.to_vec(),
        stack: STACK.to_owned(),
        name: None,
        skill: None,
        vendor: None,
        relay: false,
        rotate: false,
        dry_run: false,
        code: Code::Source {
            template: "template.yaml".into(),
            folder: "build".into(),
            architecture: None,
        },
        parameters: BTreeMap::new(),
        secret: None,
    }
}

fn steps(told: &[String]) -> Vec<&str> {
    told.iter()
        .map(|line| line.split(':').next().unwrap())
        .collect()
}

fn failures(findings: &[Finding]) -> Vec<&str> {
    let failed = findings
        .iter()
        .filter(|finding| finding.status == Status::Fail);
    failed.map(|finding| finding.id).collect()
}

#[tokio::test]
async fn from_nothing_to_a_skill_that_can_be_linked_and_back() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    let (outcome, told) = desk.made(&plan).await;
    assert_eq!(
        steps(&told),
        [
            "sign-ins", "skill", "stack", "endpoint", "client", "linking"
        ]
    );
    assert_eq!(outcome.name, "My Particle Home");
    let secret = outcome.secret.unwrap();

    let skill = &desk.alexa.skills()[0];
    let manifest = skill.manifest.as_ref().unwrap();
    assert_eq!(
        manifest.pointer("/manifest/apis/smartHome/endpoint/uri"),
        Some(&json!(Memory::arn(Region::NorthAmerica)))
    );
    let linking = skill.account_linking.as_ref().unwrap();
    assert_eq!(
        linking.client_secret.expose_secret(),
        secret.expose_secret()
    );
    assert_eq!(desk.clients().await.len(), 1);

    // Everything is as it should be, and one dummy request was enough to see it.
    desk.changes();
    let findings = desk.doctor(Some(secret.clone())).await;
    assert_eq!(failures(&findings), [] as [&str; 0], "{findings:#?}");
    let right = findings
        .iter()
        .find(|finding| finding.id == "client-secret")
        .unwrap();
    assert_eq!(right.status, Status::Pass);
    let tokens = desk.cloud.take_requests();
    let tokens = tokens
        .iter()
        .filter(|request| request.method == "POST")
        .count();
    assert_eq!(tokens, 1);

    // The secret is nowhere but at Alexa.
    let noted = std::fs::read_to_string(desk.state_path()).unwrap();
    let told = told.join("\n") + &format!("{findings:?}");
    for text in [&noted, &told] {
        assert!(!text.contains(secret.expose_secret()), "{text}");
        assert!(!text.contains(&desk.cloud.token()), "{text}");
    }

    // A second run changes nothing.
    desk.changes();
    let (_, again) = desk.made(&plan).await;
    assert_eq!(desk.changes(), [] as [String; 0]);
    assert!(again[2].ends_with("nothing to change"), "{again:?}");
    assert!(again[4].contains("is kept"), "{again:?}");

    let told = desk.down(false).await;
    assert_eq!(steps(&told), ["linking", "stack", "client"]);
    assert!(desk.clients().await.is_empty());
    assert!(desk.alexa.skills()[0].account_linking.is_none());
    assert!(desk.file().state.skill.is_some());
    // And up again, with the skill that stayed.
    desk.made(&plan).await;
    assert_eq!(desk.alexa.skills().len(), 1);
    let told = desk.down(true).await;
    assert_eq!(steps(&told), ["linking", "skill", "stack", "client"]);
    assert!(desk.alexa.skills().is_empty());
    assert!(desk.services.aws.world.lock().unwrap().stacks.is_empty());
    assert!(!desk.state_path().exists());
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let desk = Desk::new().await;
    let dry = Plan {
        dry_run: true,
        ..plan(&[Region::NorthAmerica])
    };
    let (outcome, told) = desk.up(&dry).await;
    assert!(outcome.unwrap().is_none());
    assert_eq!(
        steps(&told),
        [
            "sign-ins", "skill", "stack", "endpoint", "client", "linking"
        ]
    );
    assert!(
        told[1..].iter().all(|line| line.contains("would be")),
        "{told:?}"
    );
    // And where everything is there, neither.
    desk.made(&plan(&[Region::NorthAmerica])).await;
    desk.changes();
    let deployments = desk.services.aws.world.lock().unwrap().deployments;
    let (outcome, told) = desk
        .up(&Plan {
            rotate: true,
            ..dry
        })
        .await;
    assert!(outcome.unwrap().is_none());
    assert!(told[4].contains("every link would end"), "{told:?}");
    assert_eq!(desk.changes(), [] as [String; 0]);
    assert_eq!(
        desk.services.aws.world.lock().unwrap().deployments,
        deployments
    );
}

#[tokio::test]
async fn three_regions_have_three_functions_and_one_skill() {
    let desk = Desk::new().await;
    let regions = [Region::Europe, Region::NorthAmerica, Region::FarEast];
    desk.made(&plan(&regions)).await;
    assert_eq!(desk.services.aws.world.lock().unwrap().stacks.len(), 3);
    let skills = desk.alexa.skills();
    let manifest = skills[0].manifest.as_ref().unwrap();
    for region in regions {
        let uri = format!(
            "/manifest/apis/smartHome/regions/{}/endpoint/uri",
            region.code()
        );
        assert_eq!(manifest.pointer(&uri), Some(&json!(Memory::arn(region))));
    }
    // The redirect URI is that of the first one.
    let particle = desk.services.particle.as_ref().unwrap();
    let clients = particle.clients().await.unwrap();
    let client = clients.iter().find(|client| client.name == STACK).unwrap();
    assert!(client.redirect_uri.all()[0].contains("layla.amazon.com"));
    assert_eq!(failures(&desk.doctor(None).await), [] as [&str; 0]);
    assert_eq!(desk.down(true).await.len(), 6);
}

#[tokio::test]
async fn a_run_that_broke_off_goes_on() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    desk.services.aws.world.lock().unwrap().broken = true;
    let (outcome, _) = desk.up(&plan).await;
    assert!(outcome.is_err());
    desk.made(&plan).await;
    assert_eq!(desk.alexa.skills().len(), 1);

    // The client was made, and Alexa never told of it: its secret is lost.
    let desk = Desk::new().await;
    desk.alexa.set_polls(0);
    let mut file = desk.file();
    desk.made(&plan).await;
    let made = desk.clients().await;
    let skill = desk.file().state.skill.unwrap();
    desk.services
        .smapi
        .delete_account_linking(&skill)
        .await
        .unwrap();
    file.state = desk.file().state;
    file.state.client.as_mut().unwrap().linked = false;
    file.save().unwrap();
    let (_, told) = desk.made(&plan).await;
    let clients = desk.clients().await;
    assert_eq!(clients.len(), 1);
    assert_ne!(clients, made);
    assert!(
        told.last().unwrap().contains("which nobody uses any more"),
        "{told:?}"
    );
    assert!(desk.file().state.orphans.is_empty());
}

#[tokio::test]
async fn a_client_that_works_is_replaced_only_when_that_is_asked_for() {
    let desk = Desk::new().await;
    let kept = plan(&[Region::NorthAmerica]);
    let (first, _) = desk.made(&kept).await;
    let before = desk.clients().await;
    // Without its note, too, since all links hang on it.
    let mut file = desk.file();
    file.state.client = None;
    file.save().unwrap();
    desk.made(&kept).await;
    assert_eq!(desk.clients().await, before);

    // Another redirect URI cannot be given to it.
    let moved = plan(&[Region::Europe, Region::NorthAmerica]);
    let (outcome, _) = desk.up(&moved).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(
        refused.contains("`up --rotate` makes a new client"),
        "{refused}"
    );
    assert_eq!(desk.clients().await, before);

    let rotated = Plan {
        rotate: true,
        ..moved
    };
    let (second, told) = desk.made(&rotated).await;
    let after = desk.clients().await;
    assert_eq!(after.len(), 1);
    assert_ne!(after, before);
    assert!(told.last().unwrap().contains(&before[0]), "{told:?}");
    let (first, second) = (first.secret.unwrap(), second.secret.unwrap());
    assert_ne!(first.expose_secret(), second.expose_secret());
    assert_eq!(failures(&desk.doctor(Some(second)).await), [] as [&str; 0]);
    assert_eq!(failures(&desk.doctor(Some(first)).await), ["client-kept"]);
}

#[tokio::test]
async fn a_rotation_that_broke_off_deletes_no_client_that_is_used() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    desk.made(&plan).await;
    let used = desk.clients().await;
    let mut file = desk.file();
    file.state.orphans = vec![used[0].parse().unwrap()];
    file.save().unwrap();
    desk.made(&plan).await;
    assert_eq!(desk.clients().await, used);
}

#[tokio::test]
async fn account_linking_is_changed_only_with_the_secret() {
    let desk = Desk::new().await;
    let without = plan(&[Region::NorthAmerica]);
    let (outcome, _) = desk.made(&without).await;
    let secret = outcome.secret.unwrap();
    let skill = desk.file().state.skill.unwrap();
    let smapi = &desk.services.smapi;
    let seen = smapi.account_linking(&skill).await.unwrap().unwrap();
    let mut linking = seen.value.clone();
    linking.scopes = vec!["customers:create".to_owned()];
    let request = linking::account_linking::AccountLinkingRequest {
        linking,
        client_secret: "wrong".into(),
        skip_on_enablement: false,
    };
    smapi
        .put_account_linking(&skill, &request, None)
        .await
        .unwrap();
    assert_eq!(failures(&desk.doctor(None).await), ["scopes"]);

    let (outcome, _) = desk.up(&without).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(refused.contains("differs in scopes"), "{refused}");
    assert!(refused.contains("set PARTICLE_CLIENT_SECRET"), "{refused}");

    let with = Plan {
        secret: Some(secret.clone()),
        ..without
    };
    let (_, told) = desk.made(&with).await;
    assert!(told[5].starts_with("linking: set: scopes"), "{told:?}");
    let summary = desk.alexa.skill(skill.as_str()).unwrap();
    let linking = summary.account_linking.unwrap();
    assert_eq!(
        linking.client_secret.expose_secret(),
        secret.expose_secret()
    );
}

#[tokio::test]
async fn a_skill_of_the_same_name_is_not_made_twice() {
    let desk = Desk::new().await;
    let plan = plan(&[Region::NorthAmerica]);
    desk.made(&plan).await;
    let skill = desk.file().state.skill.unwrap();
    desk.file().remove().unwrap();
    let (outcome, _) = desk.up(&plan).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(
        refused.contains(&format!("add `--skill {skill}`")),
        "{refused}"
    );
    let adopting = Plan {
        skill: Some(skill.clone()),
        ..plan
    };
    desk.made(&adopting).await;
    assert_eq!(desk.file().state.skill, Some(skill));
    assert_eq!(desk.alexa.skills().len(), 1);
}

#[tokio::test]
async fn all_sign_ins_that_are_missing_are_said_at_once() {
    let mut desk = Desk::new().await;
    desk.services.particle = Err("no access token for Particle".to_owned());
    desk.alexa.expire_access_tokens();
    let (outcome, told) = desk.up(&plan(&[Region::NorthAmerica])).await;
    let refused = format!("{:#}", outcome.unwrap_err());
    assert!(refused.contains("- not signed in at Amazon"), "{refused}");
    assert!(
        refused.contains("- no access token for Particle"),
        "{refused}"
    );
    assert!(told.is_empty());
    // The doctor looks at what is left.
    let findings = desk.doctor(None).await;
    assert!(
        findings
            .iter()
            .all(|finding| finding.status == Status::Skip),
        "{findings:#?}"
    );
}

/// Changes the account linking as somebody with the console would.
async fn link(desk: &Desk, change: impl FnOnce(&mut linking::account_linking::AccountLinking)) {
    let skill = desk.file().state.skill.unwrap();
    let smapi = &desk.services.smapi;
    let mut linking = smapi.account_linking(&skill).await.unwrap().unwrap().value;
    change(&mut linking);
    let request = linking::account_linking::AccountLinkingRequest {
        linking,
        client_secret: "0123456789abcdef0123456789abcdef01234567".into(),
        skip_on_enablement: false,
    };
    smapi
        .put_account_linking(&skill, &request, None)
        .await
        .unwrap();
}

/// Changes the manifest as somebody with the console would.
async fn manifest(desk: &Desk, pointer: &str, value: Json) {
    let skill = desk.file().state.skill.unwrap();
    let smapi = &desk.services.smapi;
    let manifest = smapi.manifest(&skill).await.unwrap().value;
    let mut manifest = serde_json::to_value(manifest).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    manifest.pointer_mut(parent).unwrap()[name] = value;
    let manifest = serde_json::from_value(manifest).unwrap();
    smapi.put_manifest(&skill, &manifest, None).await.unwrap();
}

/// Makes the mistake of a row, for the check of this name to find; whether the client's secret is to be tried.
async fn broken(row: u8, id: &str, desk: &Desk) -> bool {
    let skill = desk.file().state.skill.unwrap().to_string();
    let other = "amzn1.ask.skill.99999999-89ab-cdef-0123-456789abcdef";
    let change = |change: &dyn Fn(&mut Changed)| {
        change(&mut desk.services.aws.world.lock().unwrap().changed);
    };
    match row {
        1 => {
            link(desk, |linking| {
                linking.client_id = "maker@example.com".to_owned()
            })
            .await
        }
        3 => link(desk, |linking| linking.client_id = "installed-1".to_owned()).await,
        4 => link(desk, |linking| linking.client_id = "elsewhere-1".to_owned()).await,
        6 => link(desk, |linking| linking.client_id = "skill-1".to_owned()).await,
        7 => link(desk, |linking| linking.access_token_url += "s").await,
        8 => {
            link(desk, |linking| {
                linking.authorization_url = "https://docs.particle.io/".to_owned()
            })
            .await
        }
        10 => {
            link(desk, |linking| {
                linking.scopes = vec!["customers:create".to_owned()]
            })
            .await
        }
        11 => {
            let permissions = json!([{ "name": "alexa::async_event:write" }]);
            manifest(desk, "/manifest/permissions", permissions).await;
        }
        14 => {
            let mut world = desk.services.aws.world.lock().unwrap();
            let stack = world.stacks.get_mut(&Region::NorthAmerica).unwrap();
            let moved = "arn:aws:lambda:us-east-1:123456789012:function:other:live";
            stack
                .outputs
                .insert("SkillEndpoint".to_owned(), moved.to_owned());
        }
        15 => change(&|changed| changed.policy = Some(policy(ALEXA, other))),
        16 => change(&|changed| changed.policy = Some(policy("alexa-appkit.amazon.com", &skill))),
        17 if id == "function" => change(&|changed| changed.without_alias = true),
        17 => change(&|changed| {
            changed.policy = Some(json!({ "Statement": [] }));
            changed.unqualified_policy = Some(policy(ALEXA, &skill));
        }),
        24 => {
            change(&|changed| changed.discovery = Some(discovered("Discover.Response", "3", &[])))
        }
        30 => {
            let run = TokenRequest::of_this_run;
            let url = format!("{}/oauth/token", desk.cloud.url());
            let basic = linking::account_linking::Scheme::HttpBasic;
            for _ in 0..10 {
                let http = &desk.services.http;
                linking::probe::client(run(), http, &url, &basic, "nobody-1", &"x".into()).await;
            }
            return true;
        }
        31 => {
            let skill = skill.parse().unwrap();
            desk.services
                .smapi
                .delete_account_linking(&skill)
                .await
                .unwrap();
        }
        36 => {
            let particle = desk.services.particle.as_ref().unwrap();
            let client = desk.file().state.client.unwrap();
            particle.delete_client(client.id.as_str()).await.unwrap();
        }
        _ => panic!("row {row} has no mistake here"),
    }
    false
}

#[tokio::test]
async fn each_mistake_that_people_make_is_diagnosed() {
    for (row, id) in [
        (1, "client-id"),
        (3, "client-type"),
        (4, "redirect-uri"),
        (6, "redirect-vendor"),
        (7, "access-token-url"),
        (8, "authorization-url"),
        (10, "scopes"),
        (11, "events"),
        (14, "endpoint"),
        (15, "trigger"),
        (16, "trigger-principal"),
        (17, "trigger-qualifier"),
        (17, "function"),
        (24, "discovery"),
        (30, "lock"),
        (31, "account-linking"),
        (36, "client-known"),
    ] {
        let desk = Desk::new().await;
        let (outcome, _) = desk.made(&plan(&[Region::NorthAmerica])).await;
        let asked = broken(row, id, &desk).await;
        let findings = desk.doctor(outcome.secret.filter(|_| asked)).await;
        let finding = findings.iter().find(|finding| finding.id == id).unwrap();
        assert_eq!(finding.status, Status::Fail, "{row}: {findings:#?}");
        assert!(finding.mend.is_some(), "{row}: {finding:?}");
    }
}

#[tokio::test]
async fn a_token_that_was_taken_for_the_secret_is_told_and_not_shown() {
    let desk = Desk::new().await;
    desk.made(&plan(&[Region::NorthAmerica])).await;
    let findings = desk.doctor(Some(desk.cloud.token().into())).await;
    let finding = findings
        .iter()
        .find(|finding| finding.id == "client-secret");
    assert!(
        finding.unwrap().seen.contains("is an access token"),
        "{findings:#?}"
    );
    assert!(!format!("{findings:?}").contains(&desk.cloud.token()));
}
