//! The skill's account linking.

use super::facts::Mode;
use super::{Check, Facts, Judgement, RELINK, ROTATE, UP, fail, pass, skip, warn};
use crate::account_linking::{CUSTOMERS_SCOPE, Grant, Scheme, authorization_url};
use crate::id::ClientId;
use crate::probe::{AuthorizeVerdict, ClientVerdict, TOKEN_LIMIT, TimeVerdict};

/// Where the address is right, and something else than Particle's cloud is there.
const OTHER_CLOUD: &str = "if PARTICLE_API_URL or the profile of `particle login` names another cloud, mend that; else look at https://status.particle.io";

/// Where it works, and takes its time.
const SLOW: &str = "look at https://status.particle.io, and try from another network";

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "account-linking",
        rows: &[31],
        judge: account_linking,
    },
    Check {
        id: "https",
        rows: &[25],
        judge: https,
    },
    Check {
        id: "authorization-url",
        rows: &[8],
        judge: authorization,
    },
    Check {
        id: "access-token-url",
        rows: &[7],
        judge: access_token,
    },
    Check {
        id: "scheme",
        rows: &[9],
        judge: scheme,
    },
    Check {
        id: "scopes",
        rows: &[10],
        judge: scopes,
    },
    Check {
        id: "login",
        rows: &[23],
        judge: login,
    },
    Check {
        id: "token-time",
        rows: &[29],
        judge: token_time,
    },
    Check {
        id: "certificates",
        rows: &[29],
        judge: certificates,
    },
];

fn account_linking(facts: &Facts) -> Judgement {
    let Some(linking) = facts.linking.as_ref()? else {
        return fail(
            "the skill has no account linking; when a request had no `accountLinkingRequest` around its fields, Alexa says \
             \"empty body\" and keeps nothing",
            "account linking with Particle",
            // Whoever was linked before was linked with that client.
            match &facts.kept {
                Ok(kept) if kept.client_id.is_some() => RELINK,
                Ok(_) | Err(_) => UP,
            },
        );
    };
    if linking.grant != Grant::AuthCode {
        return fail(
            "the skill is linked with another grant than a code",
            "AUTH_CODE: smart home skills have no other",
            RELINK,
        );
    }
    pass("the skill links accounts with a code")
}

fn https(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    let redirects = facts
        .registered()
        .map(|client| client.redirect_uri.all().to_vec());
    let urls = [&linking.authorization_url, &linking.access_token_url];
    let urls = urls.map(|url| (url.clone(), RELINK)).into_iter();
    let redirects = redirects.unwrap_or_default().into_iter();
    let insecure = urls
        .chain(redirects.map(|uri| (uri, ROTATE)))
        .find(|(url, _)| url.starts_with("http://") && !is_local(url));
    match insecure {
        Some((url, mend)) => fail(
            url,
            "https:// everywhere: Alexa and Particle take nothing else",
            mend,
        ),
        None => pass("every address is https"),
    }
}

/// Whether it is a simulator on this machine.
fn is_local(url: &str) -> bool {
    url.parse().is_ok_and(|url| crate::base_url::is_safe(&url))
}

fn authorization(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    let seen = &linking.authorization_url;
    let Some(wanted) = facts.authorization_url() else {
        return pass(format!("the product's own: {seen}"));
    };
    if *seen != wanted {
        // Whether it is the relay's, only the stack tells.
        let first = facts.wanted.regions.first();
        if let Some(Err(why)) = first.and_then(|region| facts.stacks.get(region)) {
            return skip(why);
        }
        return fail(seen, wanted, RELINK);
    }
    if let Ok(verdicts) = &facts.authorize {
        for (_, verdict) in verdicts {
            match verdict {
                AuthorizeVerdict::NoAuthorizationPage { status } => {
                    return fail(
                        format!("what answers at Particle (status {status}) is no login page"),
                        authorization_url(&facts.wanted.particle_url),
                        OTHER_CLOUD,
                    );
                }
                AuthorizeVerdict::Unreachable(why) => {
                    return fail(
                        format!("the login page cannot be reached: {why}"),
                        "a login page",
                        "look at https://status.particle.io",
                    );
                }
                AuthorizeVerdict::Accepted
                | AuthorizeVerdict::OtherRedirect
                | AuthorizeVerdict::UnknownClient
                | AuthorizeVerdict::Malformed
                | AuthorizeVerdict::Locked
                | AuthorizeVerdict::Unknown { .. } => {}
            }
        }
    }
    pass(seen)
}

fn access_token(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    let seen = &linking.access_token_url;
    let Some(wanted) = facts.access_token_url() else {
        return pass(format!("the product's own: {seen}"));
    };
    if *seen != wanted {
        return fail(seen, wanted, RELINK);
    }
    match &facts.client {
        Ok(ClientVerdict::NoTokenEndpoint { status, page }) => {
            let what = if *page {
                "a page for people"
            } else {
                "no token endpoint"
            };
            fail(
                format!("what answers there (status {status}) is {what}"),
                "JSON with an error, since the code was none",
                OTHER_CLOUD,
            )
        }
        Ok(ClientVerdict::Unreachable(why)) => fail(
            format!("it cannot be reached: {why}"),
            "a token endpoint",
            "look at https://status.particle.io",
        ),
        Ok(_) | Err(_) => pass(seen),
    }
}

