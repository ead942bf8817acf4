//! What is wrong with a value in a request, told as SMAPI's error codes have it.
//! <https://developer.amazon.com/docs/alexa/smapi/smapi-error-codes.html>

use serde::Serialize;
use serde_json::{Value, json};

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Violation {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: String,
    #[serde(skip_serializing_if = "Value::is_null")]
    validation_details: Value,
}

/// What stands at a path, as far as it may be told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instance<'a> {
    pub(crate) path: &'a str,
    /// Where it may be repeated in an answer.
    pub(crate) text: Option<&'a str>,
}

impl Violation {
    /// Where Amazon gives no code.
    pub(crate) fn uncoded(message: impl Into<String>) -> Self {
        Self {
            code: None,
            message: message.into(),
            validation_details: Value::Null,
        }
    }

    pub(crate) fn missing(path: &str, property: &str) -> Self {
        Self {
            code: Some("MISSING_REQUIRED_PROPERTY"),
            message: format!(
                "Object instance at property path \"{path}\" is missing the required property: \"{property}\"."
            ),
            validation_details: json!({
                "originalInstance": original(path, "object", None),
                "requiredProperty": property,
            }),
        }
    }

    pub(crate) fn unexpected(path: &str, property: &str) -> Self {
        Self {
            code: Some("UNEXPECTED_PROPERTY"),
            message: format!(
                "Object instance at property path \"{path}\" has an unexpected property: \"{property}\"."
            ),
            validation_details: json!({
                "originalInstance": original(path, "object", None),
                "unexpectedProperty": property,
            }),
        }
    }

    pub(crate) fn data_type(path: &str, found: &Value, allowed: &str) -> Self {
        let found = data_type(found);
        Self {
            code: Some("INVALID_DATA_TYPE"),
            message: format!(
                "Instance at property path \"{path}\" of type \"{found}\" does not match any allowed types: [\"{allowed}\"]."
            ),
            validation_details: json!({
                "originalInstance": original(path, found, None),
                "allowedDataTypes": [allowed],
            }),
        }
    }

    pub(crate) fn string_length(instance: Instance<'_>, length: usize, most: usize) -> Self {
        let what = if length == 0 {
            "is too short; the minimum length is 1".to_owned()
        } else {
            format!("is too long; it has {length} characters, and the maximum length is {most}")
        };
        Self {
            code: Some("INVALID_STRING_LENGTH"),
            message: format!(
                "String instance at property path \"{}\" {what}.",
                instance.path
            ),
            validation_details: json!({
                "originalInstance": instance.original("string"),
                "actualStringLength": length,
                "minimumStringLength": 1,
                "maximumStringLength": most,
            }),
        }
    }

    pub(crate) fn array_size(path: &str, size: usize, least: usize, most: usize) -> Self {
        Self {
            code: Some("INVALID_ARRAY_SIZE"),
            message: format!(
                "Array instance at property path \"{path}\" has {size} items; it must have {least} to {most}."
            ),
            validation_details: json!({
                "originalInstance": original(path, "array", None),
                "actualNumberOfItems": size,
                "minimumNumberOfItems": least,
                "maximumNumberOfItems": most,
            }),
        }
    }

    pub(crate) fn url(instance: Instance<'_>) -> Self {
        Self {
            code: Some("INVALID_URL_FORMAT"),
            message: format!("{} is not a valid HTTPS URL.", instance.named()),
            validation_details: json!({ "originalInstance": instance.original("string") }),
        }
    }

    pub(crate) fn pattern(instance: Instance<'_>, pattern: &str) -> Self {
        Self {
            code: Some("INVALID_STRING_PATTERN"),
            message: format!(
                "{} does not match the regular expression: \"{pattern}\".",
                instance.named()
            ),
            validation_details: json!({
                "originalInstance": instance.original("string"),
                "expectedRegexPattern": pattern,
            }),
        }
    }

    pub(crate) fn choice(instance: Instance<'_>, allowed: &[&str]) -> Self {
        Self {
            code: Some("INVALID_ENUM_VALUE"),
            message: format!("{} is none of {allowed:?}.", instance.named()),
            validation_details: json!({ "originalInstance": instance.original("string") }),
        }
    }

    pub(crate) fn integer(path: &str, value: &Value, least: u64) -> Self {
        Self {
            code: Some("INVALID_INTEGER_VALUE"),
            message: format!(
                "Integer instance with value \"{value}\" at property path \"{path}\" is below the minimum value of {least}."
            ),
            validation_details: json!({
                "originalInstance": original(path, "integer", Some(&value.to_string())),
                "minimumIntegerValue": least,
            }),
        }
    }
}

impl Instance<'_> {
    fn named(&self) -> String {
        match self.text {
            Some(text) => format!(
                "String instance with value \"{text}\" at property path \"{}\"",
                self.path
            ),
            None => format!("String instance at property path \"{}\"", self.path),
        }
    }

    fn original(&self, data_type: &str) -> Value {
        original(self.path, data_type, self.text)
    }
}

fn original(path: &str, data_type: &str, value: Option<&str>) -> Value {
    json!({ "propertyPath": path, "dataType": data_type, "value": value })
}

fn data_type(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "array",
        Value::Bool(_) => "boolean",
        Value::Null => "null",
        Value::Number(_) => "integer",
        Value::Object(_) => "object",
        Value::String(_) => "string",
    }
}
