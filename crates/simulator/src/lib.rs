//! A local Particle Device Cloud: the REST API of `https://api.particle.io` over real HTTP on loopback.
//!
//! A [`Home`] declares devices, what runs on them and what is wrong with them; a [`Simulator`] serves it and records
//! every request. Where Particle's documentation and recordings of the real cloud disagree, the home file chooses.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use particle_simulator::{Fault, Home, Simulator, Target};
//!
//! let simulator = Simulator::start(Home::sample()).await?;
//! simulator.set_fault(Target::Device("desk_lamp".to_owned()), Some(Fault::Offline));
//! // Point a Particle client at `simulator.url()` with `simulator.token()`, then look at `simulator.requests()`.
//! # Ok(())
//! # }
//! ```
//!
//! The modules, from the outside in:
//! - `simulator`, `door`, `connection` and `tls`: the handle, the listener, and connections that a fault can break.
//! - `http`: the routes; one middleware records every request and applies faults, so that handlers need not.
//! - `control`: the requests with which the simulator is told to fail, beside the API.
//! - `cloud`: the state, that is devices, tokens and OAuth clients; `record`: what was asked.
//! - `firmware`: what runs on a device, one file a sketch; `value`: what its variables hold.
//! - `home`: the file that declares it all; `fault` and `dialect`: what can be chosen in it.
//! - `answer`: the bodies of successes and refusals, which all of them use.

mod answer;
mod cloud;
mod connection;
mod control;
mod dialect;
mod door;
mod duration;
mod fault;
mod firmware;
mod home;
mod http;
mod record;
mod secret;
mod simulator;
mod tls;
mod value;

pub use dialect::Dialect;
pub use fault::{Delay, Fault, Kind, Target, UnknownFault, When};
pub use firmware::{Pin, PinMode};
pub use home::{Home, HomeError, OAuth, RefreshTokenStart};
pub use record::history::{Entry, History};
pub use record::{Call, Request};
pub use simulator::{Builder, DeviceSummary, Simulator};
pub use tls::{CONTROL_HOST, Certificate, Tls, TlsError};
