//! Every command through the real binary: what it is given, what it prints, how it exits.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy.toml exempts tests, but not what they share"
)]

mod alexa;
mod check;
mod conversation;
mod devices;
mod fault;
mod general;
mod guide;
mod journey;
mod program;
mod readme;
#[path = "../../src/setup/tests/relay.rs"]
mod relay;
mod say;
mod send;
mod setup;
mod simulate;
mod tour;
