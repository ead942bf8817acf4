//! The facts for `doctor`. Only reads, but for one request for tokens with a code that is none.
//!
//! What cannot be found out is noted with its reason, and keeps nothing else from being found out.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::SystemTime;

use linking::account_linking::{AccountLinking, access_token_url, authorization_url};
use linking::aws::{Aws, Stack};
use linking::check::{Fact, Facts, FunctionFacts, Kept, RelayFacts, Wanted};
use linking::id::{FunctionArn, SkillId};
use linking::manifest::Manifest;
use linking::particle::Particle;
use linking::probe::{self, TokenRequest};
use linking::region::{Region, redirect_uris};
use linking::smapi::Smapi;
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

/// Tools complain in many lines, and a check has one.
fn fact<T, E: Display>(outcome: Result<T, E>) -> Fact<T> {
    outcome.map_err(|error| {
        let told = error.to_string();
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    })
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
pub(crate) async fn facts(
    services: &Services<impl Aws>,
    look: Look<'_>,
    budget: TokenRequest,
) -> Facts {
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
    tokio::join!(
        alexa(
            &services.smapi,
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
            &regions,
            &stack,
            &mut facts.identity,
            &mut facts.stacks
        ),
        particle(
            &services.particle,
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
    facts.functions = functions(services, &facts).await;
    (facts.stored_messaging_client, facts.messaging_works) = messaging(services, &facts).await;
    facts.relay = relay(services, &facts, &stack).await;
    probes(services, &mut facts, secret, budget).await;
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
    vendors: &mut Fact<Vec<linking::smapi::Vendor>>,
    update: &mut Fact<linking::smapi::Update>,
    manifest: &mut Fact<linking::manifest::Manifest>,
    linking: &mut Fact<Option<AccountLinking>>,
    enabled: &mut Fact<bool>,
    messaging_client: &mut Fact<Option<String>>,
    skill: &Fact<SkillId>,
) {
    // One after the other: `ask` starts an interpreter for each, and the machine has better to do.
    *vendors = fact(smapi.vendors().await);
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
    *update = fact(smapi.status(skill).await);
    *manifest = fact(smapi.manifest(skill).await).map(|tagged| tagged.value);
    let found = fact(smapi.account_linking(skill).await);
    *linking = found.map(|tagged| tagged.map(|tagged| tagged.value));
    *enabled = fact(smapi.is_enabled(skill).await);
    *messaging_client = match manifest {
        Ok(manifest) if manifest.sends_events() => {
            let credentials = fact(smapi.credentials(skill).await);
            credentials.map(|credentials| credentials.map(|credentials| credentials.client_id))
        }
        Ok(_) => Ok(None),
        Err(why) => Err(why.clone()),
    };
}

async fn stacks(
    aws: &impl Aws,
    regions: &[Region],
    name: &str,
    identity: &mut Fact<linking::aws::Identity>,
    stacks: &mut BTreeMap<Region, Fact<Option<Stack>>>,
) {
    *identity = fact(aws.identity().await);
    for region in regions {
        let stack = match identity {
            Ok(_) => fact(aws.stack(*region, name).await),
            Err(why) => Err(why.clone()),
        };
        stacks.insert(*region, stack);
    }
}

async fn particle(
    account: &Result<Particle, String>,
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
    *user = fact(found_user);
    *token = fact(found_token);
    *clients = fact(found_clients);
    *devices = fact(found_devices);
}

/// Each function that the manifest names.
async fn functions(services: &Services<impl Aws>, facts: &Facts) -> Fact<Vec<FunctionFacts>> {
    let manifest = facts.manifest.as_ref().map_err(Clone::clone)?;
    let identity = facts.identity.as_ref().map_err(Clone::clone)?;
    let mut arns: Vec<FunctionArn> = Vec::new();
    for (_, uri) in manifest.endpoints() {
        let arn: FunctionArn = fact(uri.parse())?;
        if !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    let aws = &services.aws;
    let mut functions = Vec::new();
    for arn in arns {
        let region = arn.alexa_region();
        let unqualified_policy = match region {
            Some(region) => fact(aws.function_policy(region, arn.name()).await),
            None => Err(format!("Alexa calls no functions in {}", arn.region())),
        };
        // A manifest names any function that somebody has put there, and the token opens every device of its owner.
        let token = match &services.token {
            Some(_) if !identity.has(&arn) => Err("it is in another AWS account"),
            Some(token) => Ok(token),
            None => Err("there is no Particle token to ask it with"),
        };
        functions.push(FunctionFacts {
            policy: fact(aws.policy(&arn).await),
            unqualified_policy,
            alias: fact(aws.alias(&arn).await),
            configuration: fact(aws.configuration(&arn).await),
            discovery: match token {
                Ok(token) => discovery(aws, &arn, token).await,
                Err(why) => Err(why.to_owned()),
            },
            accept_grant: match token {
                _ if !manifest.sends_events() => Err("the skill sends no events".to_owned()),
                Ok(token) => accept_grant(aws, &arn, token).await,
                Err(why) => Err(why.to_owned()),
            },
            arn,
        });
    }
    Ok(functions)
}

/// Who a function that keeps grants thinks that it is at Login with Amazon, and whether that is taken.
async fn messaging(services: &Services<impl Aws>, facts: &Facts) -> (Fact<String>, Fact<bool>) {
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
            probe::messaging(&services.http, &url, id, &secret.into()).await
        }
        Some(_) => Err("the skill sends no events".to_owned()),
        None => Err(format!("the function has no setting {MESSAGING_SECRET}")),
    };
    (Ok(id.to_owned()), works)
}

async fn discovery(aws: &impl Aws, arn: &FunctionArn, token: &SecretString) -> Fact<Json> {
    let event = Directive::discover().event(None, token.expose_secret());
    answer(aws, arn, &event).await
}

async fn accept_grant(aws: &impl Aws, arn: &FunctionArn, token: &SecretString) -> Fact<Json> {
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
    answer(aws, arn, &event).await
}

async fn answer(aws: &impl Aws, arn: &FunctionArn, event: &Json) -> Fact<Json> {
    let invocation = fact(aws.invoke(arn, event).await)?;
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
    stack: &str,
) -> Fact<Option<RelayFacts>> {
    let Some(region) = facts.wanted.regions.first().copied() else {
        return Ok(None);
    };
    let outputs = match facts.stacks.get(&region) {
        Some(Ok(Some(stack))) => &stack.outputs,
        Some(other) => return without(other, "there is no stack"),
        None => return Err("no stack was looked at".to_owned()),
    };
    let particles = authorization_url(&facts.wanted.particle_url);
    let authorization_url = outputs.get("AlexaAuthorizationUri");
    let Some(url) = authorization_url
        .filter(|url| **url != particles)
        .and_then(|url| url.strip_suffix("authorize"))
    else {
        return Ok(None);
    };
    let function = fact(services.aws.resource(region, stack, RELAY).await);
    let policy = match &function {
        Ok(Some(function)) => fact(services.aws.function_policy(region, function).await),
        other => without(other, "the stack has no function for the relay"),
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
    facts: &mut Facts,
    secret: Option<SecretString>,
    budget: TokenRequest,
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
        Ok(particle) => fact(particle.is_access_token(&secret).await),
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
    let verdict = probe::client(
        budget,
        http,
        &linking.access_token_url,
        &linking.access_token_scheme,
        &linking.client_id,
        &secret,
    );
    facts.client = Ok(verdict.await);
}
