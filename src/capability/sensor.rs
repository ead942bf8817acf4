//! The shape of an interface that only tells one property.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Serialize;

use super::{Capability, Never, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Convention, Sensor};
use crate::device::{Device, Reply};
use crate::language::{Fields, fields};
use crate::particle;
use crate::value::Value;

/// What tells one sensor from another.
pub(super) trait Sensed: Debug + Send + Sync + 'static {
    const INTERFACE: &'static str;
    const KEY: &'static str;
    const MEANING: &'static str;
    const CATEGORY: Category;
    const CONVENTION: &'static [Convention];
    /// Alexa's name of the property.
    const PROPERTY: &'static str;

    type Value: Value;
}

#[derive(Debug, Serialize)]
#[serde(bound = "", transparent)]
pub(super) struct Sensing<S: Sensed> {
    sensor: Sensor<S::Value>,
    #[serde(skip)]
    interface: PhantomData<S>,
}

impl<S: Sensed> Fields for Sensing<S> {
    const EXPECTED: &'static str = Sensor::<S::Value>::EXPECTED;

    fields! { ..sensor: Sensor<S::Value>; }

    fn problem(&self) -> Option<String> {
        self.sensor.problem()
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Sensor::short(name).map(|sensor| sensor.map(Self::of))
    }
}

impl<S: Sensed> Sensing<S> {
    fn of(sensor: Sensor<S::Value>) -> Self {
        Self {
            sensor,
            interface: PhantomData,
        }
    }
}

impl<S: Sensed> Default for Sensing<S> {
    fn default() -> Self {
        Self::of(Sensor::default())
    }
}

impl<S: Sensed> Capability for Sensing<S> {
    const INTERFACE: &'static str = S::INTERFACE;
    const KEY: &'static str = S::KEY;
    const MEANING: &'static str = S::MEANING;
    const CATEGORY: Category = S::CATEGORY;
    const CONVENTION: &'static [Convention] = S::CONVENTION;

    type Directive = Never;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Sensor::by_convention(names, device).map(Self::of)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(S::PROPERTY, &self.sensor)]
    }

    async fn handle(&self, directive: Never, _device: &Device<'_>) -> Result<Reply, Error> {
        match directive {}
    }
}
