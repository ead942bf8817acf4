//! Which endpoints an account has: the answer to [Discover].
//!
//! One list of the devices; for those whose functions the list leaves open, one more look each, and one read of those
//! that describe themselves, up to 32 at a time. A device that fails costs only itself.
//!
//! [Discover]: https://developer.amazon.com/docs/device-apis/alexa-discovery.html

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use serde_json::value::{RawValue, to_raw_value};

use crate::alexa::discovery::MAXIMUM_ENDPOINTS;
use crate::description::Mistake;
use crate::endpoint::{Endpoint, Resolved, Source};
use crate::label::WAKE_WORDS;
use crate::particle::{Device, Error, Session};
use crate::resolver::{Resolver, VARIABLE};

/// How many devices are looked at together: a home in one wave, without a burst that the cloud would refuse.
const WAVE: usize = 32;

/// Lambda's answers end at 6 MB; an ordinary endpoint takes a few kilobytes.
const MAXIMUM_BYTES: usize = 5 << 20;

/// The most remarks that a record of a discovery holds.
const MAXIMUM_REMARKS: usize = 20;

/// What an account has, device by device, in the order of their ids.
#[derive(Debug)]
pub struct Discovery {
    /// Each device with what became of it.
    pub devices: Vec<(Device, Resolved)>,
    /// How many devices of the list could not be read at all.
    pub unreadable: usize,
}

/// Something about the names of endpoints that will trouble their user.
#[derive(Debug)]
pub enum Oddity<'a> {
    /// Several are called the same: Alexa asks which one is meant.
    SameName(Vec<(&'a Device, &'a Endpoint)>),
    /// The name begins with a word that wakes Alexa.
    WakeWord(&'a Device, &'a Endpoint, &'static str),
}

impl Oddity<'_> {
    /// For the log, without the name, which is its owner's.
    fn remark(&self) -> String {
        match self {
            Self::SameName(endpoints) => {
                let ids: Vec<_> = endpoints
                    .iter()
                    .map(|(_, endpoint)| endpoint.id.to_string())
                    .collect();
                format!("endpoints of the same name: {}", ids.join(", "))
            }
            Self::WakeWord(_, endpoint, _) => {
                format!("the name of {} begins with a wake word", endpoint.id)
            }
        }
    }
}

impl Discovery {
    /// Lists and resolves the devices of a session's caller.
    pub(super) async fn of(session: &Session<'_>, resolver: &Resolver) -> Result<Self, Error> {
        let (listed, unreadable) = session.devices().await?;
        // An older cloud's list says nothing of functions, nor does a newer one's of a device it has forgotten.
        let look = |device: Device| async move {
            let known = device.functions.is_some() && device.variables.is_some();
            let seen = if known {
                None
            } else {
                session.device(&device.id).await.ok()
            };
            let seen = seen.filter(|seen| seen.value.id == device.id);
            let device = seen.map_or(device, |seen| seen.value);
            let resolved = resolver.resolve(&device, session).await;
            (device, resolved)
        };
        let mut devices: Vec<_> = stream::iter(listed)
            .map(look)
            .buffer_unordered(WAVE)
            .collect()
            .await;
        devices.sort_by(|(left, _), (right, _)| left.id.cmp(&right.id));
        // Alexa would refuse all devices for one that is told twice.
        devices.dedup_by(|(left, _), (right, _)| left.id == right.id);
        Ok(Self {
            devices,
            unreadable,
        })
    }

    /// The endpoints as Alexa is told of them: the first by device id, as many as she takes and an answer holds. Each is
    /// written here, once, to know its length.
    #[must_use]
    pub fn endpoints(&self) -> Vec<Box<RawValue>> {
        let all = self.devices.iter().flat_map(|(device, resolved)| {
            let endpoints = resolved.endpoints.iter();
            endpoints.filter_map(|endpoint| to_raw_value(&endpoint.discovery(device)).ok())
        });
        let mut bytes = 0;
        all.take(MAXIMUM_ENDPOINTS)
            .take_while(|endpoint| {
                bytes += endpoint.get().len();
                bytes <= MAXIMUM_BYTES
            })
            .collect()
    }

    /// How many endpoints are more than Alexa takes or an answer holds.
    #[must_use]
    pub fn over_the_limit(&self) -> usize {
        self.more_than(self.endpoints().len())
    }

    fn more_than(&self, told: usize) -> usize {
        let all: usize = self
            .devices
            .iter()
            .map(|(_, resolved)| resolved.endpoints.len())
            .sum();
        all.saturating_sub(told)
    }

    /// What is odd about names: Alexa takes them, but her users will not get what they want.
    #[must_use]
    pub fn oddities(&self) -> Vec<Oddity<'_>> {
        let mut named: BTreeMap<String, Vec<(&Device, &Endpoint)>> = BTreeMap::new();
        for (device, resolved) in &self.devices {
            for endpoint in &resolved.endpoints {
                let name = endpoint.friendly_name(device).to_lowercase();
                named.entry(name).or_default().push((device, endpoint));
            }
        }
        let mut oddities = Vec::new();
        for (name, endpoints) in named {
            let first = name.split(' ').next().unwrap_or_default();
            if let Some(word) = WAKE_WORDS.iter().find(|word| **word == first) {
                oddities.extend(
                    endpoints
                        .iter()
                        .map(|(device, endpoint)| Oddity::WakeWord(device, endpoint, word)),
                );
            }
            if endpoints.len() > 1 {
                oddities.push(Oddity::SameName(endpoints));
            }
        }
        oddities
    }

    /// What an operator should know of it, after so many endpoints were told.
    pub(super) fn remarks(&self, told: usize) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.unreadable > 0 {
            remarks.push(format!(
                "devices of the list that are not readable: {}",
                self.unreadable
            ));
        }
        match self.more_than(told) {
            0 => {}
            over => remarks.push(format!(
                "{over} endpoints are left out: Alexa takes {MAXIMUM_ENDPOINTS}, in an answer of {MAXIMUM_BYTES} bytes"
            )),
        }
        // Only the places: what a description says is its owner's.
        let mistakes = self.devices.iter().flat_map(|(device, resolved)| {
            let (where_, id) = (resolved.place(), &device.id);
            let place = move |mistake: &Mistake| {
                let (line, column) = (mistake.line, mistake.column);
                format!("mistake in {where_} of {id}, line {line}, column {column}")
            };
            resolved.mistakes.iter().map(place)
        });
        remarks.extend(mistakes);
        let unread = self
            .devices
            .iter()
            .filter(|(_, resolved)| resolved.source == Source::Unread);
        remarks.extend(unread.map(|(device, _)| {
            let id = &device.id;
            format!("the variable `{VARIABLE}` of {id} could not be read, so it is left out")
        }));
        remarks.extend(self.oddities().iter().map(Oddity::remark));
        if remarks.len() > MAXIMUM_REMARKS {
            let more = remarks.len() - MAXIMUM_REMARKS;
            remarks.truncate(MAXIMUM_REMARKS);
            remarks.push(format!("and {more} more"));
        }
        remarks
    }
}
