//! AWS in memory, as far as it is asked: in each region a stack with the skill itself and, where it is wanted, with a relay.
//!
//! As in earnest, a relay that is made has an address that none had before, which is dead as soon as the relay is gone; and
//! a parameter that a deployment does not name keeps its value.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard};

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::settings::DEFAULT_DEADLINE;
use alexa_for_particle::skill::Skill;
use alexa_simulator::{Functions, Lambda as _};
use linking::aws::{
    ALEXA_PRINCIPAL, Alias, Aws, Build, Configuration, Deployment, Error, Identity, Invocation,
    Policy, Stack,
};
use linking::id::FunctionArn;
use linking::process::Failure;
use linking::region::Region;
use serde_json::{Value as Json, json};

use super::desk::STACK;
use super::relay::{Deployed, Place};

/// The name that AWS gave to the relay's function.
const RELAY: &str = "lights-RelayFunction-1A2B";

/// The name under which the skill itself runs, for every region.
const SKILL: &str = "skill";

pub(super) struct Memory {
    pub(super) functions: Functions,
    relays: Mutex<BTreeMap<Region, Place>>,
    world: Mutex<World>,
}

#[derive(Default)]
pub(super) struct World {
    pub(super) stacks: BTreeMap<Region, Stack>,
    pub(super) deployments: usize,
    /// What `aws` complains of, where nobody is signed in.
    pub(super) complaint: Option<&'static str>,
    /// The next deployment fails.
    pub(super) broken: bool,
    /// Tools that are not installed.
    pub(super) missing: Vec<&'static str>,
    /// Whether each deployment that succeeded had the relay.
    pub(super) switched: Vec<(Region, String)>,
    /// What the functions were built for at last.
    pub(super) built: Option<String>,
    /// The functions that were invoked.
    pub(super) invoked: Vec<FunctionArn>,
    /// What is not as this template makes it, but as another one or a person did. A deployment puts it right.
    pub(super) changed: Changed,
}

#[derive(Default)]
pub(super) struct Changed {
    pub(super) policy: Option<Json>,
    pub(super) unqualified_policy: Option<Json>,
    /// What the function answers to directives of these names.
    pub(super) answers: BTreeMap<&'static str, Json>,
    pub(super) settings: BTreeMap<&'static str, String>,
    pub(super) without_alias: bool,
}

/// A policy that admits this principal, and for it this skill alone.
pub(super) fn policy(principal: &str, skill: &str) -> Json {
    json!({ "Statement": [{
        "Effect": "Allow",
        "Principal": { "Service": principal },
        "Action": "lambda:InvokeFunction",
        "Condition": { "StringEquals": { "lambda:EventSourceToken": skill } }
    }]})
}

fn read<T: serde::de::DeserializeOwned>(json: Json) -> T {
    serde_json::from_value(json).unwrap()
}

impl Memory {
    pub(super) async fn new(functions: Functions, particle_url: String) -> Self {
        let skill = Skill::new(particle_url.parse().unwrap(), Authorities::default()).unwrap();
        let hosted = functions.host(SKILL, || {
            let skill = Rc::new(skill);
            move |event| {
                let skill = Rc::clone(&skill);
                async move {
                    let deadline = Deadline::after(DEFAULT_DEADLINE);
                    let answer = skill.answer(&event.to_string(), deadline).await;
                    Ok(serde_json::to_value(answer.unwrap().response).unwrap())
                }
            }
        });
        hosted.unwrap();
        Self {
            functions,
            relays: Mutex::default(),
            world: Mutex::default(),
        }
    }

