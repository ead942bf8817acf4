//! Alexa.PlaybackStateReporter.

use super::{Interface, Meaning, Phrase, Told, spoken};

pub(super) const PLAYBACK_STATE: Interface = Interface {
    name: "Alexa.PlaybackStateReporter",
    say: |_| "is it playing".to_owned(),
    phrases: &[
        Phrase {
            patterns: &["is {endpoint} playing"],
            meaning: Meaning::Question(|told| tell(told, "PLAYING")),
        },
        Phrase {
            patterns: &["is {endpoint} paused"],
            meaning: Meaning::Question(|told| tell(told, "PAUSED")),
        },
        Phrase {
            patterns: &["is {endpoint} stopped"],
            meaning: Meaning::Question(|told| tell(told, "STOPPED")),
        },
    ],
    ..Interface::PLAIN
};

fn tell(told: &Told<'_>, asked: &str) -> Option<String> {
    let playback = told.property("playbackState")?;
    let state = playback.get("state")?.as_str()?;
    let answer = if state == asked { "Yes" } else { "No" };
    Some(format!("{answer}, {} is {}.", told.endpoint, spoken(state)))
}
