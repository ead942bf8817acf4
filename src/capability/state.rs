//! The shape of an interface that has a directive for each state of something.
//!
//! Firmware: a function that takes a word for each state, and perhaps a variable that tells which it is.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::device::{Device, Reply};
use crate::language::{Fields, fields};
use crate::particle;
use crate::value::Settable;

/// What tells one such interface from another.
pub(super) trait Stated: Debug + Send + Sync + 'static {
    const INTERFACE: &'static str;
    const KEY: &'static str;
    const MEANING: &'static str;
    const CATEGORY: Category;
    const CONVENTION: &'static [Convention];
    /// Alexa's name of the property.
    const PROPERTY: &'static str;

    type Value: Settable;
    type Directive: DeserializeOwned + Into<Self::Value> + Send;
}

#[derive(Debug, Serialize)]
#[serde(bound = "", transparent)]
pub(super) struct Stating<S: Stated> {
    control: Control<S::Value>,
    #[serde(skip)]
    interface: PhantomData<S>,
}

impl<S: Stated> Fields for Stating<S> {
    const EXPECTED: &'static str = Control::<S::Value>::EXPECTED;

    fields! { ..control: Control<S::Value>; }

    fn problem(&self) -> Option<String> {
        self.control.problem()
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Control::short(name).map(|control| control.map(Self::of))
    }
}

impl<S: Stated> Stating<S> {
    fn of(control: Control<S::Value>) -> Self {
        Self {
            control,
            interface: PhantomData,
        }
    }
}

impl<S: Stated> Default for Stating<S> {
    fn default() -> Self {
        Self::of(Control::default())
    }
}

impl<S: Stated> Capability for Stating<S> {
    const INTERFACE: &'static str = S::INTERFACE;
    const KEY: &'static str = S::KEY;
    const MEANING: &'static str = S::MEANING;
    const CATEGORY: Category = S::CATEGORY;
    const CONVENTION: &'static [Convention] = S::CONVENTION;

    type Directive = S::Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(Self::of)
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        self.control.resolve(device)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(S::PROPERTY, &*self.control)]
    }

    async fn handle(&self, directive: S::Directive, device: &Device<'_>) -> Result<Reply, Error> {
        device
            .set(S::PROPERTY, &self.control, &directive.into())
            .await
    }
}
