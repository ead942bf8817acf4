//! `[[device]]`: one device of a home.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::{
    fault::{Fault, Scope, Setting, When},
    firmware::{Declared, Sketch},
    home::{Mistake, Platform, check_fault, function::Function, setting},
    value::{Value, Variables},
};

/// A device as declared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceSettings {
    pub(crate) id: Spanned<DeviceId>,
    pub(crate) name: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) platform: Platform,
    /// The user's product; a device of none reports its platform in this place.
    pub(crate) product_id: Option<u32>,
    #[serde(default = "online")]
    pub(crate) online: bool,
    pub(crate) notes: Option<String>,
    #[serde(default)]
    pub(crate) firmware: Sketch,
    #[serde(default)]
    variables: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    functions: BTreeMap<String, Function>,
    #[serde(default)]
    pub(crate) offline_describe: OfflineDescribe,
    fault: Option<Spanned<Fault>>,
    fault_when: Option<Spanned<When>>,
}

/// Twenty-four lower-case hexadecimal digits.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct DeviceId(String);

/// What is said of the functions and variables of a device that is offline.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OfflineDescribe {
    /// What the device last said, as seen since about 2020.
    #[default]
    Cached,
    /// `[]` and `{}`.
    Empty,
    /// `null`, as in 2015.
    Null,
}

impl DeviceSettings {
    /// The variables the device starts with: the firmware's, then the file's.
    pub(crate) fn variables(&self) -> Variables {
        let mut variables = self.registered();
        for (name, value) in &self.variables {
            let value = value.as_ref();
            if !variables.store(name, |variable| variable.read_json_alike(&value.to_json())) {
                variables.set(name.as_str(), value.clone());
            }
        }
        variables
    }

    /// What is wrong with the device from the start.
    pub(crate) fn fault(&self) -> Option<Setting> {
        setting(self.fault.as_ref(), self.fault_when.as_ref())
    }

    /// The functions that the file adds to the firmware's.
    pub(crate) fn functions(&self) -> BTreeMap<String, Declared> {
        self.functions
            .iter()
            .map(|(name, function)| (name.clone(), function.0.clone()))
            .collect()
    }

    /// The id and the name, with which requests refer to the device.
    pub(super) fn references(&self) -> impl Iterator<Item = (&str, usize)> {
        let id = (self.id.as_ref().as_str(), self.id.span().start);
        let name = self
            .name
            .as_ref()
            .map(|name| (name.as_ref().as_str(), name.span().start));
        std::iter::once(id).chain(name)
    }

    pub(super) fn check(&self) -> Result<(), Mistake> {
        check_fault(self.fault.as_ref(), self.fault_when.as_ref(), Scope::Device)?;
        let registered = self.registered();
        for (name, value) in &self.variables {
            let Some(variable) = registered.get(name) else {
                continue;
            };
            if variable
                .read_json_alike(&value.as_ref().to_json())
                .is_none()
            {
                let (sketch, expected) = (self.firmware.label(), variable.type_name());
                return Err(Mistake {
                    offset: value.span().start,
                    message: format!(
                        "variable `{name}` of firmware `{sketch}` is of type {expected}"
                    ),
                });
            }
        }
        let variables = self.variables();
        for (name, function) in &self.functions {
            function.check(name, &variables)?;
        }
        Ok(())
    }

    fn registered(&self) -> Variables {
        let mut variables = Variables::default();
        self.firmware.start(self.platform).register(&mut variables);
        variables
    }
}

impl DeviceId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DeviceId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits && text.len() == 24 {
            Ok(Self(text))
        } else {
            Err(format!(
                "a device id has 24 lower-case hexadecimal digits, and `{text}` has not"
            ))
        }
    }
}

fn online() -> bool {
    true
}
