//! What Alexa can be told instead of a result: the [error types] with their payloads.
//!
//! The type decides what Alexa says to the user. The message is never spoken; it is for whoever reads a log.
//!
//! [error types]: https://developer.amazon.com/docs/device-apis/alexa-errorresponse.html#error-types

use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use strum::{IntoStaticStr, VariantNames};

use super::ALEXA;
use crate::language::{Schema, read_as, schema_of_names};
use crate::suggestion::nearest;

/// So much of a message is kept; no message of this skill's own words comes near it.
const MAXIMUM_MESSAGE_BYTES: usize = 1024;

/// One error, as the payload of an `ErrorResponse`.
#[derive(Clone, Debug, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What Alexa acts on.
    #[serde(flatten)]
    pub kind: Kind,
    /// What happened, in words for the log; nothing secret.
    pub message: String,
}

/// The `type` of an error, with the fields that go with it.
#[derive(Clone, Debug, PartialEq, Serialize, IntoStaticStr, VariantNames)]
#[serde(
    tag = "type",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// The device does already what it was told.
    AlreadyInOperation,
    /// The alarm system wants a PIN.
    AuthorizationRequired,
    /// What stands between Alexa and the device does not answer: for this skill, the Particle cloud itself.
    BridgeUnreachable,
    /// A sensor is open, and the alarm system would have to bypass it.
    BypassNeeded,
    /// Remote control is switched off at the device.
    CloudControlDisabled,
    /// The thermostat has one setpoint in its present mode.
    DualSetpointsUnsupported,
    /// The device is occupied.
    EndpointBusy,
    /// The battery is too low.
    EndpointLowPower,
    /// The device is offline or did not answer.
    EndpointUnreachable,
    /// The token has expired. Alexa drops the link to the account: only for a proven rejection.
    ExpiredAuthorizationCredential,
    /// The firmware lacks what the directive needs.
    FirmwareOutOfDate,
    /// Something on the device is broken.
    HardwareMalfunction,
    /// The account may not do this.
    InsufficientPermissions,
    /// Anything else.
    InternalError,
    /// The token is no token. Alexa drops the link to the account: only for a proven rejection.
    InvalidAuthorizationCredential,
    /// No such directive, or another shape than its own.
    InvalidDirective,
    /// The device refused what it was asked.
    InvalidValue,
    /// There is nothing that the alarm system could watch.
    NoActiveMonitorableDevices,
    /// The endpoint is not, or no longer, in the account.
    NoSuchEndpoint,
    /// The device must be calibrated first.
    NotCalibrated,
    /// The device is not running.
    NotInOperation,
    /// The alarm system is not ready.
    NotReady,
    /// Not while the device is in its present mode.
    NotSupportedInCurrentMode {
        /// That mode.
        current_device_mode: DeviceMode,
    },
    /// Something is in the way of a door.
    ObstacleDetected,
    /// Not at the present power level.
    PowerLevelNotSupported,
    /// Too many calls for the device's cloud.
    RateLimitExceeded,
    /// Two setpoints would be nearer than the thermostat allows.
    RequestedSetpointsTooClose {
        /// How far apart they must be: `{ value, scale }`.
        minimum_temperature_delta: Box<Json>,
    },
    /// Something crosses the light beam of a door.
    SafetyBeamBreached,
    /// A temperature the endpoint cannot take.
    TemperatureValueOutOfRange {
        /// What it can take.
        valid_range: Box<ValidRange>,
    },
    /// The thermostat is off.
    ThermostatIsOff,
    /// A code was wrong too often.
    TooManyFailedAttempts,
    /// The thermostat has no three setpoints in its present mode.
    TripleSetpointsUnsupported,
    /// The alarm system does not know the code.
    Unauthorized,
    /// An alarm is still on.
    UnclearedAlarm,
    /// The alarm system has a trouble that must be seen to first.
    UnclearedTrouble,
    /// The thermostat has no such mode.
    UnsupportedThermostatMode,
    /// The thermostat has no schedule, or will not go back to it.
    UnwillingToSetSchedule,
    /// The thermostat will not take the value.
    UnwillingToSetValue,
    /// A number the endpoint cannot take.
    ValueOutOfRange {
        /// What it can take.
        valid_range: Box<ValidRange>,
    },
}

/// The namespaces of errors that belong to one interface.
///
/// See [Alexa.Safety](https://developer.amazon.com/docs/device-apis/alexa-safety-errorresponse.html) for the last.
pub const THERMOSTAT_CONTROLLER: &str = "Alexa.ThermostatController";
/// See [`THERMOSTAT_CONTROLLER`].
pub const SECURITY_PANEL_CONTROLLER: &str = "Alexa.SecurityPanelController";
/// See [`THERMOSTAT_CONTROLLER`].
pub const SAFETY: &str = "Alexa.Safety";

/// What keeps a device from doing something now.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeviceMode {
    /// A light shows a colour.
    Color,
    /// Anything else.
    #[default]
    Other,
}

