//! How loud something is: [Alexa.Speaker].
//!
//! Firmware: a function that takes the volume, and perhaps a variable that tells it, without which there is nothing to
//! move from; and perhaps the same for the mute, in two words.
//!
//! [Alexa.Speaker]: https://developer.amazon.com/docs/device-apis/alexa-speaker.html

use serde::{Deserialize, Serialize};

use super::step::Step;
use super::step_speaker::StepSpeaker;
use super::{Capability, Property};
use crate::alexa::discovery::Category;
use crate::alexa::{Error, Kind};
use crate::binding::{Control, Convention};
use crate::device::{Change, Device, Reply};
use crate::language::{Fields, Problems, fields};
use crate::particle;
use crate::value::{Muted, Percent};

#[derive(Debug, Default, Serialize)]
pub(super) struct Speaker {
    volume: Control<Percent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mute: Option<Control<Muted>>,
    #[serde(skip_serializing_if = "Step::is_default")]
    step: Step<10>,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    SetVolume {
        #[serde(deserialize_with = "crate::lenient::whole")]
        volume: i64,
    },
    AdjustVolume {
        #[serde(deserialize_with = "crate::lenient::whole")]
        volume: i64,
        /// Whether nobody said by how much; the volume then only tells the direction.
        #[serde(default)]
        volume_default: bool,
    },
    SetMute {
        mute: bool,
    },
}

const VOLUME: &str = "volume";
const MUTED: &str = "muted";

const SET_VOLUME: Convention = Convention {
    function: Some("setVolume"),
    variable: VOLUME,
    values: "0 to 100",
};

/// Counts only beside the volume.
const SET_MUTE: Convention = Convention {
    function: Some("setMute"),
    variable: MUTED,
    values: "`on` or `off`",
};

impl Fields for Speaker {
    fields! {
        required "volume";
        "volume" => volume: "how loud it is, in percent: the name of a function, or a table like that of `brightness`";
        "mute" => mute: "the function that silences it, told `on` or `off`, or a table like that of `power`; leave it out where there is none";
        "step" => step: "how many percent \"louder\" and \"softer\" go; 10 by default";
    }

    fn check(&self, problems: &mut Problems) {
        let absent = !self.volume.is_controllable();
        problems.of_table(absent.then_some("it needs a `volume`, such as volume = \"setVolume\""));
    }
}

impl Capability for Speaker {
    const INTERFACE: &'static str = "Alexa.Speaker";
    const KEY: &'static str = "speaker";
    const MEANING: &'static str = "the volume of something that tells it as a number";
    const CATEGORY: Category = Category::Speaker;
    const NOT_BESIDE: Option<(&'static str, &'static str)> = Some((
        StepSpeaker::KEY,
        "are both what \"louder\" asks for; keep one",
    ));
    const CONVENTION: &'static [Convention] = &[SET_VOLUME, SET_MUTE];

    type Directive = Directive;

    fn by_convention(_names: &Convention, device: &particle::Device) -> Option<Self> {
        Some(Self {
            volume: Control::by_convention(&SET_VOLUME, device)?,
            mute: Control::by_convention(&SET_MUTE, device),
            step: Step::default(),
        })
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        let muted = self.mute.as_mut().is_none_or(|mute| mute.resolve(device));
        self.volume.resolve(device) && muted
    }

    fn properties(&self) -> Vec<Property<'_>> {
        let muted = self.mute.as_ref();
        std::iter::once(Property::of(VOLUME, &self.volume))
            .chain(muted.map(|mute| Property::of(MUTED, mute)))
            .collect()
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let change = match directive {
            Directive::SetVolume { volume } => Change::To(volume),
            Directive::AdjustVolume {
                volume,
                volume_default: unsaid,
            } => Change::By(if unsaid {
                self.step.towards(volume)
            } else {
                volume
            }),
            Directive::SetMute { mute } => {
                let muted = self.mute.as_ref().ok_or_else(|| {
                    let message = "the endpoint has no mute; discover devices again";
                    Error::new(Kind::InvalidDirective, message)
                })?;
                return device.set(MUTED, muted, &mute.into()).await;
            }
        };
        device.change(VOLUME, &self.volume, change).await
    }
}
