//! The binding of one property: the function and the variable that stand for it on a device, and their spelling.
//!
//! A binding is written in a description as a table, or in the short form as one name, and travels in the endpoint's
//! cookie as the same table in JSON.
//!
//! | key | meaning |
//! |---|---|
//! | `function` | the function that sets it |
//! | `argument` | what the function takes, with `{}` for the value; `"{}"` if absent |
//! | `variable` | the variable that tells it |
//! | others | the value's [spelling](crate::value::Spelling) |

use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use crate::particle::Device;
use crate::suggestion::nearest;
use crate::value::{Settable, Spelling, Value};

/// A property that can be set, and read where the device has a variable for it.
#[derive(Clone, Debug, Serialize)]
pub struct Control<V: Value> {
    function: Name,
    #[serde(skip_serializing_if = "Argument::is_default")]
    argument: Argument,
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<Name>,
    /// The short form: the function's name serves for the variable too, if there is one.
    #[serde(skip)]
    short: bool,
    #[serde(flatten)]
    spelling: V::Spelling,
}

/// A property that can only be read.
#[derive(Clone, Debug, Serialize)]
pub struct Sensor<V: Value> {
    variable: Name,
    #[serde(flatten)]
    spelling: V::Spelling,
}

/// What every binding can tell of itself.
pub trait Binding: Send + Sync {
    /// The function that sets the property.
    fn function(&self) -> Option<&str>;

    /// The variable that tells the property.
    fn variable(&self) -> Option<&str>;

    /// Alexa's spelling of what the variable says, or `None` where that is no value of the property.
    fn report(&self, said: &Json) -> Option<Json>;
}

/// The well-known names of one property, which need no description.
#[derive(Clone, Copy, Debug)]
pub struct Convention {
    /// The function that sets it; none for a sensor.
    pub function: Option<&'static str>,
    /// The variable that tells it; a control does without.
    pub variable: &'static str,
    /// What the function takes and the variable says, for the documentation.
    pub values: &'static str,
}

impl<V: Settable> Control<V> {
    /// The binding of these names, if the device has the function.
    #[must_use]
    pub fn by_convention(names: &Convention, device: &Device) -> Option<Self> {
        let function = names
            .function
            .filter(|function| device.has_function(function))?;
        let variable = device
            .has_variable(names.variable)
            .then(|| Name(names.variable.to_owned()));
        let function = Name(function.to_owned());
        Some(Self {
            function,
            argument: Argument::default(),
            variable,
            short: false,
            spelling: V::Spelling::default(),
        })
    }

    /// Completes the short form with the device's variable of the same name.
    pub fn resolve(&mut self, device: &Device) {
        if self.short && device.has_variable(&self.function.0) {
            self.variable = Some(self.function.clone());
        }
    }

    /// The function to call to set this value, and its argument.
    pub fn command(&self, value: &V) -> (&str, String) {
        let value = value.to_argument(&self.spelling);
        let argument = self.argument.0.replacen(Argument::PLACE, &value, 1);
        (&self.function.0, argument)
    }

    /// What the variable says, or `None` where that is no value of the property.
    pub fn read(&self, said: &Json) -> Option<V> {
        V::from_variable(said, &self.spelling)
    }
}

impl<V: Value> Sensor<V> {
    /// The binding of these names, if the device has the variable.
    #[must_use]
    pub fn by_convention(names: &Convention, device: &Device) -> Option<Self> {
        device.has_variable(names.variable).then(|| Self {
            variable: Name(names.variable.to_owned()),
            spelling: V::Spelling::default(),
        })
    }
}

impl<V: Settable> Binding for Control<V> {
    fn function(&self) -> Option<&str> {
        Some(&self.function.0)
    }

    fn variable(&self) -> Option<&str> {
        self.variable.as_ref().map(|name| name.0.as_str())
    }

    fn report(&self, said: &Json) -> Option<Json> {
        self.read(said).map(|value| value.to_alexa())
    }
}

impl<V: Value> Binding for Sensor<V> {
    fn function(&self) -> Option<&str> {
        None
    }

    fn variable(&self) -> Option<&str> {
        Some(&self.variable.0)
    }