impl Kind {
    /// Alexa's name of the type.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// The namespace of an answer with this error.
    #[must_use]
    pub fn namespace(&self) -> &'static str {
        match self {
            Self::DualSetpointsUnsupported
            | Self::RequestedSetpointsTooClose { .. }
            | Self::ThermostatIsOff
            | Self::TripleSetpointsUnsupported
            | Self::UnsupportedThermostatMode
            | Self::UnwillingToSetSchedule
            | Self::UnwillingToSetValue => THERMOSTAT_CONTROLLER,
            Self::AuthorizationRequired
            | Self::BypassNeeded
            | Self::NoActiveMonitorableDevices
            | Self::NotReady
            | Self::Unauthorized
            | Self::UnclearedAlarm
            | Self::UnclearedTrouble => SECURITY_PANEL_CONTROLLER,
            Self::ObstacleDetected | Self::SafetyBeamBreached => SAFETY,
            _ => ALEXA,
        }
    }

    /// Whether it says that the token is of no use, upon which Alexa drops the link to the account.
    #[must_use]
    pub fn is_about_the_token(&self) -> bool {
        matches!(
            self,
            Self::ExpiredAuthorizationCredential | Self::InvalidAuthorizationCredential
        )
    }
}

/// The bounds of a number or a temperature, both included.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidRange {
    /// The least.
    pub minimum_value: Json,
    /// The most.
    pub maximum_value: Json,
}

impl ValidRange {
    /// From this to that.
    pub fn of(minimum: impl Into<Json>, maximum: impl Into<Json>) -> Box<Self> {
        Box::new(Self {
            minimum_value: minimum.into(),
            maximum_value: maximum.into(),
        })
    }
}

const INSTEAD: &str = "write such as ";

/// What is wrong with a capability of this interface if a function of it returns an error that is another's.
pub(crate) fn misplaced(bindings: &Json, interface: &str) -> Option<String> {
    let Json::Object(table) = bindings else {
        return None;
    };
    table.iter().find_map(|(key, value)| {
        if key != "errors" {
            return misplaced(value, interface);
        }
        let names = value.as_object()?.values().filter_map(Json::as_str);
        let mut kinds = names.filter_map(|name| Refusal::try_from(name.to_owned()).ok());
        let owner = |Refusal(kind): &Refusal| kind.namespace();
        let is_others = |owner: &str| ![ALEXA, SAFETY, interface].contains(&owner);
        let kind = kinds.find(|kind| is_others(owner(kind)))?;
        Some(format!(
            "`{}` is an error of {} alone; {INSTEAD}\"NOT_IN_OPERATION\"",
            kind.0.name(),
            owner(&kind)
        ))
    })
}

/// An error that a description has a return value for.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal(Kind);

impl Refusal {
    /// What a device can mean by a return value: neither what only this skill knows, nor what would cost the user the
    /// link to the account.
    const ALL: &[Kind] = &[
        Kind::AlreadyInOperation,
        Kind::AuthorizationRequired,
        Kind::BypassNeeded,
        Kind::CloudControlDisabled,
        Kind::EndpointBusy,
        Kind::EndpointLowPower,
        Kind::EndpointUnreachable,
        Kind::HardwareMalfunction,
        Kind::InvalidValue,
        Kind::NoActiveMonitorableDevices,
        Kind::NotCalibrated,
        Kind::NotInOperation,
        Kind::NotReady,
        Kind::NotSupportedInCurrentMode {
            current_device_mode: DeviceMode::Other,
        },
        Kind::ObstacleDetected,
        Kind::PowerLevelNotSupported,
        Kind::SafetyBeamBreached,
        Kind::ThermostatIsOff,
        Kind::TooManyFailedAttempts,
        Kind::Unauthorized,
        Kind::UnclearedAlarm,
        Kind::UnclearedTrouble,
        Kind::UnwillingToSetValue,
    ];

    /// The error, with a message for the log.
    pub fn with(&self, message: impl Into<String>) -> Error {
        Error::new(self.0.clone(), message)
    }

    /// The names of all there are.
    fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(Kind::name).collect()
    }
}

read_as! { Refusal: String }

impl TryFrom<String> for Refusal {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let known = Self::ALL
            .iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(&name));
        known.map(|kind| Self(kind.clone())).ok_or_else(|| {
            if Kind::VARIANTS.contains(&name.as_str()) {
                return format!(
                    "`{name}` is this skill's alone to tell; {INSTEAD}\"INVALID_VALUE\""
                );
            }
            format!("unknown error `{name}`{}", nearest(&name, &Self::names()))
        })
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.name().serialize(serializer)
    }
}

impl Schema for Refusal {
    fn schema() -> Json {
        schema_of_names(Self::names(), [])
    }
}

impl Error {
    /// An error of this kind with a message for the log. A message may quote what it is about, and that may be long: what is
    /// beyond 1 KiB is cut.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if message.len() > MAXIMUM_MESSAGE_BYTES {
            message.truncate(message.floor_char_boundary(MAXIMUM_MESSAGE_BYTES));
            message.push('…');
        }
        Self { kind, message }
    }
}
