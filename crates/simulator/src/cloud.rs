//! The state behind the API: devices, tokens, faults, and the record of what was asked.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::{sync::watch, time::sleep};

use crate::{
    answer::Refusal,
    dialect::Dialect,
    door::Door,
    fault::{Active, Condition, Effect, Fault, Kind, Scope, Setting, Target},
    home::{Home, List, OAuth, Settings, Tuning},
    record::Record,
    tls::Certificate,
};

mod authorization;
mod clients;
mod device;
mod guard;
mod shelf;
mod tokens;

pub(crate) use authorization::{Authorization, Code, Step};
pub(crate) use clients::{Client, Clients};
pub(crate) use device::{Describe, Device, Reach};
pub(crate) use guard::Guard;
pub(crate) use shelf::Shelf;
pub(crate) use tokens::{Holder, Pair, TokenError, Tokens};

/// One cloud with one account in it.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) settings: Settings,
    pub(crate) tuning: watch::Sender<Tuning>,
    pub(crate) record: Record,
    pub(crate) door: Door,
    pub(crate) connections: AtomicUsize,
    /// How many of them are open.
    pub(crate) open: watch::Sender<usize>,
    pub(crate) handshakes: AtomicUsize,
    state: Mutex<State>,
}

/// What requests and tests change.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) devices: Vec<Device>,
    pub(crate) tokens: Tokens,
    pub(crate) clients: Clients,
    /// Those that somebody has still to allow.
    pub(crate) authorizations: Shelf<Authorization>,
    pub(crate) codes: Shelf<Code>,
    /// Sign-ins with a password that wait for the second factor.
    pub(crate) awaiting_otp: Shelf<AwaitingOtp>,
    pub(crate) guard: Guard,
    /// How far the time of tokens, codes and locks is ahead.
    pub(crate) ahead: Duration,
    fault: Option<Active>,
}