    fn report(&self, said: &Json) -> Option<Json> {
        V::from_variable(said, &self.spelling).map(|value| value.to_alexa())
    }
}

impl<'de, V: Settable> Deserialize<'de> for Control<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = Form::read(
            deserializer,
            "the name of a function, or a table with `function`",
            &["function", "argument", "variable"],
        )?;
        Ok(match form {
            Form::Short(function) => Self {
                function,
                argument: Argument::default(),
                variable: None,
                short: true,
                spelling: V::Spelling::default(),
            },
            Form::Long(table) => Self {
                function: table.function.ok_or_else(|| {
                    D::Error::custom("it needs a `function`: what else would set it?")
                })?,
                argument: table.argument,
                variable: table.variable,
                short: false,
                spelling: table.spelling,
            },
        })
    }
}

impl<'de, V: Value> Deserialize<'de> for Sensor<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = Form::read(
            deserializer,
            "the name of a variable, or a table with `variable`",
            &["variable"],
        )?;
        Ok(match form {
            Form::Short(variable) => Self {
                variable,
                spelling: V::Spelling::default(),
            },
            Form::Long(table) => Self {
                variable: table.variable.ok_or_else(|| {
                    D::Error::custom("it needs a `variable`: what else would tell it?")
                })?,
                spelling: table.spelling,
            },
        })
    }
}

/// How a binding was written.
enum Form<S> {
    Short(Name),
    Long(Table<S>),
}

/// The union of the keys of all bindings.
#[derive(Default)]
struct Table<S> {
    function: Option<Name>,
    argument: Argument,
    variable: Option<Name>,
    spelling: S,
}

impl<S: Spelling> Form<S> {
    /// Reads either form; beside the spelling's keys only these are taken.
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        expected: &'static str,
        keys: &'static [&'static str],
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FormVisitor {
            expected,
            keys,
            spelling: PhantomData,
        })
    }
}

struct FormVisitor<S> {
    expected: &'static str,
    keys: &'static [&'static str],
    spelling: PhantomData<S>,
}

impl<'de, S: Spelling> Visitor<'de> for FormVisitor<S> {
    type Value = Form<S>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Name::try_from(name.to_owned())
            .map(Form::Short)
            .map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut table = Table::<S>::default();
        while let Some(key) = map.next_key_seed(KnownKey {
            keys: [self.keys, S::KEYS],
        })? {
            match key.as_str() {
                "function" => table.function = Some(map.next_value()?),
                "argument" => table.argument = map.next_value()?,
                "variable" => table.variable = Some(map.next_value()?),
                key => table.spelling.take(key, &mut map)?,
            }
        }
        Ok(Form::Long(table))
    }
}

/// A key that must be one of these: refused as it is read, so that the error points at the key itself.
struct KnownKey {
    keys: [&'static [&'static str]; 2],
}

impl<'de> serde::de::DeserializeSeed<'de> for KnownKey {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        let known = self.keys.concat();
        if known.contains(&key.as_str()) {
            Ok(key)
        } else {
            Err(D::Error::custom(format!(
                "unknown key `{key}`{}",
                nearest(&key, &known)
            )))
        }
    }
}

/// The name of a function or a variable.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    /// Device OS allows 64 bytes. `.` and `..` would be steps in a URL's path, not names.
    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "" | "." | ".." => Err(format!("\"{name}\" is no name of a function or variable")),
            _ if name.len() > 64 => Err(format!(
                "\"{name}\" is longer than the 64 characters that Device OS allows"
            )),
            _ => Ok(Self(name)),
        }
    }
}

/// What a function takes: text around the value.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
struct Argument(String);

impl Argument {
    const PLACE: &str = "{}";

    fn is_default(&self) -> bool {
        self.0 == Self::PLACE
    }
}

impl Default for Argument {
    fn default() -> Self {
        Self(Self::PLACE.to_owned())
    }
}

impl TryFrom<String> for Argument {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.matches(Self::PLACE).count() == 1 {
            Ok(Self(text))
        } else {
            Err(format!(
                "\"{text}\" must contain {{}} once, where the value goes"
            ))
        }
    }
}
