//! The shape of an interface that sets and moves one percentage.
//!
//! Firmware: a function that takes a number, and a variable that tells it, without which there is nothing to move from.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use super::switching::Switching;
use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::Category;
use crate::binding::{Control, Convention};
use crate::device::{Change, Device, Reply};
use crate::language::{Fields, fields};
use crate::particle;
use crate::value::{Percent, PowerState};

/// What tells one level from another.
pub(super) trait Levelled: Debug + Send + Sync + 'static {
    const INTERFACE: &'static str;
    const KEY: &'static str;
    const MEANING: &'static str;
    const CATEGORY: Category;
    const CONVENTION: &'static [Convention];
    /// Alexa's name of the property.
    const PROPERTY: &'static str;

    type Directive: DeserializeOwned + Into<Change> + Send;
}

#[derive(Debug)]
pub(super) struct Level<L: Levelled> {
    control: Control<Percent>,
    switching: Switching,
    interface: PhantomData<L>,
}

impl<L: Levelled> Fields for Level<L> {
    const EXPECTED: &'static str = Control::<Percent>::EXPECTED;

    fields! {
        ..control: Control<Percent>;
        ..switching: Switching;
    }

    fn problem(&self) -> Option<String> {
        self.control.problem()
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Control::short(name).map(|control| control.map(Self::of))
    }
}

impl<L: Levelled> Level<L> {
    fn of(control: Control<Percent>) -> Self {
        Self {
            control,
            switching: Switching::default(),
            interface: PhantomData,
        }
    }
}

impl<L: Levelled> Default for Level<L> {
    fn default() -> Self {
        Self::of(Control::default())
    }
}

impl<L: Levelled> Capability for Level<L> {
    const INTERFACE: &'static str = L::INTERFACE;
    const KEY: &'static str = L::KEY;
    const MEANING: &'static str = L::MEANING;
    const CATEGORY: Category = L::CATEGORY;
    const CONVENTION: &'static [Convention] = L::CONVENTION;

    type Directive = L::Directive;

    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(Self::of)
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        self.control.resolve(device)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        vec![Property::of(L::PROPERTY, &*self.control)]
    }

    async fn handle(&self, directive: L::Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let reply = device
            .change(L::PROPERTY, &self.control, directive.into())
            .await?;
        let none = reply.changed.iter().all(|state| state.value == 0);
        let power = if none {
            PowerState::Off
        } else {
            PowerState::On
        };
        Ok(self.switching.follow(reply, power))
    }
}

impl<L: Levelled> Serialize for Level<L> {
    /// Where nothing is said of its power, as the control alone, which may be no table but a name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Both<'a> {
            #[serde(flatten)]
            control: &'a Control<Percent>,
            #[serde(flatten)]
            switching: &'a Switching,
        }

        if self.switching.is_default() {
            self.control.serialize(serializer)
        } else {
            let (control, switching) = (&self.control, &self.switching);
            Both { control, switching }.serialize(serializer)
        }
    }
}