/// A sign-in with a password, before the second factor.
#[derive(Clone, Debug)]
pub(crate) struct AwaitingOtp {
    pub(crate) holder: Holder,
    pub(crate) lifetime: Option<Duration>,
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Open(Arc<Cloud>);

/// Why a fault is not set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum FaultError {
    NoSuchDevice(String),
    Unfit(&'static str),
}

impl Cloud {
    pub(crate) fn new(Home(settings): Home, door: Door) -> Self {
        let now = SystemTime::now();
        let devices = settings
            .devices
            .iter()
            .zip(0..)
            .map(|(device, position)| Device::new(device, now - Duration::from_secs(position)));
        let state = State {
            devices: devices.collect(),
            tokens: Tokens::with(settings.token.clone()),
            clients: Clients::new(&settings.clients),
            authorizations: Shelf::default(),
            codes: Shelf::default(),
            awaiting_otp: Shelf::default(),
            guard: Guard::default(),
            ahead: Duration::ZERO,
            fault: settings.fault().map(Active::new),
        };
        state.tend(&door);
        Self {
            tuning: watch::Sender::new(settings.tuning()),
            settings,
            record: Record::default(),
            door,
            connections: AtomicUsize::new(0),
            open: watch::Sender::new(0),
            handshakes: AtomicUsize::new(0),
            state: Mutex::new(state),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Firmware may be interrupted by a panic in the middle of a change; the simulator goes on with what there is.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets or lifts a fault.
    pub(crate) fn set_fault(
        &self,
        target: &Target,
        setting: Option<Setting>,
    ) -> Result<(), FaultError> {
        let scope = match target {
            Target::Cloud => Scope::Cloud,
            Target::Device(_) => Scope::Device,
        };
        if let Some(setting) = &setting {
            setting.check(scope).map_err(FaultError::Unfit)?;
        }
        let fault = setting.map(Active::new);
        let mut state = self.state();
        match target {
            Target::Cloud => {
                state.fault = fault;
                state.tend(&self.door);
            }
            Target::Device(reference) => {
                let device = state.device_mut(reference);
                let missing = || FaultError::NoSuchDevice(reference.clone());
                device.ok_or_else(missing)?.fault = fault;
            }
        }
        Ok(())
    }

    /// How many requests were struck by the fault that is set there, if one is.
    pub(crate) fn struck(&self, target: &Target) -> u64 {
        let state = self.state();
        let fault = match target {
            Target::Cloud => state.fault.as_ref(),
            Target::Device(reference) => state
                .device(reference)
                .and_then(|device| device.fault.as_ref()),
        };
        fault.map_or(0, Active::struck)
    }

    /// Lifts every fault there is.
    pub(crate) fn lift_faults(&self) {
        let mut state = self.state();
        state.fault = None;
        for device in &mut state.devices {
            device.fault = None;
        }
        state.tend(&self.door);
    }

    /// Whether a device answers; to learn that it is silent takes all of the cloud's patience.
    pub(crate) async fn contact(
        &self,
        reference: &str,
        condition: Option<Condition>,
    ) -> Result<bool, Refusal> {
        let reach = self.state().reach(reference, condition)?;
        if reach == Reach::Silent {
            self.wait().await;
        }
        Ok(reach == Reach::Answers)
    }

    /// Takes all of the cloud's patience.
    pub(crate) async fn wait(&self) {
        let patience = self.tuning.borrow().timeout;
        sleep(patience).await;
    }

    /// What is shown of TLS, where that is spoken.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        self.tuning.borrow().certificate
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.tuning.borrow().dialect
    }

    pub(crate) fn oauth(&self) -> OAuth {
        self.tuning.borrow().oauth
    }

    pub(crate) fn lists_briefly(&self) -> bool {
        self.settings.list == List::Brief
    }

    /// Counts a connection, which is open for as long as what this gives lives.
    pub(crate) fn count_connection(self: &Arc<Self>) -> Open {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.open.send_modify(|open| *open += 1);
        Open(Arc::clone(self))
    }

    pub(crate) fn count_handshake(&self) {
        self.handshakes.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

impl State {
    /// The time, as far as it ends tokens, codes and locks.
    pub(crate) fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        // Beyond the end of the calendar there is no time.
        now.checked_add(self.ahead).unwrap_or(now)
    }

    /// What such a time is on the clock of whoever asks, for whom no time was skipped.
    pub(crate) fn told(&self, time: SystemTime) -> SystemTime {
        time.checked_sub(self.ahead).unwrap_or(time)
    }

    /// Deletes a client of the owner's; `false` if there is none such.
    ///
    /// Nobody can refresh its tokens any more. Its access tokens hold until they expire: to check one, the cloud does
    /// not look at the client.
    pub(crate) fn delete_client(&mut self, id: &str) -> bool {
        self.tokens.revoke_refresh_of(id);
        self.clients.delete(id)
    }

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

    /// The device a request names.
    pub(crate) fn at(&mut self, reference: &str) -> Result<&mut Device, Refusal> {
        self.device_mut(reference).ok_or(Refusal::PermissionDenied)
    }

    /// What befalls a request: the fault of the device it names, otherwise the cloud's.
    pub(crate) fn strike(&mut self, device: Option<&str>, kind: Option<Kind>) -> Option<Effect> {
        let own = device.and_then(|reference| self.device_mut(reference)?.fault.as_mut());
        if let Some(own) = own.filter(|own| own.awaits(kind)) {
            return Some(own.strike(Scope::Device));
        }
        let common = self.fault.as_mut().filter(|fault| fault.awaits(kind))?;
        Some(common.strike(Scope::Cloud))
    }

    /// What a list of the devices shows to be wrong with each, in their order; `common` is what befalls the list.
    pub(crate) fn strike_each(&mut self, common: Option<Condition>) -> Vec<Option<Condition>> {
        let condition = |device: &mut Device| {
            let own = device.fault.as_mut();
            let Some(own) = own.filter(|own| own.awaits(Some(Kind::List))) else {
                return common;
            };
            // The list is not about one device: only what it tells of the device shows the fault.
            let condition = own.condition();
            if condition.is_some() {
                own.strike(Scope::Device);
            }
            condition
        };
        self.devices.iter_mut().map(condition).collect()
    }

    /// What the list would show to be wrong with a device.
    pub(crate) fn condition(&self, device: &Device) -> Option<Condition> {
        let listed = |fault: &&Active| fault.awaits(Some(Kind::List));
        let own = device.fault.as_ref().filter(listed);
        own.or(self.fault.as_ref().filter(listed))?.condition()
    }

    /// What is left of the cloud's own fault.
    pub(crate) fn fault(&self) -> Option<Setting> {
        self.fault.as_ref()?.left()
    }

    /// Closes the door while connections are refused.
    fn tend(&self, door: &Door) {
        match &self.fault {
            Some(fault) if fault.fault() == Fault::Refused => door.close(fault.until()),
            Some(_) | None => door.open(),
        }
    }

    fn reach(&mut self, reference: &str, condition: Option<Condition>) -> Result<Reach, Refusal> {
        let device = self.at(reference)?;
        let reach = device.reach(condition);
        if reach == Reach::Answers {
            device.last_heard = SystemTime::now();
        }
        Ok(reach)
    }
}
