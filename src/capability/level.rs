//! A percentage that is set and moved.
//!
//! Firmware: a function that takes a number, and a variable that tells it, without which there is nothing to move from.

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::single::{Known, Obeys};
use super::switching::Switching;
use crate::alexa::Error;
use crate::binding::{Binding, Control, Convention};
use crate::device::{Change, Device, Reply};
use crate::language::{Fields, Problems, fields};
use crate::particle;
use crate::value::{Percent, PowerState};

/// How it is set, and what that does to the power.
#[derive(Debug, Default)]
pub(super) struct Level {
    control: Control<Percent>,
    switching: Switching,
}

impl From<Control<Percent>> for Level {
    fn from(control: Control<Percent>) -> Self {
        let switching = Switching::default();
        Self { control, switching }
    }
}

impl Fields for Level {
    const EXPECTED: Option<&'static str> = Control::<Percent>::EXPECTED;

    fields! {
        ..control: Control<Percent>;
        ..switching: Switching;
    }

    fn check(&self, problems: &mut Problems) {
        self.control.check(problems);
    }

    fn short(name: &str) -> Option<Result<Self, String>> {
        Control::short(name).map(|control| control.map(Self::from))
    }
}

impl Binding for Level {
    fn variable(&self) -> Option<&str> {
        self.control.variable()
    }

    fn report(&self, said: &Json) -> Option<Json> {
        self.control.report(said)
    }
}

impl Known for Level {
    fn by_convention(names: &Convention, device: &particle::Device) -> Option<Self> {
        Control::by_convention(names, device).map(Self::from)
    }

    fn needs(&self) -> Option<&'static str> {
        self.switching.needs()
    }

    fn resolve(&mut self, device: &particle::Device) -> bool {
        self.control.resolve(device)
    }
}

impl<D: Into<Change> + Send> Obeys<D> for Level {
    async fn obey(
        &self,
        property: &'static str,
        directive: D,
        device: &Device<'_>,
    ) -> Result<Reply, Error> {
        let reply = device
            .change(property, &self.control, directive.into())
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

impl Serialize for Level {
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
