//! Who may call a function.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{ALEXA_PRINCIPAL, CUSTOM_SKILLS_PRINCIPAL};
use crate::id::SkillId;

/// What calls a function.
const INVOKE: &str = "lambda:InvokeFunction";

/// The key of the condition with the skill's id.
const TOKEN: &str = "lambda:EventSourceToken";

/// The policy of a function, at one qualifier.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all(deserialize = "PascalCase"))]
pub struct Policy {
    /// What it allows, one by one.
    #[serde(default)]
    pub statement: Vec<Statement>,
}

/// One thing that a policy allows, or denies.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all(deserialize = "PascalCase"))]
pub struct Statement {
    sid: Option<String>,
    effect: String,
    #[serde(default)]
    principal: Json,
    #[serde(default)]
    not_principal: Json,
    #[serde(default)]
    action: Json,
    #[serde(default)]
    not_action: Json,
    #[serde(default)]
    condition: Json,
}

/// One text, or a list of them.
fn texts(value: &Json) -> impl Iterator<Item = &str> {
    let many = value.as_array().into_iter().flatten();
    value
        .as_str()
        .into_iter()
        .chain(many.filter_map(Json::as_str))
}

/// Whether a pattern with `*` and `?` is for this text; actions have no case.
fn is_like(pattern: &str, text: &str) -> bool {
    fn fits(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([b'*', rest @ ..], _) => {
                fits(rest, text) || matches!(text, [_, more @ ..] if fits(pattern, more))
            }
            ([b'?', pattern @ ..], [_, text @ ..]) => fits(pattern, text),
            ([one, pattern @ ..], [other, text @ ..]) if one == other => fits(pattern, text),
            ([], []) => true,
            _ => false,
        }
    }
    let lower = |text: &str| text.to_ascii_lowercase();
    fits(lower(pattern).as_bytes(), lower(text).as_bytes())
}

impl Statement {
    /// Its name, by which it is taken away.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// Who may call: a service, an account, or `*`.
    #[must_use]
    pub fn principal(&self) -> &str {
        if !self.not_principal.is_null() {
            return "*";
        }
        let named = |kind: &str| texts(self.principal.get(kind)?).next();
        let principal = self.principal.as_str();
        let principal = principal.or_else(|| named("Service"));
        principal.or_else(|| named("AWS")).unwrap_or("?")
    }

    /// Whether it is for this service and no other.
    fn is_for(&self, service: &str) -> bool {
        let kinds = self.principal.as_object();
        let alone = kinds.is_some_and(|kinds| kinds.len() == 1) && self.not_principal.is_null();
        alone && self.services().eq([service])
    }

    /// The services that it names. AWS writes them as such; some of its simulators write each where an account stands,
    /// and nothing else can be called so.
    fn services(&self) -> impl Iterator<Item = &str> {
        let kinds = ["Service", "AWS"].into_iter();
        kinds
            .filter_map(|kind| self.principal.get(kind))
            .flat_map(texts)
    }

    /// Whether all that it is about is to call.
    fn is_to_call(&self) -> bool {
        self.not_action.is_null() && texts(&self.action).eq([INVOKE])
    }

    /// Whether it is about this action.
    fn covers(&self, action: &str) -> bool {
        if self.not_action.is_null() {
            return texts(&self.action).any(|pattern| is_like(pattern, action));
        }
        !texts(&self.not_action).any(|pattern| is_like(pattern, action))
    }

    /// Whether it allows this action.
    #[must_use]
    pub fn allows(&self, action: &str) -> bool {
        self.effect == "Allow" && self.covers(action)
    }

    /// The skill to which it is bound, to the letter and by nothing else; without one, skills of any developer may call.
    #[must_use]
    pub fn skill(&self) -> Option<&str> {
        let conditions = self.condition.as_object()?;
        let [(operator, keys)] = conditions.iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        let [(key, value)] = keys.as_object()?.iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        let [skill] = texts(value).collect::<Vec<_>>()[..] else {
            return None;
        };
        // Keys have no case. Any other operator is for several, for all but one, or for callers without a token.
        (operator == "StringEquals" && key.eq_ignore_ascii_case(TOKEN)).then_some(skill)
    }

