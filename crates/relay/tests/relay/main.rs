//! The relay through its front door: events of a function URL in, answers out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what tests share may do what tests may"
)]

mod answers;
mod browser;
mod log;
mod properties;
mod redirects;
mod runtime;
