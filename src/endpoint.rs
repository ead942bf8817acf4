//! The endpoints of a device: which there are, how Alexa knows them, and how a directive finds its bindings again.
//!
//! Discovery resolves, directives only act: the bindings travel in the endpoint's cookie, and come back with each
//! directive. A cookie that is absent or cannot be read costs one more call, to resolve the device again.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::Value as Json;

use crate::alexa::discovery::{
    self, Attributes, Category, MAXIMUM_COOKIE_BYTES, MAXIMUM_NAME_CHARACTERS,
};
use crate::alexa::{Error, Kind};
use crate::capability::{self, Bound, Capabilities, Entry};
use crate::description::{Described, Description, Mistake, Product};
use crate::health;
use crate::label::Locale;
use crate::language::Node;
use crate::particle::{Device, DeviceId};
use crate::profile::Profiles;
use crate::resolver::VARIABLE;

/// Where the cookie keeps the bindings. The name tells the version: a cookie without it is of another time.
const COOKIE_KEY: &str = "v1";

/// `<device id>` or `<device id>:<part>`: stable, whatever the endpoint is called.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct EndpointId {
    /// The device it is on.
    pub device: DeviceId,
    /// Which of the device's endpoints.
    pub part: Option<String>,
}

/// One endpoint with its bindings.
#[derive(Debug)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// What one says, where its owner said so.
    pub name: Option<String>,
    /// How the app shows it, where its owner said so.
    pub category: Option<Category>,
    /// The language of its names.
    pub language: Locale,
    /// What the app shows of its maker and model, where its owner said so.
    pub product: Product,
    /// What it can do, in the order of [`capability::ALL`].
    pub capabilities: Capabilities,
    /// Whether all that its bindings depend on is known of the device.
    settled: bool,
}

/// What became of one device.
#[derive(Debug)]
pub struct Resolved {
    /// Its endpoints.
    pub endpoints: Vec<Endpoint>,
    /// What decided on them.
    pub source: Source,
    /// What the profile is called that describes it, if one does and has a name.
    pub profile: Option<String>,
    /// What is wrong with its description.
    pub mistakes: Vec<Mistake>,
}

/// What decides on the endpoints of a device: the first of these that says something.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The description in its notes.
    Notes,
    /// The description that its firmware holds in the variable `alexa`.
    Variable,
    /// A profile that suits it.
    Profile,
    /// Well-known names of functions and variables.
    Convention,
    /// None: it has a variable `alexa`, which could not be read.
    Unread,
    /// None: it may describe itself, and there was no time to ask it.
    Unasked,
    /// None: its functions and variables are not known, as may be while it is offline or in safe mode.
    Unknown,
    /// None: nothing it has is known by name.
    Nothing,
}

/// What a device says of itself, in its variable `alexa`.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// It has no such variable, or nobody asked because its notes come first.
    Nothing,
    /// It has one that could not be read.
    Unread,
    /// Nobody had the time to ask it.
    Unasked,
    /// This.
    Text(&'a str),
}

impl Resolved {
    /// Where its mistakes stand, before "of" and the device.
    #[must_use]
    pub fn place(&self) -> String {
        match (self.source, &self.profile) {
            (Source::Variable | Source::Unread | Source::Unasked, _) => {
                "the variable `alexa`".to_owned()
            }
            (Source::Profile, Some(name)) => format!("the profile \"{name}\""),
            (Source::Profile, None) => "the profile".to_owned(),
            (Source::Notes | Source::Convention | Source::Unknown | Source::Nothing, _) => {
                "the notes".to_owned()
            }
        }
    }

    /// Whether it depends on what a device says of itself.
    #[must_use]
    pub fn asks(device: &Device) -> bool {
        device.tells_text(VARIABLE) && !device.notes.as_deref().is_some_and(Description::is_in)
    }

