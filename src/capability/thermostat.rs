//! What heats or cools a room: [Alexa.ThermostatController].
//!
//! Firmware: a function that takes the temperature to reach, or one each for a lower and an upper one, or one for both;
//! perhaps one that takes a mode; and variables that tell them.
//!
//! A set temperature is sent without a look at the device's mode: firmware that takes none while it is off says so with
//! an error. Only what has been read anyway counts: an adjustment of a thermostat that says it is off is refused. Of two
//! setpoints with a function each the lower is read, to send first the one that makes room for the other.
//!
//! A thermostat with no more than a lower and an upper setpoint can still be given a single one. While it heats that is
//! its lower one, while it cools its upper one, as its reports have it; otherwise the two keep their distance around it.
//!
//! [Alexa.ThermostatController]: https://developer.amazon.com/docs/device-apis/alexa-thermostatcontroller.html

mod both;
mod limits;
mod setpoints;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::both::Both;
use self::limits::Limits;
use self::setpoints::Pair;
use super::{Capability, Property};
use crate::alexa::discovery::{self, Category};
use crate::alexa::{Error, Kind};
use crate::binding::{Act, Control, Convention, Setting};
use crate::device::{Device, Reply, State};
use crate::label::Locale;
use crate::language::{Fields, Problems, fields};
use crate::particle;
use crate::value::{Choice, ChoiceKind, Choices, Difference, Temperature};

#[derive(Debug, Default, Serialize)]
pub(super) struct ThermostatController {
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Control<Temperature>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower: Option<Setting<Temperature>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper: Option<Setting<Temperature>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    both: Option<Both>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<Control<Choice<Mode>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resume: Option<Act>,
    #[serde(flatten)]
    limits: Limits,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetTargetTemperature {
        target_setpoint: Option<Temperature>,
        lower_setpoint: Option<Temperature>,
        upper_setpoint: Option<Temperature>,
        /// From when and for how long.
        schedule: Option<IgnoredAny>,
    },
    AdjustTargetTemperature {
        target_setpoint_delta: Difference,
    },
    SetThermostatMode {
        thermostat_mode: Asked,
    },
    ResumeSchedule {},
}

/// The mode of a directive; older ones say only its name.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Asked {
    Mode { value: String },
    Name(String),
}

/// The modes of a thermostat.
#[derive(Debug)]
enum Mode {}

const TARGET: &str = "targetSetpoint";
const LOWER: &str = "lowerSetpoint";
const UPPER: &str = "upperSetpoint";
const MODE: &str = "thermostatMode";

const HEAT: &str = "HEAT";
const COOL: &str = "COOL";
const OFF: &str = "OFF";

const BY_TARGET: Convention = Convention {
    function: Some("setTargetTemperature"),
    variable: "targetTemperature",
    values: "degrees Celsius",
};
const BY_MODE: Convention = Convention {
    function: Some("setThermostatMode"),
    variable: MODE,
    values: "`heat`, `cool`, `auto` or `off`",
};

impl ChoiceKind for Mode {
    const KEY: &'static str = "modes";
    const MEANING: &'static str = "of heat, cool, auto, eco and off those it has: a list, or each with the firmware's word for it";
    type Details = ();

    fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            ("auto", "AUTO"),
            ("cool", "COOL"),
            ("eco", "ECO"),
            ("heat", "HEAT"),
            ("off", "OFF"),
        ]
        .into_iter()
    }

    const DEFAULT: &'static [&'static str] = &["heat", "cool", "auto", "off"];
}

impl Fields for ThermostatController {
    fields! {
        "target" => target: "the temperature to reach: its function and variable";
        "lower" => lower: "the temperature below which it heats";
        "upper" => upper: "the temperature above which it cools";
        "both" => both: "one function for both: its name, or a table with `function` and `argument`";
        "mode" => mode: "its mode: function, variable and `modes`";
        "resume" => resume: "the function that goes back to the thermostat's own schedule";
        ..limits: Limits;
    }

    fn complete(&mut self) {
        let unit = self.limits.unit();
        if let Some(target) = &mut self.target {
            target.spelling_mut().inherit(unit);
        }
        for setpoint in [&mut self.lower, &mut self.upper].into_iter().flatten() {
            setpoint.spelling_mut().inherit(unit);
        }
    }

    fn check(&self, problems: &mut Problems) {
        let pair = self.pair();
        let lone = pair.is_none() && (self.lower.is_some() || self.upper.is_some());
        let nothing = self.target.is_none() && pair.is_none() && self.mode.is_none();
        let unset = pair.filter(|pair| {
            self.both.is_none() && !(pair.lower.is_controllable() && pair.upper.is_controllable())
        });
        problems.of_table(if lone {
            Some("`lower` and `upper` go together; a single setpoint is `target`")
        } else if self.both.is_some() && pair.is_none() {
            Some("`both` sets `lower` and `upper`; say too which variables tell them")
        } else if nothing {
            Some("it needs a `target`, or `lower` and `upper`, or a `mode`")
        } else if unset.is_some() {
            Some("`lower` and `upper` need a `function` each, or one for `both`")
        } else {
            None
        });
        self.limits.check(problems);
    }
}

