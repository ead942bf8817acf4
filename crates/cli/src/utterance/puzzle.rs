//! Why an utterance is not understood.

use std::fmt;

/// Why an utterance leads to no directive.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Puzzle {
    /// No phrase is like it.
    Phrase,
    /// No endpoint is called that.
    Name {
        said: String,
        similar: Option<String>,
        known: Vec<String>,
    },
    /// "It", and nothing was spoken of before.
    It,
    /// "Here", and several endpoints could be meant, or none.
    Here { able: Vec<String> },
    /// The endpoint cannot do that.
    Unable {
        name: String,
        /// The part that was named and that it has not.
        lacks: Option<String>,
        /// What one can say to it.
        examples: Vec<String>,
    },
    /// The endpoint can be set, but not to that.
    Value {
        name: String,
        said: String,
        /// What it can be set to.
        known: Vec<String>,
    },
    /// Several capabilities of the endpoint fit.
    Which { name: String, names: Vec<String> },
}

/// How many examples fit an advice.
const EXAMPLES: usize = 8;

impl Puzzle {
    /// What Alexa would say to it.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Phrase => "Sorry, I'm not sure what you meant.".to_owned(),
            Self::Name { said, .. } => format!("Sorry, I couldn't find a device called {said}."),
            Self::It | Self::Here { .. } => "Sorry, which device?".to_owned(),
            Self::Unable { name, .. } => format!("Sorry, {name} doesn't support that."),
            Self::Value { name, .. } => format!("Sorry, {name} can't be set to that."),
            Self::Which { names, .. } => format!("Sorry, which one: {}?", names.join(" or ")),
        }
    }

    /// What to say instead.
    pub(crate) fn advice(&self) -> String {
        match self {
            Self::Phrase => {
                "say something like \"turn on …\"; `help` in `particle-alexa try` lists all phrases"
                    .to_owned()
            }
            Self::Name {
                similar: Some(similar),
                ..
            } => format!("did you mean \"{similar}\"?"),
            Self::Name { known, .. } if known.is_empty() => {
                "Alexa has discovered nothing".to_owned()
            }
            Self::Name { known, .. } => format!("there are {}", listed(known, "", ", ")),
            Self::It => "\"it\" is the endpoint you spoke of last: name one".to_owned(),
            Self::Here { able } if able.is_empty() => "no endpoint can do that".to_owned(),
            Self::Here { able } => format!("name one of {}", quoted(able)),
            Self::Unable { examples, .. } => format!("say {}", quoted(examples)),
            Self::Value { known, .. } => format!("it can be {}", quoted(known)),
            Self::Which { names, .. } => format!("name one of {}", quoted(names)),
        }
    }

    /// The more telling of two reasons. Of two names, that is the shorter: the longer one swallowed words of the phrase.
    pub(super) fn or(self, other: Self) -> Self {
        let rank = |puzzle: &Self| match puzzle {
            Self::Phrase => (0, 0),
            Self::Name { said, .. } => (1, usize::MAX - said.len()),
            Self::It => (2, 0),
            Self::Here { able } => (2, 1 + able.len()),
            Self::Unable { lacks, .. } => (3, usize::from(lacks.is_some())),
            Self::Value { .. } => (4, 0),
            Self::Which { .. } => (5, 0),
        };
        match (self, other) {
            // What one interface does not take and another neither: it can be all that is known to either.
            (
                Self::Value { name, said, known },
                Self::Value {
                    name: other_name,
                    said: other_said,
                    known: more,
                },
            ) if name == other_name && said == other_said => Self::Value {
                name,
                said,
                known: joined(known, more),
            },
            (one, other) if rank(&other) > rank(&one) => other,
            (one, _) => one,
        }
    }
}

/// The reason alone; see [`Puzzle::advice`].
impl fmt::Display for Puzzle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phrase => formatter.write_str("no phrase that is known here"),
            Self::Name { said, .. } => write!(formatter, "no endpoint is called \"{said}\""),
            Self::It => formatter.write_str("nothing was spoken of before"),
            Self::Here { .. } => formatter.write_str("\"here\" is no room that is known"),
            Self::Unable {
                name,
                lacks: Some(lacks),
                ..
            } => write!(formatter, "{name} has no {lacks}"),
            Self::Unable { name, .. } => write!(formatter, "{name} has no such capability"),
            Self::Value { name, said, .. } => write!(formatter, "{name} cannot be \"{said}\""),
            Self::Which { name, .. } => write!(formatter, "{name} has several that fit"),
        }
    }
}

fn quoted(texts: &[String]) -> String {
    listed(texts, "\"", "\", \"")
}

/// As many as fit an advice, each between these quotes.
fn listed(texts: &[String], quote: &str, between: &str) -> String {
    let more = if texts.len() > EXAMPLES { ", …" } else { "" };
    let texts = texts.iter().take(EXAMPLES).map(String::as_str);
    let texts: Vec<&str> = texts.collect();
    format!("{quote}{}{quote}{more}", texts.join(between))
}

fn joined(mut texts: Vec<String>, more: Vec<String>) -> Vec<String> {
    for text in more {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}
