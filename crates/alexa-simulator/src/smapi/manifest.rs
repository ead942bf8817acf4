//! `…/manifest` and `…/status`: what the skill is, and how far its last change is.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    Refusal, Violation,
    access::{May, Reads, SkillPath, Writes},
    fields::{self, Fields},
    violation::Instance,
};
use crate::{
    amazon::Amazon,
    http::json as answer,
    lambda::Invocation,
    skill::{Update, UpdateStatus},
};

pub(crate) async fn status(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Reads>,
    SkillPath(id): SkillPath,
) -> Result<Response, Refusal> {
    let mut state = amazon.state();
    let skill = state.skill_mut(&id).ok_or(Refusal::NotFound)?;
    let mut last = json!({ "status": skill.poll() });
    if let (Update::Failed(errors), Some(last)) = (&skill.update, last.as_object_mut()) {
        last.insert("errors".to_owned(), json!(errors));
    }
    let mut manifest = json!({ "lastUpdateRequest": last });
    if let (Some(current), Some(manifest)) = (&skill.manifest, manifest.as_object_mut()) {
        manifest.insert("eTag".to_owned(), current.etag.as_str().into());
    }
    Ok(answer(StatusCode::OK, &json!({ "manifest": manifest })))
}

pub(crate) async fn get(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Reads>,
    SkillPath(id): SkillPath,
) -> Result<Response, Refusal> {
    let state = amazon.state();
    let manifest = state.skill(&id).and_then(|skill| skill.manifest.as_ref());
    let manifest = manifest.ok_or(Refusal::NotFound)?;
    let etag = [(header::ETAG, manifest.etag.clone())];
    Ok((etag, answer(StatusCode::OK, &manifest.value)).into_response())
}

pub(crate) async fn update(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Writes>,
    SkillPath(id): SkillPath,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let body = fields::body(&body)?;
    let mut fields =
        Fields::of("$", &body).map_err(|violation| Refusal::bad_request(vec![violation]))?;
    let endpoints = endpoints(&mut fields);
    let violations = fields.finish();
    if !violations.is_empty() {
        return Err(Refusal::bad_request(violations));
    }
    let outcome = match refused(&amazon, &endpoints, &id).await {
        refused if refused.is_empty() => Ok(body),
        refused => Err(refused),
    };
    let mut state = amazon.state();
    let skill = state.skill_mut(&id).ok_or(Refusal::NotFound)?;
    super::matches(&headers, skill.manifest.as_ref())?;
    if skill.status() == UpdateStatus::InProgress {
        return Err(Refusal::Conflict);
    }
    skill.change(outcome, amazon.polls());
    let location = [(header::LOCATION, status_of(&id))];
    Ok((StatusCode::ACCEPTED, location).into_response())
}

/// Where the status of a change is found.
pub(super) fn status_of(skill: &str) -> String {
    format!("/v1/skills/{skill}/status?resource=manifest")
}

/// The endpoints that a manifest names, which is looked through on the way.
pub(super) fn endpoints(body: &mut Fields<'_>) -> Vec<String> {
    let Some(mut manifest) = body.object("manifest") else {
        return vec![];
    };
    manifest.optional_choice("manifestVersion", &[("1.0", ())]);
    for other in ["privacyAndCompliance", "events", "authorizedClients"] {
        manifest.optional(other);
    }
    permissions(&mut manifest);
    publishing_information(&mut manifest);
    let endpoints = apis(&mut manifest);
    body.close(manifest);
    endpoints
}

/// Those endpoints whose functions do not let Alexa in for this skill.
pub(super) async fn refused(amazon: &Amazon, endpoints: &[String], skill: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for endpoint in endpoints {
        if !amazon.lambda.admits(Invocation::of(endpoint, skill)).await {
            violations.push(Violation::uncoded(format!(
                "The trigger setting for the Lambda {endpoint} is invalid. Error code: SkillManifestError."
            )));
        }
    }
    violations
}

fn permissions(manifest: &mut Fields<'_>) {
    let path = manifest.at("permissions");
    let items = manifest.items("permissions", 0, MOST_PERMISSIONS);
    for (position, item) in items.into_iter().enumerate() {
        match Fields::of(format!("{path}[{position}]"), item) {
            Ok(mut item) => {
                item.string("name", LONGEST_NAME);
                manifest.close(item);
            }
            Err(violation) => manifest.violations.push(violation),
        }
    }
}

