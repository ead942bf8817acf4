//! The OAuth client at Particle, and whose account it is.

use super::{Check, Facts, Judgement, ROTATE, Verdict, fail, pass, skip, warn};
use crate::id::{ClientId, VendorId, shown};
use crate::particle::WEB;
use crate::probe::{AuthorizeVerdict, ClientVerdict};
use crate::region::{REGIONS, redirect_uris};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "client-id",
        rows: &[1],
        judge: id,
    },
    Check {
        id: "client-known",
        rows: &[1, 22],
        judge: known,
    },
    Check {
        id: "client-kept",
        rows: &[36],
        judge: kept,
    },
    Check {
        id: "client-type",
        rows: &[3],
        judge: kind,
    },
    Check {
        id: "client-secret",
        rows: &[2],
        judge: secret,
    },
    Check {
        id: "redirect-vendor",
        rows: &[6],
        judge: vendor,
    },
    Check {
        id: "redirect-uri",
        rows: &[4],
        judge: redirect_uri,
    },
    Check {
        id: "redirect-regions",
        rows: &[5],
        judge: redirect_regions,
    },
    Check {
        id: "lock",
        rows: &[30],
        judge: lock,
    },
    Check {
        id: "whose",
        rows: &[22],
        judge: whose,
    },
    Check {
        id: "devices",
        rows: &[24],
        judge: devices,
    },
    Check {
        id: "token-life",
        rows: &[35],
        judge: token_life,
    },
];

/// A token has been put where others see it.
const REVOKE: &str =
    "particle token revoke   (it has been pasted somewhere), then particle-alexa up --rotate";

fn id(facts: &Facts) -> Judgement {
    let id = &facts.linking()?.client_id;
    let is_user = facts.user.as_ref().is_ok_and(|user| user.username == *id);
    if is_user || id.contains('@') {
        return fail(
            format!("the client id is the name of a Particle user: {id}"),
            "the id of an OAuth client, which is made for the skill; with a user's name Particle answers with code 400",
            ROTATE,
        );
    }
    if shown(id) != *id {
        return fail(
            format!(
                "the client id is an access token or a secret: {}",
                shown(id)
            ),
            "the id of an OAuth client, which looks like `alexa-for-particle-1234`",
            REVOKE,
        );
    }
    if let Err(error) = id.parse::<ClientId>() {
        return fail(error.to_string(), "the id of an OAuth client", ROTATE);
    }
    pass(id)
}

fn known(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    let clients = facts.clients.as_ref()?;
    let id = &linking.client_id;
    if clients.iter().any(|client| client.id == *id) {
        return pass(format!("{id} is a client of this Particle user"));
    }
    let unknown = facts
        .authorize
        .iter()
        .flatten()
        .any(|(_, verdict)| *verdict == AuthorizeVerdict::UnknownClient);
    if unknown {
        return fail(
            format!("there is no OAuth client {}", shown(id)),
            "one that exists: it may have been deleted, and all links with it",
            ROTATE,
        );
    }
    let owner = facts.kept.as_ref().ok();
    let owner = owner.filter(|kept| kept.client_id.as_ref() == Some(id));
    let owner = owner.and_then(|kept| kept.particle_user.as_deref());
    if let (Some(owner), Ok(user)) = (owner, &facts.user)
        && *owner != user.username
    {
        return warn(
            format!(
                "{id} was made by the Particle user {owner}, and you are logged in as {}",
                user.username
            ),
            "the user who made it: no other sees it",
            format!("`particle login` as {owner}"),
        );
    }
    warn(
        format!(
            "{} is none of this Particle user's {}",
            shown(id),
            super::count(clients.len(), "client")
        ),
        "a client of the user who is logged in here",
        "log in as the owner of the client with `particle login`, or make a new one with `particle-alexa up --rotate`",
    )
}

fn kept(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    let kept = facts.kept.as_ref()?;
    let Some(id) = &kept.client_id else {
        return skip("`up` has made no client yet");
    };
    if *id != linking.client_id {
        // What is no client at all is not what `up` could go on with.
        for (judge, check) in [
            (self::id as fn(&Facts) -> Judgement, "client-id"),
            (known, "client-known"),
        ] {
            if matches!(judge(facts), Ok(Verdict::Fail(_))) {
                return skip(format!("see `{check}`"));
            }
        }
        return fail(
            format!("Alexa uses the client {}", shown(&linking.client_id)),
            format!("{id}, which `up` made; links made with one client do not work with the other"),
            "particle-alexa up   (goes on with the one that Alexa uses)",
        );
    }
    if matches!(kept.secret_fits, Ok(false)) {
        return fail(
            "the secret in PARTICLE_CLIENT_SECRET is not the one that Alexa was told",
            format!("the secret of {id}"),
            TRY_ANOTHER,
        );
    }
    pass(format!("{id} is the client that `up` made"))
}

