//! Endpoints as Alexa knows them: read from the answer to a Discover directive and from nothing else.

use std::collections::BTreeMap;

use alexa_for_particle::capability::Bound;
use alexa_for_particle::endpoint as skill;
use serde::Deserialize;

use crate::capability::Capability;

/// One endpoint of a `Discover.Response`.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Told")]
pub(crate) struct Endpoint {
    pub(crate) endpoint_id: String,
    pub(crate) friendly_name: String,
    display_categories: Vec<String>,
    pub(crate) cookie: BTreeMap<String, String>,
    capabilities: Vec<Capability>,
}

/// The same as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    endpoint_id: String,
    friendly_name: String,
    display_categories: Vec<String>,
    #[serde(default)]
    cookie: BTreeMap<String, String>,
    capabilities: Vec<Capability>,
}

impl From<Told> for Endpoint {
    fn from(told: Told) -> Self {
        let id = told.endpoint_id.parse().ok();
        let bound = id.and_then(|id| skill::Endpoint::from_cookie(&id, &told.cookie));
        let endpoint = Self {
            endpoint_id: told.endpoint_id,
            friendly_name: told.friendly_name,
            display_categories: told.display_categories,
            capabilities: told.capabilities,
            cookie: told.cookie,
        };
        match bound {
            Some(bound) => endpoint.bound(&bound.capabilities),
            None => endpoint,
        }
    }
}

impl Endpoint {
    /// The same with what stands behind its capabilities.
    pub(crate) fn bound(mut self, bindings: &[Box<dyn Bound>]) -> Self {
        for capability in &mut self.capabilities {
            let binding = bindings.iter().find(|bound| {
                bound.entry().interface == capability.interface
                    && bound.instance() == capability.instance
            });
            if let Some(binding) = binding.and_then(|bound| bound.description().ok()) {
                capability.bind(binding);
            }
        }
        self
    }

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
