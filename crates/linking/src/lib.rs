//! Linking an Alexa skill with Particle: what the command line's `up`, `doctor` and `down` do, and what the custom
//! resources of `linking.yaml` do, is done here once.
//!
//! Nothing here prints, asks a question or reads an argument. What was found out comes back as data.
//!
//! - [`id`], [`region`], [`base_url`]: the names of things, Alexa's three regions and what follows from them, addresses.
//! - [`account_linking`], [`manifest`]: what SMAPI is told of a skill, and where an answer differs from it.
//! - [`fingerprint`]: how a secret is recognized that is nowhere kept.
//! - [`http`], [`process`]: the two ways out, both with a time limit: requests, and the tools of Amazon and AWS.
//! - [`smapi`]: the skill at Alexa, over HTTP or through the signed-in `ask`.
//! - [`particle`]: OAuth clients and the user's account at Particle.
//! - [`aws`]: the stack and its functions, through the signed-in `sam` and `aws`.
//! - [`probe`]: questions to Particle that tell one mistake in linking from another.
//! - [`check`]: all mistakes that are known, each found in the facts or explained.

pub mod account_linking;
pub mod aws;
pub mod base_url;
pub mod check;
mod difference;
pub mod fingerprint;
pub mod http;
pub mod id;
pub mod manifest;
pub mod particle;
pub mod probe;
pub mod process;
pub mod region;
pub mod smapi;

pub use difference::Difference;
