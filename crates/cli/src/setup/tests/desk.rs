//! A developer's world.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use alexa_simulator::{Functions, Operation, Simulator as Alexa};
use indicatif::ProgressBar;
use linking::account_linking::{AccountLinking, AccountLinkingRequest};
use linking::check::{Facts, Finding, Mode, Status, Wanted, findings};
use linking::http::{Authorities, Http};
use linking::id::SkillId;
use linking::particle::Particle;
use linking::probe::TokenRequest;
use linking::region::Region;
use linking::smapi::{Settings, Smapi};
use particle_simulator::{Home, Simulator as Cloud};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::aws::Memory;
use crate::setup::gathering::{self, Asked, Look};
use crate::setup::removal::{self, Extent};
use crate::setup::services::Services;
use crate::setup::state::StateFile;
use crate::setup::steps::{Code, Outcome, Plan, Up};
use crate::setup::{Done, Report};

pub(super) const STACK: &str = "lights";

/// The secret of each client below.
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef01234567";

/// One device, and OAuth clients that people make.
const HOME: &str = r#"
username = "maker@example.com"

[[device]]
id = "cafe00000000000000000001"
name = "lamp"
firmware = "dimmer"

[[client]]
id = "installed-1"
secret = "0123456789abcdef0123456789abcdef01234567"
type = "installed"

[[client]]
id = "skill-1"
secret = "0123456789abcdef0123456789abcdef01234567"
redirect_uri = "https://pitangui.amazon.com/api/skill/link/amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef"
"#;

/// What was told.
#[derive(Default)]
pub(super) struct Told(Vec<Done>);

impl Report for Told {
    fn done(&mut self, done: Done) -> anyhow::Result<()> {
        self.0.push(done);
        Ok(())
    }

    fn waiting_for(&self, _what: &str) -> ProgressBar {
        ProgressBar::hidden()
    }
}

impl Told {
    /// The lines of a run that ended so. No text has a gap, as one has that was broken up the wrong way.
    pub(super) fn lines<T>(self, outcome: &anyhow::Result<T>) -> Vec<String> {
        let told = self.0.into_iter();
        let told = told.map(|done| format!("{}: {}", done.step, done.text));
        let told: Vec<String> = told.collect();
        let refused = outcome.as_ref().err().map(|error| format!("{error:#}"));
        for line in told.iter().chain(&refused).flat_map(|text| text.lines()) {
            assert!(!line.trim().contains("  "), "{line}");
        }
        told
    }
}

pub(super) struct Desk {
    pub(super) alexa: Alexa,
    pub(super) cloud: Cloud,
    pub(super) services: Services<Memory>,
    /// What the doctor is told to be the secret of the OAuth client.
    pub(super) secret: Option<SecretString>,
    /// What the doctor is told of the accounts.
    pub(super) mode: Mode,
    /// The cloud that the doctor looks at, where it is not this one.
    pub(super) elsewhere: Option<String>,
    folder: TempDir,
}

impl Desk {
    pub(super) async fn new() -> Self {
        let functions = Functions::default();
        let alexa = Alexa::builder().lambda(functions.clone()).polls(1);
        let alexa = alexa.start().await.unwrap();
        let cloud = Cloud::start(Home::parse(HOME).unwrap()).await.unwrap();
        let http = Http::new(Authorities::default()).unwrap();
        let token = alexa.access_token();
        let settings = Settings::read(|name| match name {
            "ASK_SMAPI_SERVER_BASE_URL" | "ASK_LWA_TOKEN_HOST" => Some(alexa.url()),
            "ASK_ACCESS_TOKEN" => Some(token.expose_secret().to_owned()),
            _ => None,
        });
        let smapi = Smapi::new(settings.unwrap(), http.clone());
        let services = Services {
            smapi: smapi.paced(Duration::from_millis(1), Duration::from_secs(20)),
            particle: Err("nobody is logged in".to_owned()),
            token: None,
            particle_url: cloud.url(),
            aws: Memory::new(functions, cloud.url()).await,
            http,
        };
        let token = cloud.token();
        let mut desk = Self {
            alexa,
            cloud,
            services,
            secret: None,
            mode: Mode::Maker,
            elsewhere: None,
            folder: tempfile::tempdir().unwrap(),
        };
        desk.log_in(&token);
        desk
    }