    /// Decides which endpoints a device has.
    #[must_use]
    pub fn of(device: &Device, told: Told<'_>, profiles: &Profiles) -> Self {
        let by = |source, description: Description| Self {
            endpoints: description
                .endpoints
                .into_iter()
                .map(|described| Endpoint::described(described, device))
                .collect(),
            source,
            profile: None,
            mistakes: description.mistakes,
        };
        let none = |source| by(source, Description::default());
        if let Some(description) = device.notes.as_deref().and_then(Description::in_notes) {
            return by(Source::Notes, description);
        }
        match told {
            Told::Text(text) => {
                if let Some(description) = Description::in_notes(text) {
                    return by(Source::Variable, description);
                }
            }
            // Whatever else might be guessed of it, it would be found under other ids another time.
            Told::Unread => return none(Source::Unread),
            Told::Unasked if Self::asks(device) => return none(Source::Unasked),
            Told::Unasked | Told::Nothing => {}
        }
        if let Some((profile, description)) = profiles.of(device) {
            return Self {
                profile: profile.map(str::to_owned),
                ..by(Source::Profile, description)
            };
        }
        let capabilities: Vec<_> = capability::ALL
            .iter()
            .filter_map(|entry| (entry.by_convention)(device))
            .collect();
        match (capabilities.is_empty(), device.described()) {
            (false, _) => Self {
                endpoints: vec![Endpoint::by_convention(device, capabilities)],
                source: Source::Convention,
                profile: None,
                mistakes: Vec::new(),
            },
            (true, true) => none(Source::Nothing),
            (true, false) if matches!(told, Told::Unasked) => none(Source::Unasked),
            (true, false) => none(Source::Unknown),
        }
    }
}

impl Endpoint {
    fn by_convention(device: &Device, capabilities: Capabilities) -> Self {
        Self {
            id: EndpointId {
                device: device.id.clone(),
                part: None,
            },
            name: None,
            category: None,
            language: Locale::default(),
            product: Product::default(),
            capabilities,
            settled: true,
        }
    }

    fn described(described: Described, device: &Device) -> Self {
        let Described {
            id: part,
            name,
            category,
            language,
            product,
            mut capabilities,
        } = described;
        let mut settled = true;
        for capability in &mut capabilities {
            settled &= capability.resolve(device);
        }
        let id = EndpointId {
            device: device.id.clone(),
            part,
        };
        Self {
            id,
            name,
            category,
            language,
            product,
            capabilities: ordered(capabilities),
            settled,
        }
    }

    /// Takes the bindings that discovery gave Alexa out of a cookie, if they are there and of this version.
    #[must_use]
    pub fn from_cookie(id: &EndpointId, cookie: &BTreeMap<String, String>) -> Option<Self> {
        let text = cookie.get(COOKIE_KEY)?;
        // Alexa keeps no longer one, so it is none of hers; each of its bindings could cost a call.
        if COOKIE_KEY.len() + text.len() > MAXIMUM_COOKIE_BYTES {
            return None;
        }
        let bindings: BTreeMap<String, Vec<Node>> = serde_json::from_str(text).ok()?;
        let mut capabilities = Capabilities::new();
        for (key, bindings) in bindings {
            let entry = Entry::find(&key)?;
            for binding in bindings {
                let capability = (entry.read)(binding).ok()?;
                // Discovery gives none twice, and Alexa would not take what is told of it twice.
                let controller = |other: &dyn Bound| (other.entry().key, other.instance());
                let own = controller(capability.as_ref());
                if capabilities
                    .iter()
                    .any(|other| controller(other.as_ref()) == own)
                {
                    return None;
                }
                capabilities.push(capability);
            }
        }
        if capabilities.is_empty() {
            return None;
        }
        Some(Self {
            id: id.clone(),
            name: None,
            category: None,
            language: Locale::default(),
            product: Product::default(),
            capabilities: ordered(capabilities),
            settled: true,
        })
    }

    /// The cookie from which [`from_cookie`](Self::from_cookie) finds the bindings again; empty where Alexa would not
    /// take it for its size.
    #[must_use]
    pub fn cookie(&self) -> BTreeMap<String, String> {
        // A short form that could not be completed is to be resolved again, when more may be known of the device.
        if !self.settled {
            return BTreeMap::new();
        }
        let mut bindings: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
        for capability in &self.capabilities {
            let Ok(description) = capability.description() else {
                return BTreeMap::new();
            };
            bindings
                .entry(capability.entry().key)
                .or_default()
                .push(description);
        }
        let text = serde_json::to_string(&bindings).unwrap_or_default();
        if COOKIE_KEY.len() + text.len() > MAXIMUM_COOKIE_BYTES {
            return BTreeMap::new();
        }
        BTreeMap::from([(COOKIE_KEY.to_owned(), text)])
    }

