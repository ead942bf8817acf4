//! What a player does: [Alexa.PlaybackStateReporter].
//!
//! Firmware: a variable that says so in three words.
//!
//! [Alexa.PlaybackStateReporter]: https://developer.amazon.com/docs/device-apis/alexa-playbackstatereporter.html

use super::Never;
use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::{Convention, Sensor};
use crate::value::PlaybackState;

#[derive(Debug)]
pub(super) enum PlaybackStateReporter {}

impl Interface for PlaybackStateReporter {
    const INTERFACE: &'static str = "Alexa.PlaybackStateReporter";
    const KEY: &'static str = "playback_state";
    const MEANING: &'static str = "whether a player plays, is paused or stopped";
    const CATEGORY: Category = Category::MusicSystem;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: None,
        variable: Self::PROPERTY,
        values: "`playing`, `paused` or `stopped`",
    }];
    const PROPERTY: &'static str = "playbackState";

    type Directive = Never;
    type Binding = Sensor<PlaybackState>;
}
