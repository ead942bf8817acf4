//! What the fuzzers of `fuzz/` and the property tests of the skill have in common.
//!
//! A target is a function of bytes. The bytes are `choices`: which text of this project to start from, and what to do to
//! it. So any bytes make a text that is nearly right, and bytes that are nearly the same make texts that are.
//!
//! Each target drives the real skill over real HTTP on loopback, against a `cloud` that answers what the target says.
//! `world` holds what is promised of every answer; a broken promise panics. What a target returns are the answers,
//! for whoever wants to look at them more closely.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken promise is a panic: that is how a fuzzer and a test hear of it"
)]

mod choices;
mod cloud;
mod cookie;
mod description;
mod directive;
mod mutation;
mod particle;
mod seeds;
mod shape;
mod world;

pub use cookie::cookie;
pub use description::description;
pub use directive::directive;
pub use particle::particle;
use serde_json::Value as Json;
pub use shape::response;

/// A target: any bytes in, the answers to Alexa out.
pub type Target = fn(&[u8]) -> Vec<Json>;

/// All of them, by the names of the fuzzers.
pub const ALL: [(&str, Target); 4] = [
    ("cookie", cookie),
    ("description", description),
    ("directive", directive),
    ("particle", particle),
];
