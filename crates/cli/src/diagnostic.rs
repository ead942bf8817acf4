//! A mistake shown in its line, with a caret under it.

use alexa_for_particle::description::Mistake;
use serde::Serialize;
use textwrap::core::display_width;

use crate::output::{BAD, LOUD, QUIET, WARNING, styled};

/// A mistake in a description, shown in the text of this name.
pub(crate) fn mistake(mistake: &Mistake, name: &str) -> String {
    let place = Place {
        line: mistake.line,
        column: mistake.column,
        length: mistake.length,
    };
    let title = styled(LOUD, &mistake.message);
    format!(
        "{} {title}\n{}",
        styled(BAD, "error:"),
        place.shown_in(&mistake.text, name)
    )
}

/// A warning about a name, shown where the text says that last; `None` if it does not.
pub(crate) fn warning(text: &str, about: &str, source: &str, name: &str) -> Option<String> {
    let place = Place::of_name(about, source)?;
    let line = source.lines().nth(place.line - 1)?;
    let title = styled(LOUD, text);
    Some(format!(
        "{} {title}\n{}",
        styled(WARNING, "warning:"),
        place.shown_in(line, name)
    ))
}

/// Where something is, in characters, line and column from 1.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) length: usize,
}

impl Place {
    /// Where a text in quotes is the value of `name` for the last time.
    pub(crate) fn of_name(named: &str, source: &str) -> Option<Self> {
        let lines = source.lines().enumerate();
        let found = lines.filter_map(|(index, line)| {
            let value = line.trim_start().strip_prefix("name")?.trim_start();
            let value = value.strip_prefix('=')?.trim_start();
            let quoted = value.get(1..1 + named.len())?;
            let before = line.len() - value.len();
            (quoted == named).then(|| Self {
                line: index + 1,
                column: line.chars().count()
                    - line.get(before..).unwrap_or_default().chars().count()
                    + 1,
                length: named.chars().count() + 2,
            })
        });
        found.last()
    }

    /// The place in a line of the text that goes by this name:
    ///
    /// ```text
    ///  --> lamp.toml:2:1
    ///   |
    /// 2 | powre = "led"
    ///   | ^^^^^
    /// ```
    pub(crate) fn shown_in(self, source: &str, name: &str) -> String {
        let Self {
            line,
            column,
            length,
        } = self;
        let before: String = source.chars().take(column - 1).collect();
        let marked: String = source.chars().skip(column - 1).take(length).collect();
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        // A tab is as wide as the terminal likes; four blanks are four blanks.
        let [source, before, marked] =
            [source.trim_end(), &before, &marked].map(|text| text.replace('\t', "    "));
        let blanks = " ".repeat(display_width(&before));
        let carets = "^".repeat(display_width(&marked).max(1));
        format!(
            "{margin}{QUIET}-->{QUIET:#} {name}:{line}:{column}\n\
             {margin} {QUIET}|{QUIET:#}\n\
             {QUIET}{number} |{QUIET:#} {source}\n\
             {margin} {QUIET}|{QUIET:#} {blanks}{BAD}{carets}{BAD:#}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    fn shown(line: usize, column: usize, length: usize) -> String {
        let place = Place {
            line,
            column,
            length,
        };
        let text = "[alexa]\n\tpowre = \"led\"\nname = \"灯\" x\n";
        let source = text.lines().nth(line - 1).unwrap_or_default();
        anstream::adapter::strip_str(&place.shown_in(source, "notes")).to_string()
    }

    #[test]
    fn the_caret_is_under_the_place() {
        assert_eq!(
            shown(2, 2, 5),
            " --> notes:2:2\n  |\n2 |     powre = \"led\"\n  |     ^^^^^"
        );
        assert_eq!(
            shown(3, 12, 1),
            " --> notes:3:12\n  |\n3 | name = \"灯\" x\n  |             ^"
        );
    }

    #[test]
    fn a_place_at_the_end_has_a_caret_too() {
        assert_eq!(shown(4, 1, 1), " --> notes:4:1\n  |\n4 | \n  | ^");
    }
}
