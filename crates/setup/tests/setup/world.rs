//! Particle, Alexa and AWS on loopback, and the function among them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use ::linking::http::{Authorities, Http};
use ::linking::manifest::Manifest;
use ::linking::region::Region;
use ::linking::smapi::{Settings, Smapi};
use alexa_simulator::Simulator as Alexa;
use function_log::Invocation;
use futures_util::future::join_all;
use particle_simulator::{Home, Simulator as Cloud};
use secrecy::ExposeSecret as _;
use serde_json::{Value as Json, json};
use setup::answer::MAXIMUM_BODY;
use setup::setup::Setup;

use crate::aws::{ACCESS_KEY, Answer, Aws, SECRET_KEY, SESSION_TOKEN};

pub(crate) const PARTICLE_SECRET: &str =
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:particle-AbCdEf";
pub(crate) const LWA_SECRET: &str =
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:lwa-AbCdEf";
pub(crate) const CLIENT_SECRET: &str =
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:client-AbCdEf";

pub(crate) const STACK: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack/skill/0a1b";
pub(crate) const REDIRECT: &str = "https://relay.example/callback";
/// As CloudFormation makes them up.
pub(crate) const MADE_UP: &str = "skill-Client-1A2B3C4D5E6F";

/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(120);

/// Clients that are nobody's business here; one looks like that of the stack.
const HOME: &str = r#"
[[client]]
id = "workshop-1"
secret = "0123456789abcdef0123456789abcdef01234567"
name = "Workshop"
redirect_uri = "https://relay.example/callback"

[[client]]
id = "another-1"
secret = "0123456789abcdef0123456789abcdef01234567"
name = "Another"
redirect_uri = "https://another.example/callback"
"#;

pub(crate) struct World {
    pub(crate) cloud: Cloud,
    pub(crate) alexa: Alexa,
    pub(crate) aws: Aws,
    pub(crate) setup: Setup,
}

/// What an event came to.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: String,
    pub(crate) id: String,
    pub(crate) reason: String,
    pub(crate) data: Json,
}

impl World {
    pub(crate) async fn start() -> Self {
        let cloud = Cloud::start(Home::parse(HOME).unwrap()).await.unwrap();
        let alexa = Alexa::start().await.unwrap();
        let aws = Aws::start().await;
        {
            let lwa = json!({
                "clientId": alexa.client_id(),
                "clientSecret": alexa.client_secret().expose_secret(),
                "refreshToken": alexa.refresh_token().expose_secret(),
            });
            let mut account = aws.account();
            let particle = json!({ "accessToken": format!("{}\n", cloud.token()) });
            account
                .secrets
                .insert(PARTICLE_SECRET.to_owned(), Some(particle.to_string()));
            account
                .secrets
                .insert(LWA_SECRET.to_owned(), Some(lwa.to_string()));
            account.secrets.insert(CLIENT_SECRET.to_owned(), None);
        }
        let http = Http::new(Authorities::default()).unwrap();
        let nowhere = |_: &str| Some("http://127.0.0.1:1".to_owned());
        let mut world = Self {
            setup: setup::settings::read(http.clone(), nowhere).unwrap(),
            cloud,
            alexa,
            aws,
        };
        let variables = world.variables();
        let look_up = |name: &str| variables.iter().find(|(key, _)| *key == name);
        let settings = setup::settings::read(http, |name| Some(look_up(name)?.1.clone()));
        world.setup = settings.unwrap();
        world.setup.pause = Duration::from_millis(1);
        world.setup.secrets.pause = Duration::from_millis(1);
        world
    }

