//! The vocabulary of the [Alexa Smart Home API], payload version 3: directives, responses, discovery and errors.
//!
//! Only words: no I/O, and nothing of Particle.
//!
//! [Alexa Smart Home API]: https://developer.amazon.com/docs/device-apis/message-guide.html

pub mod directive;
pub mod discovery;
pub mod error;
pub mod response;

pub use directive::{CorrelationToken, Directive};
pub use error::{Error, Kind, Refusal};
pub use response::{Property, Response};

/// The only payload version there is: the skill speaks it and expects it.
pub const PAYLOAD_VERSION: &str = "3";

/// The interface of directives and answers that belong to no capability, and the base capability of each endpoint.
pub const ALEXA: &str = "Alexa";

/// The version under which each interface is declared in discovery.
///
/// The later numbers in Amazon's pages add optional features; `"3"` is what certified skills declare.
pub const INTERFACE_VERSION: &str = "3";
