//! What one says to Alexa, understood as she would: an utterance becomes a directive for one of the endpoints she knows.
//!
//! Each interface has one file in `interface/` with its phrases; `pattern` matches them, `name` finds the endpoint.

mod interface;
mod name;
mod number;
mod pattern;
mod puzzle;
mod words;

use serde_json::Value as Json;

pub(crate) use self::interface::say;
use self::interface::{ALL, Interface, Meaning};
use self::name::Named;
use self::pattern::{Pattern, Slots};
pub(crate) use self::puzzle::Puzzle;
use crate::directive::Directive;
use crate::endpoint::Endpoint;

/// An utterance that was understood.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) directive: Directive,
    pub(crate) endpoint: Option<&'a Endpoint>,
    pub(crate) question: Option<Question>,
}

/// What one wants to know: the property to look for in a state report, and how to tell its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    pub(crate) interface: &'static str,
    pub(crate) property: &'static str,
    /// A sentence about the endpoint of this name, or `None` where the value makes no sense.
    pub(crate) tell: fn(&str, &Json) -> Option<String>,
}

/// Understands an utterance; "it" is the endpoint that was spoken of last.
pub(crate) fn understand<'a>(
    said: &str,
    endpoints: &'a [Endpoint],
    last: Option<&'a Endpoint>,
) -> Result<Request<'a>, Puzzle> {
    let words = words::of(said);
    let mut puzzle = Puzzle::Phrase;
    for interface in ALL {
        for phrase in interface.phrases {
            let matches = phrase
                .patterns
                .iter()
                .flat_map(|pattern| Pattern::of(pattern).matches(&words));
            for slots in matches {
                match address(&slots, interface, endpoints, last) {
                    Ok(endpoint) => {
                        return Ok(request(interface, &phrase.meaning, &slots, endpoint));
                    }
                    Err(reason) => puzzle = puzzle.or(reason),
                }
            }
        }
    }
    Err(puzzle)
}

/// The endpoint that an utterance is about, if it is about one.
fn address<'a>(
    slots: &Slots,
    interface: &Interface,
    endpoints: &'a [Endpoint],
    last: Option<&'a Endpoint>,
) -> Result<Option<&'a Endpoint>, Puzzle> {
    let Some(said) = &slots.endpoint else {
        return Ok(None);
    };
    let endpoint = match name::find(said, endpoints) {
        Named::It => last.ok_or(Puzzle::It)?,
        Named::Endpoint(endpoint) => endpoint,
        Named::Nothing { similar } => {
            return Err(Puzzle::Name {
                said: said.join(" "),
                similar,
                known: endpoints
                    .iter()
                    .map(|endpoint| endpoint.friendly_name.clone())
                    .collect(),
            });
        }
    };
    if endpoint.has(interface.name) {
        Ok(Some(endpoint))
    } else {
        Err(Puzzle::Unable {
            name: endpoint.friendly_name.clone(),
            examples: examples(endpoint),
        })
    }
}

fn request<'a>(
    interface: &Interface,
    meaning: &Meaning,
    slots: &Slots,
    endpoint: Option<&'a Endpoint>,
) -> Request<'a> {
    let (directive, question) = match *meaning {
        Meaning::Discovery => (Directive::discover(), None),
        Meaning::Command { name, payload } => {
            let directive = Directive {
                namespace: interface.name,
                name,
                payload: payload(slots.number),
            };
            (directive, None)
        }
        Meaning::Question { property, tell } => {
            let question = Question {
                interface: interface.name,
                property,
                tell,
            };
            (Directive::report_state(), Some(question))
        }
    };
    Request {
        directive,
        endpoint,
        question,
    }
}

/// What one can say to an endpoint, an example of each phrase.
fn examples(endpoint: &Endpoint) -> Vec<String> {
    ALL.iter()
        .filter(|interface| endpoint.has(interface.name))
        .flat_map(|interface| interface.examples(&endpoint.friendly_name))
        .collect()
}

/// What one can say at all, each phrase with the first endpoint that it suits.
pub(crate) fn phrasebook(endpoints: &[Endpoint]) -> Vec<String> {
    let examples = |interface: &Interface| match endpoints
        .iter()
        .find(|endpoint| endpoint.has(interface.name))
    {
        Some(endpoint) => interface.examples(&endpoint.friendly_name),
        None if interface.is_of_no_endpoint() => interface.examples(""),
        None => Vec::new(),
    };
    ALL.iter().flat_map(examples).collect()
}

#[cfg(test)]
mod tests;