    /// Whether it is what lets Alexa call for this skill, and nothing more.
    #[must_use]
    pub fn admits(&self, skill: &SkillId) -> bool {
        let allowed = self.effect == "Allow" && self.is_to_call() && self.is_for(ALEXA_PRINCIPAL);
        allowed && self.skill() == Some(skill.as_str())
    }

    /// Whether it keeps Alexa from calling for this skill, or may do so.
    fn locks_out(&self, skill: &SkillId) -> bool {
        let of_alexa =
            self.principal() == "*" || self.services().any(|name| name == ALEXA_PRINCIPAL);
        let of_another = self.skill().is_some_and(|other| other != skill.as_str());
        self.effect == "Deny" && of_alexa && self.covers(INVOKE) && !of_another
    }

    /// Whether it is for users and roles of this account alone.
    fn is_within(&self, account: &str) -> bool {
        let kinds = self.principal.as_object();
        let alone = kinds.is_some_and(|kinds| kinds.len() == 1) && self.not_principal.is_null();
        let mut named = self
            .principal
            .get("AWS")
            .into_iter()
            .flat_map(texts)
            .peekable();
        let own = |name: &str| name == account || name.split(':').nth(4) == Some(account);
        alone && named.peek().is_some() && named.all(own)
    }

    /// Whether it holds only for calls that come through the function's public address.
    #[must_use]
    pub fn is_for_the_url(&self) -> bool {
        let text = self.condition.to_string();
        text.contains("lambda:InvokedViaFunctionUrl")
    }

    /// Whom it admits, in words; for one that does not admit the skill, or more than that.
    #[must_use]
    pub fn admitted(&self) -> String {
        let kinds = self.principal.as_object().into_iter().flatten();
        let all: Vec<&str> = kinds.flat_map(|(_, names)| texts(names)).collect();
        match self.principal() {
            "*" => "everybody".to_owned(),
            _ if all.len() > 1 => all.join(" and "),
            ALEXA_PRINCIPAL if self.condition.is_null() => {
                "every smart home skill of every developer".to_owned()
            }
            ALEXA_PRINCIPAL => match self.skill() {
                Some(_) if !self.is_to_call() => format!("{ALEXA_PRINCIPAL} to more than to call"),
                Some(_) if !self.is_for(ALEXA_PRINCIPAL) => {
                    "other callers: its principal is not Alexa alone".to_owned()
                }
                Some(skill) => format!("another skill: {skill}"),
                None => "other skills: its condition is not that of one skill".to_owned(),
            },
            CUSTOM_SKILLS_PRINCIPAL => format!("{CUSTOM_SKILLS_PRINCIPAL}, for custom skills"),
            other => other.to_owned(),
        }
    }
}

impl Policy {
    /// What allows Alexa's smart home service to call.
    pub fn of_alexa(&self) -> impl Iterator<Item = &Statement> {
        self.statement.iter().filter(|statement| {
            statement.allows(INVOKE) && statement.principal() == ALEXA_PRINCIPAL
        })
    }

    /// Whether this skill may call.
    #[must_use]
    pub fn admits(&self, skill: &SkillId) -> bool {
        let admitted = self
            .statement
            .iter()
            .any(|statement| statement.admits(skill));
        admitted && self.locks(skill).next().is_none()
    }

    /// What keeps Alexa from calling for this skill, whatever else allows it.
    pub fn locks<'a>(&'a self, skill: &'a SkillId) -> impl Iterator<Item = &'a Statement> {
        let statements = self.statement.iter();
        statements.filter(|statement| statement.locks_out(skill))
    }

