//! AWS in memory, as far as it is asked: in each region a stack with the skill itself and, where it is wanted, with a relay.
//!
//! As in earnest, a relay that is made has an address that none had before, which is dead as soon as the relay is gone; a
//! parameter that a deployment does not name keeps its value; and a deployment changes what its parameters change, and
//! sees nothing of what somebody changed by hand.

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
    ALEXA_PRINCIPAL, Alias, Aws, Build, Caller, Configuration, Deployment, Error, Identity,
    Invocation, Permission, Policy, Resource, Stack,
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

/// The same, which does not reach Particle.
const CUT_OFF: &str = "cut-off";

/// The name that AWS gave to the permission of the template.
const PERMISSION: &str = "lights-AlexaPermission-3C4D";

/// The version that a stack publishes.
const VERSION: &str = "1";

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
    /// The account that is signed in, where it is not the one with the stacks.
    pub(super) account: Option<&'static str>,
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
    /// Whether who is signed in may not look at functions.
    pub(super) unreadable: bool,
    /// What else who is signed in may not do, by the names of its calls.
    pub(super) denied: Vec<&'static str>,
    /// What is not as this template makes it.
    pub(super) changed: Changed,
}

/// What somebody did by hand.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) policy: Option<Json>,
    pub(super) unqualified_policy: Option<Json>,
    /// What the function answers to directives of these names.
    pub(super) answers: BTreeMap<&'static str, Json>,
    pub(super) settings: BTreeMap<&'static str, String>,
    pub(super) without_alias: bool,
    /// Whether the function does not reach Particle.
    pub(super) cut_off: bool,
    /// Whether the function is deleted.
    pub(super) gone: bool,
    /// The version to which the alias was moved.
    pub(super) version: Option<&'static str>,
    /// Whether the stack was made of another template, so that the next deployment has something to change.
    pub(super) other_template: bool,
}

/// A permission for this principal, and for it for this skill alone.
pub(super) fn statement(sid: &str, principal: &str, skill: &str) -> Json {
    json!({
        "Sid": sid,
        "Effect": "Allow",
        "Principal": { "Service": principal },
        "Action": "lambda:InvokeFunction",
        "Condition": { "StringEquals": { "lambda:EventSourceToken": skill } }
    })
}

/// A policy that has such a permission, made by hand, and no other.
pub(super) fn policy(principal: &str, skill: &str) -> Json {
    json!({ "Statement": [statement("by-hand", principal, skill)] })
}

fn no_such(what: &str) -> Error {
    Error::NotFound {
        command: "aws lambda".to_owned(),
        complaint: format!("ResourceNotFoundException: {what}"),
    }
}

fn read<T: serde::de::DeserializeOwned>(json: Json) -> T {
    serde_json::from_value(json).unwrap()
}

