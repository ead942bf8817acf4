//! The simulator as its clients see it: real HTTP on loopback, and the handle beside it.

#![expect(clippy::unwrap_used, reason = "what tests share may do what tests may")]

mod access;
mod access_tokens;
mod authorize;
mod broken;
mod browser;
mod client;
mod clients;
mod control;
mod devices;
mod faults;
mod functions;
mod handle;
mod home;
mod oauth;
mod particle_api_js;
mod readme;
mod tls;
mod variables;
