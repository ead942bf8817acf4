//! What an endpoint's properties are now: the answer to [ReportState].
//!
//! Each variable is read once, all at the same time; what arrives in time is reported, and what does not is left out.
//! A device that answers nothing is reported as unreachable, which is no error.
//!
//! [ReportState]: https://developer.amazon.com/docs/smarthome/state-reporting-for-a-smart-home-skill.html

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use serde_json::Value as Json;

use crate::alexa::{Error, Property};
use crate::capability::Bound;
use crate::device::State;
use crate::endpoint::Endpoint;
use crate::health;
use crate::particle::{self, Session};

/// What a device told, and which of its variables said nothing that could be told.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) properties: Vec<Property>,
    pub(super) remarks: Vec<String>,
}

/// Asks the device for all that can be retrieved.
///
/// # Errors
/// Where nothing could be read for another reason than that the device does not answer.
pub(super) async fn of(endpoint: &Endpoint, session: &Session<'_>) -> Result<Report, Error> {
    let properties: Vec<_> = endpoint
        .capabilities
        .iter()
        .map(|capability| (capability, capability.properties()))
        .collect();
    let variables: BTreeSet<&str> = properties
        .iter()
        .flat_map(|(_, properties)| properties)
        .filter_map(|property| property.binding.variable())
        .collect();
    if variables.is_empty() {
        return connectivity_by_ping(endpoint, session)
            .await
            .map(Report::of);
    }

    let reads = variables
        .into_iter()
        .map(|name| async move { (name, session.variable(&endpoint.id.device, name).await) });
    let reads: BTreeMap<_, _> = join_all(reads).await.into_iter().collect();

    let Some(latest) = reads
        .values()
        .filter_map(|read| read.as_ref().ok())
        .max_by_key(|sample| sample.at)
    else {
        return not_answered(reads.into_values()).map(Report::of);
    };
    let health = health::connectivity(true, latest.at, latest.uncertainty);
    let mut remarks = Vec::new();
    let mut report = |property: &crate::capability::Property<'_>| {
        let variable = property.binding.variable()?;
        let sample = reads.get(variable)?.as_ref().ok()?;
        let Some(value) = property.binding.report(&sample.value) else {
            // Zero, or nothing, is how firmware says that it does not apply: no colour temperature while there is a colour.
            let is_nothing = [Json::Null, 0.into(), "".into()].contains(&sample.value);
            if is_nothing {
                return None;
            }
            // Without what it says, which is the owner's.
            remarks.push(format!(
                "the variable `{variable}` of {} says nothing that is a value of {}",
                endpoint.id.device, property.name
            ));
            return None;
        };
        Some(State {
            interface: None,
            name: property.name,
            value,
            at: sample.at,
            uncertainty: sample.uncertainty,
        })
    };
    let states: Vec<_> = properties
        .iter()
        .map(|(capability, properties)| {
            let states = properties.iter().filter_map(&mut report).collect();
            (*capability, capability.reconcile(states))
        })
        .collect();
    let told = states.iter().filter(|(_, states)| !states.is_empty());
    let told: BTreeSet<_> = told.map(|(told, _)| told.entry().key).collect();
    let yields = |capability: &dyn Bound| {
        let to = capability.entry().yields_to;
        to.is_some_and(|to| told.contains(to))
    };
    let mut reported: Vec<_> = states
        .into_iter()
        .filter(|(capability, _)| !yields(capability.as_ref()))
        .flat_map(|(capability, states)| {
            let states = states.into_iter();
            states.map(|state| state.of(capability.as_ref()))
        })
        .collect();
    reported.push(health);
    Ok(Report {
        properties: reported,
        remarks,
    })
}

impl Report {
    /// Of one property, with nothing to remark.
    fn of(property: Property) -> Self {
        Self {
            properties: vec![property],
            remarks: Vec::new(),
        }
    }
}

/// A device without variables has no state to tell; whether it is there, it says itself. What the cloud believes of it may
/// be 46 minutes old.
async fn connectivity_by_ping(
    endpoint: &Endpoint,
    session: &Session<'_>,
) -> Result<Property, Error> {
    match session.ping(&endpoint.id.device).await {
        Ok(online) => Ok(health::connectivity(
            online.value,
            online.at,
            online.uncertainty,
        )),
        error => not_answered([error].into_iter()),
    }
}

/// Judges reads of which none succeeded.
fn not_answered<T>(
    reads: impl Iterator<Item = Result<T, particle::Error>>,
) -> Result<Property, Error> {
    use particle::Error::{Deadline, Unreachable};
    let other = reads
        .filter_map(Result::err)
        .find(|error| !matches!(error, Unreachable | Deadline));
    match other {
        Some(error) => Err(error.into()),
        None => Ok(health::connectivity(
            false,
            SystemTime::now(),
            Duration::ZERO,
        )),
    }
}
