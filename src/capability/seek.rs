//! Forwards and backwards in what is played: [Alexa.SeekController].
//!
//! Firmware: a function that takes how far, and a variable that tells the position. Without the variable there is nothing
//! true to answer: what Alexa wants to hear of a success is the new position, and an error after the function was called
//! would deny what was done. So a description must name it.
//!
//! The new position is the present one and the way that the function is told, which ends at the beginning. Where the
//! recording ends only the firmware knows.
//!
//! [Alexa.SeekController]: https://developer.amazon.com/docs/device-apis/alexa-seekcontroller.html

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Capability, Property};
use crate::alexa::discovery::{self, Category};
use crate::alexa::{Error, Kind};
use crate::binding::{Binding as _, Setting};
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, Problems, fields};
use crate::value::{Interval, Milliseconds};

#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct SeekController {
    setting: Setting<Milliseconds>,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    AdjustSeekPosition {
        #[serde(deserialize_with = "crate::lenient::whole")]
        delta_position_milliseconds: i64,
    },
}

const POSITION: &str = "positionMilliseconds";

/// The longest position that Alexa knows, and the longest way: a day.
const DAY: i64 = 86_400_000;

const WAYS: Interval = Interval {
    minimum: -DAY,
    maximum: DAY,
};

const POSITIONS: Interval = Interval {
    minimum: 0,
    maximum: DAY,
};

impl Fields for SeekController {
    fields! { ..setting: Setting<Milliseconds>; }

    fn check(&self, problems: &mut Problems) {
        let (told, seeks) = (
            self.setting.variable().is_some(),
            self.setting.is_controllable(),
        );
        if told || seeks {
            self.setting.check(problems);
        }
        let message = "it needs a `function` that takes how far to go";
        problems.of_table((!seeks).then_some(message));
        let message =
            "it needs a `variable` that tells the position: Alexa is to be told the new one";
        problems.of_table((!told).then_some(message));
    }
}

impl Capability for SeekController {
    const INTERFACE: &'static str = "Alexa.SeekController";
    const KEY: &'static str = "seek";
    const MEANING: &'static str = "forwards and backwards in what is played";
    const CATEGORY: Category = Category::MusicSystem;

    type Directive = Directive;

    /// None to be read: the position is told in the answer to the directive, and nowhere else.
    fn properties(&self) -> Vec<Property<'_>> {
        Vec::new()
    }

    fn declare(
        &self,
        declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        declared.reporting([POSITION], false)
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let Directive::AdjustSeekPosition {
            delta_position_milliseconds: delta,
        } = directive;
        let delta = WAYS.check(delta)?;
        let present = device.look(&self.setting).await?;
        let present = present.and_then(|Milliseconds(present)| POSITIONS.check(present).ok());
        let present = present.ok_or_else(|| {
            let message = "the variable tells no position, so nothing is being played";
            Error::new(Kind::NotInOperation, message)
        })?;
        let position = POSITIONS.held(present + delta);
        let way = Milliseconds(position - present);
        let command = self.setting.command(&way).ok_or_else(|| {
            Error::new(
                Kind::InvalidDirective,
                "the endpoint has no function for that",
            )
        })?;
        device.call(&command).await?;
        let position = json!({ "name": POSITION, "value": position });
        Ok(Reply {
            changed: Vec::new(),
            told: Some(("StateReport", json!({ "properties": [position] }))),
        })
    }
}
