//! The facts for `doctor`. Only reads, but for one request for tokens with a code that is none.
//!
//! What cannot be found out is noted with its reason, and keeps nothing else from being found out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::SystemTime;

use linking::account_linking::{AccountLinking, access_token_url, authorization_url};
use linking::aws::{Aws, Resource, Stack};
use linking::check::{Fact, Facts, FunctionFacts, Kept, RelayFacts, Service, Unseen, Wanted};
use linking::id::{FunctionArn, SkillId};
use linking::manifest::Manifest;
use linking::particle::Particle;
use linking::probe::{self, ClientVerdict, TokenRequest};
use linking::region::{Region, redirect_uris};
use linking::smapi::{Error as SmapiError, Smapi};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};

use super::services::{SECRET, Services};
use super::state::State;
use crate::directive::Directive;

/// The relay's function in the template.
const RELAY: &str = "RelayFunction";

/// The settings in which functions that keep grants have the skill's messaging client, in Amazon's examples and elsewhere.
const MESSAGING_ID: &str = "ALEXA_CLIENT_ID";
const MESSAGING_SECRET: &str = "ALEXA_CLIENT_SECRET";

/// No code of anybody.
const DUMMY_CODE: &str = "doctor-probe";

/// No device of anybody.
const NOBODYS: &str = "000000000000000000000000";

/// Where to look.
#[derive(Debug)]
pub(crate) struct Look<'a> {
    pub(crate) wanted: Wanted,
    pub(crate) stack: String,
    pub(crate) skill: Option<SkillId>,
    pub(crate) state: &'a State,
    /// The secret of the OAuth client, if it is known.
    pub(crate) secret: Option<SecretString>,
}

/// The one request for tokens of a run.
#[derive(Debug)]
pub(crate) enum Asked {
    /// It may still be made.
    NotYet(TokenRequest),
    /// It was, with the secret that is looked at here, and Particle said this.
    Already(ClientVerdict),
}

