//! Benchmarks and a soak of the skill's own binary.
//!
//! [`measure`] takes the figures, one measure a file, of the [`subject`]s: the skill, and what it is measured against.
//! They run as they do in Lambda, each under a Runtime API of its own, on devices of a [`cloud`] on this machine.
//! [`bar`] judges the figures and [`report`] shows them. [`soak`] runs one process for long, with faults.

mod bar;
mod cli;
mod cloud;
mod directive;
mod machine;
mod measure;
mod output;
mod process;
mod program;
mod progress;
mod report;
mod soak;
mod statistics;
mod subject;
mod table;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let strict = cli.strict;
    let good = match cli.command {
        None => measure::run(&cli.measuring, &cli.common).await,
        Some(Command::Soak(soaking)) => soak::run(&soaking, &cli.common).await,
    };
    match good {
        Ok(good) if good || !strict => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            // Where not even this can be printed, the exit status has to do.
            let _ = output::remark(format_args!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}
