//! `try`: speak to Alexa about a simulated home, and see all that follows.

mod order;
mod prompt;
mod show;
mod tour;

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use clap::Args;

use self::order::Order;
use self::prompt::Prompt;
use super::{Verdict, devices};
use crate::home;
use crate::output::{self, LOUD, QUIET, styled};
use crate::profiles::ProfileArguments;
use crate::session::Session;
use crate::transcript;

/// Speak to Alexa about a simulated home, and see directives, Particle calls and answers.
///
/// Nothing leaves this machine: a simulated Particle cloud with a sample home is part of the program. What you say goes
/// through the real skill, and each line shows the directive Alexa would send, the calls Particle got, the answer, and
/// what Alexa would say.
///
/// Calls are shown with the names of devices where their ids are.
///
/// In a terminal it prompts; otherwise it reads a line at a time from standard input.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa try                      at a prompt; :help there says more
  particle-alexa try --script             a tour that checks itself
  echo turn on the desk lamp | particle-alexa try
  particle-alexa try --home home.toml     a home of your own

`particle-alexa simulate --print-home` prints a home file to start from.

Exit status: 0 every line was understood (an error of Alexa's is an answer, too), or every step of the tour did what it \
should; 1 a line was not understood, or a step failed; 2 it could not be tried.")]
pub(crate) struct Arguments {
    /// Simulate the home in this file instead of the sample
    #[arg(long, value_name = "FILE")]
    home: Option<PathBuf>,
    #[command(flatten)]
    profiles: ProfileArguments,
    /// Take the built-in tour, which checks each of its steps
    #[arg(long)]
    script: bool,
    /// Print one JSON object for each line or step
    #[arg(long)]
    json: bool,
    /// Show directives and answers in full; tokens are replaced by `…`
    #[arg(short, long, conflicts_with = "json")]
    verbose: bool,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    let home = arguments.home.as_deref();
    let mut session = Session::start(home::read(home)?, &arguments.profiles).await?;
    if arguments.script {
        return tour::take(&mut session, arguments.json, arguments.verbose).await;
    }
    let discovery = session.say("discover my devices").await?;
    if arguments.json {
        output::json_line(&transcript::to_json(&discovery))?;
    } else {
        show::welcome(&session, &discovery)?;
        transcript::warn(&discovery, &devices::of_home(home, &arguments.profiles))?;
    }
    let mut conversation = Conversation {
        session,
        json: arguments.json,
        verbose: arguments.verbose,
        understood: true,
    };
    if io::stdin().is_terminal() && !arguments.json {
        conversation.at_prompt().await
    } else {
        conversation.by_lines().await
    }
}

struct Conversation {
    session: Session,
    json: bool,
    verbose: bool,
    /// Whether every line was, so far.
    understood: bool,
}

impl Conversation {
    async fn at_prompt(&mut self) -> anyhow::Result<Verdict> {
        output::line(styled(
            QUIET,
            "Say what you would say to Alexa. :help says what there is, :quit ends it.\n",
        ))?;
        let mut prompt = Prompt::new()?;
        while let Some(typed) = prompt.line(self.session.endpoints())? {
            // Several lines where they were pasted.
            for line in typed.lines() {
                if self.take(line).await?.is_break() {
                    return Ok(Verdict::Good);
                }
            }
        }
        Ok(Verdict::Good)
    }

    async fn by_lines(&mut self) -> anyhow::Result<Verdict> {
        for line in io::stdin().lock().lines() {
            let line = line?;
            if !self.json && !line.trim().is_empty() {
                output::line(styled(LOUD, format_args!("> {}", line.trim())))?;
            }
            if self.take(&line).await?.is_break() {
                break;
            }
        }
        Ok(Verdict::good_if(self.understood))
    }

    /// Does what a line says; breaks where it says to end.
    async fn take(&mut self, line: &str) -> anyhow::Result<std::ops::ControlFlow<()>> {
        use std::ops::ControlFlow::{Break, Continue};
        let line = line.trim();
        if line.is_empty() {
            return Ok(Continue(()));
        }
        let Some(order) = Order::of(line) else {
            let turn = self.session.say(line).await?;
            self.understood &= turn.outcome.is_ok();
            if self.json {
                output::json_line(&transcript::to_json(&turn))?;
            } else {
                transcript::print(&turn, self.verbose)?;
            }
            return Ok(Continue(()));
        };
        match order {
            Order::Quit => return Ok(Break(())),
            Order::Help => show::help(&self.session)?,
            Order::Devices => show::devices(&self.session)?,
            Order::Json => {
                self.verbose = !self.verbose;
                let shown = if self.verbose { "shown" } else { "not shown" };
                output::line(format_args!("  Messages are {shown} in full.\n"))?;
            }
            Order::Online { name, online } => self.connect(name, online)?,
            Order::Unknown(word) => {
                self.understood = false;
                output::line(format_args!(
                    "  There is no {word}; :help says what there is.\n"
                ))?;
            }
        }
        Ok(Continue(()))
    }

    /// Takes the device of an endpoint online or offline, by either's name.
    fn connect(&mut self, name: &str, online: bool) -> anyhow::Result<()> {
        let endpoint = self
            .session
            .endpoints()
            .iter()
            .find(|endpoint| endpoint.friendly_name.eq_ignore_ascii_case(name));
        let device = endpoint.map_or(name, |endpoint| endpoint.device());
        let state = if online { "online" } else { "offline" };
        if self.session.cloud.set_online(device, online) {
            output::line(format_args!("  {name} is {state}.\n"))?;
        } else {
            self.understood = false;
            output::line(format_args!(
                "  No endpoint or device is called \"{name}\"; :devices lists them.\n"
            ))?;
        }
        Ok(())
    }
}
