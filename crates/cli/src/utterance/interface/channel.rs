//! Alexa.ChannelController.

use serde_json::json;

use super::{Interface, Meaning, Phrase, whole};
use crate::capability::Capability;

pub(super) const CHANNEL: Interface = Interface {
    name: "Alexa.ChannelController",
    say: |tuner| {
        if can_skip(tuner) {
            "change the channel to 7, next channel".to_owned()
        } else {
            "change the channel to 7".to_owned()
        }
    },
    offers: |tuner, directive| directive != "SkipChannels" || can_skip(tuner),
    phrases: &[
        Phrase {
            patterns: &[
                "change the channel to {number:7} on {endpoint}",
                "set|change|switch|tune [the] channel to {number} on {endpoint}",
                "set|change|switch|tune [the] channel of|on {endpoint} to {number}",
                "set|change|switch|tune {endpoint} to channel {number}",
            ],
            meaning: Meaning::Command {
                name: "ChangeChannel",
                payload: |said| {
                    // Some channels have a decimal: 7.1.
                    let number = said.number().to_string();
                    Some(json!({ "channel": { "number": number }, "channelMetadata": {} }))
                },
            },
        },
        Phrase {
            patterns: &[
                "change the channel to {text:pbs} on {endpoint}",
                "set|change|switch|tune [the] channel to {text} on {endpoint}",
                "set|change|switch|tune [the] channel of|on {endpoint} to {text}",
                "set|change|switch|tune {endpoint} to channel {text}",
            ],
            meaning: Meaning::Command {
                name: "ChangeChannel",
                payload: |said| {
                    let name = said.slots.text.as_ref()?.join(" ");
                    Some(json!({ "channel": {}, "channelMetadata": { "name": name } }))
                },
            },
        },
        Phrase {
            patterns: &["next channel on {endpoint}", "channel up on {endpoint}"],
            meaning: Meaning::Command {
                name: "SkipChannels",
                payload: |_| Some(json!({ "channelCount": 1 })),
            },
        },
        Phrase {
            patterns: &[
                "previous channel on {endpoint}",
                "channel down on {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "SkipChannels",
                payload: |_| Some(json!({ "channelCount": -1 })),
            },
        },
        Phrase {
            patterns: &[
                "skip {number:3} channels on {endpoint}",
                "skip {number} channel on {endpoint}",
            ],
            meaning: Meaning::Command {
                name: "SkipChannels",
                payload: |said| Some(json!({ "channelCount": whole(said.number()) })),
            },
        },
        Phrase {
            patterns: &[
                "what channel is {endpoint} on",
                "what is the channel of|on {endpoint}",
            ],
            meaning: Meaning::Question(|told| {
                let channel = told.property("channel")?;
                let keys = ["number", "callSign", "affiliateCallSign"];
                let channel = keys.iter().find_map(|key| channel.get(key)?.as_str())?;
                Some(format!("{} is on channel {channel}.", told.endpoint))
            }),
        },
    ],
    ..Interface::PLAIN
};

/// Whether there is a channel to count from, or a function that goes to the next.
fn can_skip(tuner: &Capability) -> bool {
    tuner.is_told() || tuner.binding("/next").is_some()
}