    /// One where everything is as it should be, the relay is there, and the developer has enabled the skill.
    pub(super) async fn sound() -> Self {
        let mut desk = Self::new().await;
        let (outcome, _) = desk.made(&with_relay()).await;
        desk.secret = outcome.secret;
        desk.enable().await;
        desk
    }

    /// Logs in at Particle with this token.
    pub(super) fn log_in(&mut self, token: &str) {
        let token = SecretString::from(token);
        let http = self.services.http.clone();
        let address = self.cloud.url().parse().unwrap();
        self.services.particle = Ok(Particle::new(http, address, token.clone()));
        self.services.token = Some(token);
    }

    pub(super) fn particle(&self) -> &Particle {
        self.services.particle.as_ref().unwrap()
    }

    pub(super) fn state_path(&self) -> PathBuf {
        self.folder.path().join("state.json")
    }

    pub(super) fn file(&self) -> StateFile {
        StateFile::read(&self.state_path()).unwrap()
    }

    pub(super) fn skill(&self) -> SkillId {
        self.file().state.skill.unwrap()
    }

    pub(super) async fn up(&self, plan: &Plan) -> (anyhow::Result<Option<Outcome>>, Vec<String>) {
        let mut told = Told::default();
        let up = Up {
            services: &self.services,
            plan,
            file: &mut self.file(),
            report: &mut told,
        };
        let outcome = up.run(TokenRequest::of_this_run()).await;
        let told = told.lines(&outcome);
        (outcome, told)
    }

    /// `up` that succeeds.
    pub(super) async fn made(&self, plan: &Plan) -> (Outcome, Vec<String>) {
        let (outcome, told) = self.up(plan).await;
        (outcome.unwrap().unwrap(), told)
    }

    /// The doctor, who is told no secret or this one.
    pub(super) async fn doctor(&self, secret: Option<SecretString>) -> Vec<Finding> {
        let asked = Asked::NotYet(TokenRequest::of_this_run());
        self.look(secret, asked).await
    }

    /// The doctor at the end of `up`.
    pub(super) async fn examined(&self, outcome: Outcome) -> Vec<Finding> {
        self.look(outcome.secret, outcome.asked).await
    }

    async fn look(&self, secret: Option<SecretString>, asked: Asked) -> Vec<Finding> {
        findings(&self.facts_with(secret, asked).await)
    }

    /// What the doctor finds out who is told no secret.
    pub(super) async fn facts(&self) -> Facts {
        let asked = Asked::NotYet(TokenRequest::of_this_run());
        self.facts_with(None, asked).await
    }

    async fn facts_with(&self, secret: Option<SecretString>, asked: Asked) -> Facts {
        let file = self.file();
        let look = Look {
            wanted: Wanted {
                regions: file.state.regions.clone(),
                proactive: false,
                mode: self.mode,
                particle_url: self.elsewhere.clone().unwrap_or_else(|| self.cloud.url()),
            },
            stack: STACK.to_owned(),
            skill: file.state.skill.clone(),
            state: &file.state,
            secret,
        };
        gathering::facts(&self.services, look, asked).await
    }

    pub(super) async fn down(&self, skill: bool) -> Vec<String> {
        self.taken_down(skill).await.unwrap()
    }

    pub(super) async fn taken_down(&self, skill: bool) -> anyhow::Result<Vec<String>> {
        let mut told = Told::default();
        let services = &self.services;
        let mut file = self.file();
        let found = removal::look(services, &file).await?;
        let extent = Extent { skill };
        let outcome = removal::run(services, &mut file, found, extent, &mut told).await;
        let told = told.lines(&outcome);
        outcome.map(|()| told)
    }

    /// The clients that `up` made and that are there.
    pub(super) async fn clients(&self) -> Vec<String> {
        let clients = self.particle().clients().await.unwrap().into_iter();
        clients
            .filter(|client| client.name == STACK)
            .map(|client| client.id)
            .collect()
    }

