//! The simulator as its clients see it: real HTTP on loopback, and the handle beside it.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what tests share may do what tests may"
)]

mod access;
mod account_linking;
mod ask_cli;
mod client;
mod customer;
mod handle;
mod lwa;
mod manifest;
mod packages;
mod particle;
mod readme;
mod server;
mod skills;
