//! The words for a value that is of another kind than its key wants.

use std::fmt::{self, Display, Formatter};

use serde::de::{Expected, Unexpected};

/// So many characters of a text are told.
const MAXIMUM_TOLD: usize = 40;

/// A value, and what stands in its place.
pub(super) struct Mismatch<'a> {
    pub(super) wanted: &'a dyn Expected,
    pub(super) found: Unexpected<'a>,
}

/// What serde calls a type, what a writer calls it.
const KINDS: [(&str, &str); 10] = [
    // What can be several things, and says which only of what it could read.
    ("any valid JSON value", "a finite number or a text"),
    ("f64", "a number"),
    ("i64", "a whole number"),
    ("u64", "a whole number from 0"),
    ("u32", "a whole number from 0"),
    ("u16", "a whole number from 0 to 65535"),
    ("u8", "a whole number from 0 to 255"),
    ("a boolean", "true or false"),
    ("a string", "a text in quotes"),
    ("a sequence", LIST),
];

const LIST: &str = "a list in brackets";

impl Display for Mismatch<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let wanted = self.wanted.to_string();
        let wanted = match KINDS.iter().find(|(kind, _)| *kind == wanted) {
            Some((_, words)) => words,
            None if wanted == "a map" => "a table in braces",
            None => wanted.as_str(),
        };
        let found = found(&self.found);
        write!(formatter, "this must be {wanted}, not {found}")?;
        match self.found {
            Unexpected::Str(text) if wanted.contains("number") && text.parse::<f64>().is_ok() => {
                write!(formatter, "; leave out the quotes: {text}")
            }
            Unexpected::Str(text @ ("true" | "false")) if wanted.contains("true") => {
                write!(formatter, "; leave out the quotes: {text}")
            }
            Unexpected::Seq | Unexpected::Map => Ok(()),
            // What begins with a digit is a list of numbers in words of its own, as "0-3".
            Unexpected::Str(text)
                if wanted == LIST && text.starts_with(|c: char| !c.is_alphabetic()) =>
            {
                Ok(())
            }
            _ if wanted == LIST => write!(formatter, "; such as [{found}]"),
            Unexpected::Bool(_)
            | Unexpected::Signed(_)
            | Unexpected::Unsigned(_)
            | Unexpected::Float(_)
                if wanted.contains("quotes") =>
            {
                write!(formatter, "; such as \"{found}\"")
            }
            _ => Ok(()),
        }
    }
}

fn found(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Float(value) => value.to_string(),
        Unexpected::Str(text) if text.chars().nth(MAXIMUM_TOLD).is_some() => {
            let start: String = text.chars().take(MAXIMUM_TOLD).collect();
            format!("\"{start}…\"")
        }
        Unexpected::Str(text) => format!("\"{text}\""),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Other(what) => (*what).to_owned(),
        other => other.to_string(),
    }
}
