//! The authorization endpoint, `/oauth/authorize`: somebody signs in, and allows a client to act in their name.
//!
//! What is wrong with the request itself is told before anybody signs in, as JSON, since the answer must not be sent to
//! a redirect URI that is not the client's. Everything after that is told in pages.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::parameters::Parameters;
use crate::{
    answer::{Code as ErrorCode, Refusal, no_store},
    cloud::{Authorization, Cloud, Code, Holder, State as CloudState, Step},
    home::SignInError,
    secret::{Secret, looks_like_token},
};

mod page;
mod redirect;

use page::{Page, Question};

/// `GET /oauth/authorize`, or `POST` with the same parameters. Those that are not known, such as PKCE's, are ignored.
pub(super) async fn begin(
    State(cloud): State<Arc<Cloud>>,
    headers: HeaderMap,
    Extension(parameters): Extension<Parameters>,
) -> Result<Response, Refusal> {
    let given = |name| {
        let value = parameters.body(name).filter(|value| !value.is_empty());
        let value = value.or_else(|| parameters.query(name).map(Into::into));
        value.filter(|value| !value.is_empty())
    };
    let invalid = |description| Refusal::oauth(ErrorCode::InvalidRequest, description);
    if given("response_type").as_deref() != Some("code") {
        return Err(invalid(
            "Invalid response_type parameter (must be \"code\")",
        ));
    }
    let client_id = given("client_id").ok_or(invalid("Invalid or missing client_id parameter"))?;
    let redirect_uri =
        given("redirect_uri").ok_or(invalid("Invalid or missing redirect_uri parameter"))?;

    let state = &mut *cloud.state();
    let client = state.clients.get(&client_id).ok_or(Refusal::oauth(
        ErrorCode::InvalidClient,
        "Invalid client credentials",
    ))?;
    if !client.redirect_uris.iter().any(|uri| *uri == redirect_uri) {
        return Err(invalid("redirect_uri does not match"));
    }
    let name = client.name.clone();
    let known = session(&headers);
    let session = known.clone().unwrap_or_else(Secret::random);
    let authorization = Authorization {
        session: session.clone(),
        holder: Holder {
            client: client.id.clone(),
            scope: given("scope").map(|scope| scope.into_owned()),
        },
        redirect_uri: redirect_uri.into_owned(),
        // The library looks for it in the query only.
        state: parameters
            .query("state")
            .filter(|state| !state.is_empty())
            .map(str::to_owned),
        step: Step::Password,
    };
    let now = state.now();
    let ticket = state.authorizations.put(authorization, now, DUE);
    let page = Page::Question {
        client: &name,
        ticket: &ticket,
        question: Question::Password { username: "" },
        mistake: None,
    };
    let mut response = page.into_response();
    if known.is_none() {
        remember(&mut response, &session);
    }
    Ok(response)
}

/// `POST /oauth/authorize/sign-in`: what somebody has filled in on a page.
pub(super) async fn proceed(
    State(cloud): State<Arc<Cloud>>,
    headers: HeaderMap,
    Extension(parameters): Extension<Parameters>,
) -> Response {
    let state = &mut *cloud.state();
    let ticket = Secret::new(parameters.body("ticket").unwrap_or_default());
    let begun = state.authorizations.get(&ticket, state.now()).ok().cloned();
    let begun = begun.filter(|begun| session(&headers).as_ref() == Some(&begun.session));
    let Some(begun) = begun else {
        return Page::Ended.into_response();
    };
    let Some(client) = state.clients.get(&begun.holder.client) else {
        return Page::Ended.into_response();
    };
    let name = client.name.clone();
    let form = Form {
        cloud: &cloud,
        parameters: &parameters,
    };
    let checked = match begun.step {
        Step::Password => form.password(),
        Step::SecondFactor => form.second_factor(),
        Step::Consent => match parameters.body("decision").as_deref() {
            Some("allow") => return allow(&cloud, state, &ticket, &begun),
            Some("deny") => {
                state.authorizations.remove(&ticket);
                return sent(redirect::denied(&begun, &cloud.oauth()));
            }
            Some(_) | None => Ok(Step::Consent),
        },
    };
    let (step, mistake) = match checked {
        Ok(step) => (step, None),
        Err(mistake) => (begun.step, Some(mistake)),
    };
    if let Some(begun) = state.authorizations.get_mut(&ticket) {
        begun.step = step;
    }
    let username = parameters.body("username").unwrap_or_default();
    let question = match step {
        Step::Password => Question::Password {
            username: &username,
        },
        Step::SecondFactor => Question::SecondFactor,
        Step::Consent => Question::Consent {
            username: &cloud.settings.username,
            redirect_uri: &begun.redirect_uri,
        },
    };
    let page = Page::Question {
        client: &name,
        ticket: &ticket,
        question,
        mistake,
    };
    page.into_response()
}

/// What was filled in.
struct Form<'a> {
    cloud: &'a Cloud,
    parameters: &'a Parameters,
}

impl Form<'_> {
    fn password(&self) -> Result<Step, &'static str> {
        let settings = &self.cloud.settings;
        let field = |name| self.parameters.body(name).unwrap_or_default();
        match settings.sign_in(&field("username"), &field("password")) {
            Ok(()) if settings.otp.is_some() => Ok(Step::SecondFactor),
            Ok(()) => Ok(Step::Consent),
            Err(SignInError::SingleSignOn) => {
                Err("This account signs in with single sign-on, and has no password here.")
            }
            Err(SignInError::UnknownUser | SignInError::WrongPassword) => {
                Err("The username or the password is wrong.")
            }
        }
    }

    fn second_factor(&self) -> Result<Step, &'static str> {
        let otp = self.parameters.body("otp").unwrap_or_default();
        let expected = self.cloud.settings.otp.as_ref();
        if expected.is_none_or(|expected| *expected == Secret::new(otp.trim())) {
            Ok(Step::Consent)
        } else {
            Err("The code is wrong.")
        }
    }
}

fn allow(
    cloud: &Cloud,
    state: &mut CloudState,
    ticket: &Secret,
    authorization: &Authorization,
) -> Response {
    let oauth = cloud.oauth();
    let code = Code {
        holder: authorization.holder.clone(),
        redirect_uri: authorization.redirect_uri.clone(),
    };
    let now = state.now();
    let code = state.codes.put(code, now, oauth.code_life);
    state.authorizations.remove(ticket);
    sent(redirect::granted(authorization, &code, &oauth))
}

fn sent(location: String) -> Response {
    no_store((StatusCode::FOUND, [(header::LOCATION, location)]).into_response())
}

/// Which browser it is, if it was here before.
fn session(headers: &HeaderMap) -> Option<Secret> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .find(|value| looks_like_token(value))
        .map(Secret::new)
}

fn remember(response: &mut Response, session: &Secret) {
    let session = session.expose();
    let cookie = format!("{COOKIE}={session}; Path=/oauth; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
}

const COOKIE: &str = "particle-session";

/// How long somebody may take to sign in and to agree: ten minutes.
const DUE: std::time::Duration = std::time::Duration::from_secs(10 * 60);
