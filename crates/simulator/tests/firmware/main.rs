//! The sketches of the folder `firmware`, compiled for this machine, beside the simulator's sketches of the same
//! behavior: the same script drives both, and they have to agree.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what tests share may do what tests may"
)]

mod board;
mod cloud;
mod notes;
mod script;
