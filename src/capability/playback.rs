//! The keys of a player: [Alexa.PlaybackController].
//!
//! Firmware: a function that takes a word for each key, or a function for each.
//!
//! [Alexa.PlaybackController]: https://developer.amazon.com/docs/device-apis/alexa-playbackcontroller.html

use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::IntoStaticStr;

use super::{Capability, Property};
use crate::alexa::discovery::{self, Category};
use crate::alexa::{Error, Kind};
use crate::binding::Order;
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, fields};
use crate::value::{Choice, ChoiceKind, PlaybackOperation};

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
    fields! {  ..order: Order<Choice<PlaybackOperation>>; }

    fn problem(&self) -> Option<String> {
        self.order.problem()
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

/// Tells the device an operation, and Alexa nothing of the outcome but that it was done.
pub(super) async fn tell<K: ChoiceKind>(
    order: &Order<Choice<K>>,
    operation: &str,
    device: &Device<'_>,
) -> Result<Reply, Error> {
    let known = order.spelling().find(operation).ok();
    let command = known.as_ref().and_then(|choice| order.command(choice));
    let command = command.ok_or_else(|| {
        let message = format!("the endpoint cannot {operation}; discover devices again");
        Error::new(Kind::InvalidDirective, message)
    })?;
    device.call(&command).await?;
    Ok(Reply::default())
}