    pub(super) fn arn(region: Region) -> String {
        format!("arn:aws:lambda:{region}:123456789012:function:{STACK}:live")
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Changes the relay behind the back of its stack.
    pub(super) fn change_relay(&self, change: impl FnOnce(&mut Deployed)) {
        let relays = self.relays.lock().unwrap();
        let place = relays.values().next().unwrap();
        change(place.relay.lock().unwrap().as_mut().unwrap());
    }

    /// Where the only relay is.
    pub(super) fn relay_url(&self) -> String {
        let relays = self.relays.lock().unwrap();
        assert_eq!(relays.len(), 1);
        relays.values().next().unwrap().url.clone()
    }

    /// Takes a stack away behind everybody's back.
    pub(super) fn forget(&self, region: Region) {
        self.relays.lock().unwrap().remove(&region);
        self.world().stacks.remove(&region);
    }

    /// Where there are relays.
    pub(super) fn relays(&self) -> Vec<Region> {
        self.relays.lock().unwrap().keys().copied().collect()
    }

    /// What the stack is given: what is named, or else what it had, or else what the template says.
    fn parameters(&self, deployment: &Deployment) -> BTreeMap<String, String> {
        let defaults = [
            ("LinkRelay", "on"),
            ("ParticleApiUrl", "https://api.particle.io"),
            ("Architecture", "arm64"),
        ];
        let defaults = defaults.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut parameters = BTreeMap::from(defaults);
        if let Some(before) = self.world().stacks.get(&deployment.region) {
            parameters.extend(before.parameters.clone());
        }
        parameters.extend(deployment.parameters.clone());
        parameters
    }

    /// Makes the relay or takes it away, as the parameters say.
    async fn put_relay(&self, region: Region, parameters: &BTreeMap<String, String>) {
        if parameters["LinkRelay"] == "off" {
            self.relays.lock().unwrap().remove(&region);
            return;
        }
        let place = self.relays.lock().unwrap().remove(&region);
        let place = match place {
            Some(place) => place,
            None => Place::open().await,
        };
        let relay = Deployed::new(&parameters["AlexaVendorId"], &parameters["ParticleApiUrl"]);
        *place.relay.lock().unwrap() = Some(relay);
        self.relays.lock().unwrap().insert(region, place);
    }

    fn outputs(
        &self,
        region: Region,
        parameters: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let vendor = &parameters["AlexaVendorId"];
        let mut outputs = vec![("SkillEndpoint", Self::arn(region))];
        if let Some(place) = self.relays.lock().unwrap().get(&region) {
            let url = &place.url;
            outputs.push(("AlexaAuthorizationUri", format!("{url}/authorize")));
            outputs.push(("ParticleRedirectUri", format!("{url}/callback")));
        } else {
            let page = format!("{}/oauth/authorize", parameters["ParticleApiUrl"]);
            outputs.push(("AlexaAuthorizationUri", page));
            let redirect_uri = region.redirect_uri(&vendor.parse().unwrap());
            outputs.push(("ParticleRedirectUri", redirect_uri));
        }
        let outputs = outputs.into_iter();
        outputs
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

impl Aws for Memory {
    async fn missing_tools(&self, building: bool) -> Vec<Error> {
        let missing = self.world().missing.clone().into_iter();
        let missing = missing.filter(|tool| building || *tool != "cargo-lambda");
        missing
            .map(|tool| Error::from(Failure::Missing { tool, install: "" }))
            .collect()
    }

    async fn identity(&self) -> Result<Identity, Error> {
        if let Some(complaint) = self.world().complaint {
            return Err(Error::SignedOut {
                command: "aws sts get-caller-identity".to_owned(),
                complaint: complaint.to_owned(),
            });
        }
        Ok(Identity {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/maker".to_owned(),
        })
    }

    async fn stack(&self, region: Region, name: &str) -> Result<Option<Stack>, Error> {
        if name != STACK {
            return Ok(None);
        }
        Ok(self.world().stacks.get(&region).cloned())
    }

    async fn build(&self, build: &Build, line: &(dyn Fn(&str) + Sync)) -> Result<PathBuf, Error> {
        line("Building");
        let built = build.architecture.clone();
        self.world().built = Some(built.unwrap_or_else(|| "arm64".to_owned()));
        Ok(build.folder.join("template.yaml"))
    }

    async fn deploy(
        &self,
        deployment: &Deployment,
        _line: &(dyn Fn(&str) + Sync),
    ) -> Result<bool, Error> {
        {
            let mut world = self.world();
            world.deployments += 1;
            if std::mem::take(&mut world.broken) {
                return Err(Error::Unreadable {
                    command: "sam deploy".to_owned(),
                });
            }
        }
        let parameters = self.parameters(deployment);
        let switched = (deployment.region, parameters["LinkRelay"].clone());
        self.world().switched.push(switched);
        self.put_relay(deployment.region, &parameters).await;
        let stack = Stack {
            status: "UPDATE_COMPLETE".to_owned(),
            reason: None,
            outputs: self.outputs(deployment.region, &parameters),
            parameters,
        };
        let mut world = self.world();
        world.changed = Changed::default();
        let arn = Self::arn(deployment.region);
        self.functions
            .permit(&arn, &deployment.parameters["AlexaSkillId"]);
        let before = world.stacks.insert(deployment.region, stack.clone());
        Ok(before != Some(stack))
    }

    async fn delete_stack(&self, region: Region, _name: &str) -> Result<(), Error> {
        self.functions.remove_permissions(&Self::arn(region));
        self.relays.lock().unwrap().remove(&region);
        self.world().stacks.remove(&region);
        Ok(())
    }

    async fn policy(&self, arn: &FunctionArn) -> Result<Option<Policy>, Error> {
        let world = self.world();
        if let Some(policy) = &world.changed.policy {
            return Ok(Some(read(policy.clone())));
        }
        let stack = world.stacks.get(&arn.alexa_region().unwrap());
        let skill = stack.and_then(|stack| stack.parameters.get("AlexaSkillId"));
        Ok(skill.map(|skill| read(policy(ALEXA_PRINCIPAL, skill))))
    }

    async fn alias(&self, _arn: &FunctionArn) -> Result<Option<Alias>, Error> {
        let there = !self.world().changed.without_alias;
        Ok(there.then(|| read(json!({ "FunctionVersion": "1" }))))
    }

    async fn configuration(&self, _arn: &FunctionArn) -> Result<Option<Configuration>, Error> {
        Ok(Some(read(json!({
            "Version": "1",
            "Timeout": 8,
            "MemorySize": 256,
            "Environment": { "Variables": self.world().changed.settings }
        }))))
    }

    async fn function_policy(
        &self,
        region: Region,
        function: &str,
    ) -> Result<Option<Policy>, Error> {
        if function != RELAY {
            return Ok(self.world().changed.unqualified_policy.clone().map(read));
        }
        let relays = self.relays.lock().unwrap();
        let relay = relays.get(&region);
        let relay = relay.and_then(|place| place.relay.lock().unwrap().clone());
        let statement = |action: &&str| {
            json!({
                "Effect": "Allow",
                "Principal": "*",
                "Action": action,
                "Condition": match *action {
                    "lambda:InvokeFunction" => json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } }),
                    _ => json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } }),
                }
            })
        };
        Ok(relay.map(|relay| {
            let statements: Vec<Json> = relay.actions.iter().map(statement).collect();
            read(json!({ "Statement": statements }))
        }))
    }

    async fn resource(
        &self,
        region: Region,
        _stack: &str,
        resource: &str,
    ) -> Result<Option<String>, Error> {
        let there = resource == "RelayFunction" && self.relays().contains(&region);
        Ok(there.then(|| RELAY.to_owned()))
    }

    async fn invoke(&self, arn: &FunctionArn, event: &Json) -> Result<Invocation, Error> {
        self.world().invoked.push(arn.clone());
        let name = event["directive"]["header"]["name"].as_str().unwrap();
        let other = self.world().changed.answers.get(name).cloned();
        let payload = match other {
            Some(other) => other,
            None => {
                let invocation = alexa_simulator::Invocation {
                    function: SKILL.to_owned(),
                    principal: "maker".to_owned(),
                    event_source_token: String::new(),
                };
                let answer = self.functions.invoke(invocation, event.clone());
                answer.await.unwrap()
            }
        };
        Ok(Invocation {
            payload,
            failure: None,
        })
    }
}
