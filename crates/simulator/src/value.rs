//! Values of cloud variables, in the four types a device can offer.
//!
//! The type of a variable is fixed by the firmware that registers it; what is stored in it later takes that type or is
//! refused. <https://docs.particle.io/reference/device-os/api/cloud-functions/particle-variable/>

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value as Json;

/// One value; as JSON it is what the cloud sends as `result`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Value {
    Bool(bool),
    Double(f64),
    Int32(i32),
    String(String),
}

impl Value {
    /// The type's name on the wire.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Double(_) => "double",
            Self::Int32(_) => "int32",
            Self::String(_) => "string",
        }
    }

    /// Reads a function's argument as a value of the type that `self` has.
    pub(crate) fn parse_alike(&self, text: &str) -> Option<Self> {
        let text = text.trim();
        match self {
            Self::Bool(_) => match text {
                "true" | "on" | "1" => Some(Self::Bool(true)),
                "false" | "off" | "0" => Some(Self::Bool(false)),
                _ => None,
            },
            Self::Double(_) => text
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
                .map(Self::Double),
            Self::Int32(_) => text.parse().ok().map(Self::Int32),
            Self::String(_) => Some(Self::String(text.to_owned())),
        }
    }

    /// Reads JSON as a value of the type that `self` has; a whole number is a double, too.
    pub(crate) fn read_json_alike(&self, json: &Json) -> Option<Self> {
        match self {
            Self::Bool(_) => json.as_bool().map(Self::Bool),
            Self::Double(_) => json.as_f64().map(Self::Double),
            Self::Int32(_) => json
                .as_i64()
                .and_then(|number| i32::try_from(number).ok())
                .map(Self::Int32),
            Self::String(_) => json.as_str().map(Self::from),
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Bool(value) => Json::from(*value),
            Self::Double(value) => Json::from(*value),
            Self::Int32(value) => Json::from(*value),
            Self::String(value) => Json::from(value.as_str()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(formatter),
            Self::Double(value) => value.fmt(formatter),
            Self::Int32(value) => value.fmt(formatter),
            Self::String(value) => value.fmt(formatter),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int32(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

// Written out because an untagged enum would quietly make a double of an integer that no int32 can hold.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl de::Visitor<'_> for AnyValue {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "a variable's value: true or false, an int32, a number with a decimal point, or text",
        )
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Double(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        let value = i32::try_from(value)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))?;
        Ok(Value::Int32(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }
}

/// A device's variables by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables(BTreeMap<String, Value>);

impl Variables {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The number in an int32 variable, 0 where there is none.
    pub(crate) fn int(&self, name: &str) -> i32 {
        match self.0.get(name) {
            Some(Value::Int32(value)) => *value,
            Some(Value::Bool(_) | Value::Double(_) | Value::String(_)) | None => 0,
        }
    }

    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// Stores a value in a variable that exists, if `read` makes one of the variable's type.
    pub(crate) fn store(&mut self, name: &str, read: impl FnOnce(&Value) -> Option<Value>) -> bool {
        let Some(variable) = self.0.get_mut(name) else {
            return false;
        };
        read(variable).map(|value| *variable = value).is_some()
    }

    /// Names and values, as the cloud sends them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Json)> {
        let variables = self.0.iter();
        variables.map(|(name, value)| (name.as_str(), value.to_json()))
    }

    /// Names and the names of their types, as a device describes itself.
    pub(crate) fn types(&self) -> BTreeMap<String, &'static str> {
        self.0
            .iter()
            .map(|(name, value)| (name.clone(), value.type_name()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_takes_the_type_of_the_variable_or_is_refused() {
        let cases = [
            (Value::from(0), "7", Some(Value::from(7))),
            (Value::from(0), "7.5", None),
            (Value::from(0), "3000000000", None),
            (Value::from(0.0), "7", Some(Value::from(7.0))),
            (Value::from(0.0), "NaN", None),
            (Value::from(false), "on", Some(Value::from(true))),
            (Value::from(false), "yes", None),
            (Value::from(""), "low", Some(Value::from("low"))),
        ];
        for (variable, text, expected) in cases {
            assert_eq!(
                variable.parse_alike(text),
                expected,
                "{text} as {}",
                variable.type_name()
            );
        }
    }

    #[test]
    fn json_takes_the_type_of_the_variable_or_is_refused() {
        assert_eq!(
            Value::from(0.0).read_json_alike(&Json::from(18)),
            Some(Value::from(18.0))
        );
        assert_eq!(Value::from(0).read_json_alike(&Json::from(18.5)), None);
        assert_eq!(
            Value::from(0).read_json_alike(&Json::from(1_u64 << 31)),
            None
        );
        assert_eq!(
            Value::from("").read_json_alike(&Json::from("x")),
            Some(Value::from("x"))
        );
    }
}