impl Memory {
    pub(super) async fn new(functions: Functions, particle_url: String) -> Self {
        // At the second address nothing listens.
        for (name, url) in [
            (SKILL, particle_url.as_str()),
            (CUT_OFF, "http://127.0.0.1:1"),
        ] {
            let skill = Skill::new(url.parse().unwrap(), Authorities::default()).unwrap();
            let hosted = functions.host(name, || {
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
        }
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
        let (vendor, particle_url) = (&parameters["AlexaVendorId"], &parameters["ParticleApiUrl"]);
        let new = Deployed::new(vendor, particle_url);
        let before = place.relay.lock().unwrap().take();
        *place.relay.lock().unwrap() = Some(match before {
            Some(before) => Deployed {
                vendor: new.vendor,
                authorize_url: new.authorize_url,
                ..before
            },
            None => new,
        });
        self.relays.lock().unwrap().insert(region, place);
    }

    /// What a drift-aware change set does: whatever a template says is as the template says.
    pub(super) async fn revert_drift(&self) {
        self.world().changed = Changed::default();
        let stacks = self.world().stacks.clone();
        for (region, stack) in stacks {
            self.put_relay(region, &stack.parameters).await;
            self.let_alexa_in(region);
        }
    }

    /// Tells Alexa's side what the policy of a region's alias says now.
    fn let_alexa_in(&self, region: Region) {
        let arn = Self::arn(region);
        self.functions.remove_permissions(&arn);
        let policy = self.policy_of(&arn.parse().unwrap());
        for statement in policy
            .iter()
            .flat_map(|policy| policy["Statement"].as_array().unwrap())
        {
            let token = &statement["Condition"]["StringEquals"]["lambda:EventSourceToken"];
            let principal = statement["Principal"]["Service"].as_str();
            if let Some(principal) = principal.filter(|_| statement["Effect"] == "Allow") {
                self.functions
                    .add_permission(&arn, principal, token.as_str());
            }
        }
    }

    fn look(&self) -> Result<(), Error> {
        match self.world().unreadable {
            true => Err(Self::denial("get-policy")),
            false => Ok(()),
        }
    }

    fn denial(call: &str) -> Error {
        Error::Denied {
            command: format!("aws {call}"),
            complaint: "AccessDenied".to_owned(),
        }
    }

    /// Refuses a call that who is signed in may not make.
    fn may(&self, call: &'static str) -> Result<(), Error> {
        match self.world().denied.contains(&call) {
            true => Err(Self::denial(call)),
            false => Ok(()),
        }
    }

    /// Whether there is a function at this qualifier.
    fn has(&self, arn: &FunctionArn) -> bool {
        let changed = &self.world().changed;
        let is_without = changed.without_alias && arn.qualifier().is_some();
        !(changed.gone || is_without)
    }

    /// The policy of a function at its qualifier, if there is one.
    pub(super) fn policy_of(&self, arn: &FunctionArn) -> Option<Json> {
        let region = arn.alexa_region().unwrap();
        if arn.name() == RELAY {
            return self.relay_policy(region);
        }
        let world = self.world();
        if arn.qualifier().is_none() && !world.changed.gone {
            return world.changed.unqualified_policy.clone();
        }
        if world.changed.without_alias || world.changed.gone {
            return None;
        }
        if let Some(policy) = &world.changed.policy {
            return Some(policy.clone());
        }
        let skill = world.stacks.get(&region)?.parameters.get("AlexaSkillId")?;
        Some(json!({ "Statement": [statement(PERMISSION, ALEXA_PRINCIPAL, skill)] }))
    }

    fn relay_policy(&self, region: Region) -> Option<Json> {
        let relays = self.relays.lock().unwrap();
        let relay = relays.get(&region)?.relay.lock().unwrap().clone()?;
        let statement = |action: &&str| {
            json!({
                "Sid": action,
                "Effect": "Allow",
                "Principal": "*",
                "Action": action,
                "Condition": match *action {
                    "lambda:InvokeFunction" => json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } }),
                    _ => json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } }),
                }
            })
        };
        let statements: Vec<Json> = relay.actions.iter().map(statement).collect();
        Some(json!({ "Statement": statements }))
    }

    /// Changes the policy of the skill's function, as `aws lambda` does.
    fn change_policy(
        &self,
        arn: &FunctionArn,
        change: impl FnOnce(&mut Vec<Json>),
    ) -> Result<(), Error> {
        if arn.qualifier().is_some() && self.world().changed.without_alias {
            return Err(no_such("alias"));
        }
        let mut policy = self
            .policy_of(arn)
            .unwrap_or_else(|| json!({ "Statement": [] }));
        change(policy["Statement"].as_array_mut().unwrap());
        let changed = &mut self.world().changed;
        match arn.qualifier() {
            Some(_) => changed.policy = Some(policy),
            None => changed.unqualified_policy = Some(policy),
        }
        Ok(())
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
            account: self.world().account.unwrap_or("123456789012").to_owned(),
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
        let before = self.world().stacks.get(&deployment.region).cloned();
        let other_template = std::mem::take(&mut self.world().changed.other_template);
        if before
            .as_ref()
            .is_some_and(|before| before.parameters == parameters)
            && !other_template
        {
            return Ok(false);
        }
        if self.world().changed.without_alias {
            return Err(no_such("alias"));
        }
        self.put_relay(deployment.region, &parameters).await;
        let skill = parameters["AlexaSkillId"].clone();
        let stack = Stack {
            status: "UPDATE_COMPLETE".to_owned(),
            reason: None,
            outputs: self.outputs(deployment.region, &parameters),
            parameters,
        };
        {
            let mut world = self.world();
            if other_template {
                world.changed.answers.clear();
            }
            // The permission of the template is replaced, and those beside it stay.
            if let Some(policy) = &mut world.changed.policy {
                let statements = policy["Statement"].as_array_mut().unwrap();
                for own in statements.iter_mut().filter(|one| one["Sid"] == PERMISSION) {
                    *own = statement(PERMISSION, ALEXA_PRINCIPAL, &skill);
                }
            }
            world.stacks.insert(deployment.region, stack);
        }
        self.let_alexa_in(deployment.region);
        Ok(true)
    }

    async fn delete_stack(&self, region: Region, _name: &str) -> Result<(), Error> {
        self.functions.remove_permissions(&Self::arn(region));
        self.relays.lock().unwrap().remove(&region);
        let mut world = self.world();
        world.stacks.remove(&region);
        world.changed = Changed::default();
        Ok(())
    }

    async fn policy(&self, arn: &FunctionArn) -> Result<Option<Policy>, Error> {
        self.look()?;
        Ok(self.policy_of(arn).map(read))
    }

    async fn alias(&self, _arn: &FunctionArn) -> Result<Option<Alias>, Error> {
        self.look()?;
        let changed = &self.world().changed;
        let version = changed.version.unwrap_or(VERSION);
        let is_there = !changed.without_alias && !changed.gone;
        Ok(is_there.then(|| read(json!({ "FunctionVersion": version }))))
    }

    async fn configuration(&self, arn: &FunctionArn) -> Result<Option<Configuration>, Error> {
        if !self.has(arn) {
            return Ok(None);
        }
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
        let arn: FunctionArn = Self::arn(region).parse().unwrap();
        self.policy(&arn.named(function)).await
    }

    async fn resources(&self, region: Region, _stack: &str) -> Result<Vec<Resource>, Error> {
        self.may("describe-stack-resources")?;
        if !self.world().stacks.contains_key(&region) {
            return Ok(Vec::new());
        }
        let arn: FunctionArn = Self::arn(region).parse().unwrap();
        let version = format!("{}:{VERSION}", arn.unqualified());
        let relay = [
            ("RelayFunction", RELAY, "AWS::Lambda::Function"),
            (
                "RelayFunctionUrlPublicPermissions",
                "lambda:InvokeFunctionUrl",
                "AWS::Lambda::Permission",
            ),
        ];
        let relay = relay
            .into_iter()
            .filter(|_| self.relays().contains(&region));
        let resources = [
            (
                "SkillFunctionVersion5e6f",
                version.as_str(),
                "AWS::Lambda::Version",
            ),
            ("AlexaPermission", PERMISSION, "AWS::Lambda::Permission"),
        ];
        let resources = resources.into_iter().chain(relay).map(|(name, id, kind)| {
            read(json!({
                "LogicalResourceId": name, "PhysicalResourceId": id, "ResourceType": kind
            }))
        });
        Ok(resources.collect())
    }

    async fn add_permission(
        &self,
        arn: &FunctionArn,
        permission: &Permission<'_>,
    ) -> Result<(), Error> {
        let Permission { sid, caller } = *permission;
        let region = arn.alexa_region().unwrap();
        match caller {
            Caller::Skill(skill) => {
                let new = statement(sid, ALEXA_PRINCIPAL, skill.as_str());
                self.change_policy(arn, |statements| statements.push(new))?;
                self.let_alexa_in(region);
            }
            Caller::Address | Caller::ByAddress => {
                assert_eq!(arn.name(), RELAY);
                let action = match caller {
                    Caller::ByAddress => "lambda:InvokeFunction",
                    _ => "lambda:InvokeFunctionUrl",
                };
                self.change_relay(|relay| relay.actions.push(action));
            }
        }
        Ok(())
    }

    async fn remove_permission(&self, arn: &FunctionArn, sid: &str) -> Result<(), Error> {
        self.change_policy(arn, |statements| statements.retain(|one| one["Sid"] != sid))?;
        self.let_alexa_in(arn.alexa_region().unwrap());
        Ok(())
    }

    async fn create_alias(&self, arn: &FunctionArn, version: &str) -> Result<(), Error> {
        assert_eq!((arn.qualifier(), version), (Some("live"), VERSION));
        let changed = &mut self.world().changed;
        if changed.gone {
            return Err(no_such("function"));
        }
        assert!(changed.without_alias);
        changed.without_alias = false;
        // Nobody may call a new one.
        changed.policy = Some(json!({ "Statement": [] }));
        Ok(())
    }

    async fn invoke(&self, arn: &FunctionArn, event: &Json) -> Result<Invocation, Error> {
        self.may("invoke")?;
        if !self.has(arn) {
            return Err(no_such(arn.as_str()));
        }
        self.world().invoked.push(arn.clone());
        let name = event["directive"]["header"]["name"].as_str().unwrap();
        let other = self.world().changed.answers.get(name).cloned();
        let payload = match other {
            Some(other) => other,
            None => {
                let function = match self.world().changed.cut_off {
                    true => CUT_OFF,
                    false => SKILL,
                };
                let invocation = alexa_simulator::Invocation {
                    function: function.to_owned(),
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
