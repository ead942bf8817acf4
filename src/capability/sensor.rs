//! The shape of an interface that only tells one property.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::{Capability, Never, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Convention, Sensor};
use crate::device::{Device, Reply};
use crate::particle;
use crate::value::Value;

/// What tells one sensor from another.
pub(super) trait Sensed: Debug + Send + Sync + 'static {
    const INTERFACE: &'static str;
    const KEY: &'static str;
    const CATEGORY: Category;
    const CONVENTION: &'static [Convention];
    /// Alexa's name of the property.
    const PROPERTY: &'static str;

    type Value: Value + Debug;
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(bound = "", transparent)]
pub(super) struct Sensing<S: Sensed>(Sensor<S::Value>);

impl<S: Sensed> Capability for Sensing<S> {
    const INTERFACE: &'static str = S::INTERFACE;
    const KEY: &'static str = S::KEY;
    const CATEGORY: Category = S::CATEGORY;
    const CONVENTION: &'static [Convention] = S::CONVENTION;

    type Directive = Never;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Sensor::by_convention(names, device).map(Self)
    }

    fn resolve(&mut self, _device: &particle::Device) {}

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property {
            name: S::PROPERTY,
            binding: &self.0,
        }]
    }

    async fn handle(&self, directive: Never, _device: &Device<'_>) -> Result<Reply, Error> {
        match directive {}
    }
}
