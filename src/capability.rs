//! The capabilities: what an endpoint can do, each in one file with all its facets.
//!
//! To add one, write `capability/<name>.rs` and its line in [`ALL`]: discovery, control, state reports, the description
//! language, the naming convention and the cookie follow from it. Then give it events in `events/`; the tests say what
//! else is missing.

mod brightness;
mod channel;
mod color;
mod color_temperature;
mod contact;
mod equalizer;
mod humidity;
mod input;
mod inventory;
mod labels;
mod level;
mod lock;
mod mode;
mod motion;
mod operation;
mod percentage;
mod playback;
mod playback_state;
mod power;
mod power_level;
mod range;
mod scene;
mod security_panel;
mod seek;
mod semantics;
mod single;
mod speaker;
mod step;
mod step_speaker;
mod switching;
mod temperature;
mod thermostat;
mod time_hold;
mod toggle;

use std::fmt::Debug;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

pub(crate) use self::labels::Id;
use self::single::Single;
use crate::alexa::discovery::{self, Category};
use crate::alexa::{Directive, Error};
use crate::binding::{Binding, Convention};
use crate::device::{Device, Reply, State};
use crate::label::Locale;
use crate::language::{Fields, Node, Read as _, Schema as _, Unsuitable};
use crate::particle;

/// Lists the capabilities, and the schemas of what descriptions say of them: the program that needs no schema has none.
macro_rules! all {
    ($($capability:ty,)*) => {
        /// All capabilities, the most telling first: the category of an endpoint is that of the first it has.
        pub static ALL: &[Entry] = &[$(Entry::of::<$capability>(),)*];

        /// The JSON Schema of what a description says of the capability with this key.
        pub(crate) fn schema(key: &str) -> Option<Json> {
            $(if key == <$capability as Capability>::KEY {
                return Some(<$capability>::schema());
            })*
            None
        }
    };
}

all! {
    security_panel::SecurityPanelController,
    Single<lock::LockController>,
    thermostat::ThermostatController,
    Single<color::ColorController>,
    Single<color_temperature::ColorTemperatureController>,
    channel::ChannelController,
    input::InputController,
    equalizer::EqualizerController,
    speaker::Speaker,
    step_speaker::StepSpeaker,
    playback::PlaybackController,
    Single<playback_state::PlaybackStateReporter>,
    seek::SeekController,
    Single<brightness::BrightnessController>,
    Single<power::PowerController>,
    Single<power_level::PowerLevelController>,
    Single<percentage::PercentageController>,
    scene::SceneController,
    range::RangeController,
    mode::ModeController,
    time_hold::TimeHoldController,
    toggle::ToggleController,
    Single<contact::ContactSensor>,
    Single<motion::MotionSensor>,
    Single<temperature::TemperatureSensor>,
    Single<humidity::HumiditySensor>,
    inventory::InventoryLevelSensor,
}

/// What a description may ask for by name and this skill cannot do, so that whoever does is told why.
pub static REFUSED: &[Refused] = &[
    Refused {
        interface: "Alexa.DoorbellEventSource",
        key: "doorbell",
        reason: UNASKED,
    },
    Refused {
        interface: "Alexa.SimpleEventSource",
        key: "button",
        reason: UNASKED,
    },
    Refused {
        interface: "Alexa.EventDetectionSensor",
        key: "presence",
        reason: UNASKED,
    },
];

const UNASKED: &str = "needs events that are sent unasked, which this skill does not do yet";

/// An interface of Alexa's that this skill knows and does not serve.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// Alexa's name of the interface.
    pub interface: &'static str,
    /// The key of a description.
    pub key: &'static str,
    /// Why not, as the end of a sentence that begins with the key.
    pub reason: &'static str,
}

impl Refused {
    /// The interface that a description calls by this key.
    #[must_use]
    pub fn find(key: &str) -> Option<&'static Self> {
        REFUSED.iter().find(|refused| refused.key == key)
    }
}

