//! What `up`, `doctor` and `down` share: from nothing to "Alexa, turn on the lamp", and back.
//!
//! The work is that of the crate `linking`; here is the order of it, what is remembered between two runs, and what the
//! user sees. `up` and `down` are functions of [`Services`](services::Services), so that both run in tests as they do
//! in earnest, with AWS played in memory.
//!
//! - [`accounts`]: that it is always the same ones.
//! - [`options`]: what the three commands take alike.
//! - [`parameters`]: what of the template a user may set, and to what.
//! - [`services`]: Alexa, Particle and AWS, signed in.
//! - [`state`]: the file that says what was made; it holds no secret.
//! - [`steps`]: `up`, step by step. [`removal`]: `down`, backwards.
//! - [`lost`]: what either finds of an OAuth client whose secret was lost on the way here.
//! - [`artifact`]: whether functions are built that are said to be.
//! - [`gathering`]: the facts for `doctor`.

mod accounts;
pub(crate) mod artifact;
pub(crate) mod gathering;
mod lost;
pub(crate) mod options;
pub(crate) mod parameters;
pub(crate) mod removal;
pub(crate) mod services;
pub(crate) mod state;
pub(crate) mod steps;

#[cfg(test)]
mod tests;

/// One step that is done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Done {
    /// What the step is about.
    pub(crate) step: &'static str,
    /// What became of it.
    pub(crate) text: String,
}

/// What is told while work goes on.
pub(crate) trait Report {
    /// A step is done.
    fn done(&mut self, done: Done) -> anyhow::Result<()>;

    /// Something takes its time; the lines of the tools that do it are told as they come.
    fn waiting_for(&self, what: &str) -> indicatif::ProgressBar;
}