    /// What allows anything to anybody but this skill, and the account that the function is in.
    pub fn strangers<'a>(
        &'a self,
        skill: &'a SkillId,
        account: &'a str,
    ) -> impl Iterator<Item = &'a Statement> {
        self.statement.iter().filter(move |statement| {
            let allows = statement.effect == "Allow";
            allows && !statement.admits(skill) && !statement.is_within(account)
        })
    }

    /// Whether anybody may use the public address, and whether whoever comes by it may call.
    #[must_use]
    pub fn public(&self) -> (bool, bool) {
        let open = |statement: &&Statement| statement.principal() == "*";
        let mut open_address = self.statement.iter().filter(open);
        let mut open_function = open_address.clone();
        let address = open_address.any(|statement| statement.allows("lambda:InvokeFunctionUrl"));
        let function =
            open_function.any(|statement| statement.allows(INVOKE) && statement.is_for_the_url());
        (address, function)
    }

    /// Whether anybody may call through the public address. Since November 2026 that takes two permissions.
    #[must_use]
    pub fn opens_the_url(&self) -> bool {
        self.public() == (true, true)
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

    fn statement(json: &Json) -> Json {
        let mut statement = json!({
            "Sid": "x", "Effect": "Allow", "Principal": {"Service": ALEXA_PRINCIPAL},
            "Action": "lambda:InvokeFunction", "Resource": "arn",
            "Condition": {"StringEquals": {"lambda:EventSourceToken": SKILL}}
        });
        for (name, value) in json.as_object().unwrap() {
            statement[name] = value.clone();
        }
        statement
    }

    fn token(operator: &str, token: &Json) -> Json {
        statement(&json!({ "Condition": { operator: { TOKEN: token } } }))
    }

    fn principal(principal: &Json) -> Json {
        statement(&json!({ "Principal": principal }))
    }

    const OTHER: &str = "amzn1.ask.skill.99999999-89ab-cdef-0123-456789abcdef";

    /// What one statement more does to a policy that admits the skill and nobody else; and whom it admits.
    #[test]
    fn a_policy_admits_the_skill_and_nobody_else() {
        let anybody = json!({ "Principal": "*", "Condition": null });
        for (more, strangers) in [
            (token("StringEquals", &json!(SKILL)), &[][..]),
            (token("StringEquals", &json!([SKILL])), &[]),
            (principal(&json!({"AWS": ALEXA_PRINCIPAL})), &[]),
            (principal(&json!({"AWS": "123456789012"})), &[]),
            (
                principal(&json!({"AWS": "arn:aws:iam::123456789012:root"})),
                &[],
            ),
            (
                principal(&json!({"AWS": ["arn:aws:sts::123456789012:assumed-role/x/y"]})),
                &[],
            ),
            (
                statement(&json!({"Effect": "Deny", "Principal": {"AWS": "*"},
                "Action": "lambda:UpdateFunctionCode"})),
                &[],
            ),
            (
                statement(&json!({"Effect": "Deny", "Principal": {"AWS": "999999999999"}})),
                &[],
            ),
            (
                statement(&json!({"Effect": "Deny",
                "Condition": {"StringEquals": {TOKEN: OTHER}}})),
                &[],
            ),
            (
                token("StringEquals", &json!(OTHER)),
                &["another skill: amzn1.ask.skill.9999"],
            ),
            (
                token("StringEquals", &json!([SKILL, OTHER])),
                &["other skills"],
            ),
            (token("StringNotEquals", &json!(SKILL)), &["other skills"]),
            (
                token("StringEqualsIfExists", &json!(SKILL)),
                &["other skills"],
            ),
            (
                token("ForAllValues:StringEquals", &json!(SKILL)),
                &["other skills"],
            ),
            (
                token("StringLike", &json!("amzn1.ask.skill.*")),
                &["other skills"],
            ),
            (
                statement(&json!({"Condition": null})),
                &["every smart home skill"],
            ),
            (
                statement(&json!({"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}})),
                &["other skills"],
            ),
            (
                statement(&json!({"Action": "lambda:*"})),
                &["more than to call"],
            ),
            (
                statement(&json!({"Action": "lambda:*", "Condition": null})),
                &["every smart home skill"],
            ),
            (
                statement(&json!({"Action": null, "NotAction": "lambda:GetFunction"})),
                &["more than to call"],
            ),
            (statement(&anybody), &["everybody"]),
            (principal(&json!({"AWS": "*"})), &["everybody"]),
            (
                principal(&json!({"AWS": ["123456789012", "999999999999"]})),
                &["123456789012 and 999999999999"],
            ),
            (
                principal(&json!({"AWS": "arn:aws:iam::999999999999:root"})),
                &["arn:aws:iam::999999999999:root"],
            ),
            (
                principal(&json!({"AWS": "123456789012", "Service": "events.amazonaws.com"})),
                &["events.amazonaws.com"],
            ),
            (
                principal(&json!({"Service": [ALEXA_PRINCIPAL, "events.amazonaws.com"]})),
                &["alexa-connectedhome.amazon.com and events.amazonaws.com"],
            ),
            (
                principal(&json!({"Service": CUSTOM_SKILLS_PRINCIPAL})),
                &["alexa-appkit.amazon.com, for custom skills"],
            ),
            (
                principal(&json!({"AWS": [ALEXA_PRINCIPAL, "999999999999"]})),
                &["alexa-connectedhome.amazon.com and 999999999999"],
            ),
            // Not its own skill, whatever else is wrong.
            (
                principal(&json!({"Service": ALEXA_PRINCIPAL, "AWS": []})),
                &["its principal is not Alexa alone"],
            ),
            (
                statement(&json!({"Principal": null, "NotPrincipal": {"AWS": "1"}})),
                &["everybody"],
            ),
        ] {
            let skill: SkillId = SKILL.parse().unwrap();
            let own = token("StringEquals", &json!(SKILL));
            let policy = policy(&json!([own, more]));
            assert!(policy.admits(&skill), "{more}");
            let found: Vec<String> = policy
                .strangers(&skill, "123456789012")
                .map(Statement::admitted)
                .collect();
            let alike = found.len() == strangers.len()
                && found
                    .iter()
                    .zip(strangers)
                    .all(|(found, wanted)| found.contains(wanted));
            assert!(alike, "{more}: {found:?}");
        }
    }

    #[test]
    fn what_is_denied_is_not_admitted() {
        let skill: SkillId = SKILL.parse().unwrap();
        let own = token("StringEquals", &json!(SKILL));
        for deny in [
            json!({}),
            json!({"Condition": null}),
            json!({"Principal": {"AWS": ALEXA_PRINCIPAL}}),
            json!({"Principal": "*", "Condition": null}),
            json!({"Principal": {"AWS": "*"}, "Action": "*", "Condition": null}),
            json!({"Principal": null, "NotPrincipal": {"AWS": "123456789012"}}),
            json!({"Action": ["lambda:Get*", "lambda:invoke*"]}),
            json!({"Action": null, "NotAction": "lambda:GetFunction"}),
            json!({"Condition": {"StringNotEquals": {TOKEN: OTHER}}}),
            json!({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}),
        ] {
            let mut denial = statement(&deny);
            denial["Effect"] = json!("Deny");
            let policy = policy(&json!([own, denial]));
            assert!(!policy.admits(&skill), "{denial}");
        }
    }

    #[test]
    fn only_the_right_principal_with_the_skill_admits_it() {
        let skill: SkillId = SKILL.parse().unwrap();
        for (statement, admits) in [
            (token("StringEquals", &json!(SKILL)), true),
            (principal(&json!({"AWS": ALEXA_PRINCIPAL})), true),
            (
                token("StringEquals", &json!("amzn1.ask.skill.other")),
                false,
            ),
            (token("StringNotEquals", &json!(OTHER)), false),
            (statement(&json!({"Condition": null})), false),
            (
                principal(&json!({"Service": CUSTOM_SKILLS_PRINCIPAL})),
                false,
            ),
            (principal(&json!("*")), false),
            (statement(&json!({"Effect": "Deny"})), false),
        ] {
            let policy = policy(&json!([statement]));
            assert_eq!(policy.admits(&skill), admits, "{policy:?}");
        }
        assert!(!Policy::default().admits(&skill));
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
