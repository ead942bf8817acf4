//! Vendors, and skills as a whole.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use humantime::format_rfc3339_millis;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use super::{
    Refusal, Violation,
    access::{May, Reads, SkillPath, Writes},
    fields::{self, Fields},
    manifest,
};
use crate::{amazon::Amazon, http::json as answer, skill::Skill};

pub(crate) async fn vendors(State(amazon): State<Arc<Amazon>>, _may: May<Reads>) -> Response {
    let vendor = json!({
        "id": amazon.vendor_id,
        "name": "Simulated developer",
        "roles": ["ROLE_ADMINISTRATOR"],
    });
    answer(StatusCode::OK, &json!({ "vendors": [vendor] }))
}

pub(crate) async fn list(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Reads>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    let mut asked = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "vendorId");
    let missing = || Refusal::bad_request(vec![Violation::missing("$", "vendorId")]);
    let (_, vendor_id) = asked.next().ok_or_else(missing)?;
    if vendor_id != amazon.vendor_id {
        return Err(Refusal::Unauthorized);
    }
    let state = amazon.state();
    let skills: Vec<_> = state.skills.iter().map(summary).collect();
    let body = json!({
        "_links": { "self": { "href": format!("/v1/skills?vendorId={vendor_id}") } },
        "skills": skills,
        "isTruncated": false,
    });
    Ok(answer(StatusCode::OK, &body))
}

pub(crate) async fn create(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Writes>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let body = fields::body(&body)?;
    let mut fields =
        Fields::of("$", &body).map_err(|violation| Refusal::bad_request(vec![violation]))?;
    let vendor_id = fields.string("vendorId", 20);
    if vendor_id.is_some_and(|id| id != amazon.vendor_id) {
        return Err(Refusal::Forbidden);
    }
    let endpoints = manifest::endpoints(&mut fields);
    let violations = fields.finish();
    if !violations.is_empty() {
        return Err(Refusal::bad_request(violations));
    }
    let mut skill = Skill::new();
    let outcome = match manifest::refused(&amazon, &endpoints, &skill.id).await {
        refused if refused.is_empty() => Ok(json!({ "manifest": body.get("manifest") })),
        refused => Err(refused),
    };
    skill.change(outcome, amazon.polls());
    let id = skill.id.clone();
    amazon.state().skills.push(skill);
    let location = [(header::LOCATION, manifest::status_of(&id))];
    Ok((
        location,
        answer(StatusCode::ACCEPTED, &json!({ "skillId": id })),
    )
        .into_response())
}

pub(crate) async fn delete(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Writes>,
    SkillPath(id): SkillPath,
) -> StatusCode {
    amazon.state().skills.retain(|skill| skill.id != id);
    StatusCode::NO_CONTENT
}

pub(crate) async fn credentials(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Reads>,
    SkillPath(id): SkillPath,
) -> Result<Response, Refusal> {
    let state = amazon.state();
    let skill = state.skill(&id).ok_or(Refusal::NotFound)?;
    let body = if skill.has_permissions() {
        json!({ "skillMessagingCredentials": {
            "clientId": skill.messaging.id,
            "clientSecret": skill.messaging.secret.expose_secret(),
        } })
    } else {
        json!({})
    };
    let mut response = answer(StatusCode::OK, &body);
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

fn summary(skill: &Skill) -> Value {
    let manifest = skill.manifest.as_ref().map(|manifest| &manifest.value);
    let locales = manifest.and_then(|manifest| {
        manifest
            .pointer("/manifest/publishingInformation/locales")?
            .as_object()
    });
    let names: Map<_, _> = locales
        .into_iter()
        .flatten()
        .map(|(locale, texts)| {
            (
                locale.clone(),
                texts.get("name").cloned().unwrap_or_default(),
            )
        })
        .collect();
    json!({
        "skillId": skill.id,
        "stage": "development",
        "apis": ["smartHome"],
        "publicationStatus": "DEVELOPMENT",
        "lastUpdated": format_rfc3339_millis(skill.last_updated).to_string(),
        "nameByLocale": names,
        "_links": { "self": { "href": format!("/v1/skills/{}/stages/development/manifest", skill.id) } },
    })
}
