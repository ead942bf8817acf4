//! What the figures have to be, and whether they are.

use serde::Serialize;

use crate::directive::Directive;
use crate::measure::{Findings, Of, Scenario};
use crate::statistics::ratio;
use crate::subject::Who;

/// One demand and what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Bar {
    pub(crate) what: String,
    pub(crate) found: f64,
    pub(crate) at_most: f64,
    pub(crate) unit: Unit,
    pub(crate) met: bool,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    Times,
    Milliseconds,
    Megabytes,
    Number,
}

impl Bar {
    fn new(what: impl Into<String>, found: f64, at_most: f64, unit: Unit) -> Self {
        Self {
            what: what.into(),
            found,
            at_most,
            unit,
            met: found <= at_most,
        }
    }
}

impl Unit {
    /// A figure with its unit, such as `1.25 ×`.
    pub(crate) fn show(self, figure: f64) -> String {
        match self {
            Self::Times => format!("{figure:.2} ×"),
            Self::Milliseconds => format!("{figure:.2} ms"),
            Self::Megabytes => format!("{figure:.2} MB"),
            Self::Number => format!("{figure}"),
        }
    }
}

const BYTES_PER_KIB: f64 = 1024.0;
const BYTES_PER_MB: f64 = 1_000_000.0;

/// All bars for which there are figures.
pub(crate) fn judge(findings: &Findings) -> Vec<Bar> {
    let mut bars = Vec::new();
    bars.extend(warm(findings));
    bars.extend(cold(findings));
    bars.extend(calls(findings));
    bars.extend(memory(findings));
    bars.extend(size(findings));
    bars
}

fn warm(findings: &Findings) -> Vec<Bar> {
    let time = |scenario, who| Some(findings.warm(scenario, who)?.time.median);
    let turn_on = Scenario::of(Directive::TurnOn, Scenario::NEAR);
    let report = Scenario::of(Directive::ReportState, Scenario::FAR);
    let skill = time(turn_on, Who::Skill);
    let to = |who| ratio(skill?, time(turn_on, who)?);
    let trips = |scenario| ratio(time(scenario, Who::Skill)?, time(scenario, Who::Cloud)?);
    let bar = |what: &str, found: Option<f64>, at_most, unit| {
        found.map(|found| Bar::new(what, found, at_most, unit))
    };
    [
        bar(
            "warm TurnOn, to the floor",
            to(Who::Floor),
            1.3,
            Unit::Times,
        ),
        bar("warm TurnOn", skill, 0.7, Unit::Milliseconds),
        bar(
            "warm TurnOn, to Node",
            to(Who::Node),
            1.0 / 3.0,
            Unit::Times,
        ),
        // Two trips, one after the other, would be twice the cloud's time.
        bar(
            "ReportState, to one round trip of 50 ms",
            trips(report),
            1.5,
            Unit::Times,
        ),
        bar(
            "Discover 300, to one round trip of 50 ms",
            trips(Scenario::discovery(300, Scenario::FAR)),
            2.0,
            Unit::Times,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn cold(findings: &Findings) -> Vec<Bar> {
    let time = |who| Some(findings.cold(who)?.total.median);
    let skill = time(Who::Skill);
    let to = |who| ratio(skill?, time(who)?);
    let bar = |what: &str, found: Option<f64>, at_most, unit| {
        found.map(|found| Bar::new(what, found, at_most, unit))
    };
    [
        bar("cold start, to the floor", to(Who::Floor), 1.5, Unit::Times),
        bar("cold start", skill, 8.0, Unit::Milliseconds),
        bar(
            "cold start, to Node",
            to(Who::Node),
            1.0 / 20.0,
            Unit::Times,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "there are not as many connections"
)]
fn calls(findings: &Findings) -> Vec<Bar> {
    let skill = || {
        let all = findings.calls.iter();
        all.filter(|calls| calls.who == Who::Skill)
    };
    // Whatever it is asked: directives that follow one another, and requests that go out at once.
    let connections = skill().map(|calls| calls.connections).max().map(|most| {
        let what = "connections of a process, at most";
        Bar::new(what, most as f64, 1.0, Unit::Number)
    });
    let each = skill().flat_map(|calls| match calls.of {
        Of::Only(Directive::TurnOn) => {
            vec![Bar::new(
                "calls for a TurnOn",
                calls.each(),
                1.0,
                Unit::Number,
            )]
        }
        Of::Only(Directive::Discover) => vec![Bar::new(
            "calls for a Discover whose list tells all",
            calls.each(),
            1.0,
            Unit::Number,
        )],
        Of::Only(Directive::ReportState) | Of::Mixed => Vec::new(),
        Of::Unlisted(devices) => vec![
            Bar::new(
                format!("calls for a Discover of {devices} whose list tells nothing"),
                calls.each(),
                (devices + 1) as f64,
                Unit::Number,
            ),
            Bar::new(
                "the same, in a cloud 200 ms away",
                super::measure::milliseconds(calls.longest),
                6500.0,
                Unit::Milliseconds,
            ),
        ],
    });
    each.chain(connections).collect()
}

fn memory(findings: &Findings) -> Vec<Bar> {
    let Some(skill) = findings
        .memory
        .iter()
        .find(|memory| memory.who == Who::Skill)
    else {
        return Vec::new();
    };
    let bar = |what, kib: f64| {
        Bar::new(
            what,
            kib * BYTES_PER_KIB / BYTES_PER_MB,
            8.0,
            Unit::Megabytes,
        )
    };
    let ordinary = bar("peak memory, 20 devices", skill.ordinary_kib);
    let discovery = skill
        .discovery_kib
        .map(|kib| bar("peak memory, Discover 300", kib));
    [Some(ordinary), discovery].into_iter().flatten().collect()
}

#[expect(clippy::cast_precision_loss, reason = "no program is as large")]
fn size(findings: &Findings) -> Vec<Bar> {
    let skill = findings.size.iter().filter(|size| size.who == Who::Skill);
    skill
        .map(|size| Bar::new("zip", size.zip as f64 / BYTES_PER_MB, 2.0, Unit::Megabytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::tests::findings;

    #[test]
    fn each_bar_is_judged_by_its_own_figures() {
        let bars = judge(&findings());
        let found: Vec<_> = bars
            .iter()
            .map(|bar| (bar.what.as_str(), bar.unit.show(bar.found), bar.met))
            .collect();
        let expected = [
            ("warm TurnOn, to the floor", "1.25 ×", true),
            ("warm TurnOn", "0.50 ms", true),
            ("warm TurnOn, to Node", "0.50 ×", false),
            ("ReportState, to one round trip of 50 ms", "2.00 ×", false),
            ("cold start, to the floor", "1.50 ×", true),
            ("cold start", "9.00 ms", false),
            ("cold start, to Node", "0.09 ×", false),
            ("calls for a TurnOn", "1", true),
            ("connections of a process, at most", "2", false),
            ("peak memory, 20 devices", "5.12 MB", true),
            ("peak memory, Discover 300", "8.19 MB", false),
            ("zip", "2.00 MB", true),
        ];
        assert_eq!(
            found,
            expected.map(|(what, found, met)| (what, found.to_owned(), met))
        );
    }

    #[test]
    fn what_was_not_measured_is_not_judged() {
        let mut findings = findings();
        findings.cold.retain(|cold| cold.who == Who::Skill);
        let bars = judge(&findings);
        let cold: Vec<_> = bars
            .iter()
            .filter(|bar| bar.what.starts_with("cold"))
            .map(|bar| bar.what.as_str())
            .collect();
        assert_eq!(cold, ["cold start"]);
    }
}
