//! Endpoints as Alexa knows them: read from the answer to a Discover directive and from nothing else.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::capability::Capability;

/// One endpoint of a `Discover.Response`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Endpoint {
    pub(crate) endpoint_id: String,
    pub(crate) friendly_name: String,
    display_categories: Vec<String>,
    #[serde(default)]
    pub(crate) cookie: BTreeMap<String, String>,
    capabilities: Vec<Capability>,
}

impl Endpoint {
    /// Its capabilities of an interface: several only where the interface is a generic one.
    pub(crate) fn capabilities_of(&self, interface: &str) -> impl Iterator<Item = &Capability> {
        self.capabilities
            .iter()
            .filter(move |capability| capability.interface == interface)
    }

    pub(crate) fn interfaces(&self) -> impl Iterator<Item = &str> {
        self.capabilities
            .iter()
            .map(|capability| capability.interface.as_str())
    }

    /// The id of the device it is on.
    pub(crate) fn device(&self) -> &str {
        self.endpoint_id
            .split_once(':')
            .map_or(self.endpoint_id.as_str(), |(device, _)| device)
    }

    /// What Alexa shows it as, in words: `temperature sensor`.
    pub(crate) fn category(&self) -> String {
        self.display_categories
            .first()
            .map(|category| category.to_lowercase().replace('_', " "))
            .unwrap_or_default()
    }

    /// The size of its cookie as Alexa counts it, in bytes.
    pub(crate) fn cookie_bytes(&self) -> usize {
        self.cookie
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum()
    }
}
