//! What two capabilities of one endpoint must not have in common, and how much all of them may be.
//!
//! Alexa tells none of it: she finds no device at all. Home Assistant's and openHAB's users found out, one by one.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::capability::{Bound, Entry};
use crate::label::{Locale, asset};

/// As much as is told of one endpoint, in bytes of JSON: a device with every kind of controller has a tenth of it.
const MAXIMUM_BYTES: usize = 64 << 10;

/// What the capabilities of an endpoint have so far.
#[derive(Debug, Default)]
pub(super) struct Traits {
    /// Of each, its key and instance.
    instances: Vec<(&'static str, Option<String>)>,
    actions: BTreeSet<String>,
    /// The keys of those that map states.
    states: BTreeSet<&'static str>,
    /// What one calls the controllers.
    names: BTreeSet<String>,
    bytes: usize,
}

impl Traits {
    /// Adds those of one more capability, or tells why it cannot be had beside the others.
    pub(super) fn add(&mut self, added: &dyn Bound) -> Option<String> {
        let (key, instance) = (added.entry().key, added.instance());
        let declared = added.discovery(&Locale::default());
        let names = called(declared.capability_resources.as_ref());
        if let Some(name) = names.intersection(&self.names).next() {
            return Some(format!(
                "something else of the endpoint is called \"{name}\" too; give one another name"
            ));
        }
        let known = |other: &&(&str, Option<String>)| other.0 == key && other.1 == instance;
        if self.instances.iter().any(|other| known(&other)) {
            return Some(match instance {
                Some(instance) => {
                    format!("another one is `{instance}`; give this one an `id` of its own")
                }
                None => format!("an endpoint has one `{key}`"),
            });
        }
        let apart = |one: &str, other: &str| {
            let (beside, why) = Entry::find(one)?.not_beside?;
            (beside == other).then_some(why)
        };
        let clash = self.instances.iter().find_map(|(other, _)| {
            let why = apart(key, other).or_else(|| apart(other, key))?;
            Some(format!("`{key}` and `{other}` {why}"))
        });
        if clash.is_some() {
            return clash;
        }
        let all = || {
            self.instances
                .iter()
                .filter_map(|(_, other)| other.as_ref())
        };
        let overlaps = |own: &str, other: &str| {
            words(own).is_subset(&words(other)) || words(other).is_subset(&words(own))
        };
        if let Some(own) = &instance
            && let Some(other) = all().find(|other| overlaps(own, other))
        {
            return Some(format!(
                "all words of `{own}` or `{other}` are in the other, and Alexa would refuse all devices for it; give one an `id` of its own"
            ));
        }
        let semantics = declared.semantics.as_ref();
        let actions = mapped(semantics, "actionMappings", "actions");
        if let Some(action) = actions.intersection(&self.actions).next() {
            let action = action.rsplit('.').next().unwrap_or_default().to_lowercase();
            return Some(format!(
                "something else of the endpoint does what `{action}` asks for; take it out of one's `actions`"
            ));
        }
        let tells = !mapped(semantics, "stateMappings", "states").is_empty();
        if tells && self.states.contains(key) {
            return Some(format!("only one `{key}` of an endpoint can have `states`"));
        }
        let bytes = serde_json::to_string(&declared).map_or(usize::MAX, |json| json.len());
        if self.bytes.saturating_add(bytes) > MAXIMUM_BYTES {
            return Some(format!(
                "with it, more than {MAXIMUM_BYTES} bytes would be told of the endpoint; give it fewer names"
            ));
        }
        self.instances.push((key, instance));
        self.actions.extend(actions);
        self.states.extend(tells.then_some(key));
        self.names.extend(names);
        self.bytes += bytes;
        None
    }
}

/// The words of an instance behind its kind: `range.fan_speed` has `fan` and `speed`.
fn words(instance: &str) -> BTreeSet<String> {
    let (_, name) = instance.split_once('.').unwrap_or_default();
    name.split(|character: char| !character.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// The names in the language that is English for all.
fn called(resources: Option<&Json>) -> BTreeSet<String> {
    let names = resources.and_then(|resources| resources.get("friendlyNames")?.as_array());
    let mut called = BTreeSet::new();
    for name in names.into_iter().flatten() {
        let text = |key| name.get("value")?.get(key)?.as_str();
        called.extend(text("text").map(str::to_lowercase));
        let spoken = text("assetId").map(asset::spoken).into_iter().flatten();
        called.extend(spoken.map(|&words| words.to_owned()));
    }
    called
}

/// The actions or states that a capability maps.
fn mapped(semantics: Option<&Json>, mappings: &str, what: &str) -> BTreeSet<String> {
    let mappings = semantics
        .and_then(|semantics| semantics.get(mappings)?.as_array())
        .into_iter()
        .flatten();
    mappings
        .filter_map(|mapping| mapping.get(what)?.as_array())
        .flatten()
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect()
}
