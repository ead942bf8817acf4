//! The vocabulary of the [Particle Device Cloud API] and its client: devices, functions and variables.
//!
//! Nothing of Alexa.
//!
//! [Particle Device Cloud API]: https://docs.particle.io/reference/cloud-apis/api/

mod authorities;
mod client;
mod connections;
mod device;
mod error;
pub(crate) mod platform;
mod url;

pub use authorities::{Authorities, InvalidAuthorities};
pub use client::{Call, Client, Sampled, Session};
pub use device::{Device, DeviceId};
pub use error::Error;
pub use url::{ApiUrl, InvalidApiUrl};
