//! The binding of one property: the function and the variable that stand for it on a device, and their spelling.
//!
//! A binding is written in a description as a table, or in the short form as one name, and travels in the endpoint's
//! cookie as the same table in JSON. Its keys say which function is called and what its return values mean, where the value
//! is told, and the value's [spelling](crate::value::Value::Spelling).

mod act;
mod call;
mod name;
mod order;
mod place;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

pub(crate) use self::act::Act;
pub(crate) use self::call::{Call, Returns};
pub use self::name::{Name, Pointer};
pub(crate) use self::order::Order;
pub(crate) use self::place::Place;
use crate::language::{Fields, Problems, fields};
use crate::particle::Device;
use crate::value::{Settable, Value};

/// A property that a function sets or a variable tells, or both.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct Setting<V: Settable> {
    #[serde(flatten)]
    call: Call<V>,
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    spelling: V::Spelling,
}

/// A property that can be set, and read where the device has a variable for it.
#[derive(Clone, Debug)]
pub struct Control<V: Settable> {
    setting: Setting<V>,
    /// The short form: the function's name serves for the variable too, if there is one, which is still to be seen.
    short: bool,
}

/// A property that can only be read.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct Sensor<V: Value> {
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    spelling: V::Spelling,
}

/// A function to call, once.
pub struct Command<'a> {
    /// Its name.
    pub function: &'a str,
    /// What it is told.
    pub argument: String,
    /// What its return value will mean.
    pub(crate) returns: &'a Returns,
}

impl std::fmt::Debug for Command<'_> {
    /// Without the argument: it may hold a PIN.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Command")
            .field("function", &self.function)
            .finish_non_exhaustive()
    }
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

impl<V: Settable> Setting<V> {
    /// The function to call to set this value, and its argument; `None` where the property can only be read.
    pub fn command(&self, value: &V) -> Option<Command<'_>> {
        self.call.command(value, &self.spelling)
    }

    /// Whether every value of the property can be commanded.
    #[must_use]
    pub fn is_controllable(&self) -> bool {
        self.call.is_controllable(&self.spelling)
    }

    /// What the variable says, or `None` where that is no value of the property.
    pub fn read(&self, said: &Json) -> Option<V> {
        let (argument, spelling) = (&self.call.argument.0, &self.spelling);
        self.place.read(said, |said| {
            V::from_echo(said, argument, spelling).or_else(|| {
                // All that the function was told, and not the value alone.
                let (before, after) = argument.split_once("{}")?;
                let told = said.as_str()?.trim();
                let told = told.strip_prefix(before.trim_start())?;
                let told = told.strip_suffix(after.trim_end())?;
                V::from_variable(&told.into(), spelling)
            })
        })
    }

    /// What the firmware makes of a value, where it cannot hold every one.
    pub(crate) fn held(&self, value: &V) -> Option<V> {
        value.held(&self.call.argument.0, &self.spelling)
    }

    /// How the firmware spells the value.
    pub(crate) fn spelling(&self) -> &V::Spelling {
        &self.spelling
    }

    /// The same, to be completed.
    pub(crate) fn spelling_mut(&mut self) -> &mut V::Spelling {
        &mut self.spelling
    }
}

impl<V: Settable> Control<V> {
    /// The binding of these names, if the device has the function.
    #[must_use]
    pub fn by_convention(names: &Convention, device: &Device) -> Option<Self> {
        let function = names
            .function
            .filter(|function| device.has_function(function))?;
        let mut setting = Setting::default();
        setting.call.function = Some(Name::known(function));
        if device.has_variable(names.variable) {
            setting.place = Place::named(Name::known(names.variable));
        }
        Some(Self {
            setting,
            short: false,
        })
    }

    /// Completes the short form with the device's variable of the same name; false while its variables are not known.
    pub fn resolve(&mut self, device: &Device) -> bool {
        if self.short && device.described() {
            self.short = false;
            let function = self.setting.call.function.clone();
            if let Some(name) = function.filter(|name| device.has_variable(name.as_str())) {
                self.setting.place = Place::named(name);
            }
        }
        !self.short
    }
}

impl<V: Settable> std::ops::DerefMut for Control<V> {
    fn deref_mut(&mut self) -> &mut Setting<V> {
        &mut self.setting
    }
}

impl<V: Settable> std::ops::Deref for Control<V> {
    type Target = Setting<V>;

    fn deref(&self) -> &Setting<V> {
        &self.setting
    }
}

impl<V: Value> Sensor<V> {
    /// The binding of these names, if the device has the variable.
    #[must_use]
    pub fn by_convention(names: &Convention, device: &Device) -> Option<Self> {
        device.has_variable(names.variable).then(|| Self {
            place: Place::named(Name::known(names.variable)),
            spelling: V::Spelling::default(),
        })
    }

    /// How the firmware spells the value.
    pub(crate) fn spelling(&self) -> &V::Spelling {
        &self.spelling
    }
}

impl<V: Settable> Binding for Setting<V> {
    fn variable(&self) -> Option<&str> {
        self.place.variable()
    }

