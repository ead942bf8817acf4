//! `Custom::ParticleOAuthClient`: the client with which Alexa asks Particle for tokens.
//!
//! | property | |
//! |---|---|
//! | `Name` | what customers read when they are asked for access |
//! | `RedirectUri` | where they are sent back; another one is another client |
//! | `Scope` | what the client may ask for, beyond Particle's default |
//! | `ParticleSecretArn` | the secret with `accessToken`, of the account that the client is to belong to |
//! | `ClientSecretArn` | a secret without a value and for nothing else, where [client and secret](crate::ledger) are kept |
//!
//! | attribute | |
//! |---|---|
//! | `ClientId` | the client's id, as `Ref` |
//! | `SecretArn` | `ClientSecretArn` |
//! | `SecretVersion` | another one for another client, so that what depends on it is updated |

use linking::id::ClientId;
use linking::particle::{Error as ParticleError, Particle};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;

use crate::answer::Success;
use crate::event::{Request, RequestType};
use crate::failure::Failure;
use crate::ledger::{Known, Ledger, UnderWay};
use crate::secrets_manager::SecretArn;
use crate::setup::{Setup, Trace, field, properties};

/// What CloudFormation calls it.
pub const TYPE: &str = "Custom::ParticleOAuthClient";

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    #[serde(rename = "ServiceToken", default)]
    _service_token: IgnoredAny,
    #[serde(rename = "ServiceTimeout", default)]
    _service_timeout: IgnoredAny,
    name: String,
    redirect_uri: String,
    scope: Option<String>,
    particle_secret_arn: SecretArn,
    client_secret_arn: SecretArn,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ParticleSecret {
    access_token: SecretString,
}

/// What a creation that never came about is called.
fn not_created(request: &Request) -> String {
    format!("{}/not-created", request.reply.logical_resource_id)
}

/// What a creation is called that was refused because there is a client, which then has to stay.
fn refused(request: &Request) -> String {
    format!("{}/refused", request.reply.logical_resource_id)
}

/// Does what is asked for.
pub(crate) async fn handle(
    setup: &Setup,
    request: &Request,
    trace: &Trace,
) -> Result<Success, Failure> {
    match request.request_type {
        RequestType::Create | RequestType::Update => {
            if request.request_type == RequestType::Create {
                trace.fails_as(not_created(request));
            }
            let properties: Properties = properties(request)?;
            let client = ensure(setup, request, &properties, trace).await?;
            Ok(Success {
                physical_id: client.client_id.to_string(),
                data: vec![
                    ("ClientId", client.client_id.to_string()),
                    ("SecretArn", properties.client_secret_arn.to_string()),
                    ("SecretVersion", client.version),
                ],
            })
        }
        RequestType::Delete => {
            match request.physical_id().parse() {
                Ok(client) => delete(setup, request, &client, trace).await?,
                Err(_) if request.physical_id() == refused(request) => {}
                Err(_) => undo(setup, request, trace).await?,
            }
            Ok(Success::nothing(request))
        }
    }
}

async fn account(setup: &Setup, arn: &SecretArn, trace: &Trace) -> Result<Particle, Failure> {
    let secret: ParticleSecret = setup.secret(arn, "accessToken", trace).await?;
    let token = field(&secret.access_token, arn, "accessToken", trace)?;
    Ok(Particle::new(
        setup.http.clone(),
        setup.particle_url.clone(),
        token,
    ))
}

/// Names the secret of a token that is refused.
fn told(arn: &SecretArn) -> impl Fn(ParticleError) -> Failure {
    move |error| match error {
        ParticleError::TokenRejected(_) => Failure::TokenRejected(arn.clone()),
        other => Failure::Particle(other),
    }
}

