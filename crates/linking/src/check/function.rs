//! The functions at AWS.

use serde_json::Value as Json;

use super::facts::FunctionFacts;
use super::{Check, Facts, Judgement, ROTATE, UP, Verdict, fail, pass, skip, warn};
use crate::account_linking::authorization_url;
use crate::aws::{CUSTOM_SKILLS_PRINCIPAL, Policy, Statement};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "stack",
        rows: &[14],
        judge: stack,
    },
    Check {
        id: "function",
        rows: &[17],
        judge: |facts| each(facts, function),
    },
    Check {
        id: "trigger-principal",
        rows: &[16],
        judge: |facts| each(facts, principal),
    },
    Check {
        id: "trigger-qualifier",
        rows: &[17],
        judge: |facts| each(facts, qualifier),
    },
    Check {
        id: "trigger",
        rows: &[15],
        judge: |facts| each(facts, trigger),
    },
    Check {
        id: "discovery",
        rows: &[11, 24],
        judge: |facts| each(facts, discovery),
    },
    Check {
        id: "accept-grant",
        rows: &[11, 12],
        judge: |facts| each(facts, accept_grant),
    },
];

/// Judges every function, and tells the worst.
fn each(facts: &Facts, judge: fn(&Facts, &FunctionFacts) -> Judgement) -> Judgement {
    let functions = facts.functions.as_ref()?;
    let mut worst = skip("the skill has no endpoint");
    let weight = |judgement: &Judgement| match judgement {
        Ok(Verdict::Fail(_)) => 3,
        Ok(Verdict::Warn(_)) => 2,
        Ok(Verdict::Pass(_)) => 1,
        Err(_) => 0,
    };
    for function in functions {
        let judgement = judge(facts, function);
        if weight(&judgement) > weight(&worst) || worst.is_err() {
            worst = judgement;
        }
    }
    worst
}

fn stack(facts: &Facts) -> Judgement {
    let mut complete = Vec::new();
    for region in &facts.wanted.regions {
        let Some(stack) = facts.stacks.get(region) else {
            continue;
        };
        // Another relay has another address, for which it takes another client.
        let own = authorization_url(&facts.wanted.particle_url);
        let had_relay = facts
            .linking()
            .is_ok_and(|linking| linking.authorization_url != own);
        let again = match facts.wanted.regions.first() == Some(region) && had_relay {
            true => ROTATE,
            false => UP,
        };
        match stack.as_ref()? {
            None => {
                return fail(
                    format!("there is no stack in {region}"),
                    "the stack of the function",
                    again,
                );
            }
            Some(stack) if !stack.is_complete() => {
                let reason = stack.reason.as_deref().unwrap_or("AWS tells no reason");
                let mend = if stack.is_stillborn() {
                    format!(
                        "delete it in the AWS console (CloudFormation, {region}), and then: {again}"
                    )
                } else {
                    UP.to_owned()
                };
                return fail(
                    format!("the stack in {region} is {}: {reason}", stack.status),
                    "CREATE_COMPLETE or UPDATE_COMPLETE",
                    mend,
                );
            }
            Some(stack) => complete.push(format!("{region} {}", stack.status)),
        }
    }
    if complete.is_empty() {
        return skip("no stack was looked at");
    }
    pass(complete.join(", "))
}

fn function(_: &Facts, function: &FunctionFacts) -> Judgement {
    let arn = &function.arn;
    let Some(configuration) = function.configuration.as_ref()? else {
        return fail(
            format!("{arn} does not exist"),
            "the function that the skill names",
            UP,
        );
    };
    if let Some(alias) = arn.qualifier()
        && function.alias.as_ref()?.is_none()
    {
        return fail(
            format!("the function has no alias {alias}"),
            "the alias that the skill's endpoint names",
            UP,
        );
    }
    pass(format!(
        "{} version {}, {} MB, {} s",
        arn.name(),
        configuration.version,
        configuration.memory_size,
        configuration.timeout
    ))
}

/// Whether custom skills may call, and no other.
fn admits_custom_skills_alone(policy: &Policy) -> bool {
    let mut principals = policy.statement.iter().map(Statement::principal);
    let custom = principals.any(|principal| principal == CUSTOM_SKILLS_PRINCIPAL);
    custom && policy.of_alexa().next().is_none()
}

fn principal(_: &Facts, function: &FunctionFacts) -> Judgement {
    let policy = function.policy.as_ref()?.clone().unwrap_or_default();
    if admits_custom_skills_alone(&policy) {
        return fail(
            format!(
                "the function admits {CUSTOM_SKILLS_PRINCIPAL}, which calls custom skills (\"Alexa Skills Kit\", SAM's AlexaSkill)"
            ),
            format!("{} (\"Alexa Smart Home\")", crate::aws::ALEXA_PRINCIPAL),
            UP,
        );
    }
    pass("no permission is for custom skills alone")
}

fn qualifier(facts: &Facts, function: &FunctionFacts) -> Judgement {
    let skill = facts.skill.as_ref()?;
    let here = function.policy.as_ref()?;
    let elsewhere = function.unqualified_policy.as_ref()?;
    let admits = |policy: &Option<crate::aws::Policy>| {
        policy.as_ref().is_some_and(|policy| policy.admits(skill))
    };
    let at = function.arn.qualifier().unwrap_or("no qualifier");
    match (admits(here), admits(elsewhere)) {
        (true, _) => pass(format!(
            "the permission and the skill's endpoint are both at {at}"
        )),
        (false, true) => fail(
            format!("the permission is on the function, and the skill calls it at {at}"),
            format!("the permission at {at}: one does not hold for the other"),
            UP,
        ),
        (false, false) => skip("see `trigger`"),
    }
}

