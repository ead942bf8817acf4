//! How an endpoint is made known to Alexa: the objects of [`Discover.Response`].
//!
//! [`Discover.Response`]: https://developer.amazon.com/docs/device-apis/alexa-discovery.html#discover-response

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;
use strum::{EnumString, VariantNames};

use super::{ALEXA, INTERFACE_VERSION};

/// The most endpoints that Alexa takes of one customer.
///
/// See "Interface limits" of [Alexa.Discovery](https://developer.amazon.com/docs/device-apis/alexa-discovery.html).
pub const MAXIMUM_ENDPOINTS: usize = 300;

/// The most capabilities of an endpoint that a description can give it: Alexa takes 100, and two of them each endpoint has.
pub const MAXIMUM_CAPABILITIES: usize = 98;

/// The most bytes that an endpoint's cookie may hold, names and values together.
pub const MAXIMUM_COOKIE_BYTES: usize = 5000;

/// The most characters of a friendly name, a description and a manufacturer's name.
pub const MAXIMUM_NAME_CHARACTERS: usize = 128;

/// One [endpoint](https://developer.amazon.com/docs/device-apis/alexa-discovery-objects.html#endpoint-object).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Unique and stable; 256 characters of `[A-Za-z0-9_\-=#;:?@&]` at most.
    pub endpoint_id: String,
    /// Who made it.
    pub manufacturer_name: String,
    /// What it is and how it is connected; shown in the Alexa app.
    pub description: String,
    /// What the user says.
    pub friendly_name: String,
    /// How the app shows it; the first counts.
    pub display_categories: Vec<Category>,
    /// What is handed back with each directive; [`MAXIMUM_COOKIE_BYTES`] at most.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cookie: BTreeMap<String, String>,
    /// What it can do; 100 at most.
    pub capabilities: Vec<Capability>,
    /// What the app shows of the product.
    pub additional_attributes: Attributes,
}

/// What the app shows of the product; each at most 256 characters.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    /// Who made it.
    pub manufacturer: String,
    /// Which product it is.
    pub model: String,
    /// Its serial number, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// The version of its system firmware, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware_version: Option<String>,
    /// The id of the device behind the endpoint.
    pub custom_identifier: String,
}

/// One interface that an endpoint supports.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Capability {
    #[serde(rename = "type")]
    kind: &'static str,
    /// The interface.
    pub interface: &'static str,
    version: &'static str,
    /// Which of several controllers of the same interface this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What of its state is reported, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Properties>,
    /// What one calls the controller: `capabilityResources`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capability_resources: Option<Json>,
    /// What it can take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Json>,
    /// Which of its values is open, closed, raised or lowered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub semantics: Option<Json>,
    /// What only one interface has, such as `supportsDeactivation`.
    #[serde(flatten)]
    pub peculiar: serde_json::Map<String, Json>,
}

/// Which properties of an interface are supported, and how they are reported.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    supported: Vec<Supported>,
    /// Whether changes are sent unasked. This skill keeps no state and sends nothing unasked.
    proactively_reported: bool,
    /// Whether `ReportState` can tell them: all of them, or none.
    retrievable: bool,
    /// Whether they can only be read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    non_controllable: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Supported {
    name: &'static str,
}

impl Capability {
    /// The capability that each endpoint lists first.
    #[must_use]
    pub fn base() -> Self {
        Self::of(ALEXA)
    }

    /// An interface without properties.
    #[must_use]
    pub fn of(interface: &'static str) -> Self {
        Self {
            kind: "AlexaInterface",
            interface,
            version: INTERFACE_VERSION,
            instance: None,
            properties: None,
            capability_resources: None,
            configuration: None,
            semantics: None,
            peculiar: serde_json::Map::new(),
        }
    }

    /// The same with these properties.
    #[must_use]
    pub fn reporting(
        mut self,
        names: impl IntoIterator<Item = &'static str>,
        retrievable: bool,
    ) -> Self {
        let supported: Vec<_> = names.into_iter().map(|name| Supported { name }).collect();
        if !supported.is_empty() {
            let properties = Properties {
                supported,
                proactively_reported: false,
                retrievable,
                non_controllable: false,
            };
            self.properties = Some(properties);
        }
        self
    }

    /// The same with one more property, told as the others are.
    #[must_use]
    pub fn and_reporting(mut self, name: &'static str) -> Self {
        if let Some(properties) = &mut self.properties {
            properties.supported.insert(0, Supported { name });
        }
        self
    }

    /// The same, with properties that can only be read, if so.
    #[must_use]
    pub fn read_only(mut self, only: bool) -> Self {
        if let Some(properties) = &mut self.properties {
            properties.non_controllable = only;
        }
        self
    }
}

/// How the app shows an endpoint: its [display category].
///
/// [display category]: https://developer.amazon.com/docs/device-apis/alexa-discovery-objects.html#display-categories
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, EnumString, VariantNames)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
#[expect(missing_docs, reason = "the names are Alexa's and say it all")]
pub enum Category {
    ActivityTrigger,
    AirConditioner,
    AirFreshener,
    AirPurifier,
    AirQualityMonitor,
    AutoAccessory,
    BluetoothSpeaker,
    Camera,
    ChristmasTree,
    CoffeeMaker,
    Computer,
    ContactSensor,
    Dishwasher,
    Door,
    Doorbell,
    Dryer,
    ExteriorBlind,
    Fan,
    GameConsole,
    GarageDoor,
    Headphones,
    Hub,
    InteriorBlind,
    Laptop,
    Light,
    Microwave,
    MobilePhone,
    MotionSensor,
    MusicSystem,
    NetworkHardware,
    Other,
    Oven,
    Phone,
    Printer,
    Remote,
    Router,
    SceneTrigger,
    Screen,
    SecurityPanel,
    SecuritySystem,
    SlowCooker,
    Smartlock,
    Smartplug,
    Speaker,
    StreamingDevice,
    Switch,
    Tablet,
    TemperatureSensor,
    Thermostat,
    Tv,
    VacuumCleaner,
    Vehicle,
    Washer,
    WaterHeater,
    Wearable,
}
