//! The skill at Alexa.

use super::{Check, Facts, Judgement, UP, fail, pass, warn};
use crate::id::tail;
use crate::manifest::PROTOCOL_VERSION;
use crate::region::{Region, codes};
use crate::smapi::Update;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "skill",
        rows: &[14, 15, 19],
        judge: skill,
    },
    Check {
        id: "apis",
        rows: &[32],
        judge: apis,
    },
    Check {
        id: "protocol",
        rows: &[11],
        judge: protocol,
    },
    Check {
        id: "endpoint",
        rows: &[14],
        judge: endpoint,
    },
    Check {
        id: "region",
        rows: &[18],
        judge: region,
    },
    Check {
        id: "locales",
        rows: &[18, 19],
        judge: locales,
    },
    Check {
        id: "events",
        rows: &[11],
        judge: events,
    },
    Check {
        id: "messaging-client",
        rows: &[12],
        judge: messaging_client,
    },
    Check {
        id: "enabled",
        rows: &[19],
        judge: enabled,
    },
];

fn skill(facts: &Facts) -> Judgement {
    let skill = facts.skill.as_ref()?;
    let Some(update) = facts.update.as_ref()? else {
        return fail(
            format!("Alexa knows no skill {skill}"),
            "one that is there, and that this developer may see; if it was deleted, every link ended with it",
            format!(
                "if it is another developer's, sign in as that one (`ask configure`); if it was deleted: {UP}   (makes \
                 another, and users must link again)"
            ),
        );
    };
    match update {
        Update::Succeeded => pass(format!("{skill} is as it was last saved")),
        Update::InProgress => warn(
            format!("Alexa is still busy with the last change of {skill}"),
            "the change is done",
            "wait a minute, and run `particle-alexa doctor` again",
        ),
        Update::Failed(reasons) => fail(
            format!(
                "the last change of {skill} was refused: {}",
                reasons.join("; ")
            ),
            "the change is taken; where the trigger is invalid, the function does not admit the skill",
            UP,
        ),
    }
}

fn apis(facts: &Facts) -> Judgement {
    let manifest = facts.manifest.as_ref()?;
    let apis: Vec<&str> = manifest.apis().collect();
    if apis == ["smartHome"] {
        return pass("the skill is a smart home skill and nothing else");
    }
    fail(
        format!("the manifest's `apis` has {}", list(&apis)),
        "`smartHome` and nothing else: a skill with a custom model beside it cannot be linked",
        UP,
    )
}

fn protocol(facts: &Facts) -> Judgement {
    let version = facts.manifest.as_ref()?.protocol_version();
    if version == Some(PROTOCOL_VERSION) {
        return pass("Alexa speaks version 3 with the function");
    }
    fail(
        format!("`protocolVersion` is {}", version.unwrap_or("missing")),
        "\"3\": the function answers nothing else",
        UP,
    )
}

fn endpoint(facts: &Facts) -> Judgement {
    let manifest = facts.manifest.as_ref()?;
    let Some(default) = manifest.endpoint(None) else {
        return fail(
            "the skill has no endpoint",
            "the ARN of the function's alias, which is the stack's output SkillEndpoint",
            UP,
        );
    };
    for region in &facts.wanted.regions {
        let Some(Ok(Some(stack))) = facts.stacks.get(region) else {
            continue;
        };
        let seen = manifest.endpoint(Some(*region)).unwrap_or(default);
        match stack.outputs.get("SkillEndpoint") {
            Some(wanted) if wanted != seen => {
                return fail(
                    format!("for {} the skill calls {seen}", region.code()),
                    format!("{wanted}, the output SkillEndpoint of the stack there"),
                    UP,
                );
            }
            Some(_) | None => {}
        }
    }
    pass(default)
}

fn region(facts: &Facts) -> Judgement {
    let manifest = facts.manifest.as_ref()?;
    let functions = facts.functions.as_ref()?;
    for (named, uri) in manifest.endpoints() {
        let Some(function) = functions
            .iter()
            .find(|function| function.arn.as_str() == uri)
        else {
            continue;
        };
        let place = function.arn.region();
        let Some(region) = function.arn.alexa_region() else {
            return fail(
                format!("the function is in {place}"),
                "us-east-1, eu-west-1 or us-west-2: Alexa calls smart home functions nowhere else",
                UP,
            );
        };
        if let Some(named) = named.filter(|named| *named != region) {
            return fail(
                format!("the endpoint for {} is in {place}", named.code()),
                format!("a function in {}", named.lambda()),
                UP,
            );
        }
    }
    pass("every function is where Alexa calls it")
}

