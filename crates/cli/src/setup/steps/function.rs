//! What somebody changed at the functions by hand, put right.
//!
//! CloudFormation compares a template with the one before it, and not with what there is: where the template has not
//! changed, `sam deploy` finds nothing to change, whatever was done to the function meanwhile.

use std::collections::BTreeMap;

use anyhow::Context as _;
use linking::aws::{Aws, Caller, Error, Permission, Policy, Resource, Statement};
use linking::id::{FunctionArn, SkillId};
use linking::region::Region;

use super::Up;
use super::compare::Standing;

/// What the template, or SAM, calls the permissions.
const FOR_ALEXA: &str = "AlexaPermission";
const FOR_THE_ADDRESS: &str = "RelayFunctionUrlPublicPermissions";
const BY_THE_ADDRESS: &str = "RelayFunctionURLInvokeAllowPublicAccess";

/// The relay's function in the template.
const RELAY: &str = "RelayFunction";

/// What could be read. Whoever deploys need not have the right to look; the doctor tells of what could not be seen.
fn readable<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Error::Denied { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The name under which the stack knows a permission, so that it finds it again.
fn sid<'a>(resources: &'a [Resource], name: &'a str) -> &'a str {
    let known = resources.iter().find(|resource| resource.name == name);
    known
        .map(Resource::id)
        .filter(|id| !id.is_empty())
        .unwrap_or(name)
}

impl<A: Aws> Up<'_, A> {
    /// Makes aliases again that are gone: without them a deployment fails, and the skill calls nothing.
    pub(super) async fn aliases(&mut self, standing: &Standing) -> anyhow::Result<()> {
        let (plan, aws) = (self.plan, &self.services.aws);
        for region in &plan.regions {
            let stack = standing.stacks.get(region);
            let endpoint = stack.and_then(|stack| stack.outputs.get("SkillEndpoint"));
            let function = endpoint.and_then(|endpoint| endpoint.parse::<FunctionArn>().ok());
            let Some(function) = function.filter(|function| function.qualifier().is_some()) else {
                continue;
            };
            if !matches!(readable(aws.alias(&function).await)?, Some(None)) {
                continue;
            }
            let again = || {
                format!(
                    "the function {} is gone, and the stack {} in {region} does not know it. `sam delete --stack-name {} \
                     --region {region}` deletes the rest, and then `up` makes all of it anew; where the relay goes with it, \
                     `up --rotate`, and all users must link again",
                    function.name(),
                    plan.stack,
                    plan.stack
                )
            };
            let resources = aws.resources(*region, &plan.stack).await?;
            let version = resources
                .iter()
                .find_map(|resource| resource.version_of(&function));
            let version = version.with_context(again)?;
            if !plan.dry_run {
                aws.create_alias(&function, version)
                    .await
                    .with_context(again)?;
            }
            let alias = function.qualifier().unwrap_or_default();
            let made = self.doing("made", "would be made");
            let text = format!(
                "the alias {alias} in {region} was gone, and {made} again for version {version}"
            );
            self.done("function", text)?;
        }
        Ok(())
    }

    /// Lets Alexa call each function for this skill and takes away what lets anybody else, and opens the relay's address.
    pub(super) async fn permissions(
        &mut self,
        skill: &SkillId,
        endpoints: &BTreeMap<Region, FunctionArn>,
    ) -> anyhow::Result<()> {
        for (region, function) in endpoints {
            let aws = &self.services.aws;
            let resources = aws.resources(*region, &self.plan.stack).await?;
            if function.qualifier().is_some() {
                let bare = function.unqualified();
                if let Some(policy) = readable(aws.policy(&bare).await)? {
                    let policy = policy.unwrap_or_default();
                    self.take_away(&bare, &policy, skill).await?;
                }
            }
            if let Some(policy) = readable(aws.policy(function).await)? {
                let policy = policy.unwrap_or_default();
                self.take_away(function, &policy, skill).await?;
                if !policy
                    .statement
                    .iter()
                    .any(|statement| statement.admits(skill))
                {
                    let sid = sid(&resources, FOR_ALEXA);
                    let caller = Caller::Skill(skill);
                    self.let_in(
                        function,
                        Permission { sid, caller },
                        "Alexa, for this skill",
                    )
                    .await?;
                }
            }
            let relay = resources.iter().find(|resource| resource.name == RELAY);
            let Some(relay) = relay.map(|relay| function.named(relay.id())) else {
                continue;
            };
            let Some(policy) = readable(self.services.aws.policy(&relay).await)? else {
                continue;
            };
            let (address, through) = policy.unwrap_or_default().public();
            for (there, name, caller) in [
                (address, FOR_THE_ADDRESS, Caller::Address),
                (through, BY_THE_ADDRESS, Caller::ByAddress),
            ] {
                if !there {
                    let sid = sid(&resources, name);
                    let whom = "everybody to the relay's address";
                    self.let_in(&relay, Permission { sid, caller }, whom)
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn let_in(
        &mut self,
        function: &FunctionArn,
        permission: Permission<'_>,
        whom: &str,
    ) -> anyhow::Result<()> {
        if !self.plan.dry_run {
            self.services
                .aws
                .add_permission(function, &permission)
                .await?;
        }
        let does = self.doing("admits", "would admit");
        let text = format!(
            "{} in {} {does} {whom} again",
            function.name(),
            function.region()
        );
        self.done("function", text)
    }

    /// Takes away what denies Alexa the call, and what lets in anybody else.
    async fn take_away(
        &mut self,
        function: &FunctionArn,
        policy: &Policy,
        skill: &SkillId,
    ) -> anyhow::Result<()> {
        let strangers = policy.strangers(skill, function.account());
        let strangers = strangers.map(|statement| (statement, statement.admitted()));
        let locks = policy.locks(skill);
        let locks =
            locks.map(|statement| (statement, "nobody, and denies Alexa the call".to_owned()));
        let unwanted: Vec<(&Statement, String)> = strangers.chain(locks).collect();
        for (statement, admitted) in unwanted {
            let sid = statement.sid().with_context(|| {
                format!("a permission of {function} admits {admitted}, and has no name by which it could be taken away")
            })?;
            if !self.plan.dry_run {
                self.services.aws.remove_permission(function, sid).await?;
            }
            let took = self.doing("took away", "would take away");
            let text =
                format!("{took} the permission {sid} of {function}, which admits {admitted}");
            self.done("function", text)?;
        }
        Ok(())
    }

    fn doing(&self, done: &'static str, to_be_done: &'static str) -> &'static str {
        if self.plan.dry_run { to_be_done } else { done }
    }
}
