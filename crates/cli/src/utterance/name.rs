//! Which endpoint is meant by a name.

use super::words;
use crate::endpoint::Endpoint;

/// How alike a name and what was said are where it may be a slip of the tongue or the keyboard.
const ALIKE: f64 = 0.8;

/// What a name stands for.
pub(super) enum Named<'a> {
    It,
    /// The room in which one speaks.
    Here,
    Endpoint(&'a Endpoint),
    Nothing {
        similar: Option<String>,
    },
}

/// Finds the endpoint of a name, whatever its capitals and articles.
pub(super) fn find<'a>(said: &[String], endpoints: &'a [Endpoint]) -> Named<'a> {
    let said = said.join(" ");
    if said == "it" {
        return Named::It;
    }
    let spoken = |endpoint: &Endpoint| words::of(&endpoint.friendly_name).join(" ");
    if let Some(endpoint) = endpoints.iter().find(|endpoint| spoken(endpoint) == said) {
        return Named::Endpoint(endpoint);
    }
    if said == "here" {
        return Named::Here;
    }
    let parts: Vec<_> = said.split(' ').collect();
    let has_all = |endpoint: &&Endpoint| {
        let name = words::of(&endpoint.friendly_name);
        parts
            .iter()
            .all(|part| name.iter().any(|word| word == part))
    };
    let mut longer = endpoints.iter().filter(has_all);
    let similar = endpoints
        .iter()
        .map(|endpoint| {
            (
                strsim::normalized_damerau_levenshtein(&spoken(endpoint), &said),
                endpoint,
            )
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, endpoint)| endpoint)
        // "The garage" where there is one garage door.
        .or_else(|| longer.next().filter(|_| longer.next().is_none()))
        .map(|endpoint| endpoint.friendly_name.to_lowercase());
    Named::Nothing { similar }
}