    /// Whether anything was asked of Alexa or Particle that changes something.
    pub(super) fn changes(&self) -> Vec<String> {
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

    /// Enables the skill in the app.
    async fn enable(&self) {
        let url = format!(
            "{}/v1/skills/{}/stages/development/enablement",
            self.alexa.url(),
            self.skill()
        );
        let token = format!("Bearer {}", self.alexa.access_token().expose_secret());
        let headers = [("authorization", token.as_str())];
        let limit = Duration::from_secs(20);
        let http = &self.services.http;
        let put = http.put(url.parse().unwrap(), &headers, String::new(), limit);
        assert_eq!(put.await.unwrap().status, 204);
    }

    /// Changes the account linking as somebody with the console would, who knows the doctor's secret.
    pub(super) async fn link(&self, change: impl FnOnce(&mut AccountLinking)) {
        let skill = self.skill();
        let smapi = &self.services.smapi;
        let mut linking = smapi.account_linking(&skill).await.unwrap().unwrap().value;
        change(&mut linking);
        let request = AccountLinkingRequest {
            linking,
            client_secret: self.secret.clone().unwrap(),
            skip_on_enablement: false,
        };
        smapi
            .put_account_linking(&skill, &request, None)
            .await
            .unwrap();
    }

    /// Has Alexa use another client.
    pub(super) async fn link_client(&mut self, id: &str, secret: &str) {
        self.secret = Some(secret.into());
        self.link(|linking| linking.client_id = id.to_owned()).await;
    }

    /// Has her use one that somebody made by hand, for this redirect URI.
    pub(super) async fn link_new_client(&mut self, redirect_uri: &str) {
        let made = self.particle().create_client("other", redirect_uri).await;
        let made = made.unwrap();
        let secret = made.secret.expose_secret();
        self.link_client(made.id.as_str(), secret).await;
    }

    /// Has Alexa call a function of somebody else's, which admits her.
    pub(super) async fn call_elsewhere(&self) {
        let arn = Memory::arn(Region::NorthAmerica).replace("123456789012", "999999999999");
        let functions = &self.services.aws.functions;
        functions.permit(&arn, self.skill().as_str());
        self.alexa.set_polls(0);
        let endpoint = "/manifest/apis/smartHome/endpoint/uri";
        self.manifest(endpoint, json!(arn)).await;
    }

    /// Changes the manifest as somebody with the console would.
    pub(super) async fn manifest(&self, pointer: &str, value: Json) {
        let skill = self.skill();
        let smapi = &self.services.smapi;
        let manifest = smapi.manifest(&skill).await.unwrap().value;
        let mut manifest = serde_json::to_value(manifest).unwrap();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        manifest.pointer_mut(parent).unwrap()[name] = value;
        let manifest = serde_json::from_value(manifest).unwrap();
        smapi.put_manifest(&skill, &manifest, None).await.unwrap();
    }
}

pub(super) fn plan(regions: &[Region]) -> Plan {
    Plan {
        regions: regions.to_vec(),
        stack: STACK.to_owned(),
        name: None,
        skill: None,
        vendor: None,
        relay: Some(false),
        architecture: None,
        rotate: false,
        dry_run: false,
        code: Code::Source {
            template: "template.yaml".into(),
            folder: "build".into(),
        },
        parameters: BTreeMap::new(),
        secret: None,
    }
}

/// What `up` does where nothing is said.
pub(super) fn with_relay() -> Plan {
    Plan {
        relay: Some(true),
        ..plan(&[Region::NorthAmerica])
    }
}

pub(super) fn steps(told: &[String]) -> Vec<&str> {
    told.iter()
        .map(|line| line.split(':').next().unwrap())
        .collect()
}

pub(super) fn failures(findings: &[Finding]) -> Vec<&str> {
    let failed = findings
        .iter()
        .filter(|finding| finding.status == Status::Fail);
    failed.map(|finding| finding.id).collect()
}
