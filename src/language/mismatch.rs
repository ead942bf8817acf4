//! The words for a value that is of another kind than its key wants.

use std::fmt::{self, Display, Formatter};

use super::node::Content;

/// So many characters of a text are told.
const MAXIMUM_TOLD: usize = 40;

/// What is wanted of a list.
pub(super) const LIST: &str = "a list in brackets";

/// A value, and what should stand in its place.
pub(super) struct Mismatch<'a> {
    pub(super) wanted: &'a str,
    pub(super) found: &'a Content,
}

impl Display for Mismatch<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { wanted, found } = *self;
        let told = told(found);
        write!(formatter, "this must be {wanted}, not {told}")?;
        match found {
            Content::String(text) if wanted.contains("number") && text.parse::<f64>().is_ok() => {
                write!(formatter, "; leave out the quotes: {text}")
            }
            Content::String(text) if wanted.contains("true") && text.parse::<bool>().is_ok() => {
                write!(formatter, "; leave out the quotes: {text}")
            }
            Content::Array(_) | Content::Table(_) => Ok(()),
            // What begins with a digit is a list of numbers in words of its own, as "0-3".
            Content::String(text)
                if wanted == LIST && text.starts_with(|c: char| !c.is_alphabetic()) =>
            {
                Ok(())
            }
            _ if wanted == LIST => write!(formatter, "; such as [{told}]"),
            Content::Boolean(_) | Content::Integer(_) | Content::Float(_)
                if wanted.contains("quotes") =>
            {
                write!(formatter, "; such as \"{told}\"")
            }
            _ => Ok(()),
        }
    }
}

fn told(found: &Content) -> String {
    match found {
        Content::Boolean(value) => value.to_string(),
        Content::Integer(value) => value.to_string(),
        Content::Float(value) => value.to_string(),
        Content::String(text) if text.chars().nth(MAXIMUM_TOLD).is_some() => {
            let start: String = text.chars().take(MAXIMUM_TOLD).collect();
            format!("\"{start}…\"")
        }
        Content::String(text) => format!("\"{text}\""),
        Content::Other(what) => what.clone(),
        Content::Array(_) => "a list".to_owned(),
        Content::Table(_) => "a table".to_owned(),
    }
}
