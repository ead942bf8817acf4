//! A conversation with the skill about a simulated home: what one says goes in at the skill's front door, and what the
//! simulator was asked is there to be seen.

use std::time::Duration;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::settings::DEFAULT_DEADLINE;
use alexa_for_particle::skill::Skill;
use anyhow::Context as _;
use particle_simulator::{Home, Request, Simulator};
use serde_json::Value as Json;

use crate::answer::Answer;
use crate::directive::{Directive, hide_secrets};
use crate::endpoint::Endpoint;
use crate::speech;
use crate::utterance::{self, Puzzle};

/// A simulated home, the skill, and what Alexa knows and remembers.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) simulator: Simulator,
    skill: Skill,
    deadline: Duration,
    endpoints: Vec<Endpoint>,
    last: Option<Endpoint>,
}

/// What came of one utterance.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) said: String,
    pub(crate) outcome: Result<Exchange, Puzzle>,
}

/// A directive and all that followed from it. Its messages show no secrets.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) directive: Directive,
    pub(crate) endpoint: Option<String>,
    pub(crate) event: Json,
    pub(crate) calls: Vec<Request>,
    /// The calls with the names of devices where their ids are, which is easier to read.
    pub(crate) calls_in_words: Vec<String>,
    pub(crate) answer: Answer,
    /// What Alexa says.
    pub(crate) sentence: String,
}

impl Exchange {
    /// The directive in a line.
    pub(crate) fn headline(&self) -> String {
        let Directive {
            namespace,
            name,
            instance,
            payload,
        } = &self.directive;
        let mut headline = format!("{namespace}.{name}");
        if let Some(instance) = instance {
            headline.push_str(&format!(" of {instance}"));
        }
        if payload
            .as_object()
            .is_none_or(|payload| !payload.is_empty())
        {
            headline.push_str(&format!(" {payload}"));
        }
        if let Some(endpoint) = &self.endpoint {
            headline.push_str(&format!(" for {endpoint}"));
        }
        headline
    }
}

impl Session {
    pub(crate) async fn start(home: Home) -> anyhow::Result<Self> {
        let simulator = Simulator::start(home)
            .await
            .context("the simulator cannot listen on 127.0.0.1")?;
        Ok(Self {
            skill: Skill::new(simulator.url().parse()?)?,
            simulator,
            deadline: DEFAULT_DEADLINE,
            endpoints: Vec::new(),
            last: None,
        })
    }

    /// The endpoints of the last discovery, and what was remembered since.
    pub(crate) fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// Lets Alexa know an endpoint that she did not discover now.
    pub(crate) fn remember(&mut self, endpoint: Endpoint) {
        self.endpoints.push(endpoint);
    }

    /// Says something to Alexa, and follows it through the skill.
    pub(crate) async fn say(&mut self, said: &str) -> anyhow::Result<Turn> {
        let said = said.to_owned();
        let request = match utterance::understand(&said, &self.endpoints, self.last.as_ref()) {
            Ok(request) => request,
            Err(puzzle) => {
                let outcome = Err(puzzle);
                return Ok(Turn { said, outcome });
            }
        };
        let mut event = request
            .directive
            .event(request.endpoint, &self.simulator.token());
        let answer = self
            .skill
            .answer(&event.to_string(), Deadline::after(self.deadline))
            .await?;
        let mut answer = Answer {
            json: serde_json::to_value(answer.response)?,
        };
        hide_secrets(&mut event);
        hide_secrets(&mut answer.json);
        let sentence = speech::sentence(&request, &answer);
        let calls = self.simulator.take_requests();
        let endpoint = request.endpoint.cloned();
        let exchange = Exchange {
            directive: request.directive,
            endpoint: endpoint
                .as_ref()
                .map(|endpoint| endpoint.friendly_name.clone()),
            event,
            calls_in_words: calls_in_words(&calls, &self.simulator),
            calls,
            sentence,
            answer,
        };
        match endpoint {
            Some(endpoint) => self.last = Some(endpoint),
            None if exchange.answer.error().is_none() => {
                self.endpoints = exchange.answer.endpoints()?
            }
            None => {}
        }
        Ok(Turn {
            said,
            outcome: Ok(exchange),
        })
    }
}

fn calls_in_words(calls: &[Request], simulator: &Simulator) -> Vec<String> {
    let mut calls: Vec<String> = calls.iter().map(ToString::to_string).collect();
    for device in simulator.devices() {
        if let Some(name) = &device.name {
            for call in &mut calls {
                *call = call.replace(&device.id, name);
            }
        }
    }
    calls
}
