//! The shape of an interface that sets and moves one percentage.
//!
//! Firmware: a function that takes a number, and a variable that tells it, without which there is nothing to move from.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::device::{Change, Device, Reply};
use crate::particle;
use crate::value::Percent;

/// What tells one level from another.
pub(super) trait Levelled: Debug + Send + Sync + 'static {
    const INTERFACE: &'static str;
    const KEY: &'static str;
    const CATEGORY: Category;
    const CONVENTION: &'static [Convention];
    /// Alexa's name of the property.
    const PROPERTY: &'static str;

    type Directive: DeserializeOwned + Into<Change> + Send;
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(bound = "", transparent)]
pub(super) struct Level<L: Levelled>(Control<Percent>, #[serde(skip)] std::marker::PhantomData<L>);

impl<L: Levelled> Capability for Level<L> {
    const INTERFACE: &'static str = L::INTERFACE;
    const KEY: &'static str = L::KEY;
    const CATEGORY: Category = L::CATEGORY;
    const CONVENTION: &'static [Convention] = L::CONVENTION;

    type Directive = L::Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(|control| Self(control, std::marker::PhantomData))
    }

    fn resolve(&mut self, device: &particle::Device) {
        self.0.resolve(device);
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property {
            name: L::PROPERTY,
            binding: &self.0,
        }]
    }

    async fn handle(&self, directive: L::Directive, device: &Device<'_>) -> Result<Reply, Error> {
        device.change(L::PROPERTY, &self.0, directive.into()).await
    }
}
