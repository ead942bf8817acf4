//! (b) How long a directive takes in a process that has answered before.

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;

use super::{Bench, milliseconds};
use crate::cloud::List;
use crate::directive::Directive;
use crate::progress;
use crate::statistics::Summary;
use crate::subject::{Subject, Who};

/// What is asked, of an account with how many devices, and how far away the cloud is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct Scenario {
    pub(crate) directive: Directive,
    pub(crate) devices: usize,
    #[serde(rename = "cloud_latency", serialize_with = "super::as_milliseconds")]
    pub(crate) latency: Duration,
}

/// How long one of them takes.
#[derive(Debug, Serialize)]
pub(crate) struct Warm {
    #[serde(flatten)]
    pub(crate) scenario: Scenario,
    pub(crate) who: Who,
    pub(crate) time: Summary,
}

impl Scenario {
    pub(crate) const NEAR: Duration = Duration::ZERO;
    pub(crate) const FAR: Duration = Duration::from_millis(50);

    /// The control of a lamp, or the state of one: how many others there are makes no difference.
    pub(crate) const fn of(directive: Directive, latency: Duration) -> Self {
        Self {
            directive,
            devices: 1,
            latency,
        }
    }

    pub(crate) const fn discovery(devices: usize, latency: Duration) -> Self {
        Self {
            directive: Directive::Discover,
            devices,
            latency,
        }
    }

    /// All of them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [Self::NEAR, Self::FAR].into_iter().flat_map(|latency| {
            [
                Self::of(Directive::TurnOn, latency),
                Self::of(Directive::ReportState, latency),
                Self::discovery(1, latency),
                Self::discovery(20, latency),
                Self::discovery(300, latency),
            ]
        })
    }

    /// Whether one takes tens of milliseconds.
    fn is_long(self) -> bool {
        self.latency > Duration::ZERO || self.devices >= 300
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.directive {
            Directive::TurnOn | Directive::ReportState => f.write_str(self.directive.name()),
            Directive::Discover => write!(f, "Discover {}", self.devices),
        }
    }
}

pub(super) async fn measure(bench: &mut Bench) -> anyhow::Result<Vec<Warm>> {
    let mut findings = Vec::new();
    for scenario in Scenario::all() {
        findings.extend(one(bench, scenario).await?);
    }
    Ok(findings)
}

async fn one(bench: &mut Bench, scenario: Scenario) -> anyhow::Result<Vec<Warm>> {
    let rounds = if scenario.is_long() {
        bench.effort.long_directives
    } else {
        bench.effort.directives
    };
    let milliseconds_away = scenario.latency.as_millis();
    let progress = progress::of(
        &format!("{scenario}, cloud {milliseconds_away} ms away"),
        rounds,
    )?;
    let cloud = bench.cloud(scenario.devices, List::Full).await?;
    let mut subjects = Vec::new();
    for who in Who::all(&bench.programs) {
        let subject = Subject::start(who, &bench.programs, &cloud, scenario.directive).await?;
        // Its connection is open after the first; a just-in-time compiler takes longer.
        for _ in 0..rounds.div_ceil(4) {
            subject.ask().await?;
        }
        subjects.push((who, subject, Vec::new()));
    }
    cloud.set_latency(scenario.latency);
    for _ in 0..rounds {
        bench.turns(&mut subjects);
        for (_, subject, times) in &mut subjects {
            times.push(milliseconds(subject.ask().await?));
        }
        // They are counted elsewhere, and pile up here.
        drop(cloud.take_requests());
        progress.inc(1);
    }
    progress.finish_and_clear();
    bench
        .in_order(&subjects, |(who, ..)| *who)
        .map(|(who, _, times)| {
            Ok(Warm {
                scenario,
                who: *who,
                time: Summary::of(times).context("no rounds")?,
            })
        })
        .collect()
}
