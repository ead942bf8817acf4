//! `send`: one directive through the skill.

mod function;

use std::path::{Path, PathBuf};

use alexa_for_particle::alexa::Response;
use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::record::{Level, Record};
use alexa_for_particle::settings::DEFAULT_DEADLINE;
use alexa_for_particle::skill::Skill;
use anyhow::{Context as _, bail};
use clap::Args;
use particle_simulator::{Request, Simulator};
use serde::Serialize;
use serde_json::{Value as Json, json};

use self::function::Address;
use super::Verdict;
use crate::account::{Account, CloudArguments};
use crate::answer::Answer;
use crate::directive;
use crate::home;
use crate::input::Input;
use crate::output::{self, QUIET, styled};
use crate::progress;
use crate::session::call_in_words;

/// Send one directive through the skill, and print the answer.
///
/// Without further options the skill is part of this program, and Particle is the simulator with its sample home, whose
/// token the directives in `events/` carry.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa send events/PowerController.TurnOn.json
  particle-alexa send - < directive.json
  particle-alexa send directive.json --account

To a function under `cargo lambda watch`, and under `sam local start-lambda`:
  particle-alexa send directive.json --url http://localhost:9000
  particle-alexa send directive.json --url http://localhost:3001 \\
      --function SkillFunction

In a terminal, standard error shows the calls to Particle and the record for the log.

Exit status: 0 an answer; 1 an error of Alexa's; 2 no answer.")]
pub(crate) struct Arguments {
    /// The directive, or `-` for standard input
    file: PathBuf,
    /// Send it to a function that runs at this address, with the token that the file holds
    #[arg(long, conflicts_with_all = ["account", "home"])]
    url: Option<Address>,
    /// The name of that function
    #[arg(long, value_name = "NAME", default_value = "skill", requires = "url")]
    function: String,
    /// Send it to your Particle account, with your token in place of the file's; see `devices`
    #[arg(long, conflicts_with = "home")]
    account: bool,
    #[command(flatten)]
    cloud: CloudArguments,
    /// Simulate the home in this file instead of the sample
    #[arg(long, value_name = "FILE")]
    home: Option<PathBuf>,
    /// Print one JSON object with the answer, the calls to Particle and the record
    #[arg(long)]
    json: bool,
}

/// What came back.
struct Sent {
    message: Message,
    answer: Answer,
    /// What Particle was asked, as far as can be known.
    calls: Vec<String>,
    record: Option<Record>,
}

/// An answer as it is to be printed: our own keeps the order of Amazon's pages.
#[derive(Serialize)]
#[serde(untagged)]
enum Message {
    Own(Box<Response>),
    Foreign(Json),
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    let Input { name, text } = Input::read(&arguments.file)?;
    let event: Json = serde_json::from_str(&text).with_context(|| format!("{name} is no JSON"))?;
    let sent = if let Some(address) = &arguments.url {
        let _waiting = progress::waiting_for(format!("Waiting for {address}"));
        let answer = address.invoke(&arguments.function, text).await?;
        Sent {
            message: Message::Foreign(answer.json.clone()),
            answer,
            calls: Vec::new(),
            record: None,
        }
    } else if arguments.account {
        to_account(event, arguments.cloud).await?
    } else {
        to_simulator(&text, arguments.home.as_deref()).await?
    };
    print(&sent, arguments.json)?;
    Ok(Verdict::good_if(sent.answer.error().is_none()))
}

async fn to_account(mut event: Json, cloud: CloudArguments) -> anyhow::Result<Sent> {
    let account = Account::find(
        cloud,
        Some("leave out --account, and the simulator takes it"),
    )?;
    if !directive::authorize(&mut event, account.expose_token()) {
        bail!("the directive has no scope to put your token in");
    }
    let skill = account.skill()?;
    let _waiting = progress::waiting_for(format!("Waiting for {}", account.api_url));
    answered(&skill, &event.to_string()).await
}

async fn to_simulator(event: &str, home: Option<&Path>) -> anyhow::Result<Sent> {
    let simulator = Simulator::start(home::read(home)?).await?;
    let skill = Skill::new(simulator.url().parse()?, Authorities::default())?;
    let mut sent = answered(&skill, event).await?;
    sent.calls = simulator
        .take_requests()
        .iter()
        .map(Request::to_string)
        .collect();
    if sent.answer.error() == Some("INVALID_AUTHORIZATION_CREDENTIAL") {
        output::remark(format_args!(
            "The simulator takes the token {}.",
            simulator.token()
        ))?;
    }
    Ok(sent)
}

async fn answered(skill: &Skill, event: &str) -> anyhow::Result<Sent> {
    let deadline = Deadline::after(DEFAULT_DEADLINE);
    let answer = skill.answer(event, deadline).await?;
    Ok(Sent {
        answer: Answer {
            json: serde_json::to_value(&answer.response)?,
        },
        message: Message::Own(Box::new(answer.response)),
        calls: answer.record.calls.iter().map(call_in_words).collect(),
        record: Some(answer.record),
    })
}

fn print(sent: &Sent, json: bool) -> anyhow::Result<()> {
    let Sent {
        message,
        calls,
        record,
        ..
    } = sent;
    if json {
        return output::json(&json!({
            "answer": message,
            "particleCalls": calls,
            "record": record,
        }));
    }
    output::json(message)?;
    if output::remarks_are_read() {
        for call in calls {
            output::remark(styled(QUIET, call))?;
        }
        if let Some(line) = record.clone().and_then(|record| record.line(Level::Info)) {
            output::remark(styled(QUIET, line))?;
        }
    }
    Ok(())
}