fn kind(facts: &Facts) -> Judgement {
    let expected = "a client of the type `web`: no other may redeem codes";
    if matches!(facts.client, Ok(ClientVerdict::NotWeb)) {
        return fail(
            "Particle says \"The grant type is unauthorised for this client_id\"",
            expected,
            ROTATE,
        );
    }
    let client = facts.registered()?;
    if client.kind == WEB {
        return pass("its type is web");
    }
    fail(format!("its type is {}", client.kind), expected, ROTATE)
}

/// Where it is not known whether Alexa has the same wrong one.
const TRY_ANOTHER: &str = "put the right one into PARTICLE_CLIENT_SECRET; if it is lost: particle-alexa up --rotate   (users must link again)";

fn secret(facts: &Facts) -> Judgement {
    if matches!(facts.secret_is_token, Ok(true)) {
        return fail(
            "the client's secret is an access token, as the Web IDE shows it",
            "the secret that Particle showed when the client was made",
            REVOKE,
        );
    }
    match facts.client.as_ref()? {
        ClientVerdict::Right => {
            pass("Particle takes the client's id and secret: it complains of the code alone")
        }
        ClientVerdict::Rejected
            if facts
                .kept
                .as_ref()
                .is_ok_and(|kept| kept.secret_fits == Ok(false)) =>
        {
            skip("see `client-kept`")
        }
        ClientVerdict::Rejected => {
            let told = facts
                .kept
                .as_ref()
                .is_ok_and(|kept| kept.secret_fits == Ok(true));
            fail(
                "Particle says \"Client credentials are invalid\"",
                "the secret of this client: no old one, no token, no blank behind it",
                if told { ROTATE } else { TRY_ANOTHER },
            )
        }
        ClientVerdict::NoSecret => fail(
            "the secret is empty",
            "the secret of the client",
            TRY_ANOTHER,
        ),
        ClientVerdict::MalformedId => skip("see `scheme`"),
        ClientVerdict::NotWeb => skip("see `client-type`"),
        ClientVerdict::Locked => skip("see `lock`"),
        ClientVerdict::NoTokenEndpoint { .. } | ClientVerdict::Unreachable(_) => {
            skip("see `access-token-url`")
        }
        ClientVerdict::Unknown { status, said } => warn(
            format!("Particle says \"{said}\" (status {status})"),
            "\"Invalid code\"",
            "report it: this text is not known",
        ),
    }
}

/// The last part of a redirect URI that is Alexa's.
fn vendor_of(uri: &str) -> Option<&str> {
    REGIONS.iter().find_map(|region| {
        let uri = uri
            .strip_prefix("https://")?
            .strip_prefix(region.redirect_host())?;
        uri.strip_prefix("/api/skill/link/")
    })
}

fn vendor(facts: &Facts) -> Judgement {
    let client = facts.registered()?;
    let vendor = facts.vendor.as_ref()?;
    for uri in client.redirect_uri.all() {
        let Some(named) = vendor_of(uri) else {
            continue;
        };
        if named != vendor.as_str() {
            let what = if named.parse::<VendorId>().is_ok() {
                "another vendor's id"
            } else if named.starts_with("amzn1.ask.skill.") {
                "the id of the skill"
            } else {
                "no vendor id"
            };
            return fail(
                format!("the redirect URI ends with {what}: {uri}"),
                format!("the vendor id {vendor}"),
                ROTATE,
            );
        }
    }
    pass("no redirect URI names anything but the vendor")
}

/// The redirect URIs that Particle will be named.
fn wanted_redirects(facts: &Facts) -> Result<Vec<String>, String> {
    if let Some(callback) = facts.relay.as_ref().ok().and_then(Option::as_ref) {
        return Ok(vec![format!(
            "{}/callback",
            callback.url.trim_end_matches('/')
        )]);
    }
    let vendor = facts.vendor.as_ref()?;
    let own: Vec<String> = redirect_uris(vendor).into();
    // Whether an address that is none of Alexa's is the relay's, only the stack tells.
    if let (Err(why), Ok(client)) = (&facts.relay, facts.registered())
        && client
            .redirect_uri
            .all()
            .iter()
            .any(|uri| !own.contains(uri))
    {
        return Err(why.clone());
    }
    Ok(own)
}

/// The redirect URIs that count for the client: those that Particle lists, or, since its list need not have them, those
/// that its login page takes.
fn registered(facts: &Facts) -> Result<Vec<String>, String> {
    let listed = facts.registered()?.redirect_uri.all();
    if !listed.is_empty() {
        return Ok(listed.to_vec());
    }
    let mut taken = Vec::new();
    for (uri, verdict) in facts.authorize.as_ref()? {
        match verdict {
            AuthorizeVerdict::Accepted => taken.push(uri.clone()),
            AuthorizeVerdict::OtherRedirect => {}
            _ => {
                return Err(
                    "Particle lists no redirect URI, and its login page tells nothing of one"
                        .to_owned(),
                );
            }
        }
    }
    Ok(taken)
}

