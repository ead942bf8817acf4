//! Alexa.Speaker. Its volume goes from 0 to 100, and is sent as it was said.

use serde_json::{Value as Json, json};

use super::{Interface, Meaning, Phrase, Said};

/// How far "up" and "down" go where no number is said.
const STEP: f64 = 10.0;

const MUTED: &str = "muted";

pub(super) const SPEAKER: Interface = Interface {
    name: "Alexa.Speaker",
    say: |speaker| {
        if speaker.supports(MUTED) {
            "set the volume to 50, mute".to_owned()
        } else {
            "set the volume to 50".to_owned()
        }
    },
    offers: |speaker, directive| directive != "AdjustVolume" || speaker.is_told(),
    phrases: &[
        Phrase {
            patterns: &[
                "set the volume of {endpoint} to {number:50}",
                "set|change the volume of|on {endpoint} to {number} [percent]",
                "set|change the volume to {number} [percent] on {endpoint}",
                "set {endpoint} volume to {number} [percent]",
            ],
            meaning: Meaning::Command {
                name: "SetVolume",
                payload: |said| Some(json!({ "volume": said.whole() })),
            },
        },
        Phrase {
            patterns: UP,
            meaning: Meaning::Command {
                name: "AdjustVolume",
                payload: |said| adjust(said, 1.0),
            },
        },
        Phrase {
            patterns: DOWN,
            meaning: Meaning::Command {
                name: "AdjustVolume",
                payload: |said| adjust(said, -1.0),
            },
        },
        Phrase {
            patterns: MUTE,
            meaning: Meaning::Command {
                name: "SetMute",
                payload: |said| mute(said, true),
            },
        },
        Phrase {
            patterns: UNMUTE,
            meaning: Meaning::Command {
                name: "SetMute",
                payload: |said| mute(said, false),
            },
        },
        Phrase {
            patterns: &[
                "what is the volume of|on {endpoint}",
                "what is {endpoint} volume",
                "how loud is {endpoint}",
            ],
            meaning: Meaning::Question(|told| {
                let volume = told.property("volume")?.as_i64()?;
                Some(format!("The volume of {} is {volume}.", told.endpoint))
            }),
        },
        Phrase {
            patterns: &["is {endpoint} muted"],
            meaning: Meaning::Question(|told| {
                Some(if told.property(MUTED)?.as_bool()? {
                    format!("Yes, {} is muted.", told.endpoint)
                } else {
                    format!("No, {} is not muted.", told.endpoint)
                })
            }),
        },
    ],
    ..Interface::PLAIN
};

pub(super) const UP: &[&str] = &[
    "turn the volume up on {endpoint} [by {number:20}]",
    "turn the volume up by {number} on {endpoint}",
    "turn up the volume on|of {endpoint} [by {number}]",
    "turn up the volume by {number} on {endpoint}",
    "turn {endpoint} [volume] up [by {number}]",
    "make {endpoint} louder",
    "turn up {endpoint} [by {number}]",
    "increase|raise the volume of|on {endpoint} [by {number}]",
    "increase|raise the volume by {number} on {endpoint}",
    "increase|raise {endpoint} volume [by {number}]",
    "volume up [{number}] on {endpoint}",
];
pub(super) const DOWN: &[&str] = &[
    "turn the volume down on {endpoint} [by {number:20}]",
    "turn the volume down by {number} on {endpoint}",
    "turn down the volume on|of {endpoint} [by {number}]",
    "turn down the volume by {number} on {endpoint}",
    "turn {endpoint} [volume] down [by {number}]",
    "make {endpoint} quieter|softer",
    "turn down {endpoint} [by {number}]",
    "decrease|lower|reduce the volume of|on {endpoint} [by {number}]",
    "decrease|lower|reduce the volume by {number} on {endpoint}",
    "decrease|lower|reduce {endpoint} volume [by {number}]",
    "volume down [{number}] on {endpoint}",
];
pub(super) const MUTE: &[&str] = &["mute {endpoint}"];
pub(super) const UNMUTE: &[&str] = &["unmute {endpoint}"];

fn mute(said: &Said<'_>, mute: bool) -> Option<Json> {
    said.capability
        .supports(MUTED)
        .then(|| json!({ "mute": mute }))
}

fn adjust(said: &Said<'_>, direction: f64) -> Option<Json> {
    let (volume, is_default) = said.number_or(STEP);
    Some(json!({ "volume": super::whole(direction * volume), "volumeDefault": is_default }))
}
