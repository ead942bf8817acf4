//! Where two settings differ, field by field.

use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;

/// A field that is not as it should be.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Difference {
    /// The field, such as `authorizationUrl` or `apis.smartHome.endpoint.uri`.
    pub field: String,
    /// What is there; `null` where nothing is.
    pub seen: Json,
    /// What should be there; `null` where nothing should be.
    pub wanted: Json,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            seen,
            wanted,
        } = self;
        match (seen, wanted) {
            (Json::Null, wanted) => write!(formatter, "{field} is missing and should be {wanted}"),
            (seen, Json::Null) => write!(formatter, "{field} is {seen} and should not be there"),
            (seen, wanted) => write!(formatter, "{field} is {seen} and should be {wanted}"),
        }
    }
}

/// Where `seen` differs from `wanted`. An empty list or object is as good as none, and a list has no order.
pub(crate) fn between(seen: &Json, wanted: &Json) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare(String::new(), seen, wanted, &mut differences);
    differences
}

fn compare(field: String, seen: &Json, wanted: &Json, differences: &mut Vec<Difference>) {
    if is_nothing(seen) && is_nothing(wanted) {
        return;
    }
    let fields = |value: &Json| match value {
        Json::Object(fields) => fields.keys().cloned().collect(),
        Json::Null => Vec::new(),
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => Vec::new(),
    };
    if seen.is_object() || wanted.is_object() {
        let mut names: Vec<String> = fields(wanted);
        for name in fields(seen) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let of = |value: &Json| value.get(&name).cloned().unwrap_or_default();
            let path = if field.is_empty() {
                name.clone()
            } else {
                format!("{field}.{name}")
            };
            compare(path, &of(seen), &of(wanted), differences);
        }
    } else if sorted(seen) != sorted(wanted) {
        differences.push(Difference {
            field,
            seen: seen.clone(),
            wanted: wanted.clone(),
        });
    }
}

fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.values().all(is_nothing),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

fn sorted(value: &Json) -> Json {
    match value {
        Json::Array(items) => {
            let mut items = items.clone();
            items.sort_by_cached_key(ToString::to_string);
            items.into()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            value.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        for (seen, wanted, told) in [
            (json!({"a": 1}), json!({"a": 1}), vec![]),
            (json!({"a": []}), json!({}), vec![]),
            (json!({"a": {}}), json!({"a": null}), vec![]),
            (json!({"a": ["x", "y"]}), json!({"a": ["y", "x"]}), vec![]),
            (
                json!({"a": {"b": "x"}}),
                json!({"a": {"b": "y", "c": 3}}),
                vec![
                    r#"a.b is "x" and should be "y""#,
                    "a.c is missing and should be 3",
                ],
            ),
            (
                json!({"a": ["x"], "b": 0}),
                json!({"a": ["x", "y"]}),
                vec![
                    r#"a is ["x"] and should be ["x","y"]"#,
                    "b is 0 and should not be there",
                ],
            ),
        ] {
            let differences = between(&seen, &wanted);
            let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
            assert_eq!(differences, told, "{seen} {wanted}");
        }
    }
}
