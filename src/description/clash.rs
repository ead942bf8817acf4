//! What two capabilities of one endpoint must not have in common.
//!
//! Alexa tells none of it: she finds no device at all. Home Assistant's and openHAB's users found out, one by one.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::alexa::discovery;
use crate::capability::Bound;
use crate::label::Locale;

/// Why a capability cannot be had beside others, if so.
pub(super) fn between(kept: &[Box<dyn Bound>], added: &dyn Bound) -> Option<String> {
    let declared = added.discovery(&Locale::default());
    let others: Vec<_> = kept
        .iter()
        .map(|capability| (capability, capability.discovery(&Locale::default())))
        .collect();
    let key = added.entry().key;
    let again = kept
        .iter()
        .any(|other| other.entry().key == key && other.instance() == added.instance());
    if again {
        return Some(match added.instance() {
            Some(instance) => {
                format!("another one is `{instance}`; give this one an `id` of its own")
            }
            None => format!("an endpoint has one `{key}`"),
        });
    }
    others.iter().find_map(|(other, other_declared)| {
        let names = (added.instance(), other.instance());
        if let (Some(own), Some(others)) = &names
            && (words(own).is_subset(&words(others)) || words(others).is_subset(&words(own)))
        {
            return Some(format!(
                "all words of `{own}` or `{others}` are in the other, and Alexa would refuse all devices for it; give one an `id` of its own"
            ));
        }
        let action = mapped(&declared, "actionMappings", "actions")
            .intersection(&mapped(other_declared, "actionMappings", "actions"))
            .next()
            .cloned();
        if let Some(action) = action {
            let action = action.rsplit('.').next().unwrap_or_default().to_lowercase();
            return Some(format!("something else of the endpoint does what `{action}` asks for; take it out of one's `actions`"));
        }
        let both_tell = other.entry().key == key
            && !mapped(&declared, "stateMappings", "states").is_empty()
            && !mapped(other_declared, "stateMappings", "states").is_empty();
        both_tell.then(|| format!("only one `{key}` of an endpoint can have `states`"))
    })
}

/// The words of an instance behind its kind: `range.fan_speed` has `fan` and `speed`.
fn words(instance: &str) -> BTreeSet<String> {
    let (_, name) = instance.split_once('.').unwrap_or_default();
    name.split(|character: char| !character.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// The actions or states that a capability maps.
fn mapped(declared: &discovery::Capability, mappings: &str, what: &str) -> BTreeSet<String> {
    let semantics = declared.semantics.as_ref();
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
