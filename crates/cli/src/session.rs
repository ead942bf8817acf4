//! A conversation with the skill: what one says goes in at the skill's front door, and what Particle was asked is there to
//! be seen. Particle is the simulator, or the user's account.

use std::time::Duration;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::{Authorities, Call};
use alexa_for_particle::settings::DEFAULT_DEADLINE;
use alexa_for_particle::skill::Skill;
use anyhow::Context as _;
use particle_simulator::{Home, Simulator};
use serde::Deserialize as _;
use serde_json::{Value as Json, json};

use crate::account::Account;
use crate::answer::Answer;
use crate::directive::{Directive, hide_secrets};
use crate::endpoint::Endpoint;
use crate::profiles::ProfileArguments;
use crate::speech;
use crate::utterance::{self, Puzzle};

/// The skill, the Particle cloud it speaks to, and what Alexa knows and remembers.
#[derive(Debug)]
pub(crate) struct Session<C = Simulator> {
    pub(crate) cloud: C,
    skill: Skill,
    deadline: Duration,
    endpoints: Vec<Endpoint>,
    last: Option<Endpoint>,
}

/// What stands for the Particle cloud.
pub(crate) trait Cloud {
    /// The token of whoever speaks.
    fn token(&self) -> String;

    /// What the cloud was asked; the skill knows of these calls.
    fn calls(&self, known: &[Call]) -> Calls;

    /// The text with the names of devices where their ids are, which is easier to read.
    fn named(&self, text: &str) -> String;
}

/// Calls to Particle.
#[derive(Debug)]
pub(crate) struct Calls {
    pub(crate) json: Json,
    /// A line each.
    pub(crate) in_words: Vec<String>,
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
    pub(crate) calls: Calls,
    pub(crate) answer: Answer,
    /// What an operator would find in the log, such as mistakes in descriptions.
    pub(crate) remarks: Vec<String>,
    /// Whether Alexa did what was said, or could tell what was asked.
    pub(crate) is_good: bool,
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
    pub(crate) async fn start(home: Home, profiles: &ProfileArguments) -> anyhow::Result<Self> {
        let simulator = Simulator::start(home)
            .await
            .context("the simulator cannot listen on 127.0.0.1")?;
        let skill = Skill::new(simulator.url().parse()?, Authorities::default())?;
        Ok(Self::of(simulator, profiles.given_to(skill)?))
    }
}

impl Session<Account> {
    /// Speaks of the devices in the user's account.
    pub(crate) async fn of_account(
        account: Account,
        profiles: &ProfileArguments,
    ) -> anyhow::Result<Self> {
        let skill = profiles.given_to(account.skill()?)?;
        let discovery = account.preview(&skill).await?;
        let endpoints = serde_json::to_value(discovery.endpoints())?;
        let mut session = Self::of(account, skill);
        session.endpoints = Vec::deserialize(endpoints)?;
        Ok(session)
    }
}

impl<C: Cloud> Session<C> {
    fn of(cloud: C, skill: Skill) -> Self {
        Self {
            cloud,
            skill,
            deadline: DEFAULT_DEADLINE,
            endpoints: Vec::new(),
            last: None,
        }
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
            .event(request.endpoint, &self.cloud.token());
        let answer = self
            .skill
            .answer(&event.to_string(), Deadline::after(self.deadline))
            .await?;
        let calls = self.cloud.calls(&answer.record.calls);
        let remarks = answer.record.remarks.iter();
        let remarks = remarks.map(|remark| self.cloud.named(remark)).collect();
        let mut answer = Answer {
            json: serde_json::to_value(answer.response)?,
        };
        hide_secrets(&mut event);
        hide_secrets(&mut answer.json);
        let sentence = speech::sentence(&request, &answer);
        let is_good = answer.error().is_none() && request.is_answered_by(&answer);
        let endpoint = request.endpoint.cloned();
        let exchange = Exchange {
            directive: request.directive,
            endpoint: endpoint
                .as_ref()
                .map(|endpoint| endpoint.friendly_name.clone()),
            event,
            calls,
            remarks,
            sentence,
            is_good,
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

impl Cloud for Simulator {
    fn token(&self) -> String {
        Self::token(self)
    }

    /// The simulator knows more of them than the skill does.
    fn calls(&self, _known: &[Call]) -> Calls {
        let requests = self.take_requests();
        Calls {
            json: json!(requests),
            in_words: requests
                .iter()
                .map(|request| self.named(&request.to_string()))
                .collect(),
        }
    }

    fn named(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for device in self.devices() {
            if let Some(name) = &device.name {
                text = text.replace(&device.id, name);
            }
        }
        text
    }
}

impl Cloud for Account {
    fn token(&self) -> String {
        self.expose_token().to_owned()
    }

    fn calls(&self, known: &[Call]) -> Calls {
        let in_words: Vec<String> = known.iter().map(call_in_words).collect();
        Calls {
            json: json!(in_words),
            in_words,
        }
    }

    fn named(&self, text: &str) -> String {
        text.to_owned()
    }
}

/// One call, as far as the skill's record tells of it.
pub(crate) fn call_in_words(call: &Call) -> String {
    match call.status {
        Some(status) if call.incomplete => {
            format!("{} → {status}, and not the whole answer", call.request)
        }
        Some(status) => format!("{} → {status}", call.request),
        None => format!("{} → no answer", call.request),
    }
}
