//! How far a measure is, on standard error.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// A bar in a terminal; elsewhere one line that says what begins.
pub(crate) fn of(what: &str, steps: usize) -> io::Result<ProgressBar> {
    if !io::stderr().is_terminal() {
        output::remark(what)?;
        return Ok(ProgressBar::hidden());
    }
    let steps = u64::try_from(steps).unwrap_or(u64::MAX);
    let style = ProgressStyle::with_template("{msg:<40} {bar:30} {pos}/{len} {eta:>4}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    Ok(ProgressBar::new(steps)
        .with_style(style)
        .with_message(what.to_owned()))
}
