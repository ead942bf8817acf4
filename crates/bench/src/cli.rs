//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Serialize;

/// Measure the skill's own binary beside a bare handler, a handler in Node, and the cloud itself.
///
/// Everything runs on this machine: the skill under a Runtime API as in Lambda, and the Particle simulator over TLS.
/// What runs takes turns, so that whatever else the machine does hits all alike; figures are medians, and the ratios say
/// more than the milliseconds.
#[derive(Debug, Parser)]
#[command(
    name = "bench",
    disable_help_subcommand = true,
    after_help = "\
Examples:
  cargo run --release -p bench
  cargo run --release -p bench -- --quick                   a look at everything, in less than a minute
  cargo run --release -p bench -- --only cold,size
  cargo run --release -p bench -- --skill ./bootstrap       another build of the skill
  cargo run --release -p bench -- soak --directives 10000

Exit status: 0 it was measured; 1 with --strict, a bar was missed; 2 it could not be measured."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) measuring: Measuring,
    #[command(flatten)]
    pub(crate) common: Common,
    /// Fail where a bar is missed, or the soak finds something
    #[arg(long, global = true)]
    pub(crate) strict: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Soak(Soaking),
}

/// What the measures need.
#[derive(Args, Debug)]
pub(crate) struct Measuring {
    /// Few rounds: to see that it works, not to quote
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only these measures
    #[arg(long, value_name = "MEASURE", value_delimiter = ',')]
    pub(crate) only: Vec<Measure>,
    /// Measure this build of the floor instead of building it
    #[arg(long, value_name = "FILE")]
    pub(crate) floor: Option<PathBuf>,
}

/// What everything needs.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// Where the reports go
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "target/bench",
        global = true
    )]
    pub(crate) out: PathBuf,
    /// Measure this build of the skill instead of building it
    #[arg(long, value_name = "FILE", env = "SKILL_BINARY", global = true)]
    pub(crate) skill: Option<PathBuf>,
    /// Let the cloud offer HTTP/2 too, for who is built to use it
    #[arg(long, global = true)]
    pub(crate) http2: bool,
    /// Build without optimization: sooner there, and no figure means anything
    #[arg(long, global = true)]
    pub(crate) debug: bool,
}

/// What is measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Measure {
    /// From the start of the process to its first answer
    Cold,
    /// Time for one directive of a running process
    Warm,
    /// Calls to Particle, connections and TLS handshakes
    Calls,
    /// The most memory that a process ever had
    Memory,
    /// The package as it is deployed
    Size,
    /// Directives that one instance answers in a second
    Throughput,
}

/// Give one process of the skill many directives of all kinds, with faults, and see whether it stays as it was.
///
/// Memory and open descriptors are looked at all along; every answer must be one of Alexa's, within the deadline, and no
/// function call may be sent again.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  cargo run --release -p bench -- soak
  cargo run --release -p bench -- soak --http2
  cargo run --release -p bench -- soak --directives 10000 --seed 7")]
pub(crate) struct Soaking {
    /// How many directives
    #[arg(long, value_name = "NUMBER", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(8..))]
    pub(crate) directives: u32,
    /// Which directives and which faults: the same number, the same soak
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        super::Cli::command().debug_assert();
    }
}
