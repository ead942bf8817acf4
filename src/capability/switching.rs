//! What a command to one interface of a lamp, fan or heater does to its power.

use serde::Serialize;

use super::power::PowerController;
use super::single::Interface as _;
use crate::device::Reply;
use crate::language::{Fields, fields};
use crate::value::{PowerState, Value as _};

/// Whether commands switch what is commanded on, as its owner says: the device is not asked.
#[derive(Debug, Default, Serialize)]
pub(super) struct Switching {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    turns_on: bool,
}

impl Fields for Switching {
    fields! {
        "turns_on" => turns_on: "whether a command also switches the `power` of the endpoint: on, or off where it sets 0";
    }
}

impl Switching {
    pub(super) fn is_default(&self) -> bool {
        !self.turns_on
    }

    /// The key of the capability that it switches.
    pub(super) fn needs(&self) -> Option<&'static str> {
        self.turns_on.then_some(PowerController::KEY)
    }

    /// The reply to a command, with the power that it leads to.
    pub(super) fn follow(&self, reply: Reply, power: PowerState) -> Reply {
        if self.turns_on {
            reply.followed_by(
                PowerController::INTERFACE,
                PowerController::PROPERTY,
                power.to_alexa(),
            )
        } else {
            reply
        }
    }
}
