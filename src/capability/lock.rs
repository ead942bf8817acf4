//! A lock: [Alexa.LockController](https://developer.amazon.com/docs/device-apis/alexa-lockcontroller.html).
//!
//! Firmware: a function that takes a word for locked and one for unlocked, and perhaps a variable that tells which it
//! is, or that it is jammed. Alexa asks for a PIN before it unlocks, if its user has set one.

use serde::{Deserialize, Serialize};

use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::device::{Device, Reply};
use crate::particle;
use crate::value::LockState;

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct LockController(Control<LockState>);

#[derive(Deserialize)]
pub(super) enum Directive {
    Lock {},
    Unlock {},
}

const LOCK_STATE: &str = "lockState";

impl Capability for LockController {
    const INTERFACE: &'static str = "Alexa.LockController";
    const KEY: &'static str = "lock";
    const CATEGORY: Category = Category::Smartlock;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setLock"),
        variable: Self::KEY,
        values: "`locked`, `unlocked` or `jammed`",
    }];

    type Directive = Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(Self)
    }

    fn resolve(&mut self, device: &particle::Device) {
        self.0.resolve(device);
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property {
            name: LOCK_STATE,
            binding: &self.0,
        }]
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let state = match directive {
            Directive::Lock {} => LockState::Locked,
            Directive::Unlock {} => LockState::Unlocked,
        };
        device.set(LOCK_STATE, &self.0, &state).await
    }
}
