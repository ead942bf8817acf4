//! The words for a value that is of another kind than its key wants.

use super::node::Content;

/// So many characters of a text are told.
const MAXIMUM_TOLD: usize = 40;

/// What is wanted of a list.
pub(super) const LIST: &str = "a list in brackets";

/// That what is wanted must stand in place of what is found, and how to write that.
pub(super) fn message(wanted: &str, found: &Content) -> String {
    let told = told(found);
    let mend = match found {
        Content::String(text)
            if (wanted.contains("number") && text.parse::<f64>().is_ok())
                || (wanted.contains("true") && text.parse::<bool>().is_ok()) =>
        {
            format!("; leave out the quotes: {text}")
        }
        // What begins with a digit is a list of numbers in words of its own, as "0-3".
        Content::String(text)
            if wanted == LIST && !text.starts_with(|c: char| !c.is_alphabetic()) =>
        {
            format!("; such as [{told}]")
        }
        Content::Boolean(_) | Content::Integer(_) | Content::Float(_) if wanted == LIST => {
            format!("; such as [{told}]")
        }
        Content::Boolean(_) | Content::Integer(_) | Content::Float(_)
            if wanted.contains("quotes") =>
        {
            format!("; such as \"{told}\"")
        }
        _ => String::new(),
    };
    format!("this must be {wanted}, not {told}{mend}")
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
