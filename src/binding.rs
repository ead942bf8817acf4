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
//! | `pointer` | where in the variable's JSON it is told, as a [JSON Pointer] such as `/lamp/level` |
//! | others | the value's [spelling](crate::value::Spelling) |
//!
//! [JSON Pointer]: https://www.rfc-editor.org/rfc/rfc6901

mod name;
mod table;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use self::name::{Argument, Name, Variable};
use self::table::Form;
use crate::particle::Device;
use crate::value::{Settable, Value};

/// A property that can be set, and read where the device has a variable for it.
#[derive(Clone, Debug)]
pub struct Control<V: Value> {
    function: Name,
    argument: Argument,
    variable: Option<Variable>,
    /// The short form: the function's name serves for the variable too, if there is one, which is still to be seen.
    short: bool,
    spelling: V::Spelling,
}

/// A property that can only be read.
#[derive(Clone, Debug, Serialize)]
pub struct Sensor<V: Value> {
    #[serde(flatten)]
    variable: Variable,
    #[serde(flatten)]
    spelling: V::Spelling,
}

/// What every binding can tell of itself.
pub trait Binding: Send + Sync {
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
            .then(|| Variable::named(Name::known(names.variable)));
        let function = Name::known(function);
        Some(Self {
            function,
            argument: Argument::default(),
            variable,
            short: false,
            spelling: V::Spelling::default(),
        })
    }

    /// Completes the short form with the device's variable of the same name, once its variables are known.
    pub fn resolve(&mut self, device: &Device) {
        if self.short && device.described() {
            self.short = false;
            if device.has_variable(self.function.as_str()) {
                self.variable = Some(Variable::named(self.function.clone()));
            }
        }
    }

    /// The function to call to set this value, and its argument.
    pub fn command(&self, value: &V) -> (&str, String) {
        let value = value.to_argument(&self.spelling);
        let argument = self.argument.holding(&value);
        (self.function.as_str(), argument)
    }

    /// What the variable says, or `None` where that is no value of the property.
    pub fn read(&self, said: &Json) -> Option<V> {
        self.variable.as_ref()?.read(said, &self.spelling)
    }
}

impl<V: Value> Sensor<V> {
    /// The binding of these names, if the device has the variable.
    #[must_use]
    pub fn by_convention(names: &Convention, device: &Device) -> Option<Self> {
        device.has_variable(names.variable).then(|| Self {
            variable: Variable::named(Name::known(names.variable)),
            spelling: V::Spelling::default(),
        })
    }
}

impl<V: Settable> Binding for Control<V> {
    fn variable(&self) -> Option<&str> {
        self.variable.as_ref().map(|variable| variable.name())
    }

    fn report(&self, said: &Json) -> Option<Json> {
        self.read(said).map(|value| value.to_alexa())
    }
}

impl<V: Value> Binding for Sensor<V> {
    fn variable(&self) -> Option<&str> {
        Some(self.variable.name())
    }

    fn report(&self, said: &Json) -> Option<Json> {
        self.variable
            .read::<V>(said, &self.spelling)
            .map(|value| value.to_alexa())
    }
}

impl<V: Value> Serialize for Control<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Long<'a, S> {
            function: &'a Name,
            #[serde(skip_serializing_if = "Argument::is_default")]
            argument: &'a Argument,
            #[serde(flatten)]
            variable: &'a Option<Variable>,
            #[serde(flatten)]
            spelling: &'a S,
        }
        let Self {
            function,
            argument,
            variable,
            short,
            spelling,
        } = self;
        if *short {
            function.serialize(serializer)
        } else {
            Long {
                function,
                argument,
                variable,
                spelling,
            }
            .serialize(serializer)
        }
    }
}

impl<'de, V: Settable> Deserialize<'de> for Control<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const EXPECTED: &str = "the name of a function, or a table with `function`";
        match Form::read(
            deserializer,
            EXPECTED,
            &["function", "argument", "variable", "pointer"],
        )? {
            Form::Short(function) => Ok(Self {
                function,
                argument: Argument::default(),
                variable: None,
                short: true,
                spelling: V::Spelling::default(),
            }),
            Form::Long(table) => Ok(Self {
                variable: table.variable()?,
                function: table.function.ok_or_else(|| {
                    D::Error::custom("it needs a `function`: what else would set it?")
                })?,
                argument: table.argument,
                short: false,
                spelling: table.spelling,
            }),
        }
    }
}

impl<'de, V: Value> Deserialize<'de> for Sensor<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const EXPECTED: &str = "the name of a variable, or a table with `variable`";
        match Form::read(deserializer, EXPECTED, &["variable", "pointer"])? {
            Form::Short(name) => Ok(Self {
                variable: Variable::named(name),
                spelling: V::Spelling::default(),
            }),
            Form::Long(table) => Ok(Self {
                variable: table.variable()?.ok_or_else(|| {
                    D::Error::custom("it needs a `variable`: what else would tell it?")
                })?,
                spelling: table.spelling,
            }),
        }
    }
}