/// The client that these properties ask for: the one that there is, or one that is made.
async fn ensure(
    setup: &Setup,
    request: &Request,
    properties: &Properties,
    trace: &Trace,
) -> Result<Known, Failure> {
    let Properties {
        name,
        redirect_uri,
        scope,
        particle_secret_arn,
        client_secret_arn: arn,
        ..
    } = properties;
    let told = told(particle_secret_arn);
    let particle = account(setup, particle_secret_arn, trace).await?;
    let ledger = Ledger::read(&setup.secrets, arn).await?;
    let mut ledger = ledger.owned_by(&request.owner(), arn)?;
    let listed = particle.clients().await.map_err(&told)?;
    for orphan in ledger.orphans(&listed) {
        particle.delete_client(&orphan).await.map_err(&told)?;
    }
    // It must not outlive them: what others make later is no orphan.
    let is_swept = ledger.under_way.take().is_some();

    let is_new = request.request_type == RequestType::Create
        && ledger.created_by != request.reply.request_id;
    let is_listed = |known: &Known| {
        listed
            .iter()
            .any(|client| client.id == known.client_id.as_str())
    };
    if is_new && ledger.known().any(is_listed) {
        trace.fails_as(refused(request));
        return Err(Failure::Occupied(arn.clone()));
    }
    if is_new {
        ledger.created_by.clone_from(&request.reply.request_id);
    }

    let counted = ledger.client.as_ref().map(|known| known.client_id.clone());
    if ledger.select(redirect_uri, &listed)
        && let Some(known) = ledger.client.clone()
    {
        if is_swept || counted.as_ref() != Some(&known.client_id) {
            ledger.write(&setup.secrets, arn, &version()).await?;
        }
        let id = known.client_id.as_str();
        let seen = listed.iter().find(|client| client.id == id);
        let is_so = seen.is_some_and(|client| client.name == *name && client.scope == *scope);
        if !is_so {
            let change = particle.change_client(&known.client_id, name, scope.as_deref());
            change.await.map_err(&told)?;
        }
        return Ok(known);
    }

    ledger.under_way = Some(UnderWay {
        name: name.clone(),
        redirect_uri: redirect_uri.clone(),
        before: listed.into_iter().map(|client| client.id).collect(),
    });
    ledger.write(&setup.secrets, arn, &version()).await?;
    let made = particle
        .create_client(name, redirect_uri)
        .await
        .map_err(&told)?;
    trace.conceal(&made.secret);
    let known = Known {
        client_id: made.id,
        client_secret: made.secret,
        redirect_uri: redirect_uri.clone(),
        version: version(),
    };
    ledger.under_way = None;
    ledger.former.extend(ledger.client.replace(known.clone()));
    if let Err(error) = ledger.write(&setup.secrets, arn, &known.version).await {
        // What fails here is undone when the creation is.
        let _ = particle.delete_client(known.client_id.as_str()).await;
        return Err(error.into());
    }
    if scope.is_some() {
        let change = particle.change_client(&known.client_id, name, scope.as_deref());
        change.await.map_err(&told)?;
    }
    Ok(known)
}

fn version() -> String {
    Uuid::new_v4().to_string()
}

/// Deletes a client of which CloudFormation knows.
async fn delete(
    setup: &Setup,
    request: &Request,
    client: &ClientId,
    trace: &Trace,
) -> Result<(), Failure> {
    let properties: Properties = properties(request)?;
    let arn = &properties.particle_secret_arn;
    let particle = account(setup, arn, trace).await?;
    particle
        .delete_client(client.as_str())
        .await
        .map_err(told(arn))?;
    // The client is gone, and that was asked for; that its secret is forgotten is tidiness.
    let arn = &properties.client_secret_arn;
    if let Ok(mut ledger) = Ledger::read(&setup.secrets, arn).await
        && ledger.forget(client.as_str())
    {
        let _ = ledger.write(&setup.secrets, arn, &version()).await;
    }
    Ok(())
}

/// Undoes a creation that failed, however far it came.
async fn undo(setup: &Setup, request: &Request, trace: &Trace) -> Result<(), Failure> {
    // Without properties, or a secret to write to, nothing was begun.
    let Ok(properties) = properties::<Properties>(request) else {
        return Ok(());
    };
    let arn = &properties.client_secret_arn;
    let ledger = match Ledger::read(&setup.secrets, arn).await {
        Ok(ledger) => ledger,
        Err(failure) if failure.is_uncertain() => return Err(failure),
        Err(_) => return Ok(()),
    };
    let is_begun = ledger.under_way.is_some() || ledger.client.is_some();
    if !is_begun || ledger.owner != request.owner() {
        return Ok(());
    }
    let told = told(&properties.particle_secret_arn);
    let particle = account(setup, &properties.particle_secret_arn, trace).await?;
    let listed = particle.clients().await.map_err(&told)?;
    let known = ledger.known().map(|known| known.client_id.to_string());
    for client in ledger.orphans(&listed).into_iter().chain(known) {
        particle.delete_client(&client).await.map_err(&told)?;
    }
    let empty = Ledger {
        owner: request.owner(),
        ..Ledger::default()
    };
    Ok(empty.write(&setup.secrets, arn, &version()).await?)
}