fn publishing_information(manifest: &mut Fields<'_>) {
    let Some(mut publishing) = manifest.object("publishingInformation") else {
        return;
    };
    let path = publishing.at("locales");
    match publishing.required("locales") {
        Some(Value::Object(locales)) if locales.is_empty() => {
            publishing
                .violations
                .push(Violation::missing(&path, "en-US"));
        }
        Some(Value::Object(locales)) => {
            for (locale, texts) in locales {
                match Fields::of(format!("{path}.{locale}"), texts) {
                    Ok(mut texts) => {
                        texts.string("name", LONGEST_NAME);
                        publishing.violations.append(&mut texts.violations);
                    }
                    Err(violation) => publishing.violations.push(violation),
                }
            }
        }
        Some(other) => {
            let violation = Violation::data_type(&path, other, "object");
            publishing.violations.push(violation);
        }
        None => {}
    }
    // The rest of what a store's page says is of no consequence here.
    manifest.violations.append(&mut publishing.violations);
}

fn apis(manifest: &mut Fields<'_>) -> Vec<String> {
    let mut endpoints = Vec::new();
    let Some(mut apis) = manifest.object("apis") else {
        return endpoints;
    };
    // A model of another kind is of no consequence here.
    apis.optional("custom");
    if let Some(mut smart_home) = apis.object("smartHome") {
        let versions = [("2", ()), ("2.0", ()), ("3", ()), ("3.0", ())];
        smart_home.optional_choice("protocolVersion", &versions);
        smart_home.optional("supportedControls");
        endpoints.extend(endpoint(&mut smart_home));
        if let Some(mut regions) = smart_home.optional_object("regions") {
            for name in ["NA", "EU", "FE"] {
                if let Some(mut region) = regions.optional_object(name) {
                    endpoints.extend(endpoint(&mut region));
                    regions.close(region);
                }
            }
            smart_home.close(regions);
        }
        apis.close(smart_home);
    }
    manifest.close(apis);
    endpoints
}

fn endpoint(of: &mut Fields<'_>) -> Option<String> {
    let mut endpoint = of.optional_object("endpoint")?;
    endpoint.optional("sslCertificateType");
    let uri = endpoint.string("uri", LONGEST_ARN);
    let uri = uri.filter(|uri| {
        let fits = is_endpoint(uri);
        if !fits {
            let path = endpoint.at("uri");
            let instance = Instance {
                path: &path,
                text: Some(uri),
            };
            endpoint
                .violations
                .push(Violation::pattern(instance, ENDPOINT));
        }
        fits
    });
    let uri = uri.map(str::to_owned);
    of.close(endpoint);
    uri
}

/// Whether a text matches [`ENDPOINT`].
fn is_endpoint(text: &str) -> bool {
    let mut parts = text.split(':');
    let head = [parts.next(), parts.next(), parts.next()];
    let region = parts.next().unwrap_or_default();
    let account = parts.next().unwrap_or_default();
    let function = [
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    ];
    let qualifier = parts.next();
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    head == [Some("arn"), Some("aws"), Some("lambda")]
        && REGIONS.contains(&region)
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && function[0] == "function"
        && is_name(function[1])
        && qualifier.is_none_or(is_name)
        && parts.next().is_none()
}

/// Where Alexa invokes the functions of smart home skills.
const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "us-west-2"];
const ENDPOINT: &str = r"^arn:aws:lambda:(us-east-1|eu-west-1|us-west-2):\d{12}:function:[a-zA-Z0-9-_]+(:[a-zA-Z0-9-_]+)?$";
const LONGEST_ARN: usize = 250;
const LONGEST_NAME: usize = 100;
const MOST_PERMISSIONS: usize = 50;

#[cfg(test)]
mod tests {
    use super::is_endpoint;

    #[test]
    fn an_endpoint_is_a_function_in_one_of_three_regions() {
        let cases = [
            ("arn:aws:lambda:us-east-1:123456789012:function:skill", true),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:skill:live",
                true,
            ),
            (
                "arn:aws:lambda:us-west-2:123456789012:function:my-skill_2:7",
                true,
            ),
            (
                "arn:aws:lambda:eu-central-1:123456789012:function:skill",
                false,
            ),
            ("arn:aws:lambda:us-east-1:1234:function:skill", false),
            ("arn:aws:lambda:us-east-1:123456789012:layer:skill", false),
            ("arn:aws:lambda:us-east-1:123456789012:function:", false),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:skill:live:more",
                false,
            ),
            ("https://skill.example/", false),
            ("", false),
        ];
        for (text, fits) in cases {
            assert_eq!(is_endpoint(text), fits, "{text}");
        }
    }
}
