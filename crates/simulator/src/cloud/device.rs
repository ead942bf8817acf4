//! A device as the cloud knows it, and the firmware that runs on it.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use crate::{
    fault::{Active, Condition, Setting},
    firmware::{Declared, Firmware, Pin, Sketch},
    home::{DeviceSettings, OfflineDescribe, Platform},
    value::{Value, Variables},
};

#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) platform: Platform,
    pub(crate) product_id: u32,
    pub(crate) notes: Option<String>,
    pub(crate) fault: Option<Active>,
    pub(crate) last_handshake_at: SystemTime,
    pub(crate) last_heard: SystemTime,
    pub(crate) sketch: Sketch,
    online: bool,
    offline_describe: OfflineDescribe,
    firmware: Box<dyn Firmware>,
    declared: BTreeMap<String, Declared>,
    variables: Variables,
}

/// What comes of speaking to a device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// It answers.
    Answers,
    /// The cloud knows that it would not.
    Offline,
    /// The cloud waits for it in vain.
    Silent,
}

/// What a device offers; `None` where the cloud does not know.
#[derive(Debug, Default)]
pub(crate) struct Describe {
    pub(crate) functions: Option<Vec<String>>,
    pub(crate) variables: Option<BTreeMap<String, &'static str>>,
}

impl Device {
    /// A device that shook hands at that time, or the day before if it is offline.
    pub(crate) fn new(settings: &DeviceSettings, handshake: SystemTime) -> Self {
        let last_handshake_at = if settings.online {
            handshake
        } else {
            handshake - A_DAY
        };
        Self {
            id: settings.id.as_ref().as_str().to_owned(),
            name: settings.name.as_ref().map(|name| name.as_ref().clone()),
            platform: settings.platform,
            product_id: settings.product_id.unwrap_or(settings.platform.id()),
            notes: settings.notes.clone(),
            fault: settings.fault().map(Active::new),
            last_handshake_at,
            last_heard: last_handshake_at,
            sketch: settings.firmware,
            online: settings.online,
            offline_describe: settings.offline_describe,
            firmware: settings.firmware.start(settings.platform),
            declared: settings.functions(),
            variables: settings.variables(),
        }
    }

    pub(crate) fn answers_to(&self, reference: &str) -> bool {
        self.id == reference || self.name.as_deref() == Some(reference)
    }

    /// What the list says; not always the truth.
    pub(crate) fn appears_online(&self, condition: Option<Condition>) -> bool {
        match condition {
            Some(Condition::Offline) => false,
            Some(Condition::StaleOnline) => true,
            Some(
                Condition::NullFunctions
                | Condition::Refuses(_)
                | Condition::SafeMode
                | Condition::Silent,
            )
            | None => self.online,
        }
    }

    pub(crate) fn reach(&self, condition: Option<Condition>) -> Reach {
        if !self.appears_online(condition) {
            return Reach::Offline;
        }
        match condition {
            Some(Condition::Silent | Condition::StaleOnline) => Reach::Silent,
            Some(
                Condition::NullFunctions
                | Condition::Offline
                | Condition::Refuses(_)
                | Condition::SafeMode,
            )
            | None => Reach::Answers,
        }
    }

    pub(crate) fn status(condition: Option<Condition>) -> &'static str {
        if condition == Some(Condition::SafeMode) {
            "safe_mode"
        } else {
            "normal"
        }
    }

    pub(crate) fn describe(&self, condition: Option<Condition>) -> Describe {
        let known = match condition {
            Some(Condition::NullFunctions) => OfflineDescribe::Null,
            Some(Condition::SafeMode) => OfflineDescribe::Empty,
            Some(
                Condition::Offline
                | Condition::Refuses(_)
                | Condition::Silent
                | Condition::StaleOnline,
            )
            | None
                if self.appears_online(condition) =>
            {
                OfflineDescribe::Cached
            }
            Some(_) | None => self.offline_describe,
        };
        match known {
            OfflineDescribe::Cached => Describe {
                functions: Some(self.functions().map(str::to_owned).collect()),
                variables: Some(self.variables.types()),
            },
            OfflineDescribe::Empty => Describe {
                functions: Some(Vec::new()),
                variables: Some(BTreeMap::new()),
            },
            OfflineDescribe::Null => Describe::default(),
        }
    }

    /// Calls a function; `None` if the device has none of that name.
    pub(crate) fn call(
        &mut self,
        function: &str,
        argument: &str,
        condition: Option<Condition>,
    ) -> Option<i32> {
        let offered = self.functions().any(|name| name == function);
        match condition {
            Some(Condition::SafeMode) => None,
            _ if !offered => None,
            Some(Condition::Refuses(value)) => Some(value),
            Some(
                Condition::NullFunctions
                | Condition::Offline
                | Condition::Silent
                | Condition::StaleOnline,
            )
            | None => Some(self.run(function, argument)),
        }
    }

    /// Reads a variable; `None` if the device has none of that name.
    pub(crate) fn read(&self, name: &str, condition: Option<Condition>) -> Option<&Value> {
        self.variable(name)
            .filter(|_| condition != Some(Condition::SafeMode))
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, serde_json::Value)> {
        self.variables.iter()
    }

    /// What is left of the device's own fault.
    pub(crate) fn fault(&self) -> Option<Setting> {
        self.fault.as_ref()?.left()
    }

    /// Sets a variable from JSON of its type; `false` if there is no such variable or the type differs.
    pub(crate) fn set_variable(&mut self, name: &str, value: &serde_json::Value) -> bool {
        self.variables
            .store(name, |variable| variable.read_json_alike(value))
    }

    pub(crate) fn set_online(&mut self, online: bool) {
        if online && !self.online {
            self.last_handshake_at = SystemTime::now();
        }
        self.online = online;
    }

    pub(crate) fn pin(&mut self, name: &str) -> Option<&mut Pin> {
        self.firmware.pin(name)
    }

    fn run(&mut self, function: &str, argument: &str) -> i32 {
        match self.declared.get(function) {
            Some(declared) => declared.run(argument, &mut self.variables),
            None => self.firmware.call(function, argument, &mut self.variables),
        }
    }

    fn functions(&self) -> impl Iterator<Item = &str> {
        let own = self.firmware.functions();
        let declared = self.declared.keys().map(String::as_str);
        own.iter()
            .copied()
            .chain(declared.filter(|function| !own.contains(function)))
    }
}

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
