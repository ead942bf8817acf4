//! The prompt of a terminal: history, completion of names, and hints.

use std::borrow::Cow;
use std::io;

use anstream::{AutoStream, ColorChoice};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper};

use super::order;
use crate::endpoint::Endpoint;
use crate::output::{QUIET, styled};
use crate::utterance;

/// Where lines are typed.
pub(super) struct Prompt {
    editor: Editor<Suggestions, DefaultHistory>,
}

/// What can be typed now.
struct Suggestions {
    /// Whole lines.
    lines: Vec<String>,
    /// Names, in lower case.
    names: Vec<String>,
}

impl Prompt {
    pub(super) fn new() -> anyhow::Result<Self> {
        let colours = match AutoStream::choice(&io::stdout()) {
            ColorChoice::Never => ColorMode::Disabled,
            ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => ColorMode::Enabled,
        };
        let config = Config::builder()
            .auto_add_history(true)
            .color_mode(colours)
            .completion_type(CompletionType::List)
            .build();
        let editor = Editor::with_config(config)?;
        Ok(Self { editor })
    }

    /// The next line, or `None` where there will be no more. Nothing else happens while one types.
    pub(super) fn line(&mut self, endpoints: &[Endpoint]) -> anyhow::Result<Option<String>> {
        self.editor.set_helper(Some(Suggestions::of(endpoints)));
        match self.editor.readline("> ") {
            Ok(line) => Ok(Some(line)),
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Suggestions {
    fn of(endpoints: &[Endpoint]) -> Self {
        let orders = order::ALL
            .iter()
            .filter_map(|(order, _)| order.split(' ').next())
            .map(str::to_owned);
        Self {
            lines: utterance::phrasebook(endpoints)
                .into_iter()
                .chain(orders)
                .collect(),
            names: endpoints
                .iter()
                .map(|endpoint| endpoint.friendly_name.to_lowercase())
                .collect(),
        }
    }

    /// What may be meant from which place of the line on: whole lines, or else the longest beginning of a name.
    fn of_line(&self, line: &str) -> (usize, Vec<String>) {
        let continuing = |texts: &[String], typed: &str| -> Vec<String> {
            let typed = typed.to_lowercase();
            texts
                .iter()
                .filter(|text| text.starts_with(&typed) && **text != typed)
                .cloned()
                .collect()
        };
        let lines = continuing(&self.lines, line);
        if !lines.is_empty() {
            return (0, lines);
        }
        let word_starts = line.match_indices(' ').map(|(place, _)| place + 1);
        word_starts
            .filter_map(|start| Some((start, line.get(start..).filter(|rest| !rest.is_empty())?)))
            .map(|(start, typed)| (start, continuing(&self.names, typed)))
            .find(|(_, names)| !names.is_empty())
            .unwrap_or_default()
    }
}

impl Completer for Suggestions {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.of_line(line.get(..position).unwrap_or_default()))
    }
}

impl Hinter for Suggestions {
    type Hint = String;

    fn hint(&self, line: &str, position: usize, context: &Context<'_>) -> Option<String> {
        if line.is_empty() || position < line.len() {
            return None;
        }
        HistoryHinter::new()
            .hint(line, position, context)
            .or_else(|| {
                let (start, texts) = self.of_line(line);
                texts.first()?.get(position - start..).map(str::to_owned)
            })
    }
}

impl Highlighter for Suggestions {
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        styled(QUIET, hint).into()
    }
}

impl Validator for Suggestions {}

impl Helper for Suggestions {}

#[cfg(test)]
mod tests {
    use super::Suggestions;

    #[test]
    fn lines_and_names_are_completed() {
        let suggestions = Suggestions {
            lines: vec!["turn on the desk lamp".to_owned(), ":devices".to_owned()],
            names: vec!["desk lamp".to_owned(), "hall lamp".to_owned()],
        };
        for (typed, start, texts) in [
            ("turn", 0, vec!["turn on the desk lamp"]),
            (":d", 0, vec![":devices"]),
            ("dim the De", 8, vec!["desk lamp"]),
            ("dim the desk l", 8, vec!["desk lamp"]),
            (":offline hall", 9, vec!["hall lamp"]),
            ("dim the desk lamp", 0, vec![]),
            ("dim the ", 0, vec![]),
        ] {
            let texts: Vec<_> = texts.into_iter().map(str::to_owned).collect();
            assert_eq!(suggestions.of_line(typed), (start, texts), "{typed}");
        }
    }
}
