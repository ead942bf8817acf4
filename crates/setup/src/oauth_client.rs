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
//! | `ClientId` | the client's id, as `Ref`, unless it was kept |
//! | `SecretArn` | `ClientSecretArn` |
//! | `SecretVersion` | another one for another client, so that what depends on it is updated |
//!
//! Where the secret holds a client already, which an earlier resource of the same name in the same stack has left there,
//! that one is taken: every link depends on it. Its physical id is then `ID/kept`, and the end of that resource leaves the
//! client alone, for the creation may be undone. A client that is sent codes elsewhere cannot be taken; it stays too.

use std::time::SystemTime;

use linking::id::ClientId;
use linking::particle::under_way::UnderWay;
use linking::particle::{Error as ParticleError, Particle};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::answer::{Outcome, Success};
use crate::event::{Request, RequestType};
use crate::failure::Failure;
use crate::ledger::{Known, Ledger};
use crate::secrets_manager::SecretArn;
use crate::setup::{Setup, Trace, field, is_kept, kept, outcome, properties};
use crate::turn::{Taken, Turn};

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

/// Does what is asked for.
pub(crate) async fn handle(
    setup: &Setup,
    request: &Request,
    trace: &Trace,
) -> Result<Outcome, Failure> {
    let nothing = || Ok(Success::nothing(request).into());
    let is_delete = request.request_type == RequestType::Delete;
    if is_delete && is_kept(request.physical_id()) {
        return nothing();
    }
    let client: Option<ClientId> = request.physical_id().parse().ok();
    let undoes = is_delete && client.is_none();
    let properties: Properties = match properties(request) {
        Ok(properties) => properties,
        // Without them nothing was begun.
        Err(_) if undoes => return nothing(),
        Err(failure) => return Err(failure),
    };
    let arn = &properties.client_secret_arn;
    let owner = request.owner();
    let admit = |ledger: Ledger| Ok(ledger.owned_by(&owner, arn)?);
    let taken = match Turn::take(setup, request, arn, trace, undoes, admit).await {
        Ok(taken) => taken,
        Err(failure) if !is_delete || failure.is_uncertain() => return Err(failure),
        // Without a secret to write to nothing was begun.
        Err(_) => {
            if let Some(client) = client {
                let particle = account(setup, &properties, trace).await?;
                let deleted = particle.delete_client(client.as_str()).await;
                deleted.map_err(told(&properties.particle_secret_arn))?;
            }
            return nothing();
        }
    };
    let mut turn = match taken {
        Taken::Now(turn) => turn,
        Taken::Before(told) => return Ok(told),
    };
    let limit = turn.left();
    let work = async {
        if is_delete {
            delete(setup, &properties, client, &mut turn, trace).await?;
            return Ok(Success::nothing(request));
        }
        ensure(setup, request, &properties, &mut turn, trace).await
    };
    let outcome = outcome(work, limit, request, trace).await;
    Ok(turn.end(outcome).await)
}

async fn account(
    setup: &Setup,
    properties: &Properties,
    trace: &Trace,
) -> Result<Particle, Failure> {
    let arn = &properties.particle_secret_arn;
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
    turn: &mut Turn<'_>,
    trace: &Trace,
) -> Result<Success, Failure> {
    let Properties {
        name,
        redirect_uri,
        scope,
        particle_secret_arn,
        ..
    } = properties;
    let told = told(particle_secret_arn);
    let particle = account(setup, properties, trace).await?;
    let listed = particle.clients().await.map_err(&told)?;
    for orphan in turn.ledger.orphans(&listed) {
        particle.delete_client(&orphan).await.map_err(&told)?;
    }
    // It must not outlive them: what others make later is no orphan.
    turn.ledger.under_way = None;

    if turn.ledger.select(redirect_uri, &listed)
        && let Some(known) = turn.ledger.client.clone()
    {
        let id = known.client_id.as_str();
        let seen = listed.iter().find(|client| client.id == id);
        let is_so = seen.is_some_and(|client| client.name == *name && client.scope == *scope);
        if !is_so {
            let change = particle.change_client(&known.client_id, name, scope.as_deref());
            change.await.map_err(&told)?;
        }
        return Ok(success(request, properties, known));
    }

    turn.ledger.under_way = Some(UnderWay::new(name, redirect_uri, &listed));
    turn.write().await?;
    let made = particle
        .create_client(name, redirect_uri)
        .await
        .map_err(&told)?;
    trace.conceal(&made.secret);
    let before = turn.ledger.clone();
    let known = Known {
        client_id: made.id,
        client_secret: made.secret,
        redirect_uri: redirect_uri.clone(),
        version: turn.next_version(),
        made_by: request.reply.request_id.clone(),
        made_at: SystemTime::now(),
    };
    turn.ledger.under_way = None;
    let counted = turn.ledger.client.replace(known.clone());
    turn.ledger.former.extend(counted);
    if let Err(error) = turn.write().await {
        turn.ledger = before;
        // What fails here is undone when the creation is.
        let _ = particle.delete_client(known.client_id.as_str()).await;
        return Err(error.into());
    }
    if scope.is_some() {
        let change = particle.change_client(&known.client_id, name, scope.as_deref());
        change.await.map_err(&told)?;
    }
    Ok(success(request, properties, known))
}

/// What CloudFormation is told of a client.
fn success(request: &Request, properties: &Properties, client: Known) -> Success {
    let id = client.client_id.to_string();
    let kept = kept(&id);
    let was_there =
        request.request_type == RequestType::Create && client.made_by != request.reply.request_id;
    let data = [
        ("ClientId", id.clone()),
        ("SecretArn", properties.client_secret_arn.to_string()),
        ("SecretVersion", client.version),
    ];
    let data = data.map(|(name, value)| (name.to_owned(), value));
    Success {
        physical_id: if was_there || request.physical_id() == kept {
            kept
        } else {
            id
        },
        data: data.into(),
    }
}

/// Deletes a client of which CloudFormation knows, or undoes the last creation, however far it came.
async fn delete(
    setup: &Setup,
    properties: &Properties,
    client: Option<ClientId>,
    turn: &mut Turn<'_>,
    trace: &Trace,
) -> Result<(), Failure> {
    let is_undone = client.is_none();
    let clients = match client {
        Some(client) => vec![client],
        None => turn.ledger.of_last_creation(),
    };
    if clients.is_empty() && turn.ledger.under_way.is_none() {
        return Ok(());
    }
    let particle = account(setup, properties, trace).await?;
    let told = told(&properties.particle_secret_arn);
    if is_undone {
        let listed = particle.clients().await.map_err(&told)?;
        for orphan in turn.ledger.orphans(&listed) {
            particle.delete_client(&orphan).await.map_err(&told)?;
        }
        turn.ledger.under_way = None;
    }
    for client in &clients {
        particle
            .delete_client(client.as_str())
            .await
            .map_err(&told)?;
        turn.ledger.forget(client);
    }
    Ok(())
}
