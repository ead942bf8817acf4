//! `Custom::AlexaAccountLinking`: how a skill links accounts.
//!
//! | property | |
//! |---|---|
//! | `SkillId` | the skill |
//! | `Stage` | `development`, which is the one that can be changed, and need not be named |
//! | `LwaSecretArn` | the secret with `clientId`, `clientSecret` and `refreshToken` of a security profile |
//! | `ClientId`, `ClientSecretArn` | the client, and the secret where [`Custom::ParticleOAuthClient`](crate::oauth_client) keeps it |
//! | `SecretVersion` | its `SecretVersion`: CloudFormation updates only what it sees change |
//! | `AuthorizationUrl` | the page that asks the customer |
//! | `AccessTokenUrl` | Particle's, unless another one is named |
//! | `Scopes`, `Domains` | `profile`, and the hosts of the two addresses, unless others are named |
//!
//! There is one account linking of a skill, and it is set whether there was one before or not. Where there was, its physical id
//! ends in `/kept`, and the end of the resource leaves it as it is: the creation may be undone, and every link depends on it.

use linking::account_linking::{AccountLinking, AccountLinkingRequest, domains};
use linking::id::{ClientId, SkillId};
use linking::smapi::{DEVELOPMENT, Error as SmapiError, Settings, Smapi};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::answer::{Outcome, Success};
use crate::event::{Request, RequestType};
use crate::failure::Failure;
use crate::ledger::{Known, Ledger};
use crate::secrets_manager::SecretArn;
use crate::setup::{Setup, Trace, field, is_kept, kept, not_created, outcome, properties};
use crate::turn::{Taken, Turn};

/// What CloudFormation calls it.
pub const TYPE: &str = "Custom::AlexaAccountLinking";

/// What the account linking of a skill is called in its stage.
const PART: &str = "accountLinkingClient";

/// How long Alexa may ask to be left alone between two tries; of three, the function has time for two such pauses.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    #[serde(rename = "ServiceToken", default)]
    _service_token: IgnoredAny,
    #[serde(rename = "ServiceTimeout", default)]
    _service_timeout: IgnoredAny,
    #[serde(rename = "SecretVersion", default)]
    _secret_version: IgnoredAny,
    skill_id: SkillId,
    stage: Option<String>,
    lwa_secret_arn: SecretArn,
    client_id: ClientId,
    client_secret_arn: SecretArn,
    authorization_url: String,
    access_token_url: Option<String>,
    scopes: Option<Vec<String>>,
    domains: Option<Vec<String>>,
}

/// What is needed to end it: what is wrong with the rest does not matter then.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Access {
    lwa_secret_arn: SecretArn,
    client_secret_arn: SecretArn,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LwaSecret {
    client_id: SecretString,
    client_secret: SecretString,
    refresh_token: SecretString,
}

const LWA_FIELDS: &str = "clientId, clientSecret and refreshToken";

/// Does what is asked for.
pub(crate) async fn handle(
    setup: &Setup,
    request: &Request,
    trace: &Trace,
) -> Result<Outcome, Failure> {
    if request.request_type == RequestType::Delete {
        return delete(setup, request, trace).await;
    }
    let properties: Properties = properties(request)?;
    let stage = properties.stage.as_deref().unwrap_or(DEVELOPMENT);
    if stage != DEVELOPMENT {
        return Err(Failure::Properties(format!(
            "Stage is {stage:?}, and only {DEVELOPMENT} can be changed; the others follow it by certification"
        )));
    }
    let arn = &properties.client_secret_arn;
    let admit = |ledger: Ledger| match client(&ledger, &properties) {
        Some(_) => Ok(ledger),
        None => Err(no_such_client(&properties)),
    };
    let turn = match Turn::take(setup, request, arn, trace, false, admit).await? {
        Taken::Now(turn) => turn,
        Taken::Before(told) => return Ok(told),
    };
    let work = link(setup, request, &properties, &turn.ledger, trace);
    let outcome = outcome(work, turn.left(), request, trace).await;
    Ok(turn.end(outcome).await)
}

/// Sets the account linking, and looks at it.
async fn link(
    setup: &Setup,
    request: &Request,
    properties: &Properties,
    ledger: &Ledger,
    trace: &Trace,
) -> Result<Success, Failure> {
    let wanted = wanted(setup, properties, ledger, trace)?;
    let told = told(&properties.lwa_secret_arn);
    let smapi = signed_in(setup, &properties.lwa_secret_arn, trace).await?;
    let before = smapi
        .account_linking(&properties.skill_id)
        .await
        .map_err(&told)?;
    let plain = format!("{}/{DEVELOPMENT}/{PART}", properties.skill_id);
    // What was there before is not taken away.
    let was_there = before.is_some() && request.physical_id() != plain;
    let physical_id = if was_there { kept(&plain) } else { plain };
    let put = smapi.put_account_linking(&properties.skill_id, &wanted, None);
    // From here on it may be there, whatever is heard of it.
    trace.fails_as(physical_id.clone());
    if let Err(failure) = put.await.map_err(&told) {
        if !failure.is_uncertain() {
            trace.fails_as(not_created(&request.reply));
        }
        return Err(failure);
    }
    let seen = smapi
        .account_linking(&properties.skill_id)
        .await
        .map_err(&told)?;
    let Some(seen) = seen else {
        return Err(Failure::Different("there is none".to_owned()));
    };
    let differences = seen.value.differences(&wanted.linking);
    if !differences.is_empty() {
        let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
        return Err(Failure::Different(differences.join("; ")));
    }
    let data = seen.etag.map(|etag| ("ETag".to_owned(), etag));
    Ok(Success {
        physical_id,
        data: data.into_iter().collect(),
    })
}

