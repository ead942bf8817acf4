//! What the logs of this project's Lambda functions have in common: one line of JSON for each invocation, with what Lambda
//! knows of it ([`Invocation`]), and figures for CloudWatch if they are wanted ([`figures`]).
//!
//! Lambda's filter reads `level`, and believes it only beside a `timestamp` of RFC 3339.
//!
//! What a line says beside that is each function's own: it must hold no secret by construction, so nothing here takes a
//! request as it came.

pub mod figures;

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::SystemTime;

use serde::{Serialize, Serializer};
use strum::EnumString;

/// How much a line matters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, EnumString)]
#[serde(rename_all = "UPPERCASE")]
#[strum(ascii_case_insensitive)]
pub enum Level {
    /// With each step on the way.
    Debug,
    /// As it should be.
    Info,
    /// The user did not get what was asked.
    Warn,
    /// Nor should that have happened.
    Error,
}

/// What Lambda knows of one invocation.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    /// Lambda's id of it, by which Lambda's own records name it.
    pub request_id: String,
    /// The id under which X-Ray has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// Whether it is the first of its process.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cold_start: bool,
}

impl Invocation {
    /// From the header in which Lambda tells the trace: `Root=1-…;Parent=…;Sampled=0`.
    #[must_use]
    pub fn new(request_id: String, trace: Option<&str>, cold_start: bool) -> Self {
        let root = trace.and_then(|trace| {
            trace
                .split(';')
                .find_map(|part| part.trim().strip_prefix("Root="))
        });
        Self {
            request_id,
            trace_id: root.map(str::to_owned),
            cold_start,
        }
    }
}

/// A time in UTC with milliseconds, such as `2026-11-22T10:00:00.000Z`.
///
/// # Errors
/// Those of the serializer.
pub fn rfc3339<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&humantime::format_rfc3339_millis(*time))
}

/// The line of what is no invocation's outcome: a start that fails, or a panic.
#[must_use]
fn error_line(error: &str) -> String {
    serde_json::json!({
        "timestamp": humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
        "level": Level::Error,
        "message": error,
    })
    .to_string()
}

/// From now on a panic says in the log where it happened, and nothing else. Its own words may quote what the code had in
/// hand, such as a token, and standard error, where they would go, is a function's log too.
fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.unwrap_or_else(|| "an unknown place".to_owned());
        print(&error_line(&format!("panicked at {place}")));
    }));
}

/// Runs a function's program until it fails: a panic tells its place alone, and the last line of the log says
/// what to mend.
pub async fn run<E: Display>(serve: impl Future<Output = Result<(), E>>) -> ExitCode {
    keep_panics_quiet();
    match serve.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&error_line(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

/// Writes a line to standard output, which is a function's log. One that cannot be written costs no answer.
pub fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::Invocation;

    #[test]
    fn the_trace_is_known_by_its_root() {
        for (header, id) in [
            (Some("Root=1-5f;Parent=53;Sampled=1"), Some("1-5f")),
            (Some("Parent=53; Root=1-5f"), Some("1-5f")),
            (Some("Self=1-5e"), None),
            (Some(""), None),
            (None, None),
        ] {
            let invocation = Invocation::new(String::new(), header, false);
            assert_eq!(invocation.trace_id.as_deref(), id, "{header:?}");
        }
    }
}
