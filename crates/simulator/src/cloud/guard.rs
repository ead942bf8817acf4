//! The guard of the token endpoint: who asks too often, or in vain too often, has to wait.

use std::{
    collections::{BTreeMap, VecDeque},
    net::IpAddr,
    time::{Duration, SystemTime},
};

use crate::home::OAuth;

/// What is known of each address that asked for tokens.
#[derive(Debug, Default)]
pub(crate) struct Guard(BTreeMap<IpAddr, Visitor>);

#[derive(Debug, Default)]
struct Visitor {
    /// How often in a row it asked in vain.
    failures: u32,
    locked_since: Option<SystemTime>,
    /// When it asked of late.
    requests: VecDeque<SystemTime>,
}

impl Guard {
    /// Whether an address may ask for a token now.
    pub(crate) fn admits(&mut self, address: IpAddr, now: SystemTime, oauth: &OAuth) -> bool {
        let visitor = self.0.entry(address).or_default();
        if let Some(since) = visitor.locked_since {
            if oauth.lock_after > 0 && !is_over(since, oauth.lock_time, now) {
                return false;
            }
            *visitor = Visitor::default();
        }
        if oauth.rate_limit == 0 {
            visitor.requests.clear();
            return true;
        }
        visitor
            .requests
            .retain(|request| !is_over(*request, WINDOW, now));
        if visitor.requests.len() >= oauth.rate_limit as usize {
            return false;
        }
        visitor.requests.push_back(now);
        true
    }

    /// Counts what came of a request that was admitted.
    pub(crate) fn saw(&mut self, address: IpAddr, success: bool, now: SystemTime, oauth: &OAuth) {
        let visitor = self.0.entry(address).or_default();
        if success {
            visitor.failures = 0;
            return;
        }
        visitor.failures = visitor.failures.saturating_add(1);
        if oauth.lock_after > 0 && visitor.failures >= oauth.lock_after {
            visitor.locked_since = Some(now);
        }
    }

    /// Forgets everything.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

fn is_over(since: SystemTime, time: Duration, now: SystemTime) -> bool {
    since.checked_add(time).is_some_and(|end| end <= now)
}

/// The time in which requests are counted: five minutes.
const WINDOW: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    const START: SystemTime = SystemTime::UNIX_EPOCH;
    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const OTHER: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);
    const INSTANT: Duration = Duration::from_nanos(1);

    fn fail(guard: &mut Guard, times: u32, now: SystemTime, oauth: &OAuth) {
        for _ in 0..times {
            assert!(guard.admits(ONE, now, oauth));
            guard.saw(ONE, false, now, oauth);
        }
    }

    #[test]
    fn failures_in_a_row_lock_an_address_for_a_time() {
        let (mut guard, oauth) = (Guard::default(), OAuth::default());
        fail(&mut guard, 9, START, &oauth);
        guard.saw(ONE, true, START, &oauth);
        fail(&mut guard, 10, START, &oauth);
        assert!(!guard.admits(ONE, START, &oauth));
        assert!(guard.admits(OTHER, START, &oauth));
        let end = START + oauth.lock_time;
        assert!(!guard.admits(ONE, end - INSTANT, &oauth));
        // It starts anew.
        fail(&mut guard, 10, end, &oauth);
        assert!(!guard.admits(ONE, end, &oauth));
        guard.forget();
        assert!(guard.admits(ONE, end, &oauth));
    }

    #[test]
    fn no_lock_holds_where_there_is_none() {
        let (mut guard, strict) = (Guard::default(), OAuth::default());
        let lax = OAuth {
            lock_after: 0,
            rate_limit: 0,
            ..strict
        };
        fail(&mut guard, 10, START, &strict);
        fail(&mut guard, 1000, START, &lax);
    }

    #[test]
    fn so_many_requests_fit_into_five_minutes() {
        let (mut guard, oauth) = (Guard::default(), OAuth::default());
        let ask = |guard: &mut Guard, now| guard.admits(ONE, now, &oauth);
        assert!(ask(&mut guard, START));
        for _ in 1..100 {
            assert!(ask(&mut guard, START + INSTANT));
        }
        assert!(!ask(&mut guard, START + WINDOW - INSTANT));
        assert!(guard.admits(OTHER, START + WINDOW - INSTANT, &oauth));
        assert!(ask(&mut guard, START + WINDOW));
        assert!(!ask(&mut guard, START + WINDOW));
    }
}