/// One capability of one endpoint: its bindings, and how they serve Alexa.
///
/// The type is what a description says under [`KEY`](Self::KEY), and it serializes to the same in the cookie.
pub trait Capability: Fields + Debug + Serialize + Send + Sync + 'static {
    /// Alexa's name of the interface.
    const INTERFACE: &'static str;
    /// The key of a description.
    const KEY: &'static str;
    /// What it is, in a line.
    const MEANING: &'static str;
    /// How an endpoint with this capability is shown.
    const CATEGORY: Category;
    /// Whether an endpoint can have several, told apart by their instance.
    const SEVERAL: bool = false;
    /// The key of a capability that an endpoint with this one cannot have too, and why.
    const NOT_BESIDE: Option<(&'static str, &'static str)> = None;
    /// The key of a capability that shows another mode of the same thing: while that one has a state, this one has none.
    const YIELDS_TO: Option<&'static str> = None;
    /// The names with which firmware needs no description; the first that fits counts.
    const CONVENTION: &'static [Convention] = &[];

    /// The interface's directives, named and shaped as Alexa's.
    type Directive: DeserializeOwned + Send;

    /// The capability under well-known names, if the device has them.
    fn by_convention(_names: &Convention, _device: &particle::Device) -> Option<Self> {
        None
    }

    /// Which of several controllers of the interface this is; only generic controllers can be several.
    fn instance(&self) -> Option<String> {
        None
    }

    /// The key of a capability that the endpoint must have too.
    fn needs(&self) -> Option<&'static str> {
        None
    }

    /// Completes short forms with what the device is known to have; false while not enough is known.
    fn resolve(&mut self, _device: &particle::Device) -> bool {
        true
    }

    /// The interface's properties on this endpoint. One of several bindings stands here once for each, and
    /// [`reconcile`](Self::reconcile) puts what they report together.
    ///
    /// Alexa goes by them in what she lets one command: a thermostat without `targetSetpoint` is not set. So all are
    /// listed, told by a variable or not. Whether she can ask for them she is told of the interface as a whole: yes, where
    /// one of them can be read, for a report may leave out what is not known (Home Assistant's reports do).
    fn properties(&self) -> Vec<Property<'_>>;

    /// Adds what the interface declares in discovery beside its properties, in the endpoint's language.
    fn declare(
        &self,
        declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        declared
    }

    /// Leaves out of a report what the rest of it makes meaningless, and puts together what is one property.
    fn reconcile(&self, reported: Vec<State>) -> Vec<State> {
        reported
    }

    /// Does what a directive asks.
    fn handle(
        &self,
        directive: Self::Directive,
        device: &Device<'_>,
    ) -> impl Future<Output = Result<Reply, Error>> + Send;
}

/// A property and where it lives.
#[derive(Clone, Copy)]
pub struct Property<'a> {
    /// Alexa's name of it.
    pub name: &'static str,
    /// Its function and variable.
    pub binding: &'a dyn Binding,
}

impl<'a> Property<'a> {
    /// The property of this name and binding.
    pub fn of(name: &'static str, binding: &'a dyn Binding) -> Self {
        Self { name, binding }
    }
}

/// The directives of an interface that has none.
#[derive(Debug, serde::Deserialize)]
pub enum Never {}

/// What is known of a capability before there is an endpoint that has it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Alexa's name of the interface.
    pub interface: &'static str,
    /// The key of a description.
    pub key: &'static str,
    /// What it is, in a line.
    pub meaning: &'static str,
    /// How an endpoint with this capability is shown.
    pub category: Category,
    /// Whether an endpoint can have several.
    pub several: bool,
    /// The key of a capability that an endpoint with this one cannot have too, and why.
    pub not_beside: Option<(&'static str, &'static str)>,
    /// See [`Capability::YIELDS_TO`].
    pub(crate) yields_to: Option<&'static str>,
    /// The keys of what a description says of one.
    pub keys: fn() -> Vec<&'static str>,
    /// The well-known names.
    pub convention: &'static [Convention],
    /// Whether a directive is one of the interface's: `INVALID_DIRECTIVE` if not.
    pub understands: fn(&Directive) -> Result<(), Error>,
    /// Finds the capability on a device by its well-known names.
    pub by_convention: fn(&particle::Device) -> Option<Box<dyn Bound>>,
    /// Reads what a description or a cookie says of one.
    pub read: fn(Node) -> Result<Box<dyn Bound>, Unsuitable>,
}

