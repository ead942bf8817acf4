//! The state behind the API: devices, tokens, faults, and the record of what was asked.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::time::sleep;

use crate::{
    answer::Refusal,
    dialect::Dialect,
    fault::{Condition, Effect, Fault, Scope},
    home::{Home, List, Settings},
    record::Record,
};

mod device;
mod tokens;

pub(crate) use device::{Describe, Device, Reach};
pub(crate) use tokens::{Pair, TokenError, Tokens};

/// One cloud with one account in it.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) settings: Settings,
    pub(crate) record: Record,
    pub(crate) connections: AtomicUsize,
    pub(crate) handshakes: AtomicUsize,
    state: Mutex<State>,
}

/// What requests and tests change.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) devices: Vec<Device>,
    pub(crate) tokens: Tokens,
    pub(crate) fault: Option<Fault>,
}

impl Cloud {
    pub(crate) fn new(Home(settings): Home) -> Self {
        let now = SystemTime::now();
        let devices = settings
            .devices
            .iter()
            .zip(0..)
            .map(|(device, position)| Device::new(device, now - Duration::from_secs(position)));
        let state = State {
            devices: devices.collect(),
            tokens: Tokens::with(settings.token.clone()),
            fault: settings.fault,
        };
        Self {
            settings,
            record: Record::default(),
            connections: AtomicUsize::new(0),
            handshakes: AtomicUsize::new(0),
            state: Mutex::new(state),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Firmware may be interrupted by a panic in the middle of a change; the simulator goes on with what there is.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a device answers; to learn that it is silent takes all of the cloud's patience.
    pub(crate) async fn contact(&self, reference: &str) -> Result<bool, Refusal> {
        let reach = self.state().reach(reference)?;
        if reach == Reach::Silent {
            sleep(self.settings.timeout).await;
        }
        Ok(reach == Reach::Answers)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.settings.dialect
    }

    pub(crate) fn lists_briefly(&self) -> bool {
        self.settings.list == List::Brief
    }

    pub(crate) fn count_connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_handshake(&self) {
        self.handshakes.fetch_add(1, Ordering::Relaxed);
    }
}

impl State {
    /// The device with this id or name, exactly as written.
    pub(crate) fn device(&self, reference: &str) -> Option<&Device> {
        self.devices
            .iter()
            .find(|device| device.answers_to(reference))
    }

    pub(crate) fn device_mut(&mut self, reference: &str) -> Option<&mut Device> {
        self.devices
            .iter_mut()
            .find(|device| device.answers_to(reference))
    }

    /// The device a request names, and what is wrong with it.
    pub(crate) fn at(
        &mut self,
        reference: &str,
    ) -> Result<(&mut Device, Option<Condition>), Refusal> {
        let condition = self
            .device(reference)
            .and_then(|device| self.condition(device));
        let device = self
            .device_mut(reference)
            .ok_or(Refusal::PermissionDenied)?;
        Ok((device, condition))
    }

    /// What befalls a request: the fault of the device it names, otherwise the cloud's.
    pub(crate) fn effect(&self, device: Option<&Device>) -> Option<Effect> {
        let own = device.and_then(|device| device.fault);
        own.map(|fault| fault.effect(Scope::Device))
            .or_else(|| Some(self.fault?.effect(Scope::Cloud)))
    }

    /// What is wrong with a device, by its own fault or the cloud's.
    pub(crate) fn condition(&self, device: &Device) -> Option<Condition> {
        match self.effect(Some(device))? {
            Effect::Condition(condition) => Some(condition),
            Effect::Answer(_) | Effect::Delivery(_) | Effect::Hang | Effect::Reset => None,
        }
    }

    fn reach(&mut self, reference: &str) -> Result<Reach, Refusal> {
        let (device, condition) = self.at(reference)?;
        let reach = device.reach(condition);
        if reach == Reach::Answers {
            device.last_heard = SystemTime::now();
        }
        Ok(reach)
    }
}
