//! The measures, one a file, and what they find.

mod calls;
mod cold;
mod memory;
mod size;
mod throughput;
mod warm;

use std::fs;
use std::time::Duration;

use anyhow::Context as _;
use serde::{Serialize, Serializer};

pub(crate) use self::calls::{Calls, Of};
pub(crate) use self::cold::Cold;
pub(crate) use self::memory::Memory;
pub(crate) use self::size::Size;
pub(crate) use self::throughput::Throughput;
pub(crate) use self::warm::{Scenario, Warm};
use crate::bar::{self, Bar};
use crate::cli::{Common, Measure, Measuring};
use crate::cloud::{self, Cloud, List};
use crate::machine::Machine;
use crate::output;
use crate::program::Programs;
use crate::report;
use crate::subject::Who;

/// Everything that was found, as it is written to `report.json`. Times are milliseconds.
#[derive(Debug, Serialize)]
pub(crate) struct Findings {
    pub(crate) machine: Machine,
    /// Few rounds, or no optimization: not to be quoted.
    pub(crate) provisional: bool,
    pub(crate) bars: Vec<Bar>,
    pub(crate) cold: Vec<Cold>,
    pub(crate) warm: Vec<Warm>,
    pub(crate) calls: Vec<Calls>,
    pub(crate) memory: Vec<Memory>,
    pub(crate) size: Vec<Size>,
    pub(crate) throughput: Vec<Throughput>,
}

/// How often, and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Starts of each process.
    pub(crate) starts: usize,
    /// Directives to each process that is timed, where one takes about a millisecond.
    pub(crate) directives: usize,
    /// The same, where one takes tens of milliseconds.
    pub(crate) long_directives: usize,
    /// Processes whose memory is looked at.
    pub(crate) processes: usize,
    /// Directives to each of these, and to each whose calls are counted.
    pub(crate) each: usize,
    /// How often each process is driven at full speed, and for how long.
    pub(crate) runs: usize,
    pub(crate) run: Duration,
}

impl Effort {
    const FULL: Self = Self {
        starts: 60,
        directives: 600,
        long_directives: 60,
        processes: 5,
        each: 30,
        runs: 8,
        run: Duration::from_millis(1000),
    };
    const QUICK: Self = Self {
        starts: 3,
        directives: 8,
        long_directives: 3,
        processes: 1,
        each: 3,
        runs: 2,
        run: Duration::from_millis(50),
    };
}

/// What a measure works with.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) programs: Programs,
    pub(crate) effort: Effort,
    /// Whether the cloud offers HTTP/2.
    http2: bool,
    /// The same turns in every run.
    pub(crate) random: fastrand::Rng,
}

impl Bench {
    /// A cloud whose owner has this many devices.
    pub(crate) async fn cloud(&self, devices: usize, list: List) -> anyhow::Result<Cloud> {
        Cloud::start(&cloud::home(devices, list), self.http2).await
    }

    /// A set in an order of its own each time, so that nobody always follows the same one.
    pub(crate) fn turns<T>(&mut self, of: &mut [T]) {
        self.random.shuffle(of);
    }

    /// The same set in the order of the report again.
    pub(crate) fn in_order<'a, T>(
        &self,
        of: &'a [T],
        who: fn(&T) -> Who,
    ) -> impl Iterator<Item = &'a T> {
        let all = Who::all(&self.programs).into_iter();
        all.filter_map(move |wanted| of.iter().find(|one| who(one) == wanted))
    }
}

