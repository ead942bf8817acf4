//! `…/accountLinkingClient`: what Alexa is told of the authorization server.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    Refusal, Violation,
    access::{May, Reads, SkillPath, Writes},
    fields::{self, Fields},
};
use crate::{
    amazon::Amazon,
    http::json,
    skill::{
        AccessTokenScheme, AccountLinking, AccountLinkingType, Platform, PlatformAuthorizationUrl,
        Versioned, VoiceForwardAccountLinking,
    },
};

pub(crate) async fn get(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Reads>,
    SkillPath(id): SkillPath,
) -> Result<Response, Refusal> {
    let state = amazon.state();
    let linking = state
        .skill(&id)
        .and_then(|skill| skill.account_linking.as_ref());
    let linking = linking.ok_or(Refusal::NotFound)?;
    let etag = [(header::ETAG, linking.etag.clone())];
    Ok((etag, json(StatusCode::OK, &linking.value)).into_response())
}

pub(crate) async fn update(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Writes>,
    SkillPath(id): SkillPath,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let linking = Versioned::new(read(&fields::body(&body)?)?);
    let etag = [(header::ETAG, linking.etag.clone())];
    let mut state = amazon.state();
    let skill = state.skill_mut(&id).ok_or(Refusal::NotFound)?;
    super::matches(&headers, skill.account_linking.as_ref())?;
    skill.account_linking = Some(linking);
    Ok((StatusCode::NO_CONTENT, etag).into_response())
}

pub(crate) async fn delete(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Writes>,
    SkillPath(id): SkillPath,
) -> Result<StatusCode, Refusal> {
    let mut state = amazon.state();
    let skill = state.skill_mut(&id).ok_or(Refusal::NotFound)?;
    skill.account_linking.take().ok_or(Refusal::NotFound)?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(body: &Value) -> Result<AccountLinking, Refusal> {
    // Sent without its wrapper, the body is empty in SMAPI's eyes.
    let request = body.get("accountLinkingRequest").unwrap_or(&Value::Null);
    if request.is_null() {
        return Err(invalid(vec![Violation::uncoded(
            "Parsing error due to empty body.",
        )]));
    }
    let mut fields = Fields::of("$.accountLinkingRequest", request)
        .map_err(|violation| invalid(vec![violation]))?;
    let linking = payload(&mut fields);
    match (linking, fields.finish()) {
        (Some(linking), violations) if violations.is_empty() => Ok(linking),
        (_, violations) => Err(invalid(violations)),
    }
}

fn payload(fields: &mut Fields<'_>) -> Option<AccountLinking> {
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    // Smart home skills know this grant only.
    let kind = fields.choice("type", &[("AUTH_CODE", AccountLinkingType::AuthCode)]);
    let authorization_url = fields.url("authorizationUrl");
    let domains = owned(fields.strings("domains", 0, MOST_ITEMS));
    let client_id = fields.string("clientId", LONGEST_CREDENTIAL);
    // Smart home skills need one.
    let scopes = owned(fields.strings("scopes", 1, MOST_ITEMS));
    let access_token_url = fields.url("accessTokenUrl");
    let client_secret = fields.secret("clientSecret", LONGEST_CREDENTIAL);
    let access_token_scheme = fields.choice(
        "accessTokenScheme",
        &[
            ("HTTP_BASIC", AccessTokenScheme::HttpBasic),
            (
                "REQUEST_BODY_CREDENTIALS",
                AccessTokenScheme::RequestBodyCredentials,
            ),
        ],
    );
    let default_token_expiration_in_seconds =
        fields.optional_integer("defaultTokenExpirationInSeconds", 0);
    let reciprocal_access_token_url = fields.optional_url("reciprocalAccessTokenUrl");
    let redirect_urls = owned(fields.strings("redirectUrls", 0, MOST_ITEMS));
    let authorization_urls_by_platform = platforms(fields);
    let skip_on_enablement = fields.boolean("skipOnEnablement");
    let voice_forward_account_linking = fields.optional_choice(
        "voiceForwardAccountLinking",
        &[
            ("DISABLED", VoiceForwardAccountLinking::Disabled),
            ("ENABLED", VoiceForwardAccountLinking::Enabled),
        ],
    );
    Some(AccountLinking {
        kind: kind?,
        authorization_url: authorization_url?.to_owned(),
        domains,
        client_id: client_id?.to_owned(),
        scopes,
        access_token_url: access_token_url?.to_owned(),
        client_secret: client_secret?.into(),
        access_token_scheme: access_token_scheme?,
        default_token_expiration_in_seconds,
        reciprocal_access_token_url: reciprocal_access_token_url.map(str::to_owned),
        redirect_urls,
        authorization_urls_by_platform,
        skip_on_enablement,
        voice_forward_account_linking,
    })
}

fn platforms(fields: &mut Fields<'_>) -> Vec<PlatformAuthorizationUrl> {
    let mut urls = Vec::new();
    let path = fields.at("authorizationUrlsByPlatform");
    let items = fields.items("authorizationUrlsByPlatform", 0, 2);
    for (position, item) in items.into_iter().enumerate() {
        match Fields::of(format!("{path}[{position}]"), item) {
            Ok(mut item) => {
                let platforms = [("iOS", Platform::Ios), ("Android", Platform::Android)];
                let platform_type = item.choice("platformType", &platforms);
                let url = item.url("platformAuthorizationUrl");
                urls.extend(platform_type.zip(url).map(|(platform_type, url)| {
                    PlatformAuthorizationUrl {
                        platform_type,
                        platform_authorization_url: url.to_owned(),
                    }
                }));
                fields.close(item);
            }
            Err(violation) => fields.violations.push(violation),
        }
    }
    urls
}

fn invalid(violations: Vec<Violation>) -> Refusal {
    Refusal::BadRequest {
        message: "Account linking information is not valid.",
        violations,
    }
}

/// Of scopes, domains and redirect URLs.
const MOST_ITEMS: usize = 15;
const LONGEST_CREDENTIAL: usize = 500;
