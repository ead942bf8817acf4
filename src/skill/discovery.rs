//! Which endpoints an account has: the answer to [Discover].
//!
//! One list of the devices; for those whose functions the list leaves open, one more look each, up to 32 at a time. A
//! device that fails costs only itself.
//!
//! [Discover]: https://developer.amazon.com/docs/device-apis/alexa-discovery.html

use futures_util::{StreamExt as _, stream};

use crate::alexa::discovery::{self, MAXIMUM_ENDPOINTS};
use crate::description::Mistake;
use crate::endpoint::Resolved;
use crate::particle::{Device, Error, Session};

/// How many devices are looked at together: a home in one wave, without a burst that the cloud would refuse.
const WAVE: usize = 32;

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

impl Discovery {
    /// Lists and resolves the devices of a session's caller.
    pub(super) async fn of(session: &Session<'_>) -> Result<Self, Error> {
        let (listed, unreadable) = session.devices().await?;
        // An older cloud's list says nothing of functions, nor does a newer one's of a device it has forgotten.
        let look = |device: Device| async move {
            let known = device.functions.is_some() && device.variables.is_some();
            let seen = if known {
                None
            } else {
                session.device(&device.id).await.ok()
            };
            let device = seen.map_or(device, |seen| seen.value);
            let resolved = Resolved::of(&device);
            (device, resolved)
        };
        let mut devices: Vec<_> = stream::iter(listed)
            .map(look)
            .buffer_unordered(WAVE)
            .collect()
            .await;
        devices.sort_by(|(left, _), (right, _)| left.id.cmp(&right.id));
        Ok(Self {
            devices,
            unreadable,
        })
    }

    /// The endpoints as Alexa is told of them: the first 300 by device id, which is as many as Alexa takes.
    #[must_use]
    pub fn endpoints(&self) -> Vec<discovery::Endpoint> {
        self.devices
            .iter()
            .flat_map(|(device, resolved)| {
                resolved
                    .endpoints
                    .iter()
                    .map(|endpoint| endpoint.discovery(device))
            })
            .take(MAXIMUM_ENDPOINTS)
            .collect()
    }

    /// How many endpoints are more than Alexa takes.
    #[must_use]
    pub fn over_the_limit(&self) -> usize {
        let all: usize = self
            .devices
            .iter()
            .map(|(_, resolved)| resolved.endpoints.len())
            .sum();
        all.saturating_sub(MAXIMUM_ENDPOINTS)
    }

    /// What an operator should know of it.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.unreadable > 0 {
            remarks.push(format!(
                "devices of the list that are not readable: {}",
                self.unreadable
            ));
        }
        match self.over_the_limit() {
            0 => {}
            over => remarks.push(format!(
                "Alexa takes {MAXIMUM_ENDPOINTS} endpoints; left out are {over} more"
            )),
        }
        // Only the places: what the notes say is their owner's.
        let mistakes = self.devices.iter().flat_map(|(device, resolved)| {
            let place = |mistake: &Mistake| {
                let (line, column) = (mistake.line, mistake.column);
                format!(
                    "mistake in the notes of {}, line {line}, column {column}",
                    device.id
                )
            };
            resolved.mistakes.iter().map(place)
        });
        remarks.extend(mistakes);
        if remarks.len() > MAXIMUM_REMARKS {
            let more = remarks.len() - MAXIMUM_REMARKS;
            remarks.truncate(MAXIMUM_REMARKS);
            remarks.push(format!("and {more} more"));
        }
        remarks
    }
}
