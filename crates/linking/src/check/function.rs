//! The functions at AWS.

use serde_json::Value as Json;

use super::facts::{FunctionFacts, OtherAccount};
use super::{BY_HAND, Check, Facts, Judgement, ROTATE, UP, Verdict, fail, pass, skip, warn};
use crate::account_linking::authorization_url;
use crate::aws::{CUSTOM_SKILLS_PRINCIPAL, Policy, Statement};
use crate::region::Region;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "aws-account",
        rows: &[11],
        judge: account,
    },
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

/// What makes a stack anew.
fn again(facts: &Facts, region: Option<Region>) -> &'static str {
    // Another relay has another address, for which it takes another client.
    let own = authorization_url(&facts.wanted.particle_url);
    let had_relay = facts
        .linking()
        .is_ok_and(|linking| linking.authorization_url != own);
    match facts.wanted.regions.first().copied() == region && had_relay {
        true => ROTATE,
        false => UP,
    }
}

fn account(facts: &Facts) -> Judgement {
    let identity = facts.identity.as_ref()?;
    let here = &identity.account;
    match facts.other_account()? {
        None => pass(format!("you are signed in to the AWS account {here}")),
        Some(OtherAccount::Noted(account)) => warn(
            format!(
                "this was set up in the AWS account {account}, and you are signed in to {here}"
            ),
            format!("{account}: in another one nothing of it can be looked at"),
            format!("sign in to {account} (AWS_PROFILE, or `aws configure`)"),
        ),
        Some(OtherAccount::Function(account)) => warn(
            format!(
                "the function is in the AWS account {account}, and you are signed in to {here}: it was not sent your token"
            ),
            "a function of the account that you are signed in to",
            format!(
                "if that account is yours, sign in to it (AWS_PROFILE, or `aws configure`); if not: {UP}"
            ),
        ),
    }
}

fn stack(facts: &Facts) -> Judgement {
    let mut complete = Vec::new();
    for region in &facts.wanted.regions {
        let Some(stack) = facts.stacks.get(region) else {
            continue;
        };
        let again = again(facts, Some(*region));
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

/// What takes the alias to the version that was deployed last, where it is at another.
fn alias_at_another(function: &FunctionFacts) -> Option<(&str, &str, String)> {
    let arn = &function.arn;
    let at = &function.alias.as_ref().ok()?.as_ref()?.function_version;
    let deployed = function.deployed.as_ref().ok()?.as_ref()?;
    let mend = format!(
        "aws lambda update-alias --region {} --function-name {} --name {} --function-version {deployed}",
        arn.region(),
        arn.name(),
        arn.qualifier()?
    );
    (at != deployed).then_some((at, deployed, mend))
}

fn function(facts: &Facts, function: &FunctionFacts) -> Judgement {
    let arn = &function.arn;
    let Some(configuration) = function.configuration.as_ref()? else {
        // CloudFormation does not know that it is gone, and would change it in vain.
        let of_a_stack = matches!(function.deployed, Ok(Some(_)));
        return fail(
            format!("{arn} does not exist"),
            "the function that the skill names",
            match of_a_stack {
                true => format!(
                    "delete its stack in the AWS console (CloudFormation, {}), and then: {}",
                    arn.region(),
                    again(facts, arn.alexa_region())
                ),
                false => UP.to_owned(),
            },
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
    // Whoever cannot tell which version was deployed cannot tell whether it is this one.
    function.deployed.as_ref()?;
    if let Some((at, deployed, mend)) = alias_at_another(function) {
        let alias = arn.qualifier().unwrap_or_default();
        return warn(
            format!(
                "the alias {alias} stands for version {at}, and the stack published {deployed}"
            ),
            "the version that was deployed last, unless you rolled back and have still to deploy what was good",
            mend,
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
    let unqualified = function.unqualified_policy.iter().flatten();
    let all = [&policy].into_iter().chain(unqualified);
    let expected = format!("a permission with the event source token {skill}, and no other");
    if admits_custom_skills_alone(&policy) {
        return skip("see `trigger-principal`");
    }
    if policy.locks(skill).next().is_some() {
        return fail("a permission denies Alexa the call", expected, UP);
    }
    let mut strangers = Vec::new();
    for statement in all.flat_map(|policy| policy.strangers(skill, function.arn.account())) {
        let admitted = statement.admitted();
        if !strangers.contains(&admitted) {
            strangers.push(admitted);
        }
    }
    if !strangers.is_empty() {
        let seen = format!("the function admits {}", strangers.join(", "));
        return fail(seen, expected, UP);
    }
    if !policy.admits(skill) {
        return fail("the function does not admit Alexa", expected, UP);
    }
    function.unqualified_policy.as_ref()?;
    pass("the function admits this skill and no other")
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

/// What the function has for the way to Particle.
const CUT_OFF: &str = "look into the function's log (docs/operations.md, \"Questions to the log\"), and at its settings PARTICLE_API_URL and PARTICLE_CA_FILE, which are `ParticleApiUrl` and `ParticleCaFile` of the stack: a cloud whose authority browsers do not know takes the second";

/// Whether the function reaches Particle so little that it cannot say of a device that nobody has it.
fn is_cut_off(function: &FunctionFacts) -> bool {
    let kind = |answer: &Json| {
        let kind = answer.pointer("/event/payload/type").and_then(Json::as_str);
        matches!(kind, Some("BRIDGE_UNREACHABLE" | "ENDPOINT_UNREACHABLE"))
    };
    function.nobodys.as_ref().is_ok_and(kind)
}

/// What brings back the code of the project.
fn other_code(function: &FunctionFacts) -> String {
    match alias_at_another(function) {
        Some((_, _, mend)) => mend,
        None => BY_HAND.to_owned(),
    }
}

fn discovery(facts: &Facts, function: &FunctionFacts) -> Judgement {
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
                other_code(function),
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
                other_code(function),
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
        if is_cut_off(function) {
            return fail(
                format!(
                    "Alexa would discover nothing{devices}: the function cannot reach Particle"
                ),
                format!("answers of {}", facts.wanted.particle_url),
                CUT_OFF,
            );
        }
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
            other_code(function),
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
            other_code(function),
        ),
    }
}
