//! Whether a quantity stays as it is.

use crate::statistics::median;

/// What was seen of it, and after how many directives.
#[derive(Debug, Default)]
pub(super) struct Trend(Vec<(u32, f64)>);

/// What memory may grow by without a leak: pages that are touched late, and how an allocator lays things out.
const TOLERANCE: f64 = 1.05;

impl Trend {
    #[expect(clippy::cast_precision_loss, reason = "there is not as much of it")]
    pub(super) fn look(&mut self, after: u32, seen: u64) {
        self.0.push((after, seen as f64));
    }

    pub(super) fn seen(&self) -> &[(u32, f64)] {
        &self.0
    }

    /// The medians of the second and of the last quarter: in the first, a process still grows to its size.
    pub(super) fn quarters(&self) -> Option<(f64, f64)> {
        let quarter = self.0.len() / 4;
        let middle = |from: usize, to: usize| {
            let seen: Vec<f64> = self
                .0
                .get(from..to)?
                .iter()
                .map(|(_, seen)| *seen)
                .collect();
            median(&seen)
        };
        Some((
            middle(quarter, 2 * quarter)?,
            middle(3 * quarter, self.0.len())?,
        ))
    }

    /// Whether the last quarter is like the second.
    pub(super) fn is_flat(&self) -> bool {
        self.quarters()
            .is_some_and(|(second, last)| last <= second * TOLERANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(of: impl Fn(u32) -> u64) -> Trend {
        let mut trend = Trend::default();
        for number in 0..40 {
            trend.look(number, of(number));
        }
        trend
    }

    #[test]
    fn a_leak_is_not_flat() {
        for (name, trend, flat) in [
            ("as it was", trend(|_| 5000), true),
            (
                "grown once, at the start",
                trend(|n| if n < 10 { 1000 } else { 5000 }),
                true,
            ),
            ("back and forth", trend(|n| 5000 + u64::from(n % 3)), true),
            (
                "a peak now and then",
                trend(|n| if n % 9 == 0 { 9000 } else { 5000 }),
                true,
            ),
            (
                "a little each time",
                trend(|n| 5000 + 20 * u64::from(n)),
                false,
            ),
            (
                "one more now and then",
                trend(|n| 9 + u64::from(n / 13)),
                false,
            ),
        ] {
            assert_eq!(trend.is_flat(), flat, "{name}: {:?}", trend.quarters());
        }
    }

    #[test]
    fn who_did_not_look_knows_nothing() {
        assert!(!Trend::default().is_flat());
    }
}
