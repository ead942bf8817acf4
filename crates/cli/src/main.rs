//! `particle-alexa`: the command line of Alexa for Particle.
//!
//! [`cli`] says what can be typed, [`command`] does it, one command a file. What one says to Alexa is understood in
//! [`utterance`], and a [`session`] follows it through the skill to the simulated home or the user's account.

mod account;
mod answer;
mod capability;
mod cli;
mod command;
mod diagnostic;
mod directive;
mod endpoint;
mod explanation;
mod home;
mod input;
mod names;
mod output;
mod profiles;
mod progress;
mod session;
mod setup;
mod speech;
mod table;
mod transcript;
mod utterance;
mod warning;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;
use crate::command::Verdict;
use crate::output::{BAD, styled};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match command::run(Cli::parse().command).await {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::from(1),
        // Whoever reads the output has seen enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where not even this can be printed, the exit status has to do.
            let _ = output::remark(format!("{} {error:#}", styled(BAD, "error:")));
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
