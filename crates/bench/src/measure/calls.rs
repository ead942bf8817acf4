//! (c) What a directive costs Particle: calls, connections and TLS handshakes.

use std::time::Duration;

use serde::Serialize;

use super::Bench;
use crate::cloud::{Cloud, List};
use crate::directive::Directive;
use crate::progress;
use crate::subject::{Instance, Who};

/// What one process did for a number of directives.
#[derive(Debug, Serialize)]
pub(crate) struct Calls {
    pub(crate) who: Who,
    pub(crate) of: Of,
    pub(crate) directives: usize,
    /// All of them.
    pub(crate) calls: usize,
    pub(crate) connections: usize,
    pub(crate) handshakes: usize,
    /// How long a directive took at the most, where that is a question.
    #[serde(serialize_with = "super::as_milliseconds")]
    pub(crate) longest: Duration,
}

/// What was asked of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub(crate) enum Of {
    /// One directive over and over, on an account with 20 devices.
    Only(Directive),
    /// All three in turn.
    Mixed,
    /// Discovery of this many devices of whose functions the list tells nothing, in a cloud that is 200 ms away.
    Unlisted(usize),
}

const DEVICES: usize = 20;
const FAR: Duration = Duration::from_millis(200);

impl Calls {
    /// On average.
    #[expect(clippy::cast_precision_loss, reason = "there are not as many calls")]
    pub(crate) fn each(&self) -> f64 {
        self.calls as f64 / self.directives.max(1) as f64
    }
}

pub(super) async fn measure(bench: &Bench) -> anyhow::Result<Vec<Calls>> {
    let mut findings = Vec::new();
    let who = Who::functions(&bench.programs);
    let progress = progress::of("calls and connections", 4 * who.len() + 1)?;
    for of in Directive::ALL.map(Of::Only).into_iter().chain([Of::Mixed]) {
        for who in &who {
            // The floor forwards one request, whatever it is given.
            if *who != Who::Floor || of != Of::Mixed {
                let cloud = bench.cloud(DEVICES, List::Full).await?;
                findings.push(count(bench, *who, of, &cloud).await?);
            }
            progress.inc(1);
        }
    }
    let unlisted = if bench.effort.each < 10 { 40 } else { 300 };
    let cloud = bench.cloud(unlisted, List::Brief).await?;
    cloud.set_latency(FAR);
    findings.push(count(bench, Who::Skill, Of::Unlisted(unlisted), &cloud).await?);
    progress.finish_and_clear();
    Ok(findings)
}

async fn count(bench: &Bench, who: Who, of: Of, cloud: &Cloud) -> anyhow::Result<Calls> {
    let (directives, rounds) = match of {
        Of::Only(directive) => (vec![directive], bench.effort.each),
        Of::Mixed => (Directive::ALL.to_vec(), bench.effort.each),
        Of::Unlisted(_) => (vec![Directive::Discover], 1),
    };
    let first = directives.first().copied().unwrap_or(Directive::TurnOn);
    let instance = Instance::start(who, &bench.programs, cloud, first).await?;
    let mut longest = Duration::ZERO;
    for _ in 0..rounds {
        for directive in &directives {
            let timing = instance.put(*directive, directive.event(cloud)).await?;
            longest = longest.max(timing.answered - timing.handed_out);
        }
    }
    let connections = cloud.connections();
    instance.stop().await;
    Ok(Calls {
        who,
        of,
        directives: rounds * directives.len(),
        calls: cloud.take_requests().len(),
        connections: connections.accepted,
        handshakes: connections.handshakes,
        longest,
    })
}