/// Particle takes either, so that what gets lost does so on the way to it.
fn scheme(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    let (name, place, other) = match &linking.access_token_scheme {
        Scheme::HttpBasic => ("HTTP_BASIC", "the header", "REQUEST_BODY_CREDENTIALS"),
        Scheme::RequestBodyCredentials => ("REQUEST_BODY_CREDENTIALS", "the body", "HTTP_BASIC"),
        Scheme::Other(other) => {
            return fail(
                format!("`accessTokenScheme` is {other}"),
                "HTTP_BASIC or REQUEST_BODY_CREDENTIALS",
                RELINK,
            );
        }
    };
    let is_one = linking.client_id.parse::<ClientId>().is_ok();
    if is_one && matches!(facts.client, Ok(ClientVerdict::MalformedId)) {
        return fail(
            format!(
                "the client names itself in {place} ({name}), and the token endpoint sees no client"
            ),
            "a token endpoint that sees it: a proxy before it may drop the header `Authorization`",
            format!(
                "choose {other} in the developer console (Account Linking), or have the proxy pass on what comes"
            ),
        );
    }
    pass(format!("the client names itself in {place}: {name}"))
}

fn scopes(facts: &Facts) -> Judgement {
    let scopes = &facts.linking()?.scopes;
    if scopes.is_empty() {
        return fail(
            "no scope",
            "at least one: Alexa demands it, and Particle takes any",
            RELINK,
        );
    }
    if scopes.iter().any(|scope| scope == CUSTOMERS_SCOPE) {
        return fail(
            format!(
                "the scope {CUSTOMERS_SCOPE}, which is for clients that make a product's customers"
            ),
            "a scope without meaning, such as `profile`",
            RELINK,
        );
    }
    pass(scopes.join(" "))
}

fn login(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    // The relay sends them on to Particle's.
    let relay = facts.output("AlexaAuthorizationUri");
    let particles = linking
        .authorization_url
        .starts_with(&facts.wanted.particle_url)
        || relay == Some(&linking.authorization_url);
    match facts.wanted.mode {
        Mode::Product if particles => fail(
            "the customers of a product are sent to Particle's login page, which knows developers only, and answers \"Invalid credentials\"",
            "the product's own login page",
            "set the authorization and access token URLs of your own authorization server: docs/linking.md",
        ),
        Mode::Product => pass("customers are sent to the product's own login page"),
        Mode::Maker => pass(
            "users are sent to Particle's login page, which knows the users of Particle, and not the customers of a product",
        ),
    }
}

fn token_time(facts: &Facts) -> Judgement {
    match facts.token_time.as_ref()? {
        TimeVerdict::TooSlow => fail(
            format!(
                "the host of the token endpoint took more than {} ms",
                TOKEN_LIMIT.as_millis()
            ),
            "an answer within that time: Alexa waits no longer",
            SLOW,
        ),
        TimeVerdict::Answered { slowest_ms }
            if u128::from(2 * slowest_ms) > TOKEN_LIMIT.as_millis() =>
        {
            warn(
                format!("the host of the token endpoint took {slowest_ms} ms"),
                format!(
                    "well below {} ms: Alexa waits no longer",
                    TOKEN_LIMIT.as_millis()
                ),
                SLOW,
            )
        }
        TimeVerdict::Answered { slowest_ms } => pass(format!(
            "the slowest of three answers of its host took {slowest_ms} ms; a request for tokens would count as a failed login"
        )),
        TimeVerdict::BadCertificate => skip("see `certificates`"),
        TimeVerdict::Unreachable(why) => skip(why),
    }
}

fn certificates(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    let mut vouched = Vec::new();
    for (what, url, time) in [
        (
            "token endpoint",
            &linking.access_token_url,
            &facts.token_time,
        ),
        (
            "authorization page",
            &linking.authorization_url,
            &facts.authorize_time,
        ),
    ] {
        match time.as_ref()? {
            TimeVerdict::BadCertificate => {
                return fail(
                    format!("no known authority vouches for the certificate of the {what}"),
                    "a certificate of an authority that Amazon accepts, with its whole chain",
                    "mend the certificate; https://www.ssllabs.com/ssltest tells what is wrong with it",
                );
            }
            TimeVerdict::Unreachable(why) => return skip(why),
            TimeVerdict::TooSlow => return skip(format!("the {what} took too long to answer")),
            TimeVerdict::Answered { .. } if url.starts_with("https://") => vouched.push(what),
            TimeVerdict::Answered { .. } => {}
        }
    }
    match vouched[..] {
        [] => skip("neither address is https, so that there is no certificate"),
        [one] => pass(format!(
            "known authorities vouch for the certificate of the {one}; the other has none"
        )),
        _ => pass("known authorities vouch for both certificates"),
    }
}
