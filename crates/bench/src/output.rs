//! All that is printed: results on standard output, remarks on standard error. Colours go where they are wanted: not into
//! pipes, and nowhere under `NO_COLOR`.

use std::fmt::Display;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const LOUD: Style = Style::new().bold();

/// One line of the result.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    writeln!(anstream::stdout(), "{text}")
}

/// One line beside the result.
pub(crate) fn remark(text: impl Display) -> io::Result<()> {
    writeln!(anstream::stderr(), "{text}")
}

/// A text in a style.
pub(crate) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
