//! The tables: ratios first, for they hold on other machines.

use super::verdict;
use crate::bar::Bar;
use crate::measure::{Calls, Findings, Of, Scenario};
use crate::statistics::{Summary, ratio};
use crate::subject::Who;
use crate::table::Table;

const NONE: &str = "–";

pub(super) fn bars(bars: &[Bar]) -> Table {
    let mut table = Table::new(&["bar", "found", "at most", ""]);
    for bar in bars {
        table.row(vec![
            bar.what.clone(),
            bar.unit.show(bar.found),
            bar.unit.show(bar.at_most),
            verdict(bar).to_owned(),
        ]);
    }
    table
}

pub(super) fn warm(findings: &Findings) -> Table {
    let mut table = Table::new(&[
        "directive",
        "away",
        "÷ floor",
        "÷ Node",
        "÷ cloud",
        "skill",
        "floor",
        "Node",
        "cloud",
    ]);
    for scenario in Scenario::all() {
        let time = |who| findings.warm(scenario, who).map(|warm| &warm.time);
        let Some(skill) = time(Who::Skill) else {
            continue;
        };
        table.row(vec![
            scenario.to_string(),
            format!("{} ms", scenario.latency.as_millis()),
            compared(skill, time(Who::Floor)),
            compared(skill, time(Who::Node)),
            compared(skill, time(Who::Cloud)),
            spread(Some(skill)),
            spread(time(Who::Floor)),
            spread(time(Who::Node)),
            spread(time(Who::Cloud)),
        ]);
    }
    table
}

pub(super) fn cold(findings: &Findings) -> Table {
    let mut table = Table::new(&["", "skill ÷", "to first poll", "to answer", "both"]);
    let Some(skill) = findings.cold(Who::Skill) else {
        return table;
    };
    for cold in &findings.cold {
        table.row(vec![
            cold.who.to_string(),
            compared(&skill.total, Some(&cold.total)),
            spread(cold.init.as_ref()),
            spread(Some(&cold.first)),
            spread(Some(&cold.total)),
        ]);
    }
    table
}

pub(super) fn calls(findings: &Findings) -> Table {
    let mut table = Table::new(&[
        "",
        "directives",
        "calls each",
        "connections",
        "handshakes",
        "longest",
    ]);
    for calls in &findings.calls {
        table.row(vec![
            format!("{}, {}", calls.who, asked(calls)),
            calls.directives.to_string(),
            format!("{:.2}", calls.each()),
            calls.connections.to_string(),
            calls.handshakes.to_string(),
            format!("{} ms", calls.longest.as_millis()),
        ]);
    }
    table
}

fn asked(calls: &Calls) -> String {
    match calls.of {
        Of::Only(directive) => directive.name().to_owned(),
        Of::Mixed => "all in turn".to_owned(),
        Of::Unlisted(devices) => format!("Discover {devices}, brief list"),
    }
}

pub(super) fn memory(findings: &Findings) -> Table {
    let mut table = Table::new(&["", "all directives, 20 devices", "Discover 300"]);
    let megabytes = |kib: f64| format!("{:.2}", kib * 1024.0 / 1e6);
    for memory in &findings.memory {
        table.row(vec![
            memory.who.to_string(),
            megabytes(memory.ordinary_kib),
            memory
                .discovery_kib
                .map_or_else(|| NONE.to_owned(), megabytes),
        ]);
    }
    table
}

pub(super) fn throughput(findings: &Findings) -> Table {
    let mut table = Table::new(&["", "skill ÷", "per second"]);
    let mut all = findings.throughput.iter();
    let Some(skill) = all.find(|throughput| throughput.who == Who::Skill) else {
        return table;
    };
    for throughput in &findings.throughput {
        let speed = &throughput.per_second;
        table.row(vec![
            throughput.who.to_string(),
            compared(&skill.per_second, Some(speed)),
            format!("{:.0} ±{:.0}", speed.median, speed.spread()),
        ]);
    }
    table
}

#[expect(clippy::cast_precision_loss, reason = "no program is as large")]
pub(super) fn size(findings: &Findings) -> Table {
    let mut table = Table::new(&["", "program", "zip"]);
    let megabytes = |bytes: u64| format!("{:.3}", bytes as f64 / 1e6);
    for size in &findings.size {
        table.row(vec![
            size.who.to_string(),
            megabytes(size.program),
            megabytes(size.zip),
        ]);
    }
    table
}

/// How many times as much the one is.
fn compared(of: &Summary, to: Option<&Summary>) -> String {
    to.and_then(|to| ratio(of.median, to.median))
        .map_or_else(|| NONE.to_owned(), |ratio| format!("{ratio:.2}"))
}

/// The median with its spread, in three digits.
fn spread(time: Option<&Summary>) -> String {
    let Some(time) = time else {
        return NONE.to_owned();
    };
    let places = match time.median {
        ..10.0 => 2,
        10.0..100.0 => 1,
        _ => 0,
    };
    format!("{:.places$} ±{:.places$}", time.median, time.spread())
}