    /// Whether all that its bindings depend on is known of the device; without it there is no cookie.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// How Alexa is told of it.
    #[must_use]
    pub fn discovery(&self, device: &Device) -> discovery::Endpoint {
        let by_capability = || {
            self.capabilities
                .first()
                .map_or(Category::Other, |capability| capability.entry().category)
        };
        let capabilities = std::iter::once(discovery::Capability::base())
            .chain(
                self.capabilities
                    .iter()
                    .map(|capability| capability.discovery(&self.language)),
            )
            .chain(std::iter::once(health::capability()))
            .collect();
        let manufacturer = self
            .product
            .manufacturer
            .clone()
            .unwrap_or_else(|| MANUFACTURER.to_owned());
        discovery::Endpoint {
            endpoint_id: self.id.to_string(),
            manufacturer_name: manufacturer.clone(),
            description: self
                .product
                .description
                .clone()
                .unwrap_or_else(|| format!("{} connected by {MANUFACTURER}", device.platform())),
            friendly_name: self.friendly_name(device),
            display_categories: vec![self.category.unwrap_or_else(by_capability)],
            cookie: self.cookie(),
            capabilities,
            additional_attributes: Attributes {
                manufacturer,
                model: self
                    .product
                    .model
                    .clone()
                    .unwrap_or_else(|| device.platform().to_owned()),
                serial_number: device
                    .serial_number
                    .clone()
                    .filter(|text| is_attribute(text)),
                firmware_version: device
                    .system_firmware_version
                    .clone()
                    .filter(|text| is_attribute(text)),
                custom_identifier: device.id.to_string(),
            },
        }
    }

    /// What one says: the name its owner gave it, or else the device's.
    #[must_use]
    pub fn friendly_name(&self, device: &Device) -> String {
        [&self.name, &device.name]
            .into_iter()
            .flatten()
            .map(|name| speakable(name))
            .find(|name| !name.is_empty())
            .unwrap_or_else(|| {
                format!(
                    "{} {}",
                    device.platform(),
                    device.id.as_str().get(20..).unwrap_or_default()
                )
            })
    }
}

/// Puts the most telling capability first.
fn ordered(mut capabilities: Capabilities) -> Capabilities {
    capabilities.sort_by_key(|capability| {
        let key = capability.entry().key;
        capability::ALL.iter().position(|entry| entry.key == key)
    });
    capabilities
}

const MANUFACTURER: &str = "Particle";

/// An attribute of the product is not worth losing the endpoint for.
fn is_attribute(text: &str) -> bool {
    (1..=256).contains(&text.chars().count())
}

/// A name as Alexa takes it: `desk_lamp` becomes `Desk lamp`; punctuation, which nobody says, becomes a space.
fn speakable(name: &str) -> String {
    let sayable =
        |character: char| character.is_alphanumeric() || matches!(character, '\'' | '’' | '&');
    let spaced: String = name
        .chars()
        .map(|character| if sayable(character) { character } else { ' ' })
        .collect();
    let words = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut characters = words.chars().take(MAXIMUM_NAME_CHARACTERS);
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first
        .chain(characters)
        .take(MAXIMUM_NAME_CHARACTERS)
        .collect()
}

impl fmt::Display for EndpointId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Some(part) => write!(formatter, "{}:{part}", self.device),
            None => write!(formatter, "{}", self.device),
        }
    }
}

impl FromStr for EndpointId {
    type Err = Error;

    /// `NO_SUCH_ENDPOINT` where it is no id that this skill gives.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (device, part) = match text.split_once(':') {
            Some((device, part)) => (device, Some(part.to_owned())),
            None => (text, None),
        };
        let device = device.parse().map_err(|_| {
            Error::new(
                Kind::NoSuchEndpoint,
                "the endpoint id is none of this skill's",
            )
        })?;
        Ok(Self { device, part })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_speakable() {
        for (name, spoken) in [
            ("desk_lamp", "Desk lamp"),
            ("hamster-jester", "Hamster jester"),
            ("  kitchen / strip #2 ", "Kitchen strip 2"),
            ("Ümlaut's", "Ümlaut's"),
            ("écran", "Écran"),
            ("🤖", ""),
            ("", ""),
        ] {
            assert_eq!(speakable(name), spoken);
        }
        assert_eq!(speakable(&"x".repeat(500)).chars().count(), 128);
    }

    #[test]
    fn an_endpoint_id_comes_back_as_it_went() {
        for text in ["0123456789abcdef01234567", "0123456789abcdef01234567:fan"] {
            assert_eq!(text.parse::<EndpointId>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "lamp",
            "0123456789abcdef0123456",
            "0123456789abcdef0123456/",
            ":fan",
        ] {
            assert!(text.parse::<EndpointId>().is_err(), "{text}");
        }
    }
}
