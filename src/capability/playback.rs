//! The keys of a player: [Alexa.PlaybackController].
//!
//! Firmware: a function that takes a word for each key, or a function for each.
//!
//! [Alexa.PlaybackController]: https://developer.amazon.com/docs/device-apis/alexa-playbackcontroller.html

use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::IntoStaticStr;

use super::operation::tell;
use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::{self, Category};
use crate::binding::Order;
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, Problems, fields};
use crate::value::{Choice, PlaybackOperation};

#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct PlaybackController {
    order: Order<Choice<PlaybackOperation>>,
}

#[derive(Deserialize, IntoStaticStr)]
pub(super) enum Directive {
    FastForward {},
    Next {},
    Pause {},
    Play {},
    Previous {},
    Rewind {},
    StartOver {},
    Stop {},
}

impl Fields for PlaybackController {
    fields! { ..order: Order<Choice<PlaybackOperation>>; }

    fn check(&self, problems: &mut Problems) {
        self.order.check(problems);
    }
}

impl Capability for PlaybackController {
    const INTERFACE: &'static str = "Alexa.PlaybackController";
    const KEY: &'static str = "playback";
    const MEANING: &'static str = "a player's keys: play, pause, next …";
    const CATEGORY: Category = Category::MusicSystem;

    type Directive = Directive;

    fn properties(&self) -> Vec<Property<'_>> {
        Vec::new()
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        let operations = self.order.spelling().iter();
        let operations: Vec<_> = operations.map(|operation| &operation.alexa).collect();
        declared
            .peculiar
            .insert("supportedOperations".to_owned(), json!(operations));
        declared
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        tell(&self.order, directive.into(), device).await
    }
}
