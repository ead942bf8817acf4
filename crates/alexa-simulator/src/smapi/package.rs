//! `…/uploads` and `…/imports`: a skill's manifest as a package, which is how `ask deploy` sends it.

use std::{
    io::{Cursor, Read as _},
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use humantime::format_rfc3339_seconds;
use serde_json::{Value, json};
use uuid::Uuid;
use zip::ZipArchive;

use super::{
    Refusal, Violation,
    access::{May, Reads, SkillPath, Writes},
    fields::{self, Fields},
    manifest,
};
use crate::{
    amazon::Amazon,
    http::json as answer,
    operation::{IMPORTS, UPLOADED},
    skill::{Import, Skill, Update, UpdateStatus, Upload},
};

/// A place to upload a package to. Who knows it may use it, as with the one that Amazon hands out.
pub(crate) async fn place(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Writes>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let host = host.ok_or_else(|| Refusal::bad_request(vec![]))?;
    let id = Uuid::new_v4().to_string();
    let url = format!("http://{host}{}", UPLOADED.replace("{uploadId}", &id));
    let expires = format_rfc3339_seconds(SystemTime::now() + LIFE_OF_A_PLACE).to_string();
    let body = json!({ "uploadUrl": url, "expiresAt": expires });
    amazon.state().uploads.push(Upload {
        id,
        url,
        package: None,
    });
    Ok(answer(StatusCode::CREATED, &body))
}

/// The upload itself, which at Amazon another service takes.
pub(crate) async fn put(
    State(amazon): State<Arc<Amazon>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    let mut state = amazon.state();
    match state.uploads.iter_mut().find(|upload| upload.id == id) {
        Some(upload) => {
            upload.package = Some(body);
            StatusCode::OK
        }
        None => StatusCode::FORBIDDEN,
    }
}

/// A new skill of a package.
pub(crate) async fn create(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Writes>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let body = fields::body(&body)?;
    let mut fields = request(&body)?;
    let vendor_id = fields.string("vendorId", 20);
    if vendor_id.is_some_and(|id| id != amazon.vendor_id) {
        return Err(Refusal::Forbidden);
    }
    let package = package(&amazon, fields)?;
    let mut skill = Skill::new();
    let import = match read(&amazon, package, &skill.id).await {
        Ok(manifest) => {
            skill.change(Ok(manifest), amazon.polls());
            let id = skill.id.clone();
            amazon.state().skills.push(skill);
            Import::Of(id)
        }
        // What cannot be a skill leaves none.
        Err(violations) => Import::Failed(violations),
    };
    Ok(accepted(&amazon, import))
}

/// A package for a skill that there is.
pub(crate) async fn update(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Writes>,
    SkillPath(id): SkillPath,
    body: Bytes,
) -> Result<Response, Refusal> {
    let body = fields::body(&body)?;
    let package = package(&amazon, request(&body)?)?;
    let outcome = read(&amazon, package, &id).await;
    {
        let mut state = amazon.state();
        let skill = state.skill_mut(&id).ok_or(Refusal::NotFound)?;
        if skill.status() == UpdateStatus::InProgress {
            return Err(Refusal::Conflict);
        }
        skill.change(outcome, amazon.polls());
    }
    Ok(accepted(&amazon, Import::Of(id)))
}

/// How far an import is.
pub(crate) async fn status(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Reads>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let mut state = amazon.state();
    let import = state.imports.iter().find(|(import, _)| *import == id);
    let body = match import.ok_or(Refusal::NotFound)?.1.clone() {
        Import::Failed(errors) => json!({ "status": UpdateStatus::Failed, "errors": errors }),
        Import::Of(skill) => {
            let skill = state.skill_mut(&skill).ok_or(Refusal::NotFound)?;
            let status = skill.poll();
            let errors = match &skill.update {
                Update::Failed(errors) => errors.as_slice(),
                Update::InProgress { .. } | Update::Succeeded => &[],
            };
            let resource = json!({ "name": "Manifest", "status": status, "errors": errors });
            let etag = skill.manifest.as_ref().map(|manifest| &manifest.etag);
            json!({
                "status": status,
                "skill": { "skillId": skill.id, "eTag": etag, "resources": [resource] },
            })
        }
    };
    Ok(answer(StatusCode::OK, &body))
}

fn request(body: &Value) -> Result<Fields<'_>, Refusal> {
    Fields::of("$", body).map_err(|violation| Refusal::bad_request(vec![violation]))
}

/// The package at the location that a request names, of which no other field is left to read.
fn package(amazon: &Amazon, mut request: Fields<'_>) -> Result<Bytes, Refusal> {
    let location = request.string("location", LONGEST_LOCATION);
    let state = amazon.state();
    let upload = state
        .uploads
        .iter()
        .find(|upload| Some(upload.url.as_str()) == location);
    let package = upload.and_then(|upload| upload.package.clone());
    let mut violations = request.finish();
    if package.is_none() && violations.is_empty() {
        let nothing = "There is no skill package at the location.";
        violations.push(Violation::uncoded(nothing));
    }
    match package {
        Some(package) if violations.is_empty() => Ok(package),
        Some(_) | None => Err(Refusal::bad_request(violations)),
    }
}

/// The manifest in a package, as far as Alexa takes it.
async fn read(amazon: &Amazon, package: Bytes, skill: &str) -> Result<Value, Vec<Violation>> {
    let Some(manifest) = unpacked(package) else {
        let nothing = "The skill package is no zip archive with a skill.json that is JSON.";
        return Err(vec![Violation::uncoded(nothing)]);
    };
    let mut fields = Fields::of("$", &manifest).map_err(|violation| vec![violation])?;
    let endpoints = manifest::endpoints(&mut fields);
    let mut violations = fields.finish();
    violations.extend(manifest::refused(amazon, &endpoints, skill).await);
    if violations.is_empty() {
        Ok(manifest)
    } else {
        Err(violations)
    }
}

fn unpacked(package: Bytes) -> Option<Value> {
    let mut archive = ZipArchive::new(Cursor::new(package)).ok()?;
    let file = archive.by_name("skill.json").ok()?;
    let mut text = String::new();
    file.take(LARGEST_MANIFEST).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn accepted(amazon: &Amazon, import: Import) -> Response {
    let id = Uuid::new_v4().to_string();
    let location = [(header::LOCATION, format!("{IMPORTS}/{id}"))];
    amazon.state().imports.push((id, import));
    (StatusCode::ACCEPTED, location).into_response()
}

const LIFE_OF_A_PLACE: Duration = Duration::from_secs(15 * 60);
const LARGEST_MANIFEST: u64 = 1 << 20;
const LONGEST_LOCATION: usize = 2000;
