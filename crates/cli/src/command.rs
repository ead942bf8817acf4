//! The commands, one a file.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod devices;
pub(crate) mod doctor;
pub(crate) mod down;
pub(crate) mod fault;
pub(crate) mod say;
pub(crate) mod schema;
pub(crate) mod send;
pub(crate) mod simulate;
pub(crate) mod r#try;
pub(crate) mod up;

use crate::cli::Command;

/// How a command ended that could be carried out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    Good,
    /// There was an answer, and it is not what one would wish for.
    Bad,
}

impl Verdict {
    pub(crate) fn good_if(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }
}

pub(crate) async fn run(command: Command) -> anyhow::Result<Verdict> {
    match command {
        Command::Try(arguments) => r#try::run(arguments).await,
        Command::Say(arguments) => say::run(arguments).await,
        Command::Devices(arguments) => devices::run(arguments).await,
        Command::Send(arguments) => send::run(arguments).await,
        Command::Simulate(arguments) => simulate::run(arguments).await,
        Command::Fault(arguments) => fault::run(arguments).await,
        Command::Check(arguments) => check::run(&arguments),
        Command::Up(arguments) => up::run(*arguments).await,
        Command::Doctor(arguments) => doctor::run(arguments).await,
        Command::Down(arguments) => down::run(arguments).await,
        Command::Schema(_) => schema::run(),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}