    fn report(&self, said: &Json) -> Option<Json> {
        self.read(said).map(|value| value.to_alexa())
    }
}

impl<V: Settable> Binding for Control<V> {
    fn variable(&self) -> Option<&str> {
        self.setting.variable()
    }

    fn report(&self, said: &Json) -> Option<Json> {
        self.setting.report(said)
    }
}

impl<V: Value> Binding for Sensor<V> {
    fn variable(&self) -> Option<&str> {
        self.place.variable()
    }

    fn report(&self, said: &Json) -> Option<Json> {
        self.place
            .read(said, |said| V::from_variable(said, &self.spelling))
            .map(|value| value.to_alexa())
    }
}

impl<V: Settable> Fields for Setting<V> {
    fields! { ..call: Call<V>; ..place: Place; ..spelling: V::Spelling; }

    fn check(&self, problems: &mut Problems) {
        self.call.check(problems);
        self.place.check(problems);
        self.spelling.check(problems);
        let absent = self.place.variable().is_none() && !self.is_controllable();
        let message = "it needs a `function` that sets it, or a `variable` that tells it";
        problems.of_table(absent.then_some(message));
        if !absent {
            self.call.check_idle(&self.spelling, problems);
        }
        let told = self.place.variable().is_some();
        let unreadable = V::unreadable(&self.call.argument.0).filter(|_| told);
        problems.at("argument", unreadable);
    }
}

impl<V: Settable> Fields for Control<V> {
    const EXPECTED: Option<&'static str> =
        Some("the name of a function, or a table with `function`");

    fields! { ..setting: Setting<V>; }

    fn check(&self, problems: &mut Problems) {
        if self.setting.is_controllable() {
            self.setting.check(problems);
        } else {
            problems.of_table(Some("it needs a `function`: what else would set it?"));
        }
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Some(Name::try_from(name.to_owned()).map(|name| {
            let mut control = Self::default();
            control.setting.call.function = Some(name);
            control.short = true;
            control
        }))
    }
}

impl<V: Value> Fields for Sensor<V> {
    const EXPECTED: Option<&'static str> =
        Some("the name of a variable, or a table with `variable`");

    fields! { required "variable"; ..place: Place; ..spelling: V::Spelling; }

    fn check(&self, problems: &mut Problems) {
        let absent = self.place.variable().is_none();
        problems.of_table(absent.then_some("it needs a `variable`: what else would tell it?"));
        self.spelling.check(problems);
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Some(Name::try_from(name.to_owned()).map(|name| Self {
            place: Place::named(name),
            spelling: V::Spelling::default(),
        }))
    }
}

impl<V: Settable> Default for Setting<V> {
    fn default() -> Self {
        Self {
            call: Call::default(),
            place: Place::default(),
            spelling: V::Spelling::default(),
        }
    }
}

impl<V: Settable> Clone for Setting<V> {
    fn clone(&self) -> Self {
        Self {
            call: self.call.clone(),
            place: self.place.clone(),
            spelling: self.spelling.clone(),
        }
    }
}

impl<V: Value> Default for Sensor<V> {
    fn default() -> Self {
        Self {
            place: Place::default(),
            spelling: V::Spelling::default(),
        }
    }
}

impl<V: Value> Clone for Sensor<V> {
    fn clone(&self) -> Self {
        Self {
            place: self.place.clone(),
            spelling: self.spelling.clone(),
        }
    }
}

impl<V: Settable> Default for Control<V> {
    fn default() -> Self {
        Self {
            setting: Setting::default(),
            short: false,
        }
    }
}

impl<V: Settable> Serialize for Control<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.setting.call.function {
            Some(function) if self.short => function.serialize(serializer),
            _ => self.setting.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::{Percent, PowerState, Temperature};

    fn told<V: Settable>(said: &Json, argument: &str) -> Option<Json> {
        let table = json!({ "function": "f", "argument": argument, "variable": "v" });
        let control: Control<V> = crate::language::from_json(table).unwrap();
        control.report(said)
    }

    #[test]
    fn a_variable_may_echo_the_whole_argument() {
        for (said, argument, percent) in [
            (json!("0=40"), "0={}", json!(40)),
            (json!(" 0=40\n"), "0={}", json!(40)),
            (json!("40"), "0={}", json!(40)),
            (json!(40), "0={}", json!(40)),
            (json!("lamp 40 now"), "lamp {} now", json!(40)),
            (json!(r#"{"level":40}"#), r#"{"level":{}}"#, json!(40)),
            (json!("1=40"), "0={}", Json::Null),
            (json!("0="), "0={}", Json::Null),
            (json!("0=400"), "0={}", Json::Null),
            (json!("40"), "{} now", json!(40)),
        ] {
            let told = told::<Percent>(&said, argument);
            assert_eq!(told.unwrap_or_default(), percent, "{said} of {argument}");
        }
        let said = json!("r1:ON");
        assert_eq!(told::<PowerState>(&said, "r1:{}"), Some(json!("ON")));
        let degrees = told::<Temperature>(&json!("t=21.5"), "t={}").unwrap();
        assert_eq!(degrees["value"], 21.5);
    }
}