/// Tools complain in many lines, and a check has one.
fn fact<T, E: Display>(outcome: Result<T, E>) -> Fact<T> {
    outcome.map_err(|error| {
        let told = error.to_string();
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

/// What the services did not tell, each reason once.
#[derive(Default)]
struct Failed(RefCell<Vec<Unseen>>);

impl Failed {
    /// A fact of this service, or the note that it did not tell it.
    fn fact<T, E: Display>(&self, service: Service, outcome: Result<T, E>) -> Fact<T> {
        let fact = fact(outcome);
        if let Err(reason) = &fact {
            self.note(service, reason);
        }
        fact
    }

    fn note(&self, service: Service, reason: &str) {
        let reason = reason.to_owned();
        let unseen = Unseen { service, reason };
        let mut noted = self.0.borrow_mut();
        if !noted.contains(&unseen) {
            noted.push(unseen);
        }
    }
}

/// A fact that was not looked for, since another one is missing.
fn without<T, U>(other: &Fact<T>, is_none: &str) -> Fact<U> {
    Err(other
        .as_ref()
        .err()
        .cloned()
        .unwrap_or_else(|| is_none.to_owned()))
}

/// Finds out what there is.
pub(crate) async fn facts(services: &Services<impl Aws>, look: Look<'_>, asked: Asked) -> Facts {
    let Look {
        wanted,
        stack,
        skill,
        state,
        secret,
    } = look;
    let mut facts = Facts::unknown(wanted, "it was not looked for");
    facts.now = SystemTime::now();
    facts.kept = kept(state, secret.as_ref());
    facts.skill = skill.ok_or_else(|| "no skill is noted; name one with --skill".to_owned());
    let regions = facts.wanted.regions.clone();
    let mut resources = BTreeMap::new();
    let failed = Failed::default();
    tokio::join!(
        alexa(
            &services.smapi,
            &failed,
            &mut facts.vendors,
            &mut facts.update,
            &mut facts.manifest,
            &mut facts.linking,
            &mut facts.enabled,
            &mut facts.messaging_client,
            &facts.skill
        ),
        stacks(
            &services.aws,
            &failed,
            &regions,
            &stack,
            &mut facts.identity,
            &mut facts.stacks,
            &mut resources
        ),
        particle(
            &services.particle,
            &failed,
            &mut facts.user,
            &mut facts.token,
            &mut facts.clients,
            &mut facts.devices
        ),
    );
    facts.vendor = match (&facts.vendors, &state.vendor) {
        (_, Some(vendor)) => Ok(vendor.clone()),
        (Ok(vendors), None) if vendors.len() == 1 => vendors
            .first()
            .map(|vendor| vendor.id.clone())
            .ok_or_else(|| "you are no developer at Amazon".to_owned()),
        (Ok(_), None) => {
            Err("you act for several developers at Amazon, and none is noted".to_owned())
        }
        (Err(why), None) => Err(why.clone()),
    };
    look_away(&mut facts, &failed);
    facts.functions = functions(services, &failed, &facts, &resources).await;
    (facts.stored_messaging_client, facts.messaging_works) =
        messaging(services, &failed, &facts).await;
    facts.relay = relay(services, &facts, &resources).await;
    probes(services, &failed, &mut facts, secret, asked).await;
    facts.failed = failed.0.into_inner();
    facts
}

fn kept(state: &State, secret: Option<&SecretString>) -> Fact<Kept> {
    let fingerprint = state
        .client
        .as_ref()
        .and_then(|client| client.fingerprint.as_ref());
    let secret_fits = match (fingerprint, secret) {
        (Some(fingerprint), Some(secret)) => Ok(fingerprint.fits(secret)),
        (None, _) => Err("no secret was told".to_owned()),
        (_, None) => Err(unknown_secret()),
    };
    Ok(Kept {
        deployed: !state.regions.is_empty(),
        aws_account: state.aws_account.clone().filter(|_| state.has_stacks()),
        particle_user: state.particle_user.clone(),
        client_id: state.client.as_ref().map(|client| client.id.to_string()),
        secret_fits,
    })
}

fn unknown_secret() -> String {
    format!("the client's secret is kept nowhere; set {SECRET} to have it tried")
}

#[expect(
    clippy::too_many_arguments,
    reason = "each is one fact, and they are found out beside those of others"
)]
async fn alexa(
    smapi: &Smapi,
    failed: &Failed,
    vendors: &mut Fact<Vec<linking::smapi::Vendor>>,
    update: &mut Fact<Option<linking::smapi::Update>>,
    manifest: &mut Fact<linking::manifest::Manifest>,
    linking: &mut Fact<Option<AccountLinking>>,
    enabled: &mut Fact<bool>,
    messaging_client: &mut Fact<Option<String>>,
    skill: &Fact<SkillId>,
) {
    let look = Service::Alexa;
    // One after the other: `ask` starts an interpreter for each, and the machine has better to do.
    *vendors = failed.fact(look, smapi.vendors().await);
    let skill = match (&*vendors, skill) {
        (Ok(_), Ok(skill)) => skill,
        (Err(why), _) | (_, Err(why)) => {
            *update = Err(why.clone());
            *manifest = Err(why.clone());
            *linking = Err(why.clone());
            *enabled = Err(why.clone());
            *messaging_client = Err(why.clone());
            return;
        }
    };
    *update = match smapi.status(skill).await {
        Err(SmapiError::NotFound { .. }) => Ok(None),
        other => failed.fact(look, other).map(Some),
    };
    if matches!(update, Ok(None)) {
        let why = "see `skill`".to_owned();
        *manifest = Err(why.clone());
        *linking = Err(why.clone());
        *enabled = Err(why.clone());
        *messaging_client = Err(why);
        return;
    }
    let found = failed.fact(look, smapi.manifest(skill).await);
    *manifest = found.map(|tagged| tagged.value);
    let found = failed.fact(look, smapi.account_linking(skill).await);
    *linking = found.map(|tagged| tagged.map(|tagged| tagged.value));
    *enabled = failed.fact(look, smapi.is_enabled(skill).await);
    *messaging_client = match manifest {
        Ok(manifest) if manifest.sends_events() => {
            let credentials = failed.fact(look, smapi.credentials(skill).await);
            credentials.map(|credentials| credentials.map(|credentials| credentials.client_id))
        }
        Ok(_) => Ok(None),
        Err(why) => Err(why.clone()),
    };
}

/// What each stack is made of.
type Resources = BTreeMap<Region, Fact<Vec<Resource>>>;

async fn stacks(
    aws: &impl Aws,
    failed: &Failed,
    regions: &[Region],
    name: &str,
    identity: &mut Fact<linking::aws::Identity>,
    stacks: &mut BTreeMap<Region, Fact<Option<Stack>>>,
    resources: &mut Resources,
) {
    *identity = failed.fact(Service::Aws, aws.identity().await);
    for region in regions {
        let stack = match identity {
            Ok(_) => failed.fact(Service::Aws, aws.stack(*region, name).await),
            Err(why) => Err(why.clone()),
        };
        let parts = match &stack {
            Ok(Some(_)) => failed.fact(Service::Aws, aws.resources(*region, name).await),
            Ok(None) => Ok(Vec::new()),
            Err(why) => Err(why.clone()),
        };
        stacks.insert(*region, stack);
        resources.insert(*region, parts);
    }
}

async fn particle(
    account: &Result<Particle, String>,
    failed: &Failed,
    user: &mut Fact<linking::particle::User>,
    token: &mut Fact<linking::particle::Token>,
    clients: &mut Fact<Vec<linking::particle::Client>>,
    devices: &mut Fact<usize>,
) {
    let particle = match account {
        Ok(particle) => particle,
        Err(why) => {
            // What is missing, without the ways to get it.
            let why = why.split(". There are ").next().unwrap_or(why).to_owned();
            failed.note(Service::Particle, &why);
            *user = Err(why.clone());
            *token = Err(why.clone());
            *clients = Err(why.clone());
            *devices = Err(why);
            return;
        }
    };
    let (found_user, found_token, found_clients, found_devices) = tokio::join!(
        particle.user(),
        particle.token(),
        particle.clients(),
        particle.device_count()
    );
    *user = failed.fact(Service::Particle, found_user);
    *token = failed.fact(Service::Particle, found_token);
    *clients = failed.fact(Service::Particle, found_clients);
    *devices = failed.fact(Service::Particle, found_devices);
}

/// What is in another AWS account is not there for whoever is signed in to this one, or is something else of the same name.
fn look_away(facts: &mut Facts, failed: &Failed) {
    let Ok(here) = facts.identity.as_ref().map(|identity| &identity.account) else {
        return;
    };
    let noted = facts.kept.as_ref().ok();
    let noted = noted.and_then(|kept| kept.aws_account.as_ref());
    let called = facts.manifest.iter().flat_map(Manifest::endpoints);
    let called: Vec<FunctionArn> = called.filter_map(|(_, uri)| uri.parse().ok()).collect();
    for (region, stack) in &mut facts.stacks {
        let other = match (noted, &stack) {
            (Some(noted), _) => Some(noted.as_str()),
            // Nothing tells where it is but the function that Alexa calls there.
            (None, Ok(None)) => {
                let mut there = called.iter();
                there
                    .find(|arn| arn.alexa_region() == Some(*region))
                    .map(FunctionArn::account)
            }
            (None, _) => None,
        };
        if let Some(other) = other.filter(|other| other != here) {
            let why = elsewhere("stack", other);
            failed.note(Service::Aws, &why);
            *stack = Err(why);
        }
    }
}

fn elsewhere(what: &str, account: &str) -> String {
    format!("the {what} is in the AWS account {account}: see `aws-account`")
}

/// Each function that the manifest names.
async fn functions(
    services: &Services<impl Aws>,
    failed: &Failed,
    facts: &Facts,
    resources: &Resources,
) -> Fact<Vec<FunctionFacts>> {
    let manifest = facts.manifest.as_ref().map_err(Clone::clone)?;
    let identity = facts.identity.as_ref().map_err(Clone::clone)?;
    let mut arns: Vec<FunctionArn> = Vec::new();
    for (_, uri) in manifest.endpoints() {
        let arn: FunctionArn = fact(uri.parse())?;
        if !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    let mut functions = Vec::new();
    for arn in arns {
        if !identity.has(&arn) {
            let why = elsewhere("function", arn.account());
            failed.note(Service::Aws, &why);
            functions.push(FunctionFacts::unknown(arn, &why));
            continue;
        }
        let resources = arn.alexa_region().and_then(|region| resources.get(&region));
        let sends_events = manifest.sends_events();
        functions.push(function(services, failed, arn, resources, sends_events).await);
    }
    Ok(functions)
}

/// A function of the account that is signed in. No other is sent the token: a manifest names any function that somebody has
/// put there, and the token opens every device of its owner.
async fn function(
    services: &Services<impl Aws>,
    failed: &Failed,
    arn: FunctionArn,
    resources: Option<&Fact<Vec<Resource>>>,
    sends_events: bool,
) -> FunctionFacts {
    let aws = &services.aws;
    let unqualified_policy = match arn.alexa_region() {
        Some(region) => failed.fact(Service::Aws, aws.function_policy(region, arn.name()).await),
        None => Err(format!("Alexa calls no functions in {}", arn.region())),
    };
    let alias = failed.fact(Service::Aws, aws.alias(&arn).await);
    let configuration = failed.fact(Service::Aws, aws.configuration(&arn).await);
    let is_there = matches!(configuration, Ok(Some(_)) | Err(_));
    let token = match &services.token {
        _ if !is_there => Err("see `function`"),
        Some(token) => Ok(token),
        None => Err("there is no Particle token to ask it with"),
    };
    let discovery = match token {
        Ok(token) => discovery(aws, failed, &arn, token).await,
        Err(why) => Err(why.to_owned()),
    };
    FunctionFacts {
        policy: failed.fact(Service::Aws, aws.policy(&arn).await),
        unqualified_policy,
        alias,
        deployed: match resources {
            Some(Ok(parts)) => Ok(parts
                .iter()
                .find_map(|part| Some(part.version_of(&arn)?.to_owned()))),
            Some(Err(why)) => Err(why.clone()),
            None => Ok(None),
        },
        configuration: match configuration {
            // AWS says the same of an alias that is gone.
            Ok(None) if arn.qualifier().is_some() => {
                let unqualified = arn.unqualified();
                failed.fact(Service::Aws, aws.configuration(&unqualified).await)
            }
            other => other,
        },
        nobodys: match (token, &discovery) {
            (Ok(token), Ok(answer)) if is_empty(answer) => nobodys(aws, failed, &arn, token).await,
            _ => Err("it discovers devices".to_owned()),
        },
        discovery,
        accept_grant: match token {
            _ if !sends_events => Err("the skill sends no events".to_owned()),
            Ok(token) => accept_grant(aws, failed, &arn, token).await,
            Err(why) => Err(why.to_owned()),
        },
        arn,
    }
}

/// Who a function that keeps grants thinks that it is at Login with Amazon, and whether that is taken.
async fn messaging(
    services: &Services<impl Aws>,
    failed: &Failed,
    facts: &Facts,
) -> (Fact<String>, Fact<bool>) {
    let functions = facts.functions.iter().flatten();
    let mut settings =
        functions.filter_map(|function| function.configuration.as_ref().ok()?.as_ref());
    let found = settings.find_map(|settings| Some((settings, settings.variable(MESSAGING_ID)?)));
    let Some((settings, id)) = found else {
        let why = format!("the function has no setting {MESSAGING_ID}");
        return (Err(why.clone()), Err(why));
    };
    let works = match settings.variable(MESSAGING_SECRET) {
        Some(secret) if facts.manifest.as_ref().is_ok_and(Manifest::sends_events) => {
            let url = services.smapi.token_url();
            let taken = probe::messaging(&services.http, &url, id, &secret.into()).await;
            failed.fact(Service::Alexa, taken)
        }
        Some(_) => Err("the skill sends no events".to_owned()),
        None => Err(format!("the function has no setting {MESSAGING_SECRET}")),
    };
    (Ok(id.to_owned()), works)
}

async fn discovery(
    aws: &impl Aws,
    failed: &Failed,
    arn: &FunctionArn,
    token: &SecretString,
) -> Fact<Json> {
    let event = Directive::discover().event(None, token.expose_secret());
    answer(aws, failed, arn, &event).await
}

/// Whether it is a discovery that found nothing.
fn is_empty(answer: &Json) -> bool {
    let endpoints = answer.pointer("/event/payload/endpoints");
    let endpoints = endpoints.and_then(Json::as_array);
    endpoints.is_some_and(Vec::is_empty)
}

/// Asks for the state of a device that nobody has, for which the function has to ask Particle.
async fn nobodys(
    aws: &impl Aws,
    failed: &Failed,
    arn: &FunctionArn,
    token: &SecretString,
) -> Fact<Json> {
    let mut event = Directive::report_state().event(None, token.expose_secret());
    if let Some(directive) = event.get_mut("directive").and_then(Json::as_object_mut) {
        let scope = json!({ "type": "BearerToken", "token": token.expose_secret() });
        let endpoint = json!({ "scope": scope, "endpointId": NOBODYS });
        directive.insert("endpoint".to_owned(), endpoint);
        directive.insert("payload".to_owned(), json!({}));
    }
    answer(aws, failed, arn, &event).await
}

async fn accept_grant(
    aws: &impl Aws,
    failed: &Failed,
    arn: &FunctionArn,
    token: &SecretString,
) -> Fact<Json> {
    let event = json!({ "directive": {
        "header": {
            "namespace": "Alexa.Authorization",
            "name": "AcceptGrant",
            "messageId": uuid::Uuid::new_v4().to_string(),
            "payloadVersion": "3"
        },
        "payload": {
            "grant": { "type": "OAuth2.AuthorizationCode", "code": DUMMY_CODE },
            "grantee": { "type": "BearerToken", "token": token.expose_secret() }
        }
    }});
    answer(aws, failed, arn, &event).await
}

async fn answer(aws: &impl Aws, failed: &Failed, arn: &FunctionArn, event: &Json) -> Fact<Json> {
    let invocation = failed.fact(Service::Aws, aws.invoke(arn, event).await)?;
    match invocation.failure {
        // A check tells what is no answer.
        Some(failure) => Ok(json!({ "failure": failure })),
        None => Ok(invocation.payload),
    }
}

/// The relay, where the first stack has one.
async fn relay(
    services: &Services<impl Aws>,
    facts: &Facts,
    resources: &Resources,
) -> Fact<Option<RelayFacts>> {
    let Some(region) = facts.wanted.regions.first().copied() else {
        return Ok(None);
    };
    let outputs = match facts.stacks.get(&region) {
        Some(Ok(Some(stack))) => &stack.outputs,
        Some(other) => return without(other, "there is no stack"),
        None => return Err("no stack was looked at".to_owned()),
    };
    // Particle's own page is that of whichever cloud the stack was made for, and lies deeper.
    let page = outputs.get("AlexaAuthorizationUri");
    let Some(url) = page
        .and_then(|page| page.strip_suffix("authorize"))
        .filter(|url| !url.ends_with("/oauth/"))
    else {
        return Ok(None);
    };
    let policy = match resources.get(&region) {
        Some(Ok(parts)) => match parts.iter().find(|part| part.name == RELAY) {
            // Where it may not be looked at, the probe tells as much.
            Some(function) => fact(services.aws.function_policy(region, function.id()).await),
            None => Err("the stack has no function for the relay".to_owned()),
        },
        Some(Err(why)) => Err(why.clone()),
        None => Err("no stack was looked at".to_owned()),
    };
    let callback = format!("{url}callback");
    let probe = match &facts.vendor {
        Ok(vendor) => {
            let uris = redirect_uris(vendor);
            Ok(probe::relay(&services.http, url, &callback, &uris).await)
        }
        other => without(other, "no vendor"),
    };
    Ok(Some(RelayFacts {
        url: url.to_owned(),
        policy,
        probe,
    }))
}

/// What Particle says of the client and the redirect URIs, and how fast it is.
async fn probes(
    services: &Services<impl Aws>,
    failed: &Failed,
    facts: &mut Facts,
    secret: Option<SecretString>,
    asked: Asked,
) {
    let linking = match &facts.linking {
        Ok(Some(linking)) => linking.clone(),
        other => {
            facts.client = without(other, "the skill has no account linking");
            facts.authorize = without(other, "the skill has no account linking");
            facts.token_time = without(other, "the skill has no account linking");
            facts.authorize_time = without(other, "the skill has no account linking");
            facts.secret_is_token = without(other, "the skill has no account linking");
            return;
        }
    };
    let http = &services.http;
    // Of Particle's own page: the relay asks it the same.
    let page = authorization_url(&facts.wanted.particle_url);
    let uris = match (&facts.relay, &facts.vendor) {
        (Ok(Some(relay)), _) => Ok(vec![format!("{}callback", relay.url)]),
        (_, Ok(vendor)) => Ok(redirect_uris(vendor).to_vec()),
        (_, other) => without(other, "no vendor"),
    };
    let (token_time, authorize_time) = tokio::join!(
        probe::time(http, &linking.access_token_url),
        probe::time(http, &linking.authorization_url)
    );
    facts.token_time = Ok(token_time);
    facts.authorize_time = Ok(authorize_time);
    facts.authorize = match uris {
        Ok(uris) => {
            let mut verdicts = Vec::new();
            for uri in uris {
                let verdict = probe::authorize(http, &page, &linking.client_id, &uri).await;
                verdicts.push((uri, verdict));
            }
            Ok(verdicts)
        }
        Err(why) => Err(why),
    };
    let Some(secret) = secret else {
        facts.client = Err(unknown_secret());
        facts.secret_is_token = Err(unknown_secret());
        return;
    };
    facts.secret_is_token = match &services.particle {
        Ok(particle) => {
            let told = particle.is_access_token(&secret).await;
            failed.fact(Service::Particle, told)
        }
        Err(why) => Err(why.clone()),
    };
    // Whatever else is there would learn the secret, and its word on it is worth nothing.
    let particles = access_token_url(&facts.wanted.particle_url);
    if linking.access_token_url != particles {
        facts.client = Err(format!(
            "the secret is sent to {particles} and nowhere else, and the skill names another address for tokens"
        ));
        return;
    }
    facts.client = Ok(match asked {
        Asked::Already(verdict) => verdict,
        Asked::NotYet(run) => {
            let (url, scheme) = (&linking.access_token_url, &linking.access_token_scheme);
            probe::client(run, http, url, scheme, &linking.client_id, &secret).await
        }
    });
}
