//! The custom resources over real HTTP: events in, answers at the address that each event names.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what tests share may do what tests may"
)]

mod aws;
mod client;
mod host;
mod linking;
mod log;
mod protocol;
mod world;
