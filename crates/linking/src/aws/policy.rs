//! Who may call a function.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::ALEXA_PRINCIPAL;
use crate::id::SkillId;

/// The policy of a function, at one qualifier.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all(deserialize = "PascalCase"))]
pub struct Policy {
    /// What it allows, one by one.
    #[serde(default)]
    pub statement: Vec<Statement>,
}

/// One thing that a policy allows.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all(deserialize = "PascalCase"))]
pub struct Statement {
    effect: String,
    principal: Json,
    action: Json,
    #[serde(default)]
    condition: Json,
}

impl Statement {
    /// Who may call: a service, or `*`.
    #[must_use]
    pub fn principal(&self) -> &str {
        let service = || self.principal.get("Service")?.as_str();
        let account = || self.principal.get("AWS")?.as_str();
        let principal = self.principal.as_str();
        principal.or_else(service).or_else(account).unwrap_or("?")
    }

    /// Whether it allows this action.
    #[must_use]
    pub fn allows(&self, action: &str) -> bool {
        let is = |value: &Json| value.as_str() == Some(action);
        let among = self
            .action
            .as_array()
            .is_some_and(|actions| actions.iter().any(is));
        self.effect == "Allow" && (is(&self.action) || among)
    }

    /// The skill to which it is bound; without one, every skill of every developer may call.
    #[must_use]
    pub fn skill(&self) -> Option<&str> {
        let conditions = self.condition.as_object()?;
        conditions
            .values()
            .find_map(|condition| condition.get("lambda:EventSourceToken")?.as_str())
    }

    /// Whether it holds only for calls that come through the function's public address.
    #[must_use]
    pub fn is_for_the_url(&self) -> bool {
        let text = self.condition.to_string();
        text.contains("lambda:InvokedViaFunctionUrl")
    }
}

impl Policy {
    /// What allows Alexa's smart home service to call.
    pub fn of_alexa(&self) -> impl Iterator<Item = &Statement> {
        self.statement.iter().filter(|statement| {
            statement.allows("lambda:InvokeFunction") && statement.principal() == ALEXA_PRINCIPAL
        })
    }

    /// Whether this skill may call.
    #[must_use]
    pub fn admits(&self, skill: &SkillId) -> bool {
        self.of_alexa()
            .any(|statement| statement.skill() == Some(skill.as_str()))
    }

    /// Whether anybody may call through the public address. Since November 2026 that takes two permissions.
    #[must_use]
    pub fn opens_the_url(&self) -> bool {
        let open = |statement: &&Statement| statement.principal() == "*";
        let url = self
            .statement
            .iter()
            .filter(open)
            .any(|statement| statement.allows("lambda:InvokeFunctionUrl"));
        let function = self.statement.iter().filter(open).any(|statement| {
            statement.allows("lambda:InvokeFunction") && statement.is_for_the_url()
        });
        url && function
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SKILL: &str = "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef";

    fn policy(statements: &Json) -> Policy {
        serde_json::from_value(json!({ "Version": "2012-10-17", "Statement": statements })).unwrap()
    }

    #[test]
    fn only_the_right_principal_with_the_skill_admits_it() {
        let skill: SkillId = SKILL.parse().unwrap();
        let statement = |principal: &str, condition: Json| {
            policy(&json!([{
                "Sid": "x", "Effect": "Allow", "Principal": {"Service": principal},
                "Action": "lambda:InvokeFunction", "Resource": "arn", "Condition": condition
            }]))
        };
        let token = |token: &str| json!({"StringEquals": {"lambda:EventSourceToken": token}});
        for (policy, admits) in [
            (statement(ALEXA_PRINCIPAL, token(SKILL)), true),
            (
                statement(ALEXA_PRINCIPAL, token("amzn1.ask.skill.other")),
                false,
            ),
            (statement(ALEXA_PRINCIPAL, Json::Null), false),
            (statement("alexa-appkit.amazon.com", token(SKILL)), false),
            (Policy::default(), false),
        ] {
            assert_eq!(policy.admits(&skill), admits, "{policy:?}");
        }
    }

    #[test]
    fn a_public_address_takes_two_permissions() {
        let url = json!({
            "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl",
            "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
        });
        let function = json!({
            "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "lambda:InvokeFunction",
            "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
        });
        assert!(policy(&json!([url, function])).opens_the_url());
        assert!(!policy(&json!([url])).opens_the_url());
        assert!(!policy(&json!([function])).opens_the_url());
    }
}