impl Capability for ThermostatController {
    const INTERFACE: &'static str = "Alexa.ThermostatController";
    const KEY: &'static str = "thermostat";
    const MEANING: &'static str = "what heats or cools a room";
    const CATEGORY: Category = Category::Thermostat;
    const CONVENTION: &'static [Convention] = &[BY_TARGET, BY_MODE];

    type Directive = Directive;

    /// What the device has of both, whichever was looked for.
    fn by_convention(_names: &Convention, device: &particle::Device) -> Option<Self> {
        let found = Self {
            target: Control::by_convention(&BY_TARGET, device),
            mode: Control::by_convention(&BY_MODE, device),
            ..Self::default()
        };
        (found.target.is_some() || found.mode.is_some()).then_some(found)
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        let target = self.target.as_mut();
        let mode = self.mode.as_mut();
        target.is_none_or(|target| target.resolve(device))
            & mode.is_none_or(|mode| mode.resolve(device))
    }

    fn properties(&self) -> Vec<Property<'_>> {
        let target = self.target.as_deref();
        let setpoints = [
            (TARGET, target),
            (LOWER, self.lower.as_ref()),
            (UPPER, self.upper.as_ref()),
        ];
        let mode = self.mode.as_deref();
        setpoints
            .into_iter()
            .filter_map(|(name, setpoint)| Some(Property::of(name, setpoint?)))
            .chain(mode.map(|mode| Property::of(MODE, mode)))
            .collect()
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        let modes: Vec<_> = self
            .modes()
            .into_iter()
            .flat_map(Choices::iter)
            .map(|mode| mode.alexa.as_str())
            .collect();
        let one_of_two = self.target.is_none()
            && self.pair().is_some()
            && (modes.contains(&HEAT) || modes.contains(&COOL));
        if one_of_two {
            declared = declared.and_reporting(TARGET);
        }
        let mut configuration = json!({ "supportsScheduling": self.resume.is_some() });
        if let Some(configuration) = configuration.as_object_mut().filter(|_| !modes.is_empty()) {
            configuration.insert("supportedModes".to_owned(), modes.into());
        }
        declared.configuration = Some(configuration);
        declared
    }

    fn reconcile(&self, reported: Vec<State>) -> Vec<State> {
        let mode = reported.iter().find(|state| state.name == MODE);
        let mode = mode
            .and_then(|state| state.value.as_str())
            .map(str::to_owned);
        self.in_mode(mode.as_deref(), reported)
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        match directive {
            Directive::SetTargetTemperature {
                schedule: Some(_), ..
            } => Err(Error::new(
                Kind::UnwillingToSetSchedule,
                "the thermostat cannot be told from when or for how long",
            )),
            Directive::SetTargetTemperature {
                target_setpoint: target,
                lower_setpoint: lower,
                upper_setpoint: upper,
                ..
            } => self.set(device, target, lower, upper).await,
            Directive::AdjustTargetTemperature {
                target_setpoint_delta: delta,
            } => self.adjust(device, delta).await,
            Directive::SetThermostatMode {
                thermostat_mode: Asked::Mode { value: mode } | Asked::Name(mode),
            } => self.set_mode(device, &mode).await,
            Directive::ResumeSchedule {} => {
                let resume = self.resume.as_ref().and_then(|resume| resume.command());
                let missing = || {
                    let message = "the thermostat has no schedule to go back to";
                    Error::new(Kind::UnwillingToSetSchedule, message)
                };
                device.call(&resume.ok_or_else(missing)?).await?;
                Ok(Reply::default())
            }
        }
    }
}

impl ThermostatController {
    fn pair(&self) -> Option<Pair<'_>> {
        let (lower, upper) = self.lower.as_ref().zip(self.upper.as_ref())?;
        Some(Pair { lower, upper })
    }

    fn modes(&self) -> Option<&Choices<Mode>> {
        self.mode.as_ref().map(|mode| mode.spelling())
    }

    /// What of the setpoints counts in a mode. Where there are but two, the one that counts is the target.
    fn in_mode(&self, mode: Option<&str>, mut states: Vec<State>) -> Vec<State> {
        let (counts, other) = match mode {
            Some(OFF) => {
                states.retain(|state| ![TARGET, LOWER, UPPER].contains(&state.name));
                return states;
            }
            Some(HEAT) => (LOWER, UPPER),
            Some(COOL) => (UPPER, LOWER),
            _ => return states,
        };
        if self.target.is_some() {
            states.retain(|state| ![LOWER, UPPER].contains(&state.name));
        } else {
            states.retain(|state| state.name != other);
            for state in &mut states {
                if state.name == counts {
                    state.name = TARGET;
                }
            }
        }
        states
    }

    async fn set_mode(&self, device: &Device<'_>, mode: &str) -> Result<Reply, Error> {
        let unsupported = || {
            let message = format!("the thermostat has no mode {mode}; discover devices again");
            Error::new(Kind::UnsupportedThermostatMode, message)
        };
        let control = self.mode.as_ref().ok_or_else(unsupported)?;
        let mode = control.spelling().find(mode).map_err(|_| unsupported())?;
        device.set(MODE, control, &mode).await
    }
}
