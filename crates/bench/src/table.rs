//! A table, for the terminal and for Markdown.

use crate::output::{LOUD, styled};

/// What every terminal has.
pub(crate) const WIDTH: usize = 100;

const GAP: &str = "  ";

/// Rows under a header: the first column begins at the left, all others end at the right.
#[derive(Debug)]
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        Self {
            header: header.iter().map(ToString::to_string).collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines of the table for a terminal.
    pub(crate) fn plain(&self) -> Vec<String> {
        let widths = self.widths();
        let header = styled(LOUD, Self::line(&self.header, &widths));
        let rule = "─".repeat(widths.iter().sum::<usize>() + GAP.len() * (widths.len() - 1));
        let rows = self.rows.iter().map(|row| Self::line(row, &widths));
        [header, rule].into_iter().chain(rows).collect()
    }

    /// The lines of the table in Markdown.
    pub(crate) fn markdown(&self) -> Vec<String> {
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let rule = format!("|---|{}", "---:|".repeat(self.header.len() - 1));
        let rows = self.rows.iter().map(|row| line(row));
        [line(&self.header), rule].into_iter().chain(rows).collect()
    }

    fn line(cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let blanks = " ".repeat(width - cell.chars().count());
            match column {
                0 => line.extend([cell, blanks.as_str()]),
                _ => line.extend([GAP, blanks.as_str(), cell]),
            }
        }
        line.trim_end().to_owned()
    }

    fn widths(&self) -> Vec<usize> {
        let rows = || self.rows.iter().chain([&self.header]);
        let width = |column: usize| {
            rows()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
        };
        (0..self.header.len())
            .map(|column| width(column).unwrap_or_default())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["directive", "skill"]);
        table.row(vec!["TurnOn".to_owned(), "0.5 ±0.1".to_owned()]);
        table.row(vec!["Discover, 300".to_owned(), "12".to_owned()]);
        table
    }

    #[test]
    fn columns_line_up() {
        let lines = anstream::adapter::strip_str(&table().plain().join("\n")).to_string();
        assert_eq!(
            lines,
            "directive         skill\n\
             ───────────────────────\n\
             TurnOn         0.5 ±0.1\n\
             Discover, 300        12"
        );
    }

    #[test]
    fn markdown_has_the_same_cells() {
        assert_eq!(
            table().markdown(),
            [
                "| directive | skill |",
                "|---|---:|",
                "| TurnOn | 0.5 ±0.1 |",
                "| Discover, 300 | 12 |",
            ]
        );
    }
}
