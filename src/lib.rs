//! An Alexa Smart Home skill for devices in the Particle cloud.
//!
//! # The path of a directive
//!
//! 1. `main.rs`, a thin host, hands the event of an invocation to [`skill::Skill::answer`], which cannot fail for a
//!    directive.
//! 2. [`alexa::directive`] types the envelope; the payload stays JSON.
//! 3. [`skill`] answers discovery, state reports and authorization itself. For all else it finds the [`endpoint`] in the
//!    cookie of the directive, and on it the [`capability`] of that interface, which types the payload.
//! 4. The capability says what changes; its [`binding`] says which function and variable that is, and how the firmware
//!    spells the [`value`].
//! 5. [`device`] calls the function or reads the variable through [`particle::Session`], with the caller's token and
//!    inside the directive's [`deadline`].
//! 6. Back: properties with the time of their sample, or an error; and one [`record`] for the [`log`].
//!
//! # What always holds
//!
//! - [`alexa`] and [`particle`] do not know of one another. One conversion, in [`failure`], turns what Particle can
//!   answer into what Alexa can be told.
//! - A capability is one file and one line of [`capability::ALL`].
//! - A function call is sent at most once.
//! - No token and no PIN can be printed: [`secret::AccessToken`], [`secret::Pin`] and [`alexa::CorrelationToken`] redact
//!   themselves, and what a function is told is in no [`binding::Command`] that is printed.
//! - Nothing invents state: an answer holds what the device said, or what was just commanded and what its owner says follows from
//!   that, or it is an error.
//! - [`endpoint::Resolved::of`] alone decides which endpoints a device has.

pub mod alexa;
pub mod binding;
pub mod capability;
pub mod deadline;
pub mod description;
pub mod device;
pub mod endpoint;
pub mod failure;
pub mod health;
pub mod label;
pub mod language;
mod lenient;
pub mod log;
pub mod particle;
pub mod profile;
pub mod record;
pub mod resolver;
pub mod secret;
pub mod settings;
pub mod skill;
pub mod start;
mod suggestion;
mod time;
pub mod value;
