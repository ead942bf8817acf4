//! The pages: plain HTML that needs no script and nothing from elsewhere.
//!
//! maud escapes all that is put into them; there is no other way in.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use uuid::Uuid;

use crate::{answer::no_store, secret::Secret};

/// A page, with what is to be put into it.
pub(super) enum Page<'a> {
    /// There is nothing to answer, or not from here.
    Ended,
    /// Something is asked for, so that a client may do what it wants.
    Question {
        client: &'a str,
        ticket: &'a Secret,
        question: Question<'a>,
        /// What was wrong with the answer before.
        mistake: Option<&'static str>,
    },
}

/// What is asked for.
pub(super) enum Question<'a> {
    Password {
        username: &'a str,
    },
    SecondFactor,
    Consent {
        username: &'a str,
        redirect_uri: &'a str,
    },
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let (status, title, content) = match &self {
            Self::Ended => (
                StatusCode::BAD_REQUEST,
                "This sign-in has ended".to_owned(),
                ended(),
            ),
            Self::Question {
                client,
                ticket,
                question,
                mistake,
            } => {
                let status = match mistake {
                    Some(_) => StatusCode::FORBIDDEN,
                    None => StatusCode::OK,
                };
                let content = form(client, ticket, question, *mistake);
                (status, question.title(client), content)
            }
        };
        let nonce = Uuid::new_v4().simple().to_string();
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    style nonce=(nonce) { (PreEscaped(STYLE)) }
                }
                body {
                    main {
                        h1 { (title) }
                        (content)
                    }
                    footer { "This is a simulated Particle cloud, on this machine only." }
                }
            }
        };
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; form-action {}; base-uri 'none'; frame-ancestors 'none'",
            self.form_action()
        );
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, policy.as_str()),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
        ];
        no_store((status, headers, page.into_string()).into_response())
    }
}

impl Page<'_> {
    /// Where forms may lead. Browsers apply this to every redirect that follows, too: an answer may go on from the
    /// client's redirect URI to others.
    fn form_action(&self) -> &'static str {
        match self {
            Self::Question {
                question: Question::Consent { .. },
                ..
            } => "'self' https: http://127.0.0.1:* http://localhost:*",
            Self::Question { .. } => "'self'",
            Self::Ended => "'none'",
        }
    }
}

impl Question<'_> {
    fn title(&self, client: &str) -> String {
        match self {
            Self::Password { .. } | Self::SecondFactor => "Sign in to Particle".to_owned(),
            Self::Consent { .. } => format!("{client} wants access to your devices"),
        }
    }
}

fn form(client: &str, ticket: &Secret, question: &Question<'_>, mistake: Option<&str>) -> Markup {
    html! {
        form method="post" action=(super::super::SIGN_IN) {
            input type="hidden" name="ticket" value=(ticket.expose());
            @match question {
                Question::Password { username } => {
                    p { strong { (client) } " asks you to sign in." }
                    (alert(mistake))
                    label for="username" { "Username" }
                    input #username name="username" type="text" inputmode="email" value=(username)
                        autocomplete="username" autocapitalize="none" spellcheck="false" required;
                    label for="password" { "Password" }
                    input #password name="password" type="password" autocomplete="current-password" required;
                    button type="submit" { "Sign in" }
                }
                Question::SecondFactor => {
                    p { "Your account has a second factor." }
                    (alert(mistake))
                    label for="otp" { "Code from your authenticator" }
                    input #otp name="otp" type="text" inputmode="numeric" autocomplete="one-time-code" required;
                    button type="submit" { "Go on" }
                }
                Question::Consent { username, redirect_uri } => {
                    p {
                        "You are signed in as " strong { (username) } ". "
                        strong { (client) } " will see and control everything in this account."
                    }
                    p { "The answer goes to " code { (redirect_uri) } "." }
                    button type="submit" name="decision" value="allow" { "Allow" }
                    button.other type="submit" name="decision" value="deny" { "Deny" }
                }
            }
        }
    }
}

fn alert(mistake: Option<&str>) -> Markup {
    html! {
        @if let Some(mistake) = mistake {
            p role="alert" { (mistake) }
        }
    }
}

fn ended() -> Markup {
    html! {
        p {
            "It took too long, began in another browser, or was answered already. "
            "Go back to the app that sent you here, and start again."
        }
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}\
body{max-width:26rem;margin:0 auto;padding:1.5rem}\
h1{font-size:1.5rem;line-height:1.25}\
label,input,button{display:block;box-sizing:border-box;width:100%;font:inherit}\
label{margin-top:1rem}\
input,button{margin-top:.25rem;padding:.625rem;border:1px solid #767676;border-radius:.375rem}\
button{margin-top:1.5rem;background:#00677f;border-color:#00677f;color:#fff;cursor:pointer}\
button.other{margin-top:.75rem;background:none;border-color:currentColor;color:inherit}\
[role=alert]{padding:.5rem .75rem;border-left:.25rem solid #c62828}\
code{overflow-wrap:anywhere}\
footer{margin-top:3rem;font-size:.875rem;opacity:.75}";
