//! The link relay: what stands between Alexa and Particle's login page while an account is linked.
//!
//! Alexa sends a customer back to one of three hosts, and which one depends on the customer. An OAuth client of Particle's
//! has one redirect URI. So the client has the relay's, and the relay sends each customer on to where Alexa wants them.
//!
//! ```text
//! Alexa ──► GET /authorize?redirect_uri=<Alexa's>&state=<Alexa's>&…
//!               302 ──► Particle?redirect_uri=<relay>/callback&state=<packed>&…
//!                          the customer logs in, and allows or denies
//!           GET /callback?code=…&state=<packed>  ◄── 302
//!               302 ──► <Alexa's>?state=<Alexa's>&code=…
//! ```
//!
//! It keeps nothing and knows no secret. What it has to remember travels with the customer: [packed](state) into the
//! `state` that Particle gives back, and in cookies beside it, because Particle drops the state when a customer denies. The
//! code that passes through is worth nothing without the client's secret, which Alexa alone has; Alexa exchanges it with
//! Particle directly.
//!
//! What holds, whatever comes in:
//! - A customer is sent to Particle's authorization page, or to one of Alexa's three [redirect URIs](redirect) of one
//!   vendor, and nowhere else.
//! - What Alexa calls its state comes back to it byte for byte as it was sent. That needs Lambda's *raw* query string: the
//!   decoded one has forgotten which of `+`, `%20` and `%2B` it was, and joins repeated parameters.
//! - A [page](refusal) repeats nothing of the request, and neither does the [log](record).
//!
//! [`Relay::answer`](relay::Relay::answer) is all of it: event in, answer out.

pub mod record;
pub mod redirect;
pub mod refusal;
pub mod relay;
pub mod settings;
pub mod state;

mod query;