    pub(crate) fn variables(&self) -> [(&'static str, String); 7] {
        [
            ("PARTICLE_API_URL", self.cloud.url()),
            ("ASK_SMAPI_SERVER_BASE_URL", self.alexa.url()),
            ("ASK_LWA_TOKEN_HOST", self.alexa.url()),
            ("AWS_ENDPOINT_URL", self.aws.url.clone()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
            ("AWS_SESSION_TOKEN", SESSION_TOKEN.to_owned()),
        ]
    }

    /// An event as CloudFormation sends it, each one of its own.
    pub(crate) fn event(&self, request_type: &str, resource_type: &str, properties: Json) -> Json {
        static NUMBER: AtomicUsize = AtomicUsize::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut properties = properties;
        // CloudFormation hands the template's own on, and all scalars as texts.
        properties["ServiceToken"] = json!("arn:aws:lambda:us-east-1:123456789012:function:setup");
        properties["ServiceTimeout"] = json!("120");
        let mut event = json!({
            "RequestType": request_type,
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": format!("{}/answer?Signature=recognizable-signature", self.aws.url),
            "StackId": STACK,
            "RequestId": format!("request-{number}"),
            "LogicalResourceId": "Client",
            "ResourceType": resource_type,
            "ResourceProperties": properties,
        });
        if request_type == "Update" {
            event["OldResourceProperties"] = json!({});
        }
        event
    }

    /// Handles an event, and looks at what CloudFormation was told.
    pub(crate) async fn send(&self, event: &Json) -> Told {
        self.send_until(event, SystemTime::now() + LONG).await
    }

    pub(crate) async fn send_until(&self, event: &Json, deadline: SystemTime) -> Told {
        let before = self.aws.account().answers.len();
        let record = self
            .setup
            .handle(&event.to_string(), deadline)
            .await
            .unwrap();
        let answers = self.aws.account().answers.split_off(before);
        assert_eq!(answers.len(), 1, "{record:?} {answers:?}");
        let line = record.line(&Invocation::default());
        self.tells_no_secret(&line);
        self.tells_no_secret(&format!("{record:?}"));
        self.read(event, &answers[0])
    }

    /// Handles events at the same moment; what was told of each stands where the event does.
    pub(crate) async fn send_at_once(&self, events: &[&Json]) -> Vec<Told> {
        let handled = events.iter().map(|event| async {
            let deadline = SystemTime::now() + LONG;
            let setup = self.setup.clone();
            setup.handle(&event.to_string(), deadline).await.unwrap()
        });
        join_all(handled).await;
        let mut answers = std::mem::take(&mut self.aws.account().answers);
        assert_eq!(answers.len(), events.len());
        let mut taken = |event: &Json| {
            let request = event["RequestId"].as_str().unwrap();
            let mut answered = answers.iter();
            let place = answered.position(|answer| answer.body.contains(&format!("\"{request}\"")));
            answers.remove(place.unwrap())
        };
        let read = |event: &&Json| self.read(event, &taken(event));
        events.iter().map(read).collect()
    }

    /// What was told last, which is of this event.
    pub(crate) fn last(&self, event: &Json) -> Told {
        let answer = self.aws.account().answers.pop().unwrap();
        self.read(event, &answer)
    }

    fn read(&self, event: &Json, answer: &Answer) -> Told {
        assert_eq!(answer.content_type.as_deref(), Some(""));
        assert!(answer.body.len() <= MAXIMUM_BODY);
        self.tells_no_secret(&answer.body);
        let told: Json = serde_json::from_str(&answer.body).unwrap();
        for field in ["StackId", "RequestId", "LogicalResourceId"] {
            assert_eq!(told[field], event[field]);
        }
        let text = |field: &str| told[field].as_str().unwrap_or_default().to_owned();
        assert!(!text("PhysicalResourceId").is_empty());
        assert_eq!(text("Reason").is_empty(), text("Status") == "SUCCESS");
        Told {
            status: text("Status"),
            id: text("PhysicalResourceId"),
            reason: text("Reason"),
            data: told["Data"].clone(),
        }
    }

    /// No answer and no line may hold one.
    pub(crate) fn tells_no_secret(&self, text: &str) {
        let account = self.aws.account();
        let values = account.secrets.values().flatten().chain(&account.values);
        let mut secrets = vec!["recognizable".to_owned(), self.cloud.token()];
        for value in values {
            let value: Json = serde_json::from_str(value).unwrap_or_default();
            let former = value["former"].as_array().cloned().unwrap_or_default();
            for part in former.iter().chain([&value]) {
                for field in ["accessToken", "clientSecret", "refreshToken"] {
                    secrets.extend(part[field].as_str().map(|secret| secret.trim().to_owned()));
                }
            }
        }
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            assert!(!text.contains(secret.as_str()), "{secret} in {text}");
        }
    }

    /// The ids of Particle's clients that the stack has made.
    pub(crate) async fn clients(&self) -> Vec<String> {
        let token = self.cloud.token().into();
        let url = self.cloud.url().parse().unwrap();
        let particle = ::linking::particle::Particle::new(self.setup.http.clone(), url, token);
        let clients = particle.clients().await.unwrap();
        let others = ["workshop-1", "another-1"];
        let (kept, made): (Vec<_>, Vec<_>) = clients
            .into_iter()
            .map(|client| client.id)
            .partition(|id| others.contains(&id.as_str()));
        assert_eq!(kept, others, "what others have made stays");
        made
    }

    /// The name of a client.
    pub(crate) async fn name(&self, id: &str) -> String {
        let token = self.cloud.token().into();
        let url = self.cloud.url().parse().unwrap();
        let particle = ::linking::particle::Particle::new(self.setup.http.clone(), url, token);
        let clients = particle.clients().await.unwrap();
        clients
            .into_iter()
            .find(|client| client.id == id)
            .unwrap()
            .name
    }

    /// What the secret of the client holds.
    pub(crate) fn ledger(&self) -> Json {
        let value = self.aws.account().secrets[CLIENT_SECRET].clone();
        serde_json::from_str(&value.unwrap()).unwrap()
    }

    /// Everything that is written there happened so much earlier.
    pub(crate) fn let_pass(&self, time: Duration) {
        fn earlier(json: &mut Json, time: Duration) {
            match json {
                Json::Array(items) => items.iter_mut().for_each(|item| earlier(item, time)),
                Json::Object(fields) => {
                    for (name, value) in fields {
                        if name == "secs_since_epoch" {
                            *value = json!(value.as_u64().unwrap() - time.as_secs());
                        }
                        earlier(value, time);
                    }
                }
                _ => {}
            }
        }
        let mut account = self.aws.account();
        let Some(Some(value)) = account.secrets.get_mut(CLIENT_SECRET) else {
            return;
        };
        let mut ledger = serde_json::from_str(value).unwrap();
        earlier(&mut ledger, time);
        *value = ledger.to_string();
    }

    /// A skill of the developer's.
    pub(crate) async fn skill(&self) -> String {
        let token = self.alexa.access_token();
        let settings = Settings::read(|name| match name {
            "ASK_ACCESS_TOKEN" => Some(token.expose_secret().to_owned()),
            "ASK_SMAPI_SERVER_BASE_URL" | "ASK_LWA_TOKEN_HOST" => Some(self.alexa.url()),
            _ => None,
        });
        let http = Http::new(Authorities::default()).unwrap();
        let smapi = Smapi::new(settings.unwrap(), http);
        let vendor = self.alexa.vendor_id().parse().unwrap();
        let manifest = Manifest::new(None, &[Region::NorthAmerica]);
        smapi.create(&vendor, &manifest).await.unwrap().to_string()
    }
}

/// The properties of a client.
pub(crate) fn client(changed: &[(&str, &str)]) -> Json {
    let mut properties = json!({
        "Name": "Workshop",
        "RedirectUri": REDIRECT,
        "ParticleSecretArn": PARTICLE_SECRET,
        "ClientSecretArn": CLIENT_SECRET,
    });
    for (name, value) in changed {
        properties[*name] = json!(value);
    }
    properties
}
