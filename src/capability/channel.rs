//! Which channel a television shows: [Alexa.ChannelController].
//!
//! Firmware: a function that takes the number, or a word, of a channel, and perhaps a variable that tells it, without which
//! there is no next one, unless there are functions for that.
//!
//! [Alexa.ChannelController]: https://developer.amazon.com/docs/device-apis/alexa-channelcontroller.html

use serde::{Deserialize, Serialize, Serializer};

use super::{Capability, Property};
use crate::alexa::discovery::Category;
use crate::alexa::{Error, Kind};
use crate::binding::{Control, Convention, Order};
use crate::device::{Device, Reply};
use crate::language::{Fields, Problems, fields};
use crate::particle;
use crate::value::{Channel, Presses};

#[derive(Debug, Default)]
pub(super) struct ChannelController {
    control: Control<Channel>,
    next: Option<Order<Presses>>,
    previous: Option<Order<Presses>>,
}

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    ChangeChannel {
        #[serde(default)]
        channel: Called,
        #[serde(default)]
        channel_metadata: Metadata,
    },
    SkipChannels {
        #[serde(deserialize_with = "crate::lenient::whole")]
        channel_count: i64,
    },
}

/// What Alexa calls a channel: at least one of these, or the name beside them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Called {
    number: Option<String>,
    call_sign: Option<String>,
    affiliate_call_sign: Option<String>,
    uri: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Metadata {
    name: Option<String>,
}

const CHANNEL: &str = "channel";

impl Fields for ChannelController {
    const EXPECTED: Option<&'static str> = Control::<Channel>::EXPECTED;

    fields! {
        "next" => next: "the function for the next channel, told how many in place of {}; without {} it goes one";
        "previous" => previous: "the same for the one before";
        ..control: Control<Channel>;
    }

    fn check(&self, problems: &mut Problems) {
        self.control.check(problems);
        let alone = self.next.is_some() != self.previous.is_some();
        let message = "`next` and `previous` go together; add the other";
        problems.of_table(alone.then_some(message));
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Control::short(name).map(|control| {
            control.map(|control| Self {
                control,
                ..Self::default()
            })
        })
    }
}

impl Serialize for ChannelController {
    /// Without functions for the next one and the one before, as the control alone, which may be no table but a name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct All<'a> {
            #[serde(flatten)]
            control: &'a Control<Channel>,
            next: &'a Order<Presses>,
            previous: &'a Order<Presses>,
        }

        let control = &self.control;
        match (&self.next, &self.previous) {
            (Some(next), Some(previous)) => All {
                control,
                next,
                previous,
            }
            .serialize(serializer),
            _ => control.serialize(serializer),
        }
    }
}

impl Capability for ChannelController {
    const INTERFACE: &'static str = "Alexa.ChannelController";
    const KEY: &'static str = "channel";
    const MEANING: &'static str = "the channel of a television or a radio";
    const CATEGORY: Category = Category::Tv;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setChannel"),
        variable: CHANNEL,
        values: "the number of the channel, or its name as it is said",
    }];

    type Directive = Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        let control = Control::by_convention(names, device)?;
        Some(Self {
            control,
            ..Self::default()
        })
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        self.control.resolve(device)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(CHANNEL, &self.control)]
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let channel = match directive {
            Directive::ChangeChannel {
                channel,
                channel_metadata,
            } => {
                let called = [
                    &channel.number,
                    &channel.call_sign,
                    &channel.affiliate_call_sign,
                    &channel.uri,
                    &channel_metadata.name,
                ];
                let called: Vec<_> = called.into_iter().filter_map(Option::as_deref).collect();
                self.control.spelling().find(&called)?
            }
            Directive::SkipChannels { channel_count } => {
                let own = if channel_count < 0 {
                    &self.previous
                } else {
                    &self.next
                };
                let presses = Presses(channel_count.saturating_abs());
                if let Some(own) = own
                    .as_ref()
                    .filter(|own| presses == Presses(1) || own.says_the_value())
                {
                    return skip(own, &presses, device).await;
                }
                match device.get(&self.control).await? {
                    Channel::Number(present) => {
                        self.control.spelling().shifted(present, channel_count)
                    }
                    Channel::Named(_) => {
                        let message = "the present channel has no number to count from";
                        return Err(Error::new(Kind::InvalidValue, message));
                    }
                }
            }
        };
        device.set(CHANNEL, &self.control, &channel).await
    }
}

/// Goes to another channel; nobody knows to which, so nothing is told of it.
async fn skip(
    order: &Order<Presses>,
    presses: &Presses,
    device: &Device<'_>,
) -> Result<Reply, Error> {
    let command = order.command(presses).ok_or_else(|| {
        Error::new(
            Kind::InvalidDirective,
            "the endpoint has no function for that",
        )
    })?;
    device.call(&command).await?;
    Ok(Reply::default())
}
