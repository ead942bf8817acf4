//! (f) How many TurnOn directives one instance answers in a second, one after the other, as Lambda gives them.

use std::time::Instant;

use anyhow::Context as _;
use serde::Serialize;

use super::Bench;
use crate::cloud::List;
use crate::directive::Directive;
use crate::progress;
use crate::statistics::Summary;
use crate::subject::{Subject, Who};

/// How fast one of them is.
#[derive(Debug, Serialize)]
pub(crate) struct Throughput {
    pub(crate) who: Who,
    pub(crate) per_second: Summary,
}

pub(super) async fn measure(bench: &mut Bench) -> anyhow::Result<Vec<Throughput>> {
    let cloud = bench.cloud(1, List::Full).await?;
    let mut subjects = Vec::new();
    for who in Who::all(&bench.programs) {
        let subject = Subject::start(who, &bench.programs, &cloud, Directive::TurnOn).await?;
        subject.ask().await?;
        subjects.push((who, subject, Vec::new()));
    }
    let progress = progress::of("directives per second", bench.effort.runs)?;
    for _ in 0..bench.effort.runs {
        bench.turns(&mut subjects);
        for (_, subject, speeds) in &mut subjects {
            let began = Instant::now();
            let mut answers = 0.0;
            while began.elapsed() < bench.effort.run {
                subject.ask().await?;
                answers += 1.0;
            }
            speeds.push(answers / began.elapsed().as_secs_f64());
            drop(cloud.take_requests());
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    bench
        .in_order(&subjects, |(who, ..)| *who)
        .map(|(who, _, speeds)| {
            Ok(Throughput {
                who: *who,
                per_second: Summary::of(speeds).context("no runs")?,
            })
        })
        .collect()
}
