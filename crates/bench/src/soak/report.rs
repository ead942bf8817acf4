//! What came of a soak.

use std::fmt::Write as _;
use std::io;

use super::Found;
use super::trend::Trend;
use crate::output::{self, BAD, GOOD, styled};
use crate::report::escaped;
use crate::table::Table;

pub(super) fn print(found: &Found, told: usize) -> io::Result<()> {
    output::line("")?;
    for line in summary(found) {
        output::line(line)?;
    }
    output::line("")?;
    for line in trends(found).plain() {
        output::line(line)?;
    }
    for line in wrong(found, told) {
        output::line(line)?;
    }
    output::line(if found.is_good() {
        styled(GOOD, "\nflat, and every answer as it should be")
    } else {
        styled(BAD, "\nnot as it should be")
    })
}

pub(super) fn markdown(found: &Found, told: usize) -> String {
    let verdict = if found.is_good() {
        "Flat, and every answer as it should be."
    } else {
        "Not as it should be."
    };
    let mut lines = vec![
        "# Soak of the skill".to_owned(),
        String::new(),
        verdict.to_owned(),
    ];
    for line in summary(found) {
        lines.extend([String::new(), line]);
    }
    lines.push(String::new());
    lines.extend(trends(found).markdown());
    lines.extend(
        wrong(found, told)
            .into_iter()
            .map(|line| format!("\n{line}")),
    );
    lines.push(String::new());
    lines.join("\n")
}

fn summary(found: &Found) -> Vec<String> {
    let kinds: Vec<String> = found
        .kinds
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    vec![
        found.machine.to_string(),
        format!(
            "{} directives in one process in {:.0} s over {}, {} of them with a fault, seed {}",
            found.directives,
            found.took.as_secs_f64(),
            if found.http2 { "HTTP/2" } else { "HTTP/1.1" },
            found.faults,
            found.seed,
        ),
        kinds.join(", "),
        format!(
            "slowest answer {} ms of {} ms; late: {}; wrong: {}",
            found.slowest.as_millis(),
            super::DEADLINE.as_millis(),
            found.late,
            found.wrong.len(),
        ),
    ]
}

fn trends(found: &Found) -> Table {
    let mut table = Table::new(&["", "second quarter", "last quarter", ""]);
    for (name, trend) in [
        ("resident memory, KiB", &found.memory),
        ("open descriptors", &found.descriptors),
    ] {
        let (second, last) = trend.quarters().unwrap_or_default();
        let verdict = if trend.is_flat() { "flat" } else { "GROWS" };
        table.row(vec![
            name.to_owned(),
            second.to_string(),
            last.to_string(),
            verdict.to_owned(),
        ]);
    }
    table
}

fn wrong(found: &Found, told: usize) -> Vec<String> {
    let mut wrong: Vec<String> = found.wrong.iter().take(told).cloned().collect();
    match found.wrong.len().saturating_sub(told) {
        0 => {}
        more => wrong.push(format!("and {more} more")),
    }
    wrong
}

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 160.0;
const MARGIN: f64 = 40.0;

/// Both quantities over the directives.
pub(super) fn plot(found: &Found) -> String {
    let charts = [
        chart("resident memory, KiB", &found.memory, 0.0),
        chart("open descriptors", &found.descriptors, HEIGHT + MARGIN),
    ]
    .concat();
    let height = 2.0 * (HEIGHT + MARGIN) + MARGIN;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{charts}</svg>\n"
    )
}

fn chart(title: &str, trend: &Trend, top: f64) -> String {
    let seen = trend.seen();
    let most = seen.iter().map(|(_, seen)| *seen).fold(1.0, f64::max);
    let directives = seen
        .last()
        .map_or(1.0, |(after, _)| f64::from(*after).max(1.0));
    let (left, right, base) = (MARGIN, WIDTH - MARGIN, top + MARGIN + HEIGHT);
    let mut points = String::new();
    for (after, seen) in seen {
        let x = left + (right - left) * f64::from(*after) / directives;
        let y = base - HEIGHT * seen / most;
        // Writing to a string cannot fail.
        let _ = write!(points, "{x:.1},{y:.1} ");
    }
    let (title, label) = (escaped(title), top + MARGIN - 8.0);
    format!(
        "<text x=\"{left}\" y=\"{label}\">{title}: at most {most}, after {directives} directives</text>\n\
         <line x1=\"{left}\" x2=\"{right}\" y1=\"{base}\" y2=\"{base}\" stroke=\"#999\"/>\n\
         <polyline points=\"{points}\" fill=\"none\" stroke=\"#0072b2\"/>\n"
    )
}
