//! One device in one directive: the only way from a capability to the cloud.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use serde_json::Value as Json;

use crate::alexa::{Error, Kind, Property};
use crate::binding::{Binding as _, Command, Setting};
use crate::capability::Bound;
use crate::endpoint::Endpoint;
use crate::particle::{DeviceId, Sampled, Session};
use crate::value::{Percent, Settable};

/// A device that a directive is for.
#[derive(Debug)]
pub struct Device<'a> {
    endpoint: &'a Endpoint,
    session: &'a Session<'a>,
}

/// What is known of one property of a capability, in Alexa's spelling.
#[derive(Debug)]
pub struct State {
    /// The interface whose it is, where that is not the capability's own.
    pub interface: Option<&'static str>,
    /// The name of the property.
    pub name: &'static str,
    /// Its value.
    pub value: Json,
    /// When that was so.
    pub at: SystemTime,
    /// How far off that time may be.
    pub uncertainty: Duration,
}

impl State {
    /// The same as a property of this capability.
    pub(crate) fn of(self, capability: &dyn Bound) -> Property {
        Property {
            namespace: capability.entry().interface,
            instance: capability.instance(),
            name: self.name,
            value: self.value,
            time_of_sample: self.at,
            uncertainty: self.uncertainty,
        }
    }
}

/// What a capability made of a directive.
#[derive(Debug, Default)]
pub struct Reply {
    /// The properties that changed, with what was commanded.
    pub changed: Vec<State>,
    /// The interface's own answer instead of `Alexa.Response`: its name and payload.
    pub told: Option<(&'static str, Json)>,
}

impl Reply {
    /// The same, where a property of another interface followed at once. It is told if the endpoint has that interface.
    #[must_use]
    pub fn followed_by(mut self, interface: &'static str, name: &'static str, value: Json) -> Self {
        let follows = self.changed.last().map(|cause| State {
            interface: Some(interface),
            name,
            value,
            at: cause.at,
            uncertainty: cause.uncertainty,
        });
        self.changed.extend(follows);
        self
    }
}

/// What a directive makes of a percentage.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// This, whatever it was.
    To(i64),
    /// So much more, or less.
    By(i64),
}

impl<'a> Device<'a> {
    /// The device that this endpoint is on, reached with the calls of this session.
    #[must_use]
    pub fn of(endpoint: &'a Endpoint, session: &'a Session<'a>) -> Self {
        Self { endpoint, session }
    }

    /// Whether the endpoint has the capability with this key.
    #[must_use]
    pub fn offers(&self, key: &str) -> bool {
        let mut capabilities = self.endpoint.capabilities.iter();
        capabilities.any(|capability| capability.entry().key == key)
    }

    fn id(&self) -> &DeviceId {
        &self.endpoint.id.device
    }

    /// Asks the device for a value.
    ///
    /// # Errors
    /// `FIRMWARE_OUT_OF_DATE` where it has no variable for it, `INVALID_VALUE` where the variable says something else,
    /// and whatever comes of the call.
    pub async fn get<V: Settable>(&self, binding: &Setting<V>) -> Result<V, Error> {
        self.look(binding).await?.ok_or_else(|| unknown(binding))
    }

    /// Asks the device for a value; `None` where its variable says something else.
    ///
    /// # Errors
    /// `FIRMWARE_OUT_OF_DATE` where it has no variable for it, and whatever comes of the call.
    pub async fn look<V: Settable>(&self, binding: &Setting<V>) -> Result<Option<V>, Error> {
        let variable = binding.variable().ok_or_else(|| unknown(binding))?;
        let said = self.session.variable(self.id(), variable).await?.value;
        Ok(binding.read(&said))
    }

    /// Asks the device for what these variables say: each once, all at the same time.
    ///
    /// # Errors
    /// Whatever comes of one of the calls.
    pub async fn read<'v>(
        &self,
        variables: BTreeSet<&'v str>,
    ) -> Result<BTreeMap<&'v str, Json>, Error> {
        let reads = variables.into_iter().map(async |name| {
            let said = self.session.variable(self.id(), name).await?.value;
            Ok((name, said))
        });
        // Each is waited for, so that each is in the record.
        join_all(reads).await.into_iter().collect()
    }

    /// Gives the device a value: one function call, sent once. What is told is what the firmware makes of it.
    ///
    /// # Errors
    /// Whatever comes of the call; a negative return value is a refusal.
    pub async fn set<V: Settable>(
        &self,
        name: &'static str,
        binding: &Setting<V>,
        value: &V,
    ) -> Result<Reply, Error> {
        let command = binding.command(value).ok_or_else(|| {
            Error::new(Kind::InvalidDirective, format!("{name} can only be read"))
        })?;
        let held = binding.held(value);
        let value = held.as_ref().unwrap_or(value);
        self.tell(name, &command, value).await
    }

    /// Calls the function that gives the device a value.
    ///
    /// # Errors
    /// As for [`set`](Self::set).
    pub async fn tell<V: Settable>(
        &self,
        name: &'static str,
        command: &Command<'_>,
        value: &V,
    ) -> Result<Reply, Error> {
        let returned = self.call(command).await?;
        let state = State {
            interface: None,
            name,
            value: value.to_alexa(),
            at: returned.at,
            uncertainty: returned.uncertainty,
        };
        Ok(Reply {
            changed: vec![state],
            told: None,
        })
    }

    /// Gives the device a percentage, or moves the one it has.
    ///
    /// # Errors
    /// `VALUE_OUT_OF_RANGE` for a percentage that is none, and whatever [`get`](Self::get) and [`set`](Self::set) say. A
    /// move stops at the end of the range.
    pub async fn change(
        &self,
        name: &'static str,
        binding: &Setting<Percent>,
        change: Change,
    ) -> Result<Reply, Error> {
        let percent = match change {
            Change::To(percent) => Percent::try_from(percent)?,
            Change::By(delta) => {
                let present = self.get(binding).await?;
                binding.spelling().moved(present, delta)
            }
        };
        self.set(name, binding, &percent).await
    }

    /// Calls a function once.
    ///
    /// # Errors
    /// Whatever comes of the call, and what its return value means.
    pub async fn call(&self, command: &Command<'_>) -> Result<Sampled<i64>, Error> {
        let Command {
            function,
            argument,
            returns,
        } = command;
        let returned = self.session.call(self.id(), function, argument).await?;
        returns.judge(returned.value)?;
        Ok(returned)
    }
}

/// Why the present value of a property is not known.
pub(crate) fn unknown<V: Settable>(binding: &Setting<V>) -> Error {
    match binding.variable() {
        None => Error::new(
            Kind::FirmwareOutOfDate,
            "the present value is in no variable of the device, so there is nothing to start from",
        ),
        Some(variable) => Error::new(
            Kind::InvalidValue,
            format!("the variable `{variable}` holds no value that its binding can read"),
        ),
    }
}
