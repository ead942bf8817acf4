//! Alexa's side on loopback: what a skill's developer and a skill's customer deal with, over real HTTP.
//!
//! A [`Simulator`] answers as the Skill Management API (SMAPI, `https://api.amazonalexa.com`) and Login with Amazon
//! (LWA, `https://api.amazon.com`) do, at one address, since their paths differ.
//! It records every request.
//! A [`Customer`] enables a skill of that account, links an account of the developer's to it, and speaks.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use alexa_simulator::{Functions, Simulator};
//!
//! let functions = Functions::default();
//! let simulator = Simulator::builder().lambda(functions.clone()).polls(2).start().await?;
//! // Point a client of SMAPI at `simulator.url()` with `simulator.access_token()`, permit Alexa to invoke a function
//! // with `functions.permit(…)`, then look at `simulator.skills()` and `simulator.requests()`.
//! # Ok(())
//! # }
//! ```
//!
//! The modules, from the outside in:
//! - `simulator` and `server`: the handle, the listener and its connections.
//! - `operation` and `http`: what can be asked for, and the routes; one middleware records every request.
//! - `smapi` and `lwa`: the two services.
//! - `customer`: what Alexa does for a customer; her app, the redirect after the log-in, tokens, directives.
//! - `amazon`: the state behind both; `skill`: one skill in it, with its manifest and its account linking.
//! - `lambda`: the skill's functions as Alexa sees them, which a test brings along.
//! - `record`: what was asked; `secret`: text that is never printed.

mod amazon;
mod customer;
mod http;
mod lambda;
mod lwa;
mod operation;
mod record;
mod secret;
mod server;
mod simulator;
mod skill;
mod smapi;

pub use customer::{
    App, Customer, CustomerBuilder, Directive, DirectiveFailure, LinkCause, LinkFailure,
    RedirectPage, Region, TokenFailure,
};
pub use http::Fault;
pub use lambda::{FunctionError, Functions, Invocation, Lambda};
pub use lwa::GrantType;
pub use operation::Operation;
pub use record::Request;
pub use simulator::{Builder, Simulator};
pub use skill::{
    AccessTokenScheme, AccountLinking, AccountLinkingType, Platform, PlatformAuthorizationUrl,
    SkillSummary, UpdateStatus, VoiceForwardAccountLinking,
};
