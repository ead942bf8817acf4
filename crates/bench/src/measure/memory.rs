//! (d) The most memory that a process ever had.

use anyhow::Context as _;
use serde::Serialize;

use super::Bench;
use crate::cloud::{Cloud, List};
use crate::directive::Directive;
use crate::progress;
use crate::statistics::median;
use crate::subject::{Instance, Who};

/// The peak of the resident set, in KiB; medians of several processes.
#[derive(Debug, Serialize)]
pub(crate) struct Memory {
    pub(crate) who: Who,
    /// After directives of all kinds, on an account with 20 devices.
    pub(crate) ordinary_kib: f64,
    /// After one discovery of 300 devices; the floor has none.
    pub(crate) discovery_kib: Option<f64>,
}

pub(super) async fn measure(bench: &Bench) -> anyhow::Result<Vec<Memory>> {
    let home = bench.cloud(20, List::Full).await?;
    let fleet = bench.cloud(300, List::Full).await?;
    let who = Who::functions(&bench.programs);
    let progress = progress::of("memory", who.len() * bench.effort.processes)?;
    let mut findings = Vec::new();
    for who in who {
        let (mut ordinary, mut discovery) = (Vec::new(), Vec::new());
        for _ in 0..bench.effort.processes {
            ordinary.push(peak(bench, who, &home, &Directive::ALL, bench.effort.each).await?);
            if who != Who::Floor {
                discovery.push(peak(bench, who, &fleet, &[Directive::Discover], 1).await?);
            }
            progress.inc(1);
        }
        findings.push(Memory {
            who,
            ordinary_kib: median(&ordinary).context("no processes")?,
            discovery_kib: median(&discovery),
        });
    }
    progress.finish_and_clear();
    Ok(findings)
}

#[expect(clippy::cast_precision_loss, reason = "there is not as much memory")]
async fn peak(
    bench: &Bench,
    who: Who,
    cloud: &Cloud,
    directives: &[Directive],
    rounds: usize,
) -> anyhow::Result<f64> {
    let first = directives.first().copied().unwrap_or(Directive::TurnOn);
    let instance = Instance::start(who, &bench.programs, cloud, first).await?;
    for directive in directives.iter().cycle().take(rounds * directives.len()) {
        instance.put(*directive, directive.event(cloud)).await?;
    }
    let peak = instance.process()?.peak_kib()?;
    instance.stop().await;
    Ok(peak as f64)
}
