//! A device as the cloud [lists](https://docs.particle.io/reference/cloud-apis/api/#list-devices) it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::platform;

/// The 24 hexadecimal digits that identify a device for good.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub struct DeviceId(String);

/// The text is no device id.
#[derive(Debug, thiserror::Error)]
#[error("a device id is 24 hexadecimal digits")]
pub struct InvalidDeviceId;

impl DeviceId {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeviceId {
    type Err = InvalidDeviceId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for DeviceId {
    type Error = InvalidDeviceId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text))
        } else {
            Err(InvalidDeviceId)
        }
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What the cloud knows of a device.
///
/// Only the id is dependable. Fields come and go between versions of the cloud, so whatever else is absent, `null` or
/// of an unexpected type counts as not known.
#[derive(Clone, Debug, Deserialize)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// A slug such as `plumber_laser`, until its owner changes it.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub name: Option<String>,
    /// Free text of the owner's.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub notes: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::option")]
    online: Option<bool>,
    #[serde(default, deserialize_with = "crate::lenient::option")]
    connected: Option<bool>,
    /// The names of its functions; `None` is "not known", which is not "none".
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub functions: Option<Vec<String>>,
    /// The names and types (`int32`, `double`, `string`, `bool`) of its variables; `None` is "not known".
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub variables: Option<BTreeMap<String, String>>,
    /// `normal`, or `safe_mode` while the user's firmware does not run.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::option")]
    platform_id: Option<u32>,
    /// The number of the product it belongs to; that of its platform where it belongs to none.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub product_id: Option<i64>,
    /// The groups of its product that it is in.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub groups: Option<Vec<String>>,
    /// When it last said what it has, as the cloud writes times.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub last_handshake_at: Option<String>,
    /// The serial number on its label.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub serial_number: Option<String>,
    /// The version of Device OS.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub system_firmware_version: Option<String>,
}

impl Device {
    /// Whether the cloud believes it online, under the present name of the field or the older one.
    ///
    /// A device that lost its power is believed online for up to 46 minutes.
    #[must_use]
    pub fn online(&self) -> Option<bool> {
        self.online.or(self.connected)
    }

    /// Whether the firmware's functions and variables are known.
    ///
    /// While a device is offline or in safe mode the cloud may list none, or `null`; both mean "not known".
    #[must_use]
    pub fn described(&self) -> bool {
        match (&self.functions, &self.variables) {
            (Some(functions), Some(variables)) => {
                !functions.is_empty()
                    || !variables.is_empty()
                    || (self.online() == Some(true) && !self.in_safe_mode())
            }
            _ => false,
        }
    }

    /// Whether it runs without the user's firmware.
    #[must_use]
    pub fn in_safe_mode(&self) -> bool {
        self.status.as_deref() == Some("safe_mode")
    }

    /// Whether it is known to have this function.
    #[must_use]
    pub fn has_function(&self, name: &str) -> bool {
        self.functions
            .iter()
            .flatten()
            .any(|function| function == name)
    }

    /// Whether it is known to have this variable.
    #[must_use]
    pub fn has_variable(&self, name: &str) -> bool {
        self.variables
            .as_ref()
            .is_some_and(|variables| variables.contains_key(name))
    }

    /// Whether it is known to have this variable, and that to hold text.
    #[must_use]
    pub fn tells_text(&self, name: &str) -> bool {
        let kind = self
            .variables
            .as_ref()
            .and_then(|variables| variables.get(name));
        kind.is_some_and(|kind| kind == "string")
    }

    /// What kind of board it is.
    #[must_use]
    pub fn platform(&self) -> &'static str {
        let known = platform::NAMES
            .iter()
            .find(|(id, _)| Some(*id) == self.platform_id);
        known.map_or("Particle device", |(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::Device;

    fn device(fields: &str) -> Device {
        serde_json::from_str(&format!(r#"{{"id":"0123456789abcdef01234567"{fields}}}"#)).unwrap()
    }

    #[test]
    fn unknown_is_not_none() {
        for (fields, described) in [
            ("", false),
            (r#","functions":null,"variables":null"#, false),
            (r#","functions":[],"variables":{},"online":false"#, false),
            (r#","functions":[],"variables":{},"online":true"#, true),
            (
                r#","functions":[],"variables":{},"online":true,"status":"safe_mode""#,
                false,
            ),
            (
                r#","functions":["led"],"variables":{},"online":false"#,
                true,
            ),
            (r#","functions":"led","variables":{}"#, false),
        ] {
            assert_eq!(device(fields).described(), described, "{fields}");
        }
    }

    #[test]
    fn the_old_name_of_online_counts_where_the_new_one_is_absent() {
        assert_eq!(device("").online(), None);
        assert_eq!(device(r#","connected":true"#).online(), Some(true));
        assert_eq!(
            device(r#","connected":true,"online":false"#).online(),
            Some(false)
        );
    }
}
