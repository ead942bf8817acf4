//! `completions`: what a shell needs to complete the commands.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Verdict;
use crate::cli::Cli;
use crate::output;

/// Print a script that completes commands in a shell.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  source <(particle-alexa completions bash)
  particle-alexa completions fish > ~/.config/fish/completions/particle-alexa.fish")]
pub(crate) struct Arguments {
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Cli::command(),
        "particle-alexa",
        &mut script,
    );
    output::line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Verdict::Good)
}
