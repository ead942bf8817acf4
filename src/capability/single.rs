//! The shape of an interface with one property, which has one binding.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Capability, Never, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Binding, Control, Convention, Sensor};
use crate::device::{Device, Reply};
use crate::language::{Fields, Problems, fields};
use crate::particle;
use crate::value::{Settable, Value};

/// What tells one such interface from another.
pub(super) trait Interface: Debug + Send + Sync + 'static {
    const INTERFACE: &'static str;
    const KEY: &'static str;
    const MEANING: &'static str;
    const CATEGORY: Category;
    const CONVENTION: &'static [Convention];
    /// See [`Capability::YIELDS_TO`].
    const YIELDS_TO: Option<&'static str> = None;
    /// Alexa's name of the property.
    const PROPERTY: &'static str;

    type Directive: DeserializeOwned + Send;
    type Binding: Obeys<Self::Directive>;
}

/// A binding that a device may have under well-known names.
pub(super) trait Known: Binding + Fields + Serialize + Debug + 'static {
    /// The binding of these names, if the device has them.
    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self>;

    /// See [`Capability::needs`].
    fn needs(&self) -> Option<&'static str> {
        None
    }

    /// See [`Capability::resolve`].
    fn resolve(&mut self, _device: &particle::Device) -> bool {
        true
    }
}

/// A binding that does what such a directive asks.
pub(super) trait Obeys<D>: Known {
    /// Does it, and tells what becomes of the property.
    fn obey(
        &self,
        property: &'static str,
        directive: D,
        device: &Device<'_>,
    ) -> impl Future<Output = Result<Reply, Error>> + Send;
}

#[derive(Debug, Serialize)]
#[serde(bound = "", transparent)]
pub(super) struct Single<I: Interface> {
    binding: I::Binding,
    #[serde(skip)]
    interface: PhantomData<I>,
}

impl<I: Interface> Single<I> {
    fn of(binding: I::Binding) -> Self {
        Self {
            binding,
            interface: PhantomData,
        }
    }
}

impl<I: Interface> Default for Single<I> {
    fn default() -> Self {
        Self::of(I::Binding::default())
    }
}

impl<I: Interface> Fields for Single<I> {
    const EXPECTED: Option<&'static str> = I::Binding::EXPECTED;

    fields! { ..binding: I::Binding; }

    fn check(&self, problems: &mut Problems) {
        self.binding.check(problems);
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        I::Binding::short(name).map(|binding| binding.map(Self::of))
    }
}

impl<I: Interface> Capability for Single<I> {
    const INTERFACE: &'static str = I::INTERFACE;
    const KEY: &'static str = I::KEY;
    const MEANING: &'static str = I::MEANING;
    const CATEGORY: Category = I::CATEGORY;
    const CONVENTION: &'static [Convention] = I::CONVENTION;
    const YIELDS_TO: Option<&'static str> = I::YIELDS_TO;

    type Directive = I::Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        I::Binding::by_convention(names, device).map(Self::of)
    }

    fn needs(&self) -> Option<&'static str> {
        self.binding.needs()
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        self.binding.resolve(device)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(I::PROPERTY, &self.binding)]
    }

    async fn handle(&self, directive: I::Directive, device: &Device<'_>) -> Result<Reply, Error> {
        self.binding.obey(I::PROPERTY, directive, device).await
    }
}

impl<V: Value> Known for Sensor<V> {
    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Self::by_convention(names, device)
    }
}

impl<V: Value> Obeys<Never> for Sensor<V> {
    async fn obey(
        &self,
        _property: &'static str,
        directive: Never,
        _device: &Device<'_>,
    ) -> Result<Reply, Error> {
        match directive {}
    }
}

impl<V: Settable> Known for Control<V> {
    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Self::by_convention(names, device)
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        Self::resolve(self, device)
    }
}

/// Where there is a directive for each value.
impl<V: Settable, D: Into<V> + Send> Obeys<D> for Control<V> {
    async fn obey(
        &self,
        property: &'static str,
        directive: D,
        device: &Device<'_>,
    ) -> Result<Reply, Error> {
        device.set(property, self, &directive.into()).await
    }
}
