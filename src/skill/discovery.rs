//! Which endpoints an account has: the answer to [Discover].
//!
//! One list of the devices; for those whose functions the list leaves open, one more look each, and one read of those
//! that describe themselves, 32 at a time. A device that fails costs only itself: one that keeps silent makes room for
//! the next after a second, and may still answer.
//!
//! [Discover]: https://developer.amazon.com/docs/device-apis/alexa-discovery.html

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use serde_json::value::{RawValue, to_raw_value};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::alexa::discovery::MAXIMUM_ENDPOINTS;
use crate::deadline::Deadline;
use crate::description::Mistake;
use crate::endpoint::{Endpoint, Resolved, Source};
use crate::label::WAKE_WORDS;
use crate::particle::{Device, Error, Session};
use crate::resolver::{Resolver, VARIABLE};

/// How many devices are looked at together: a home in one wave, without a burst that the cloud would refuse.
const WAVE: usize = 32;

/// A look that takes longer does not keep the next from being begun: several times what a healthy device takes.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most looks under way, with those that are past their time: as many calls as a cloud takes on one connection.
const MAXIMUM_LOOKS: usize = 128;

/// What a list has beyond these is not looked at: some times more than Alexa takes.
const MAXIMUM_DEVICES: usize = 1000;

/// Lambda's answers end at 6 MB; an ordinary endpoint takes a few kilobytes.
const MAXIMUM_BYTES: usize = 5 << 20;

/// The most ids that a remark names.
const MAXIMUM_NAMED: usize = 5;

/// What an account has, device by device, in the order of their ids.
#[derive(Debug)]
pub struct Discovery {
    /// Each device with what became of it.
    pub devices: Vec<(Device, Resolved)>,
    /// How many devices of the list could not be read at all.
    pub unreadable: usize,
    /// How many devices of the list are more than are looked at.
    pub disregarded: usize,
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
                let ids = endpoints.iter().map(|(_, endpoint)| &endpoint.id);
                format!("endpoints of the same name: {}", first_of(ids))
            }
            Self::WakeWord(_, endpoint, _) => {
                format!("the name of {} begins with a wake word", endpoint.id)
            }
        }
    }
}

impl Discovery {
    /// Lists and resolves the devices of a session's caller, until this deadline, which is the session's own.
    pub(super) async fn of(
        session: &Session<'_>,
        deadline: Deadline,
        resolver: &Resolver,
    ) -> Result<Self, Error> {
        let (mut listed, unreadable) = session.devices().await?;
        // The cloud's order is another each time. Alexa would refuse all devices for one that is told twice.
        listed.sort_unstable_by(|left, right| left.id.cmp(&right.id));
        listed.dedup_by(|left, right| left.id == right.id);
        let disregarded = listed.len().saturating_sub(MAXIMUM_DEVICES);
        listed.truncate(MAXIMUM_DEVICES);
        // An older cloud's list says nothing of functions, nor does a newer one's of a device it has forgotten.
        let is_known = |device: &Device| device.functions.is_some() && device.variables.is_some();
        let is_open = |device: &Device| !is_known(device) || Resolved::asks(device);
        let look = async |device: Device| {
            // Those before it may have taken all the time.
            if is_open(&device) && deadline.is_over() {
                let resolved = resolver.resolve(&device, None).await;
                return (device, resolved);
            }
            let seen = if is_known(&device) {
                None
            } else {
                session.device(&device.id).await.ok()
            };
            let seen = seen.filter(|seen| seen.value.id == device.id);
            let device = seen.map_or(device, |seen| seen.value);
            let resolved = resolver.resolve(&device, Some(session)).await;
            (device, resolved)
        };
        let places = Semaphore::new(WAVE);
        let look_in_turn = async |device| {
            let place = places.acquire().await;
            let mut look = pin!(look(device));
            let quick = timeout(PATIENCE, look.as_mut()).await;
            drop(place);
            match quick {
                Ok(seen) => seen,
                Err(_) => look.await,
            }
        };
        let (open, settled): (Vec<_>, Vec<_>) = listed.into_iter().partition(is_open);
        let mut devices: Vec<_> = stream::iter(settled.into_iter().chain(open))
            .map(look_in_turn)
            .buffer_unordered(MAXIMUM_LOOKS)
            .collect()
            .await;
        devices.sort_unstable_by(|(left, _), (right, _)| left.id.cmp(&right.id));
        Ok(Self {
            devices,
            unreadable,
            disregarded,
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
        if self.disregarded > 0 {
            remarks.push(format!(
                "devices of the list that are not looked at, being more than {MAXIMUM_DEVICES}: {}",
                self.disregarded
            ));
        }
        match self.more_than(told) {
            0 => {}
            over => remarks.push(format!(
                "{over} endpoints are left out: Alexa takes {MAXIMUM_ENDPOINTS}, in an answer of {MAXIMUM_BYTES} bytes"
            )),
        }
        let of = |source| {
            let devices = self.devices.iter();
            let devices = devices.filter(move |(_, resolved)| resolved.source == source);
            devices.map(|(device, _)| &device.id)
        };
        if of(Source::Unasked).next().is_some() {
            let ids = first_of(of(Source::Unasked));
            remarks.push(format!(
                "left out, for there was no time to ask them: {ids}"
            ));
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
        remarks.extend(of(Source::Unread).map(|id| {
            format!("the variable `{VARIABLE}` of {id} could not be read, so it is left out")
        }));
        remarks.extend(self.oddities().iter().map(Oddity::remark));
        remarks
    }
}

/// The first of these ids, and how many there are besides.
fn first_of<T: ToString>(ids: impl Iterator<Item = T>) -> String {
    let mut ids = ids;
    let mut named: Vec<_> = ids
        .by_ref()
        .take(MAXIMUM_NAMED)
        .map(|id| id.to_string())
        .collect();
    match ids.count() {
        0 => {}
        more => named.push(format!("and {more} more")),
    }
    named.join(", ")
}
