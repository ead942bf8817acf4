//! What is measured: the skill, and what it is measured against.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use runtime_api::{Function, Outcome, RuntimeApi, Timing};
use serde::{Deserialize, Serialize};

use crate::cloud::Cloud;
use crate::directive::{Directive, Request};
use crate::process::Process;
use crate::program::{NODE_HANDLER, Programs};

/// Nothing that is measured takes as long.
const LIMIT: Duration = Duration::from_secs(30);

/// Who answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Who {
    /// The skill's own binary.
    Skill,
    /// A bare handler on the same stack, which forwards one request.
    Floor,
    /// A handler in Node without dependencies.
    Node,
    /// Nobody: the cloud, asked by the benchmark itself.
    Cloud,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Skill => "skill",
            Self::Floor => "floor",
            Self::Node => "Node",
            Self::Cloud => "cloud",
        })
    }
}

impl Who {
    /// All there are on this machine.
    pub(crate) fn all(programs: &Programs) -> Vec<Self> {
        let mut all = Self::functions(programs);
        all.push(Self::Cloud);
        all
    }

    /// Those that are functions of Lambda.
    pub(crate) fn functions(programs: &Programs) -> Vec<Self> {
        let mut functions = vec![Self::Skill, Self::Floor];
        functions.extend(programs.node.is_some().then_some(Self::Node));
        functions
    }
}

/// One of them, running, with one directive to answer over and over.
#[derive(Debug)]
pub(crate) enum Subject {
    Function(Box<Instance>),
    Bare(Bare),
}

impl Subject {
    pub(crate) async fn start(
        who: Who,
        programs: &Programs,
        cloud: &Cloud,
        directive: Directive,
    ) -> anyhow::Result<Self> {
        Ok(match who {
            Who::Skill | Who::Floor | Who::Node => Self::Function(Box::new(
                Instance::start(who, programs, cloud, directive).await?,
            )),
            Who::Cloud => Self::Bare(Bare::of(cloud, directive)?),
        })
    }

    /// How long one answer takes.
    pub(crate) async fn ask(&self) -> anyhow::Result<Duration> {
        match self {
            Self::Function(instance) => {
                let timing = instance.ask().await?;
                Ok(timing.answered - timing.handed_out)
            }
            Self::Bare(bare) => bare.ask().await,
        }
    }
}

/// A function's process under a Runtime API of its own.
#[derive(Debug)]
pub(crate) struct Instance {
    who: Who,
    /// When its process was started.
    pub(crate) started: Instant,
    directive: Directive,
    event: String,
    api: RuntimeApi,
    function: Function,
}

impl Instance {
    pub(crate) async fn start(
        who: Who,
        programs: &Programs,
        cloud: &Cloud,
        directive: Directive,
    ) -> anyhow::Result<Self> {
        let request = directive.request(cloud);
        let mut variables = cloud.variables();
        variables.extend([
            ("FLOOR_METHOD", request.method.to_owned()),
            ("FLOOR_URL", request.url),
            ("FLOOR_TOKEN", cloud.token()),
        ]);
        variables.extend(request.body.map(|body| ("FLOOR_BODY", body.to_owned())));
        let event = directive.event(cloud);
        let api = RuntimeApi::start().await?;
        let started = Instant::now();
        let function = match (who, &programs.node) {
            (Who::Node, Some(node)) => Function::start_with(&api, node, [NODE_HANDLER], variables),
            (Who::Floor, _) => Function::start(&api, &programs.floor, variables),
            (Who::Skill, _) => Function::start(&api, &programs.skill, variables),
            (Who::Node | Who::Cloud, _) => bail!("{who} is no function here"),
        }
        .with_context(|| format!("cannot start {who}"))?;
        Ok(Self {
            who,
            started,
            directive,
            event,
            api,
            function,
        })
    }

    /// Has its directive answered, and sees that it is a good answer.
    pub(crate) async fn ask(&self) -> anyhow::Result<Timing> {
        self.put(self.directive, self.event.clone()).await
    }

    /// Has another directive answered.
    pub(crate) async fn put(&self, directive: Directive, event: String) -> anyhow::Result<Timing> {
        let (who, name) = (self.who, directive.name());
        let (outcome, timing) = self
            .api
            .invoke_timed(event, LIMIT)
            .await
            .with_context(|| format!("{who} on {name}"))?;
        let answer = match outcome {
            Outcome::Response(answer) => answer,
            Outcome::Error(report) => bail!("{who} failed on {name}: {report}"),
        };
        if who != Who::Floor && answered(&answer).as_deref() != Some(directive.answer()) {
            let answer = String::from_utf8_lossy(&answer);
            bail!(
                "{who} did not answer {name} with {}: {answer}",
                directive.answer()
            );
        }
        Ok(timing)
    }

    pub(crate) fn process(&self) -> anyhow::Result<Process> {
        self.function.id().map(Process).context("it has ended")
    }

    /// Ends the process, and waits until it has.
    pub(crate) async fn stop(self) {
        self.function.stop().await;
    }
}

/// The name in an answer's header.
fn answered(answer: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        event: Event,
    }
    #[derive(Deserialize)]
    struct Event {
        header: Header,
    }
    #[derive(Deserialize)]
    struct Header {
        name: String,
    }
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    Some(answer.event.header.name)
}

/// The bare request by this process, over one connection that is kept.
#[derive(Debug)]
pub(crate) struct Bare {
    client: reqwest::Client,
    request: Request,
    token: String,
}

impl Bare {
    pub(crate) fn of(cloud: &Cloud, directive: Directive) -> anyhow::Result<Self> {
        Ok(Self {
            client: cloud.client()?,
            request: directive.request(cloud),
            token: cloud.token(),
        })
    }

    pub(crate) async fn ask(&self) -> anyhow::Result<Duration> {
        let sent = Instant::now();
        let mut request = self
            .client
            .request(self.request.method.parse()?, &self.request.url)
            .bearer_auth(&self.token);
        if let Some(body) = self.request.body {
            request = request
                .header(reqwest::header::CONTENT_TYPE, "application/json")
                .body(body);
        }
        request.send().await?.error_for_status()?.bytes().await?;
        Ok(sent.elapsed())
    }
}