/// Measures, prints and writes it all, and tells whether every bar is met.
pub(crate) async fn run(asked: &Measuring, common: &Common) -> anyhow::Result<bool> {
    let programs = Programs::find(common, asked.floor.as_deref())?;
    if programs.node.is_none() {
        output::remark("There is no `node` on the path: what is compared with it is left out.")?;
    }
    let machine = Machine::look(programs.node.as_deref());
    let mut bench = Bench {
        programs,
        effort: if asked.quick {
            Effort::QUICK
        } else {
            Effort::FULL
        },
        http2: common.http2,
        random: fastrand::Rng::with_seed(1),
    };
    let wanted = |measure| asked.only.is_empty() || asked.only.contains(&measure);
    let mut findings = Findings {
        machine,
        provisional: asked.quick || common.debug,
        bars: Vec::new(),
        cold: Vec::new(),
        warm: Vec::new(),
        calls: Vec::new(),
        memory: Vec::new(),
        size: Vec::new(),
        throughput: Vec::new(),
    };
    if wanted(Measure::Cold) {
        findings.cold = cold::measure(&mut bench).await?;
    }
    if wanted(Measure::Warm) {
        findings.warm = warm::measure(&mut bench).await?;
    }
    if wanted(Measure::Calls) {
        findings.calls = calls::measure(&bench).await?;
    }
    if wanted(Measure::Memory) {
        findings.memory = memory::measure(&bench).await?;
    }
    if wanted(Measure::Throughput) {
        findings.throughput = throughput::measure(&mut bench).await?;
    }
    if wanted(Measure::Size) {
        findings.size = size::measure(&bench.programs)?;
    }
    findings.bars = bar::judge(&findings);

    report::print(&findings)?;
    fs::create_dir_all(&common.out)
        .with_context(|| format!("cannot write to {}", common.out.display()))?;
    for (name, text) in [
        ("report.md", report::markdown(&findings)),
        ("report.json", serde_json::to_string_pretty(&findings)?),
        ("report.svg", report::plot(&findings)),
    ] {
        let file = common.out.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        output::remark(format_args!("wrote {}", file.display()))?;
    }
    Ok(findings.bars.iter().all(|bar| bar.met))
}

impl Findings {
    pub(crate) fn cold(&self, who: Who) -> Option<&Cold> {
        self.cold.iter().find(|cold| cold.who == who)
    }

    pub(crate) fn warm(&self, scenario: Scenario, who: Who) -> Option<&Warm> {
        self.warm
            .iter()
            .find(|warm| warm.scenario == scenario && warm.who == who)
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

pub(crate) fn as_milliseconds<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(milliseconds(*duration))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::directive::Directive;
    use crate::statistics::Summary;

    /// Something of every measure.
    pub(crate) fn findings() -> Findings {
        let around = |milliseconds: f64| {
            Summary::of(&[milliseconds * 0.9, milliseconds, milliseconds * 1.1]).unwrap()
        };
        let cold = |who, milliseconds| Cold {
            who,
            init: (who != Who::Cloud).then(|| around(milliseconds / 2.0)),
            first: around(milliseconds / 2.0),
            total: around(milliseconds),
        };
        let warm = |directive, latency, who, milliseconds| Warm {
            scenario: Scenario::of(directive, latency),
            who,
            time: around(milliseconds),
        };
        let calls = |of, directives, calls, connections| Calls {
            who: Who::Skill,
            of,
            directives,
            calls,
            connections,
            handshakes: connections,
            longest: Duration::from_millis(4),
        };
        Findings {
            machine: Machine::look(None),
            provisional: true,
            bars: Vec::new(),
            cold: vec![
                cold(Who::Skill, 9.0),
                cold(Who::Floor, 6.0),
                cold(Who::Node, 100.0),
                cold(Who::Cloud, 1.0),
            ],
            warm: vec![
                warm(Directive::TurnOn, Scenario::NEAR, Who::Skill, 0.5),
                warm(Directive::TurnOn, Scenario::NEAR, Who::Floor, 0.4),
                warm(Directive::TurnOn, Scenario::NEAR, Who::Node, 1.0),
                warm(Directive::ReportState, Scenario::FAR, Who::Skill, 104.0),
                warm(Directive::ReportState, Scenario::FAR, Who::Cloud, 52.0),
            ],
            calls: vec![
                calls(Of::Only(Directive::TurnOn), 10, 10, 1),
                calls(Of::Mixed, 30, 40, 2),
            ],
            memory: vec![Memory {
                who: Who::Skill,
                ordinary_kib: 5000.0,
                discovery_kib: Some(8000.0),
            }],
            size: vec![Size {
                who: Who::Skill,
                program: 4_000_000,
                zip: 2_000_000,
            }],
            throughput: vec![Throughput {
                who: Who::Skill,
                per_second: around(2500.0),
            }],
        }
    }
}
