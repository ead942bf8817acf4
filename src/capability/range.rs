//! A number of anything: [Alexa.RangeController].
//!
//! Firmware: a function that takes the number, and perhaps a variable that tells it; or the variable alone, for what one
//! can only ask about.
//!
//! [Alexa.RangeController]: https://developer.amazon.com/docs/device-apis/alexa-rangecontroller.html

mod meaning;
mod presets;
mod unit;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use self::presets::Presets;
use self::unit::Unit;
use super::labels::Labels;
use super::semantics::Semantics;
use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::{self, Category};
use crate::binding::{Binding as _, Setting};
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, Problems, fields};
use crate::value::{Bounds, RangeValue, Span, plain};

#[derive(Debug, Default, Serialize)]
pub(super) struct RangeController {
    #[serde(flatten)]
    labels: Labels,
    #[serde(flatten)]
    setting: Setting<RangeValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<f64>,
    #[serde(skip_serializing_if = "Presets::is_empty")]
    presets: Presets,
    #[serde(flatten)]
    semantics: Semantics<RangeValue>,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetRangeValue {
        range_value: f64,
    },
    AdjustRangeValue {
        range_value_delta: f64,
        /// Whether nobody said by how much; the delta then only tells the direction.
        #[serde(default)]
        range_value_delta_default: bool,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    supported_range: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_of_measure: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    presets: Vec<Json>,
}

const RANGE_VALUE: &str = "rangeValue";

/// With more steps than this, one is too little for who says only "more".
const MANY_STEPS: f64 = 20.0;

impl RangeController {
    /// What is wrong with numbers of which each must be one of the range.
    fn outside(&self, mut numbers: impl Iterator<Item = f64>) -> Option<String> {
        let known = |number: f64| {
            let value = self.span().value(number);
            value.is_ok_and(|value| plain(value.get()) == plain(number))
        };
        let number = numbers.find(|number| !known(*number))?;
        let bounds = self.span().bounds();
        let [number, minimum, maximum, precision] =
            [number, bounds.minimum, bounds.maximum, bounds.precision].map(plain);
        Some(format!(
            "{number} is no number of the range, which goes from {minimum} to {maximum} by {precision}"
        ))
    }

    fn span(&self) -> &Span {
        self.setting.spelling()
    }

    /// How far "more" and "less" go where nobody says by how much.
    fn step(&self) -> f64 {
        let bounds = self.span().bounds();
        self.step.unwrap_or_else(|| {
            let length = bounds.maximum - bounds.minimum;
            if length / bounds.precision > MANY_STEPS {
                (length / 10.0 / bounds.precision).round() * bounds.precision
            } else {
                bounds.precision
            }
        })
    }
}

impl Fields for RangeController {
    fields! {
        "unit" => unit: "the unit that Alexa says: percent, celsius, meters, liters …";
        "step" => step: "how far \"increase\" and \"decrease\" go where nobody says by how much";
        "presets" => presets: "names for numbers: [\"low\", \"high\"] divides the range evenly, { low = 1, high = 3 } says each";
        ..labels: Labels;
        ..setting: Setting<RangeValue>;
        ..semantics: Semantics<RangeValue>;
    }

    fn check(&self, problems: &mut Problems) {
        self.labels.check(problems);
        self.setting.check(problems);
        self.semantics.check(&self.setting, problems);
        let (actions, states) = self.semantics.values();
        let (actions, states): (Vec<_>, Vec<_>) = (actions.collect(), states.collect());
        let presets = self.presets.over(self.span());
        problems.at(
            "presets",
            self.outside(presets.iter().map(|(number, _)| *number)),
        );
        problems.at("presets", self.presets.problem(self.span()));
        problems.at(
            "states",
            self.outside(states.iter().flat_map(|state| state.numbers())),
        );
        let meet = states.iter().enumerate().any(|(index, state)| {
            states
                .iter()
                .skip(index + 1)
                .any(|other| state.meets(other))
        });
        let message = "two of its `states` have a number in common; part them";
        problems.at("states", meet.then_some(message));
        problems.at(
            "actions",
            self.outside(actions.iter().filter_map(|action| action.target())),
        );
        let unknown = self.setting.variable().is_none() && self.setting.is_controllable();
        let moved = actions
            .iter()
            .find(|action| unknown && action.target().is_none());
        let moved = moved.and_then(|action| serde_json::to_string(action).ok());
        let message =
            |moved| format!("what moves by {moved} needs a `variable`, to know where from");
        problems.at("actions", moved.map(message));
        let Bounds {
            minimum,
            maximum,
            precision,
        } = self.span().bounds();
        let step = self.step.filter(|step| {
            // A hair of tolerance, for 0.3 - 0.1 is a hair less than 0.2.
            let steps = step / precision;
            steps < 1.0 - 1e-6 || *step > (maximum - minimum) * (1.0 + 1e-6)
        });
        let step = step.map(|step| {
            let [step, least, most] = [step, precision, maximum - minimum].map(plain);
            format!("a step of {step} leads nowhere; the least is {least}, the most {most}")
        });
        problems.at("step", step);
    }
}

impl Capability for RangeController {
    const INTERFACE: &'static str = "Alexa.RangeController";
    const KEY: &'static str = "range";
    const MEANING: &'static str = "a number of anything: speed, height, wind";
    const CATEGORY: Category = Category::Other;
    const SEVERAL: bool = true;

    type Directive = Directive;

    fn instance(&self) -> Option<String> {
        Some(self.labels.instance(Self::KEY))
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(RANGE_VALUE, &self.setting)]
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        language: &Locale,
    ) -> discovery::Capability {
        let bounds = self.span().bounds();
        let presets = self
            .presets
            .over(self.span())
            .into_iter()
            .map(|(value, names)| {
                json!({
                    "rangeValue": plain(value),
                    "presetResources": names.resources(language),
                })
            });
        let configuration = Configuration {
            supported_range: json!({
                "minimumValue": plain(bounds.minimum),
                "maximumValue": plain(bounds.maximum),
                "precision": plain(bounds.precision),
            }),
            unit_of_measure: self
                .unit
                .as_ref()
                .map(|Unit(unit)| format!("Alexa.Unit.{unit}")),
            presets: presets.collect(),
        };
        declared.configuration = serde_json::to_value(configuration).ok();
        self.semantics
            .declare(declared, &self.labels, &self.setting, language)
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let value = match directive {
            Directive::SetRangeValue { range_value } => self.span().value(range_value)?,
            Directive::AdjustRangeValue {
                range_value_delta: delta,
                range_value_delta_default: unsaid,
            } => {
                let delta = if unsaid {
                    self.step().copysign(delta)
                } else {
                    delta
                };
                let present = device.get(&self.setting).await?;
                self.span().moved(present, delta)
            }
        };
        device.set(RANGE_VALUE, &self.setting, &value).await
    }
}
