//! All that is printed: results on standard output, remarks on standard error. Colours go where they are wanted: not
//! into pipes, and nowhere under `NO_COLOR`.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
pub(crate) const LOUD: Style = Style::new().bold();
pub(crate) const QUIET: Style = Style::new().dimmed();

/// What fits everywhere.
const USUAL_WIDTH: usize = 80;

/// Longer lines are hard to read, however wide the terminal.
const WIDEST: usize = 120;

/// The width of a label with the blank after it.
const LABEL: usize = 11;
const BESIDE_LABELS: &str = "             ";

/// One line of the result.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    writeln!(anstream::stdout(), "{text}")
}

/// One line beside the result.
pub(crate) fn remark(text: impl Display) -> io::Result<()> {
    writeln!(anstream::stderr(), "{text}")
}

/// The result for a script.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(line(serde_json::to_string_pretty(value)?)?)
}

/// One of many results for a script, on a line of its own.
pub(crate) fn json_line(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(line(serde_json::to_string(value)?)?)
}

/// A text behind a label, both in columns that line up.
pub(crate) fn labelled(label: &str, text: &str) -> io::Result<()> {
    let label = format!("  {label:<LABEL$}");
    let options = textwrap::Options::new(width())
        .initial_indent(&label)
        .subsequent_indent(BESIDE_LABELS)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    line(textwrap::fill(text, options))
}

/// Lines behind a label that stay as they are, so that they can be copied.
pub(crate) fn labelled_code(label: &str, lines: &str) -> io::Result<()> {
    let lines = indented(lines, BESIDE_LABELS);
    line(format_args!("  {label:<LABEL$}{}", lines.trim_start()))
}

/// A text in a style.
pub(crate) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Paragraphs that fit the terminal, each line behind this indentation.
pub(crate) fn wrapped(text: &str, indentation: &str) -> String {
    let options = textwrap::Options::new(width())
        .initial_indent(indentation)
        .subsequent_indent(indentation)
        .break_words(false);
    textwrap::fill(text, options)
}

/// Each line behind this indentation.
pub(crate) fn indented(text: &str, indentation: &str) -> String {
    textwrap::indent(text.trim_end(), indentation)
}

/// How many characters fit a line.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout())
        .map_or(USUAL_WIDTH, |(width, _)| usize::from(width.0).min(WIDEST))
}

/// Whether somebody reads the remarks.
pub(crate) fn remarks_are_read() -> bool {
    io::stderr().is_terminal()
}
