//! What the start of the process takes from its first directive.
//!
//! Alexa's clock runs while Lambda starts an instance for a directive, but the invocation's own deadline begins only when
//! the start is over. Without a correction the first answer of an instance would come too late by all that the start took.

use std::time::{Duration, Instant};

/// Lambda ends a start that takes longer, so an age beyond it is no start for a directive.
const LONGEST_START: Duration = Duration::from_secs(10);

/// An instance that is started for a directive finds it waiting. After a longer wait the instance was there before the
/// directive, which then lost nothing.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// What comes before the process: Lambda finds a place, fetches the package and makes the sandbox. Nobody tells how long
/// that took; for a package of 2 MB it is a matter of some tens to some hundreds of milliseconds.
const BEFORE_THE_PROCESS: Duration = Duration::from_millis(250);

/// The value of `AWS_LAMBDA_INITIALIZATION_TYPE` for an instance that is started when a directive has none. The others
/// are started ahead.
const ON_DEMAND: &str = "on-demand";

/// How a process started.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    on_demand: bool,
    began: Instant,
    ready: Instant,
}

impl Start {
    /// A process that began then and asks for its first event now. Lambda tells the type of the start.
    #[must_use]
    pub fn ready_now(began: Instant, initialization_type: Option<&str>) -> Self {
        Self {
            on_demand: initialization_type == Some(ON_DEMAND),
            began,
            ready: Instant::now(),
        }
    }

    /// What the first directive, which arrives now, has lost of Alexa's patience.
    #[must_use]
    pub fn lost_by_now(&self) -> Duration {
        if !self.on_demand {
            return Duration::ZERO;
        }
        lost(self.ready - self.began, self.ready.elapsed())
    }
}

/// What a directive lost to a start on demand that took so long, and then waited so long for the directive.
fn lost(starting: Duration, waiting: Duration) -> Duration {
    let age = starting + waiting;
    // Lambda also starts instances on demand ahead of need, and does not say so.
    let ahead = age >= LONGEST_START || waiting >= LONGEST_WAIT;
    if ahead {
        Duration::ZERO
    } else {
        BEFORE_THE_PROCESS + age
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_start_that_a_directive_waited_for_is_lost() {
        for (starting, waiting, expected) in [
            (0, 0, 250),
            (5, 2, 257),
            (9_000, 999, 10_249),
            // It waited for the directive, not the directive for it.
            (5, 1_000, 0),
            (5, 7_000, 0),
            (5, 60_000, 0),
            // No start takes so long.
            (9_500, 500, 0),
            (60_000, 1, 0),
        ] {
            let [starting_, waiting_, expected] =
                [starting, waiting, expected].map(Duration::from_millis);
            let lost = lost(starting_, waiting_);
            assert_eq!(lost, expected, "{starting} and {waiting} ms");
        }
    }

    #[test]
    fn what_is_started_ahead_loses_nothing() {
        for (initialization_type, loses) in [
            (Some("on-demand"), true),
            (Some("provisioned-concurrency"), false),
            (Some("snap-start"), false),
            (None, false),
        ] {
            let start = Start::ready_now(Instant::now(), initialization_type);
            let lost = start.lost_by_now();
            assert_eq!(lost > Duration::ZERO, loses, "{initialization_type:?}");
        }
    }
}
