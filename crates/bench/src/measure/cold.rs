//! (a) From the start of the process to its first answer, a TurnOn, the TLS handshake included.

use anyhow::Context as _;
use serde::Serialize;

use super::{Bench, milliseconds};
use crate::cloud::{Cloud, List};
use crate::directive::Directive;
use crate::progress;
use crate::statistics::Summary;
use crate::subject::{Bare, Instance, Who};

/// How one of them starts.
#[derive(Debug, Serialize)]
pub(crate) struct Cold {
    pub(crate) who: Who,
    /// Until it asks for its first event; the cloud has none.
    pub(crate) init: Option<Summary>,
    /// From there to the answer.
    pub(crate) first: Summary,
    /// Both together.
    pub(crate) total: Summary,
}

pub(super) async fn measure(bench: &mut Bench) -> anyhow::Result<Vec<Cold>> {
    let cloud = bench.cloud(1, List::Full).await?;
    let mut times: Vec<(Who, Vec<[f64; 2]>)> = Who::all(&bench.programs)
        .into_iter()
        .map(|who| (who, Vec::new()))
        .collect();
    let progress = progress::of("cold start", bench.effort.starts)?;
    for _ in 0..bench.effort.starts {
        bench.turns(&mut times);
        for (who, times) in &mut times {
            times.push(start(*who, bench, &cloud).await?);
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    bench
        .in_order(&times, |(who, _)| *who)
        .map(|(who, times)| {
            let summary = |time: fn(&[f64; 2]) -> f64| {
                Summary::of(&times.iter().map(time).collect::<Vec<_>>()).context("no starts")
            };
            Ok(Cold {
                who: *who,
                init: match who {
                    Who::Skill | Who::Floor | Who::Node => Some(summary(|[init, _]| *init)?),
                    Who::Cloud => None,
                },
                first: summary(|[_, first]| *first)?,
                total: summary(|[init, first]| init + first)?,
            })
        })
        .collect()
}

/// The milliseconds until it is ready, and from there to its answer.
async fn start(who: Who, bench: &Bench, cloud: &Cloud) -> anyhow::Result<[f64; 2]> {
    if who == Who::Cloud {
        // A connection of its own, as a process that has just started needs.
        let first = Bare::of(cloud, Directive::TurnOn)?.ask().await?;
        return Ok([0.0, milliseconds(first)]);
    }
    let instance = Instance::start(who, &bench.programs, cloud, Directive::TurnOn).await?;
    let timing = instance.ask().await?;
    let init = timing.ready - instance.started;
    let first = timing.answered - timing.ready;
    instance.stop().await;
    Ok([milliseconds(init), milliseconds(first)])
}
