//! The one deadline of a directive, shared by all it does.
//!
//! Alexa gives up after about 8 seconds; an answer that comes later is none.

use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::OptionFuture;
use tokio::time::timeout_at;

/// A moment after which nobody waits for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        Self(Instant::now() + duration)
    }

    /// What comes first.
    #[must_use]
    pub fn or_sooner(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// Whether it has come.
    #[must_use]
    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }

    /// The result of a future, or `None` where the moment comes first. After that moment the future is not even begun:
    /// what it would send nobody waits for.
    pub fn limit<F: Future>(self, future: F) -> impl Future<Output = Option<F::Output>> {
        // No `async` function: that would hold the future twice, as what it is given and as what it waits for.
        let begun = (!self.is_over()).then(|| timeout_at(self.0.into(), future));
        OptionFuture::from(begun).map(|outcome| outcome?.ok())
    }
}
