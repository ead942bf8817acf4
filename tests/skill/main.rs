//! The skill through its front door: directives in, over real HTTP to a simulated Particle cloud, answers out.
//!
//! A new behaviour starts as a file in `events/`; what it leads to is a snapshot.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as tests do"
)]

mod bounds;
mod coarse;
mod connections;
mod dialects;
mod discovery;
mod emulators;
mod events;
mod failures;
mod firmware;
mod hostile;
mod inventory;
mod kinds;
mod language;
mod log;
mod media;
mod operations;
mod registry;
mod reliability;
mod reporting;
mod runtime;
mod scene;
mod schema;
mod secrets;
mod security_panel;
mod sources;
mod switching;
mod thermostat;
mod trust;
mod wire;
mod world;