fn trigger(facts: &Facts, function: &FunctionFacts) -> Judgement {
    let skill = facts.skill.as_ref()?;
    let policy = function.policy.as_ref()?.clone().unwrap_or_default();
    if policy
        .of_alexa()
        .any(|statement| statement.skill().is_none())
    {
        return fail(
            "the function admits every smart home skill of every developer",
            format!("a permission with the event source token {skill}"),
            UP,
        );
    }
    if policy.admits(skill) {
        return pass("the function admits this skill and no other");
    }
    if admits_custom_skills_alone(&policy) {
        return skip("see `trigger-principal`");
    }
    let other: Vec<&str> = policy
        .of_alexa()
        .filter_map(|statement| statement.skill())
        .collect();
    let seen = if other.is_empty() {
        "the function does not admit Alexa".to_owned()
    } else {
        format!("the function admits another skill: {}", other.join(", "))
    };
    fail(
        seen,
        format!("a permission with the event source token {skill}"),
        UP,
    )
}

/// The name and the version of an answer of version 3, if it is one.
fn header(answer: &Json) -> Option<(&str, &str)> {
    let header = answer.get("event")?.get("header")?;
    let version = header.get("payloadVersion")?.as_str()?;
    Some((header.get("name")?.as_str()?, version))
}

/// What Lambda says of a function that did not answer, such as `Unhandled`.
fn crash(answer: &Json) -> Option<&str> {
    answer.get("failure")?.as_str()
}

/// Where the function says why.
const LOG: &str = "look into the function's log: docs/operations.md, \"Questions to the log\"";

fn discovery(facts: &Facts, function: &FunctionFacts) -> Judgement {
    let identity = facts.identity.as_ref()?;
    if !identity.has(&function.arn) {
        let account = function.arn.account();
        return warn(
            format!(
                "the function is in the AWS account {account}, and you are signed in to {}: it was not sent your token",
                identity.account
            ),
            "a function of the account that you are signed in to",
            format!(
                "if that account is yours, sign in to it (AWS_PROFILE, or `aws configure`); if not: {UP}"
            ),
        );
    }
    let answer = function.discovery.as_ref()?;
    let wanted = "Discover.Response of version 3";
    match header(answer) {
        Some(("Discover.Response", "3")) => {}
        Some(("ErrorResponse", "3")) => {
            let kind = answer.pointer("/event/payload/type").and_then(Json::as_str);
            return fail(
                format!(
                    "the function answers a discovery with {}",
                    kind.unwrap_or("an error")
                ),
                wanted,
                LOG,
            );
        }
        Some((name, version)) => {
            return fail(
                format!("the function answers a discovery with {name} of version {version}"),
                wanted,
                UP,
            );
        }
        None if crash(answer).is_some() => {
            return fail(
                format!(
                    "the function fails at a discovery: {}",
                    crash(answer).unwrap_or_default()
                ),
                wanted,
                LOG,
            );
        }
        None => {
            return fail(
                "the function answers a discovery with something that is no event of version 3",
                wanted,
                UP,
            );
        }
    }
    let endpoints = answer
        .pointer("/event/payload/endpoints")
        .and_then(Json::as_array);
    let count = endpoints.map_or(0, Vec::len);
    if count == 0 {
        let devices = facts
            .devices
            .as_ref()
            .ok()
            .map_or_else(String::new, |devices| {
                format!(", of {}", super::count(*devices, "device"))
            });
        return fail(
            format!("Alexa would discover nothing{devices}"),
            "at least one endpoint",
            "particle-alexa devices   (says of each device why it is left out)",
        );
    }
    pass(format!(
        "Alexa would discover {} of this Particle user",
        super::count(count, "endpoint")
    ))
}

fn accept_grant(facts: &Facts, function: &FunctionFacts) -> Judgement {
    if !facts.manifest.as_ref()?.sends_events() {
        return skip("the skill sends no events, and is sent no AcceptGrant");
    }
    if !facts.identity.as_ref()?.has(&function.arn) {
        return skip("see `discovery`");
    }
    let answer = function.accept_grant.as_ref()?;
    // The code is none, so that a refusal of it is as good as its acceptance.
    let refused = answer.pointer("/event/payload/type").and_then(Json::as_str);
    match (header(answer), refused) {
        (Some(("AcceptGrant.Response", "3")), _) => pass("the function answers AcceptGrant"),
        (Some(("ErrorResponse", "3")), Some("ACCEPT_GRANT_FAILED")) => {
            pass("the function answers AcceptGrant, and refuses a code that is none")
        }
        (Some((name, version)), _) => warn(
            format!("the function answers AcceptGrant with {name} of version {version}"),
            "AcceptGrant.Response, or ACCEPT_GRANT_FAILED; with anything else linking fails",
            UP,
        ),
        (None, _) if crash(answer).is_some() => fail(
            format!(
                "the function fails at AcceptGrant: {}",
                crash(answer).unwrap_or_default()
            ),
            "AcceptGrant.Response, or ACCEPT_GRANT_FAILED; with anything else linking fails",
            LOG,
        ),
        (None, _) => fail(
            "the function answers AcceptGrant with something that is no event of version 3",
            "AcceptGrant.Response, or ACCEPT_GRANT_FAILED; with anything else linking fails",
            UP,
        ),
    }
}
