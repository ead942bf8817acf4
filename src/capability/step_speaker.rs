//! The volume of something that only knows louder and softer, such as a television at the end of an infrared LED:
//! [Alexa.StepSpeaker].
//!
//! Firmware: a function that takes the number of steps with its sign, or one function for each direction; and perhaps one
//! for the mute. A function is called once, whatever the number of steps, so it is told the number; one whose argument
//! has no place for it goes one step. Nothing is ever read.
//!
//! [Alexa.StepSpeaker]: https://developer.amazon.com/docs/device-apis/alexa-stepspeaker.html

use serde::{Deserialize, Serialize};

use super::step::Step;
use super::{Capability, Property};
use crate::alexa::discovery::Category;
use crate::alexa::{Error, Kind};
use crate::binding::Order;
use crate::device::{Device, Reply};
use crate::language::{Fields, Problems, fields};
use crate::value::{Interval, Muted, Presses, Steps};

#[derive(Debug, Default, Serialize)]
pub(super) struct StepSpeaker {
    #[serde(flatten)]
    both: Order<Steps>,
    #[serde(skip_serializing_if = "Option::is_none")]
    up: Option<Order<Presses>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    down: Option<Order<Presses>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mute: Option<Order<Muted>>,
    #[serde(skip_serializing_if = "Step::is_default")]
    step: Step<1>,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    AdjustVolume {
        #[serde(deserialize_with = "crate::lenient::whole")]
        volume_steps: i64,
        /// Whether nobody said by how many; the number then only tells the direction.
        #[serde(default)]
        volume_steps_default: bool,
    },
    SetMute {
        mute: bool,
    },
}

impl Fields for StepSpeaker {
    fields! {
        "up" => up: "instead of `function`: the function for louder, told the number of steps in place of {}; without {} it goes one";
        "down" => down: "the same for softer";
        "mute" => mute: "the function that silences it, told `on` or `off`; leave it out where it can only toggle";
        "step" => step: "how many steps \"louder\" and \"softer\" go; 1 by default";
        ..both: Order<Steps>;
    }

    fn check(&self, problems: &mut Problems) {
        problems.of_table(match (self.both.is_controllable(), &self.up, &self.down) {
            (true, None, None) | (false, Some(_), Some(_)) => None,
            (true, ..) => Some(
                "its `function` is for both directions; leave out either it, or `up` and `down`",
            ),
            (false, None, None) => Some(
                "it needs a `function` that takes steps up and, below zero, down; or `up` and `down`",
            ),
            (false, None, Some(_)) => Some("it goes only `down`; it needs an `up` too"),
            (false, Some(_), None) => Some("it goes only `up`; it needs a `down` too"),
        });
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Order::short(name).map(|both| {
            both.map(|both| Self {
                both,
                ..Self::default()
            })
        })
    }
}

/// How many steps Alexa may ask for.
const STEPS: Interval = Interval {
    minimum: -100,
    maximum: 100,
};

impl Capability for StepSpeaker {
    const INTERFACE: &'static str = "Alexa.StepSpeaker";
    const KEY: &'static str = "step_speaker";
    const MEANING: &'static str = "the volume of something that only knows louder and softer";
    const CATEGORY: Category = Category::Speaker;

    type Directive = Directive;

    fn properties(&self) -> Vec<Property<'_>> {
        Vec::new()
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let command = match directive {
            Directive::AdjustVolume {
                volume_steps,
                volume_steps_default: unsaid,
            } => {
                let steps = if unsaid {
                    self.step.towards(volume_steps)
                } else {
                    STEPS.check(volume_steps)?
                };
                let own = if steps < 0 { &self.down } else { &self.up };
                match own {
                    Some(own) => own.command(&Presses(steps.saturating_abs())),
                    None => self.both.command(&Steps(steps)),
                }
            }
            Directive::SetMute { mute } => {
                let order = self.mute.as_ref();
                order.and_then(|order| order.command(&mute.into()))
            }
        };
        let command = command.ok_or_else(|| {
            let message = "the endpoint has no function for that; discover devices again";
            Error::new(Kind::InvalidDirective, message)
        })?;
        device.call(&command).await?;
        Ok(Reply::default())
    }
}
