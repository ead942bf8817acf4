//! What one says to Alexa, understood as she would: an utterance becomes a directive for one of the endpoints she knows.
//!
//! Each interface has one file in `interface/` with its phrases; `pattern` matches them, `name` finds the endpoint, and
//! `fit` the capability of it that was meant.

mod fit;
mod interface;
mod name;
mod number;
mod pattern;
mod puzzle;
mod unit;
mod words;

pub(crate) use self::fit::Question;
use self::interface::{ALL, Interface, Meaning, Phrase};
pub(crate) use self::interface::{say, temperature};
use self::name::Named;
use self::pattern::{Pattern, Vocabulary};
pub(crate) use self::puzzle::Puzzle;
use crate::answer::Answer;
use crate::capability::Capability;
use crate::directive::Directive;
use crate::endpoint::Endpoint;

/// An utterance that was understood.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) directive: Directive,
    pub(crate) endpoint: Option<&'a Endpoint>,
    pub(crate) question: Option<Question>,
}

/// Understands an utterance; "it" is the endpoint that was spoken of last.
pub(crate) fn understand<'a>(
    said: &str,
    endpoints: &'a [Endpoint],
    last: Option<&'a Endpoint>,
) -> Result<Request<'a>, Puzzle> {
    let read = read(said, endpoints, last).map(|(request, _)| request);
    read.map_err(|puzzle| match puzzle {
        Puzzle::Unable { name, lacks, .. } => {
            let endpoint = endpoints
                .iter()
                .chain(last)
                .find(|endpoint| endpoint.friendly_name == name);
            let examples = endpoint.map(examples).unwrap_or_default();
            Puzzle::Unable {
                name,
                lacks,
                examples,
            }
        }
        other => other,
    })
}

/// The same with the phrase that it was, or without examples of what else one can say.
fn read<'a>(
    said: &str,
    endpoints: &'a [Endpoint],
    last: Option<&'a Endpoint>,
) -> Result<(Request<'a>, &'static Phrase), Puzzle> {
    let words = words::of(said);
    let mut puzzle = Puzzle::Phrase;
    for interface in ALL {
        let vocabulary = vocabulary(interface, endpoints);
        for phrase in interface.phrases {
            let readings = phrase
                .patterns
                .iter()
                .flat_map(|pattern| Pattern::of(pattern).matches(&words, &vocabulary));
            for slots in readings {
                let addressed = match &slots.endpoint {
                    Some(name) => address(name, interface, endpoints, last),
                    None if matches!(phrase.meaning, Meaning::Discovery) => {
                        return Ok((Request::discovery(), phrase));
                    }
                    // "My home" is the one that there is.
                    None => here(interface, endpoints),
                };
                let request = addressed.and_then(|endpoint| {
                    fit::request(interface, &phrase.meaning, &slots, endpoint)
                });
                match request {
                    Ok(request) => return Ok((request, phrase)),
                    Err(reason) => puzzle = puzzle.or(reason),
                }
            }
        }
    }
    Err(puzzle)
}

/// What the endpoints call their capabilities of an interface, and the values of these.
fn vocabulary(interface: &Interface, endpoints: &[Endpoint]) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    let words = interface.words.iter();
    vocabulary.names.extend(words.map(|word| words::of(word)));
    for endpoint in endpoints {
        for capability in endpoint.capabilities_of(interface.name) {
            let names = (interface.names)(capability);
            vocabulary
                .names
                .extend(names.iter().map(|name| words::of(name)));
            let values = (interface.values)(capability);
            vocabulary
                .values
                .extend(values.iter().map(|value| words::of(&value.said)));
        }
    }
    vocabulary
}

/// The endpoint that an utterance is about.
fn address<'a>(
    said: &[String],
    interface: &Interface,
    endpoints: &'a [Endpoint],
    last: Option<&'a Endpoint>,
) -> Result<&'a Endpoint, Puzzle> {
    match name::find(said, endpoints) {
        Named::It => last.ok_or(Puzzle::It),
        Named::Endpoint(endpoint) => Ok(endpoint),
        Named::Here => here(interface, endpoints),
        Named::Nothing { similar } => Err(Puzzle::Name {
            said: said.join(" "),
            similar,
            known: endpoints
                .iter()
                .map(|endpoint| endpoint.friendly_name.clone())
                .collect(),
        }),
    }
}

/// The one endpoint that can be meant by "here": where there are rooms, Alexa knows in which she is spoken to.
fn here<'a>(interface: &Interface, endpoints: &'a [Endpoint]) -> Result<&'a Endpoint, Puzzle> {
    let able = || {
        let mut able = endpoints.iter();
        std::iter::from_fn(move || {
            able.find(|endpoint| endpoint.capabilities_of(interface.name).next().is_some())
        })
    };
    match (able().next(), able().nth(1)) {
        (Some(only), None) => Ok(only),
        _ => Err(Puzzle::Here {
            able: able()
                .map(|endpoint| endpoint.friendly_name.clone())
                .collect(),
        }),
    }
}

/// What one can say to an endpoint, an example of each phrase.
fn examples(endpoint: &Endpoint) -> Vec<String> {
    let mut examples = Vec::new();
    for interface in ALL {
        examples.extend(examples_of(interface, endpoint));
    }
    examples
}

/// What one can say to an endpoint by means of an interface.
fn examples_of(interface: &'static Interface, endpoint: &Endpoint) -> Vec<String> {
    let mut examples = Vec::new();
    for phrase in interface.phrases {
        for example in examples_of_phrase(interface, phrase, endpoint) {
            if !examples.contains(&example) {
                examples.push(example);
            }
        }
    }
    examples
}

/// The phrase said of each capability of an endpoint that it fits.
fn examples_of_phrase(
    interface: &'static Interface,
    phrase: &'static Phrase,
    endpoint: &Endpoint,
) -> Vec<String> {
    let alone = std::slice::from_ref(endpoint);
    let example = |capability| {
        let example = interface.example(phrase, &endpoint.friendly_name, Some(capability))?;
        // Another phrase may come first.
        let (request, understood) = read(&example, alone, None).ok()?;
        let fits = std::ptr::eq(understood, phrase) && request.is_to(capability);
        (fits && interface.is_offered(capability, &request)).then_some(example)
    };
    endpoint
        .capabilities_of(interface.name)
        .filter_map(example)
        .collect()
}

impl Request<'_> {
    fn discovery() -> Self {
        Self {
            directive: Directive::discover(),
            endpoint: None,
            question: None,
        }
    }

    /// Whether the answer tells what was asked, if something was.
    pub(crate) fn is_answered_by(&self, answer: &Answer) -> bool {
        self.question
            .as_ref()
            .is_none_or(|question| question.told("it", answer).is_some())
    }

    fn is_to(&self, capability: &Capability) -> bool {
        match &self.question {
            Some(question) => question.is_about(capability),
            None => self.directive.instance == capability.instance,
        }
    }
}

/// What one can say at all, each phrase with the first endpoint that it suits.
pub(crate) fn phrasebook(endpoints: &[Endpoint]) -> Vec<String> {
    let examples = |interface: &'static Interface| {
        if interface.is_of_no_endpoint() {
            let phrases = interface.phrases.iter();
            return phrases
                .filter_map(|phrase| interface.example(phrase, "", None))
                .collect();
        }
        endpoints
            .iter()
            .map(|endpoint| examples_of(interface, endpoint))
            .find(|examples| !examples.is_empty())
            .unwrap_or_default()
    };
    ALL.iter().flat_map(examples).collect()
}

#[cfg(test)]
mod tests;