fn redirect_uri(facts: &Facts) -> Judgement {
    let wanted = wanted_redirects(facts)?;
    let registered = registered(facts)?;
    let is_listed = !facts.registered()?.redirect_uri.all().is_empty();
    let expected = || format!("to the letter: {}", wanted.join(" or "));
    if is_listed && !wanted.iter().any(|uri| registered.contains(uri)) {
        return fail(registered.join(", "), expected(), ROTATE);
    }
    let refused = facts.authorize.iter().flatten().find(|(uri, verdict)| {
        let counts = registered.is_empty() || registered.contains(uri);
        counts && *verdict == AuthorizeVerdict::OtherRedirect
    });
    if let Some((uri, _)) = refused {
        return fail(
            format!("Particle says \"redirect_uri does not match\" of {uri}"),
            "the login page",
            ROTATE,
        );
    }
    let registered = registered.join(", ");
    pass(match is_listed {
        true => registered,
        false => format!("Particle lists none, and its login page takes {registered}"),
    })
}

/// Which of the three hosts Alexa sends users back to follows the language of their app.
fn redirect_regions(facts: &Facts) -> Judgement {
    let wanted = wanted_redirects(facts)?;
    if matches!(facts.relay, Ok(Some(_))) {
        return pass("the relay serves the users of all three regions");
    }
    let registered = registered(facts)?;
    let missing: Vec<&str> = REGIONS
        .iter()
        .zip(&wanted)
        .filter(|(_, uri)| !registered.contains(uri))
        .map(|(region, _)| region.redirect_host())
        .collect();
    if missing.is_empty() {
        return pass("users of all three regions can link");
    }
    warn(
        format!(
            "whoever Alexa sends back to {} cannot link",
            missing.join(" or ")
        ),
        "all three hosts, whichever the app's language chooses",
        "particle-alexa up --relay on --rotate   (users must link again)",
    )
}

fn lock(facts: &Facts) -> Judgement {
    let locked = matches!(facts.client, Ok(ClientVerdict::Locked))
        || facts
            .authorize
            .iter()
            .flatten()
            .any(|(_, verdict)| *verdict == AuthorizeVerdict::Locked);
    if locked {
        return fail(
            "Particle takes no more requests from this address",
            "answers; ten failed logins lock an address out for half an hour, and there may be 100 requests in five minutes",
            "wait 30 minutes, and try nothing meanwhile",
        );
    }
    if facts.client.is_err() && facts.authorize.is_err() {
        return skip("Particle was asked nothing");
    }
    pass("Particle answers this address")
}

fn whose(facts: &Facts) -> Judgement {
    let linking = facts.linking()?;
    let user = facts.user.as_ref()?;
    pass(format!(
        "the client {} belongs to {}; each user who links logs in as themselves, and Alexa gets a token for their devices alone",
        shown(&linking.client_id),
        user.username
    ))
}

fn devices(facts: &Facts) -> Judgement {
    let count = *facts.devices.as_ref()?;
    let user = facts
        .user
        .as_ref()
        .map_or("the Particle user", |user| user.username.as_str());
    if count == 0 {
        return warn(
            format!("{user} has no devices"),
            "devices that the user has claimed; those of a product belong to nobody until they are claimed",
            "claim a device, or log in as the user who has them",
        );
    }
    pass(format!("{user} has {}", super::count(count, "device")))
}

/// The token that is used here is one as those of links are, so that its end shows what will become of them.
fn token_life(facts: &Facts) -> Judgement {
    let token = facts.token.as_ref()?;
    let Some(end) = &token.expires_at else {
        return pass("the token that is used here does not end");
    };
    let Ok(time) = humantime::parse_rfc3339_weak(end.trim_end_matches('Z')) else {
        return skip(format!(
            "Particle says that the token ends {end}, which is no time"
        ));
    };
    let expected = format!(
        "a token that lives longer than {SOON} days; those of links live for 90, and Alexa renews them"
    );
    let mend = "particle login";
    match time.duration_since(facts.now) {
        Err(_) => warn(
            format!("the token that is used here ended {end}"),
            expected,
            mend,
        ),
        Ok(left) if left.as_secs() / DAY < SOON => warn(
            format!(
                "the token that is used here ends in {} days",
                left.as_secs() / DAY
            ),
            expected,
            mend,
        ),
        Ok(left) => pass(format!(
            "the token that is used here ends in {} days; those of links live for 90, and Alexa renews them",
            left.as_secs() / DAY
        )),
    }
}

const DAY: u64 = 24 * 60 * 60;

/// So many days before its end a token is warned of.
const SOON: u64 = 14;
