//! Which capability of an endpoint is meant, and what follows for it.

use serde_json::Value as Json;

use super::Request;
use super::interface::{Interface, Meaning, Said, Told, is_called};
use super::pattern::Slots;
use super::puzzle::Puzzle;
use crate::answer::Answer;
use crate::capability::Capability;
use crate::directive::Directive;
use crate::endpoint::Endpoint;

/// What one wants to know, of a capability that a state report tells of.
#[derive(Debug)]
pub(crate) struct Question {
    capability: Capability,
    slots: Slots,
    value: Option<Json>,
    tell: fn(&Told<'_>) -> Option<String>,
}

impl Question {
    pub(super) fn is_about(&self, capability: &Capability) -> bool {
        let Capability {
            interface,
            instance,
            ..
        } = &self.capability;
        *interface == capability.interface && *instance == capability.instance
    }

    /// A sentence about the endpoint of this name, or `None` where the answer does not tell.
    pub(crate) fn told(&self, endpoint: &str, answer: &Answer) -> Option<String> {
        let said = Said {
            capability: &self.capability,
            slots: &self.slots,
            value: self.value.as_ref(),
        };
        (self.tell)(&Told {
            endpoint,
            said,
            answer,
        })
    }
}

/// The request to the one capability that fits what was said.
pub(super) fn request<'a>(
    interface: &Interface,
    meaning: &Meaning,
    slots: &Slots,
    endpoint: &'a Endpoint,
) -> Result<Request<'a>, Puzzle> {
    let name = &endpoint.friendly_name;
    let mut fitting: Option<(&Capability, Request<'a>)> = None;
    let has_name = |capability: &&Capability| {
        slots.name.as_ref().is_none_or(|said| {
            let names = (interface.names)(capability);
            names.iter().any(|name| is_called(name, said))
        })
    };
    let named = || endpoint.capabilities_of(interface.name).filter(has_name);
    let lacks = slots.name.as_ref().filter(|_| named().next().is_none());
    let mut puzzle = Puzzle::Unable {
        name: name.clone(),
        lacks: lacks.map(|words| words.join(" ")),
        examples: Vec::new(),
    };
    for capability in named() {
        let values = (interface.values)(capability);
        let value = match &slots.value {
            None => None,
            Some(said) => match values.iter().find(|value| is_called(&value.said, said)) {
                Some(value) => Some(&value.value),
                None if values.is_empty() => continue,
                None => {
                    puzzle = puzzle.or(Puzzle::Value {
                        name: name.clone(),
                        said: said.join(" "),
                        known: values.into_iter().map(|value| value.said).collect(),
                    });
                    continue;
                }
            },
        };
        let said = Said {
            capability,
            slots,
            value,
        };
        let Some(request) = of_capability(interface, meaning, &said, endpoint) else {
            continue;
        };
        match &fitting {
            None => fitting = Some((capability, request)),
            Some((other, _)) => {
                let names =
                    [*other, capability].map(|one| (interface.names)(one).into_iter().next());
                return Err(Puzzle::Which {
                    name: name.clone(),
                    names: names.into_iter().flatten().collect(),
                });
            }
        }
    }
    fitting.map(|(_, request)| request).ok_or(puzzle)
}

/// What follows for this capability, or `None` where it does not do that.
fn of_capability<'a>(
    interface: &Interface,
    meaning: &Meaning,
    said: &Said<'_>,
    endpoint: &'a Endpoint,
) -> Option<Request<'a>> {
    let capability = said.capability;
    let command = |name: &str, payload: Json| {
        // Alexa does not change what discovery calls nonControllable.
        (!capability.is_set("/properties/nonControllable")).then(|| Request {
            directive: Directive {
                namespace: interface.name,
                name: name.to_owned(),
                instance: capability.instance.clone(),
                payload,
            },
            endpoint: Some(endpoint),
            question: None,
        })
    };
    let question = |tell| Request {
        directive: Directive::report_state(),
        endpoint: Some(endpoint),
        question: Some(Question {
            capability: capability.clone(),
            slots: said.slots.clone(),
            value: said.value.cloned(),
            tell,
        }),
    };
    match meaning {
        Meaning::Discovery => None,
        Meaning::Command { name, payload } => command(name, payload(said)?),
        Meaning::Action { action, directive } => {
            let (name, payload) = capability.mapped_directive(action)?;
            let (name, payload) = directive(said, name, payload)?;
            command(&name, payload)
        }
        Meaning::Question(tell) => Some(question(*tell)),
        Meaning::State { state, tell } => capability.maps_state(state).then(|| question(*tell)),
    }
}