/// Ends it, or notes that a creation was undone.
async fn delete(setup: &Setup, request: &Request, trace: &Trace) -> Result<Outcome, Failure> {
    let nothing = || Ok(Success::nothing(request).into());
    if is_kept(request.physical_id()) {
        return nothing();
    }
    let skill = skill_of(request.physical_id());
    let Access {
        lwa_secret_arn,
        client_secret_arn: arn,
    } = match properties(request) {
        Ok(access) => access,
        // Without them nothing was begun.
        Err(_) if skill.is_none() => return nothing(),
        Err(failure) => return Err(failure),
    };
    let is_there = |ledger: Ledger| match ledger.owner.is_empty() {
        false => Ok(ledger),
        true => Err(Failure::NoLedger(arn.clone())),
    };
    let undoes = skill.is_none();
    let turn = match Turn::take(setup, request, &arn, trace, undoes, is_there).await {
        Ok(Taken::Now(turn)) => Some(turn),
        Ok(Taken::Before(told)) => return Ok(told),
        Err(failure) if failure.is_uncertain() => return Err(failure),
        // It can end without its client.
        Err(_) => None,
    };
    let work = async {
        if let Some(skill) = &skill {
            end(setup, skill, &lwa_secret_arn, trace).await?;
        }
        Ok(Success::nothing(request))
    };
    Ok(match turn {
        Some(turn) => {
            let outcome = outcome(work, turn.left(), request, trace).await;
            turn.end(outcome).await
        }
        None => work.await?.into(),
    })
}

fn no_such_client(properties: &Properties) -> Failure {
    Failure::NoSuchClient {
        arn: properties.client_secret_arn.clone(),
        client: properties.client_id.to_string(),
    }
}

async fn end(
    setup: &Setup,
    skill: &SkillId,
    arn: &SecretArn,
    trace: &Trace,
) -> Result<(), Failure> {
    let smapi = signed_in(setup, arn, trace).await?;
    let deleted = smapi.delete_account_linking(skill).await;
    deleted.map_err(told(arn))
}

/// The client of the account linking, if its secret is known.
fn client<'a>(ledger: &'a Ledger, properties: &Properties) -> Option<&'a Known> {
    let mut known = ledger.known();
    known.find(|known| known.client_id == properties.client_id)
}

/// The skill of a physical id that this function has chosen.
fn skill_of(physical_id: &str) -> Option<SkillId> {
    let (skill, rest) = physical_id.split_once('/')?;
    let (DEVELOPMENT, PART) = rest.split_once('/')? else {
        return None;
    };
    skill.parse().ok()
}

fn wanted(
    setup: &Setup,
    properties: &Properties,
    ledger: &Ledger,
    trace: &Trace,
) -> Result<AccountLinkingRequest, Failure> {
    let known = client(ledger, properties).cloned();
    let known = known.ok_or_else(|| no_such_client(properties))?;
    trace.conceal(&known.client_secret);
    let mut linking = AccountLinking::with(
        &setup.particle_url.to_string(),
        properties.authorization_url.clone(),
        &properties.client_id,
        Vec::new(),
    );
    if let Some(url) = &properties.access_token_url {
        linking.access_token_url.clone_from(url);
    }
    if let Some(scopes) = &properties.scopes {
        linking.scopes.clone_from(scopes);
    }
    linking.domains = match &properties.domains {
        Some(domains) => domains.clone(),
        None => domains([&linking.authorization_url, &linking.access_token_url]),
    };
    Ok(AccountLinkingRequest {
        linking,
        client_secret: known.client_secret,
        skip_on_enablement: false,
    })
}

async fn signed_in(setup: &Setup, arn: &SecretArn, trace: &Trace) -> Result<Smapi, Failure> {
    let secret: LwaSecret = setup.secret(arn, LWA_FIELDS, trace).await?;
    let text = |secret| field(secret, arn, LWA_FIELDS, trace);
    let client_id = text(&secret.client_id)?;
    let client_secret = text(&secret.client_secret)?;
    let refresh_token = text(&secret.refresh_token)?;
    // By the names that `ask` gives them.
    let settings = Settings::read(|name| {
        let value = match name {
            "ASK_LWA_CLIENT_ID" => client_id.expose_secret().to_owned(),
            "ASK_LWA_CLIENT_CONFIRMATION" => client_secret.expose_secret().to_owned(),
            "ASK_REFRESH_TOKEN" => refresh_token.expose_secret().to_owned(),
            "ASK_SMAPI_SERVER_BASE_URL" => setup.smapi_url.to_string(),
            "ASK_LWA_TOKEN_HOST" => setup.lwa_url.to_string(),
            _ => return None,
        };
        Some(value)
    });
    let settings = settings.map_err(|error| Failure::Properties(error.to_string()))?;
    Ok(Smapi::new(settings, setup.http.clone()).paced(setup.pause, PATIENCE))
}

/// Names the secret of a sign-in that is refused.
fn told(arn: &SecretArn) -> impl Fn(SmapiError) -> Failure {
    move |error| match error {
        SmapiError::SignedOut { .. } => Failure::SignedOut(arn.clone()),
        other => Failure::Smapi(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_of_ours_names_a_skill() {
        let skill = "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef";
        for (id, names) in [
            (format!("{skill}/development/accountLinkingClient"), true),
            (format!("{skill}/live/accountLinkingClient"), false),
            (format!("{skill}/development/accountLinkingClient/x"), false),
            (skill.to_owned(), false),
            ("Linking/not-created".to_owned(), false),
            ("stack-Linking-1ABCDEFGHIJKL".to_owned(), false),
            ("x/development/accountLinkingClient".to_owned(), false),
        ] {
            assert_eq!(skill_of(&id).is_some(), names, "{id}");
        }
    }
}
