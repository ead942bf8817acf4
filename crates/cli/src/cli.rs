//! What can be typed.

use clap::{Parser, Subcommand};

use crate::command::{
    check, completions, devices, doctor, down, fault, say, schema, send, simulate, r#try, up,
};

/// Try Alexa for Particle, see what Alexa would discover, and find mistakes.
#[derive(Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Exit status: 0 all is well; 1 it is not (an Alexa error, a mistake, a failed step); 2 it could not be done.\n\
                  Start with `particle-alexa try`: it needs no account and no device."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Try(r#try::Arguments),
    Say(say::Arguments),
    Devices(devices::Arguments),
    Send(send::Arguments),
    Simulate(simulate::Arguments),
    Fault(fault::Arguments),
    Check(check::Arguments),
    Up(Box<up::Arguments>),
    Doctor(doctor::Arguments),
    Down(down::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        super::Cli::command().debug_assert();
    }
}