/// A locale is served from its own region; in a region without a function users find no devices.
fn locales(facts: &Facts) -> Judgement {
    let manifest = facts.manifest.as_ref()?;
    let served: Vec<Region> = match manifest.endpoints().as_slice() {
        [] => return Err("the skill has no endpoint".to_owned()),
        endpoints => {
            let arns = endpoints.iter().filter_map(|(_, uri)| uri.parse().ok());
            arns.filter_map(|arn: crate::id::FunctionArn| arn.alexa_region())
                .collect()
        }
    };
    let locales: Vec<&str> = manifest.locales().collect();
    let foreign: Vec<&str> = locales
        .iter()
        .copied()
        .filter(|locale| !Region::of_locale(locale).is_some_and(|region| served.contains(&region)))
        .collect();
    let missing: Vec<&str> = served
        .iter()
        .flat_map(|region| region.locales())
        .copied()
        .filter(|locale| !locales.contains(locale))
        .collect();
    if !foreign.is_empty() {
        // The one that is first stays so: it has the relay.
        let mut regions = facts.wanted.regions.clone();
        for region in foreign.iter().copied().filter_map(Region::of_locale) {
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        return warn(
            format!(
                "the skill can be seen in {}, whose regions have no function",
                list(&foreign)
            ),
            "a function in the region of each locale; else users there find no devices",
            format!(
                "{UP} --regions {}   (or take the locales out of the manifest)",
                codes(&regions)
            ),
        );
    }
    if !missing.is_empty() {
        return warn(
            format!("the skill cannot be seen by apps in {}", list(&missing)),
            "a locale for each language of the regions that are served",
            UP,
        );
    }
    pass(format!("the skill can be seen in {}", list(&locales)))
}

fn events(facts: &Facts) -> Judgement {
    let sends = facts.manifest.as_ref()?.sends_events();
    match (sends, facts.wanted.proactive) {
        (true, true) => pass("the skill may tell Alexa of changes"),
        (false, false) => {
            pass("the skill tells Alexa of nothing by itself, and is sent no AcceptGrant")
        }
        (true, false) => fail(
            "the skill may send events (`alexa::async_event:write`), so Alexa sends AcceptGrant when somebody links",
            "no such permission while the function keeps no grants; linking fails with it",
            UP,
        ),
        (false, true) => fail(
            "the skill may not send events",
            "the permission `alexa::async_event:write`",
            format!("{UP}, then disable and enable the skill once"),
        ),
    }
}

fn messaging_client(facts: &Facts) -> Judgement {
    if !facts.manifest.as_ref()?.sends_events() {
        return super::skip("the skill sends no events");
    }
    let Some(alexa) = facts.messaging_client.as_ref()? else {
        return fail(
            "Alexa names no messaging client",
            "one, as soon as the manifest has the permission to send events",
            UP,
        );
    };
    let stored = facts.stored_messaging_client.as_ref()?;
    if alexa != stored {
        return fail(
            format!(
                "the function redeems the codes of AcceptGrant as {}",
                tail(stored)
            ),
            format!(
                "as this skill's messaging client, {}: no other skill's, and not the client of account linking",
                tail(alexa)
            ),
            UP,
        );
    }
    match &facts.messaging_works {
        Ok(false) => fail(
            "Login with Amazon refuses the secret of the messaging client",
            "the secret that `ask smapi get-skill-credentials` tells",
            UP,
        ),
        Ok(true) => pass("Login with Amazon takes the skill's messaging client"),
        Err(why) => Err(why.clone()),
    }
}

fn enabled(facts: &Facts) -> Judgement {
    let skill = facts.skill.as_ref()?;
    if *facts.enabled.as_ref()? {
        return pass("you have enabled the skill");
    }
    let manifest = facts.manifest.as_ref()?;
    let vendor = facts.vendor.as_ref().ok();
    let developer = facts
        .vendors
        .iter()
        .flatten()
        .find(|known| Some(&known.id) == vendor)
        .map_or("the developer", |vendor| vendor.name.as_str());
    let locales: Vec<&str> = manifest.locales().collect();
    let name = manifest.name().unwrap_or(skill.as_str());
    warn(
        format!("the account of {developer} has not enabled the skill"),
        format!(
            "enabled by an account that is {developer}'s own, in an app whose language is one of {}",
            list(&locales)
        ),
        format!("in the Alexa app: More, Skills & Games, Your Skills, Dev, {name}, Enable"),
    )
}

fn list(items: &[&str]) -> String {
    if items.is_empty() {
        "nothing".to_owned()
    } else {
        items.join(", ")
    }
}
