//! A lock: [Alexa.LockController](https://developer.amazon.com/docs/device-apis/alexa-lockcontroller.html).
//!
//! Firmware: a function that takes a word for locked and one for unlocked, and perhaps a variable that tells which it
//! is, or that it is jammed. Alexa asks for a PIN before it unlocks, if its user has set one.

use serde::Deserialize;

use super::single::Interface;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::value::LockState;

#[derive(Debug)]
pub(super) enum LockController {}

#[derive(Deserialize)]
pub(super) enum Directive {
    Lock {},
    Unlock {},
}

impl Interface for LockController {
    const INTERFACE: &'static str = "Alexa.LockController";
    const KEY: &'static str = "lock";
    const MEANING: &'static str = "a lock";
    const CATEGORY: Category = Category::Smartlock;
    const CONVENTION: &'static [Convention] = &[Convention {
        function: Some("setLock"),
        variable: Self::KEY,
        values: "`locked`, `unlocked` or `jammed`",
    }];
    const PROPERTY: &'static str = "lockState";

    type Directive = Directive;
    type Binding = Control<LockState>;
}

impl From<Directive> for LockState {
    fn from(directive: Directive) -> Self {
        match directive {
            Directive::Lock {} => Self::Locked,
            Directive::Unlock {} => Self::Unlocked,
        }
    }
}