/// The capabilities of an endpoint, whichever they are.
pub type Capabilities = Vec<Box<dyn Bound>>;

/// A capability on an endpoint, whichever it is.
pub trait Bound: Debug + Send + Sync {
    /// What is known of it in general.
    fn entry(&self) -> Entry;

    /// See [`Capability::resolve`].
    fn resolve(&mut self, device: &particle::Device) -> bool;

    /// See [`Capability::properties`].
    fn properties(&self) -> Vec<Property<'_>>;

    /// See [`Capability::instance`].
    fn instance(&self) -> Option<String>;

    /// See [`Capability::needs`].
    fn needs(&self) -> Option<&'static str>;

    /// How it is declared to Alexa, in the endpoint's language.
    fn discovery(&self, language: &Locale) -> discovery::Capability;

    /// See [`Capability::reconcile`].
    fn reconcile(&self, reported: Vec<State>) -> Vec<State>;

    /// The bindings, as a cookie carries them and a description would say them.
    fn description(&self) -> Result<Json, serde_json::Error>;

    /// Reads a directive of the interface and does it.
    fn handle<'a>(
        &'a self,
        directive: &'a Directive,
        device: &'a Device<'a>,
    ) -> BoxFuture<'a, Result<Reply, Error>>;
}

impl Entry {
    const fn of<C: Capability>() -> Self {
        Self {
            interface: C::INTERFACE,
            key: C::KEY,
            meaning: C::MEANING,
            category: C::CATEGORY,
            several: C::SEVERAL,
            not_beside: C::NOT_BESIDE,
            yields_to: C::YIELDS_TO,
            keys: C::keys,
            convention: C::CONVENTION,
            understands: |directive| directive.parse::<C::Directive>().map(drop),
            by_convention: |device| {
                let capability = C::CONVENTION
                    .iter()
                    .find_map(|names| C::by_convention(names, device))?;
                Some(Box::new(capability))
            },
            read: |written| Ok(Box::new(C::read(written)?)),
        }
    }

    /// The capability that a description or cookie calls by this key.
    #[must_use]
    pub fn find(key: &str) -> Option<&'static Self> {
        ALL.iter().find(|entry| entry.key == key)
    }
}

impl<C: Capability> Bound for C {
    fn entry(&self) -> Entry {
        Entry::of::<C>()
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        Capability::resolve(self, device)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        Capability::properties(self)
    }

    fn instance(&self) -> Option<String> {
        Capability::instance(self)
    }

    fn reconcile(&self, reported: Vec<State>) -> Vec<State> {
        Capability::reconcile(self, reported)
    }

    fn needs(&self) -> Option<&'static str> {
        Capability::needs(self)
    }

    fn discovery(&self, language: &Locale) -> discovery::Capability {
        let properties = Capability::properties(self);
        let retrievable = properties
            .iter()
            .any(|property| property.binding.variable().is_some());
        let mut names: Vec<_> = properties.iter().map(|property| property.name).collect();
        names.dedup();
        let mut declared = discovery::Capability::of(C::INTERFACE).reporting(names, retrievable);
        declared.instance = Capability::instance(self);
        self.declare(declared, language)
    }

    fn description(&self) -> Result<Json, serde_json::Error> {
        serde_json::to_value(self)
    }

    fn handle<'a>(
        &'a self,
        directive: &'a Directive,
        device: &'a Device<'a>,
    ) -> BoxFuture<'a, Result<Reply, Error>> {
        async move { Capability::handle(self, directive.parse()?, device).await }.boxed()
    }
}

impl std::fmt::Debug for Property<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Property")
            .field("name", &self.name)
            .field("variable", &self.binding.variable())
            .finish()
    }
}
