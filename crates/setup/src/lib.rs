//! The custom resources of `linking.yaml`, for those who make everything with CloudFormation: the OAuth client at Particle,
//! and the account linking of a skill at Alexa. What is done is done by [`linking`], as the command line does it.
//!
//! CloudFormation invokes the function with an [event], waits for no answer, and is told the outcome with a `PUT` to the
//! address in the event. Until it hears of that, the stack hangs; so it hears in any case, before the time is up:
//! [`Setup::handle`](setup::Setup::handle) is all of it, event in, record out.
//!
//! | resource | physical id, which `Ref` returns | replaced when |
//! |---|---|---|
//! | [`Custom::ParticleOAuthClient`](oauth_client) | the client's id | the redirect URI changes, which no client can follow |
//! | [`Custom::AlexaAccountLinking`](account_linking) | `SKILL/STAGE/accountLinkingClient` | the skill changes |
//!
//! What holds, whatever comes in:
//! - What was there before a resource was created stays when the resource ends: its physical id ends in `/kept`.
//! - An event is answered once it has a place to answer to, at the latest some seconds before the time is up, and also
//!   where the function's own settings are of no use.
//! - The same event twice does what it does once, even at the same moment; and a creation that arrives after it was undone
//!   does nothing: see [`turn`].
//! - What is undone after a failed creation is what that creation made, and nothing else: see [`ledger`].
//! - No secret is in an answer or in the log. Properties name secrets by ARN, and answers do.

pub mod account_linking;
pub mod answer;
pub mod event;
pub mod failure;
pub mod ledger;
pub mod oauth_client;
pub mod record;
pub mod secrets_manager;
pub mod settings;
pub mod setup;
pub mod turn;
