//! A sign of life while the network is waited for, on standard error and only in a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressFinish};

/// Turns until it is dropped, and leaves no trace.
#[must_use]
pub(crate) fn waiting_for(what: impl Into<String>) -> ProgressBar {
    let spinner = ProgressBar::new_spinner()
        .with_message(what.into())
        .with_finish(ProgressFinish::AndClear);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}
