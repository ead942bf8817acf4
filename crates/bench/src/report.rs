//! What was found, for who reads it in a terminal, in Markdown, or as a picture.

mod plot;
mod tables;

use std::io;

pub(crate) use self::plot::{escaped, plot};
use crate::bar::Bar;
use crate::measure::Findings;
use crate::output::{self, BAD, GOOD, LOUD, styled};
use crate::table::Table;

/// One part of the report.
struct Section {
    title: &'static str,
    table: Table,
    /// How it is to be read.
    note: &'static str,
}

/// Shows it all on standard output.
pub(crate) fn print(findings: &Findings) -> io::Result<()> {
    output::line("")?;
    for paragraph in preface(findings) {
        for line in folded(&paragraph) {
            output::line(line)?;
        }
    }
    for section in sections(findings) {
        output::line(format_args!("\n{}", styled(LOUD, section.title)))?;
        for line in section.table.plain() {
            output::line(coloured(&line))?;
        }
        for line in folded(section.note) {
            output::line(line)?;
        }
    }
    let missed = findings.bars.iter().filter(|bar| !bar.met).count();
    let verdict = match missed {
        0 => styled(GOOD, "every bar that was measured is met"),
        _ => styled(
            BAD,
            format_args!("{missed} of {} bars missed", findings.bars.len()),
        ),
    };
    output::line(format_args!("\n{verdict}"))
}

/// The same in Markdown.
pub(crate) fn markdown(findings: &Findings) -> String {
    let mut text = String::from("# Benchmarks of the skill\n");
    for paragraph in preface(findings) {
        text.extend(["\n", &paragraph, "\n"]);
    }
    for section in sections(findings) {
        text.extend(["\n## ", section.title, "\n\n"]);
        for line in section.table.markdown() {
            text.extend([&line, "\n"]);
        }
        if !section.note.is_empty() {
            text.extend(["\n", section.note, "\n"]);
        }
    }
    text
}

fn preface(findings: &Findings) -> Vec<String> {
    let mut preface = vec![findings.machine.to_string()];
    if findings.provisional {
        preface
            .push("This was a quick run, or one without optimization: do not quote it.".to_owned());
    }
    preface
}

fn sections(findings: &Findings) -> Vec<Section> {
    let all = [
        Section {
            title: "The bars",
            table: tables::bars(&findings.bars),
            note: "",
        },
        Section {
            title: "Time of a directive, warm",
            table: tables::warm(findings),
            note: "Medians in milliseconds ± half of what lies between the quartiles. Behind Discover stands the number \
                   of devices; the cloud's column is one bare request.",
        },
        Section {
            title: "Cold start",
            table: tables::cold(findings),
            note: "Milliseconds from the start of the process to its first poll, from there to its first answer with the \
                   TLS handshake, and both.",
        },
        Section {
            title: "Calls to Particle and connections",
            table: tables::calls(findings),
            note: "Connections and TLS handshakes are those of all directives together. A brief list tells nothing of \
                   functions and variables, so that each device is asked; that cloud is 200 ms away.",
        },
        Section {
            title: "Peak memory, MB",
            table: tables::memory(findings),
            note: "",
        },
        Section {
            title: "TurnOn per second, one instance",
            table: tables::throughput(findings),
            note: "",
        },
        Section {
            title: "Package, MB",
            table: tables::size(findings),
            note: "",
        },
    ];
    all.into_iter()
        .filter(|section| !section.table.is_empty())
        .collect()
}

/// The words that a judgement is told by.
fn verdict(bar: &Bar) -> &'static str {
    if bar.met { "met" } else { "MISSED" }
}

fn coloured(line: &str) -> String {
    for (word, style) in [("MISSED", BAD), ("met", GOOD)] {
        if let Some(rest) = line.strip_suffix(word) {
            return format!("{rest}{}", styled(style, word));
        }
    }
    line.to_owned()
}

/// Lines that fit, broken at blanks.
fn folded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line)
                if line.chars().count() + 1 + word.chars().count() <= crate::table::WIDTH =>
            {
                line.extend([" ", word]);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::findings;
    use crate::table::WIDTH;

    #[test]
    fn ratios_stand_beside_the_figures_they_are_made_of() {
        let mut findings = findings();
        findings.bars = crate::bar::judge(&findings);
        let markdown = markdown(&findings);
        for line in [
            "| warm TurnOn, to the floor | 1.25 × | 1.30 × | met |",
            "| cold start | 9.00 ms | 8.00 ms | MISSED |",
            "| TurnOn | 0 ms | 1.25 | 0.50 | – | 0.50 ±0.03 | 0.40 ±0.02 | 1.00 ±0.05 | – |",
            "| ReportState | 50 ms | – | – | 2.00 | 104 ±5 | – | – | 52.0 ±2.6 |",
            "| Node | 0.09 | 50.0 ±2.5 | 50.0 ±2.5 | 100 ±5 |",
            "| cloud | 9.00 | – | 0.50 ±0.03 | 1.00 ±0.05 |",
            "| skill, all in turn | 30 | 1.33 | 2 | 2 | 4 ms |",
            "| skill | 5.12 | 8.19 |",
            "| skill | 1.00 | 2500 ±125 |",
            "| skill | 4.000 | 2.000 |",
        ] {
            assert!(markdown.contains(line), "{line}\n{markdown}");
        }
    }

    #[test]
    fn what_was_not_measured_has_no_table() {
        let mut findings = findings();
        findings.size.clear();
        let markdown = markdown(&findings);
        assert!(!markdown.contains("Package"));
        assert!(markdown.contains("Peak memory"));
    }

    #[test]
    fn lines_are_broken_where_they_do_not_fit() {
        let text = ["word"; 60].join(" ");
        let lines = folded(&text);
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn the_plot_has_a_line_for_each_time_and_takes_text_as_text() {
        let plot = plot(&findings());
        assert_eq!(plot.matches("<line ").count(), 9);
        assert!(plot.contains(">TurnOn, 0 ms away<"));
        assert_eq!(escaped("<a> & b"), "&lt;a&gt; &amp; b");
    }
}
