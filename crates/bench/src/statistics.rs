//! Many figures as a few: the middle, and how far the others are from it.

use serde::Serialize;

/// What is told of a sample. The quartiles are the spread: a single slow round moves none of these.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) count: usize,
    pub(crate) median: f64,
    pub(crate) lower_quartile: f64,
    pub(crate) upper_quartile: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
}

impl Summary {
    /// `None` of nothing.
    pub(crate) fn of(sample: &[f64]) -> Option<Self> {
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            count: sorted.len(),
            median: quantile(&sorted, 0.5)?,
            lower_quartile: quantile(&sorted, 0.25)?,
            upper_quartile: quantile(&sorted, 0.75)?,
            minimum: *sorted.first()?,
            maximum: *sorted.last()?,
        })
    }

    /// Half of what lies between the quartiles.
    pub(crate) fn spread(&self) -> f64 {
        (self.upper_quartile - self.lower_quartile) / 2.0
    }
}

/// The median alone.
pub(crate) fn median(sample: &[f64]) -> Option<f64> {
    Summary::of(sample).map(|summary| summary.median)
}

/// How many times as much; `None` where there is nothing to compare with.
pub(crate) fn ratio(of: f64, to: f64) -> Option<f64> {
    (to > 0.0).then(|| of / to)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a place in a sample is small and not negative"
)]
fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let place = sorted.len().checked_sub(1)? as f64 * part;
    let (below, above) = (
        sorted.get(place.floor() as usize)?,
        sorted.get(place.ceil() as usize)?,
    );
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_quartiles() {
        for (sample, [lower, middle, upper], spread) in [
            (&[3.0][..], [3.0, 3.0, 3.0], 0.0),
            (&[4.0, 1.0], [1.75, 2.5, 3.25], 0.75),
            (&[5.0, 1.0, 4.0, 2.0, 3.0], [2.0, 3.0, 4.0], 1.0),
            (&[1.0, 2.0, 3.0, 4.0, 1000.0], [2.0, 3.0, 4.0], 1.0),
        ] {
            let summary = Summary::of(sample).unwrap();
            assert_eq!(summary.count, sample.len());
            assert_eq!(summary.lower_quartile, lower, "{sample:?}");
            assert_eq!(summary.median, middle, "{sample:?}");
            assert_eq!(summary.upper_quartile, upper, "{sample:?}");
            assert_eq!(summary.spread(), spread, "{sample:?}");
            assert_eq!(median(sample), Some(middle));
        }
        let summary = Summary::of(&[5.0, 1.0, 4.0]).unwrap();
        assert_eq!((summary.minimum, summary.maximum), (1.0, 5.0));
    }

    #[test]
    fn of_nothing_there_is_nothing() {
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_ratio_needs_something_to_compare_with() {
        assert_eq!(ratio(3.0, 2.0), Some(1.5));
        assert_eq!(ratio(0.0, 2.0), Some(0.0));
        assert_eq!(ratio(3.0, 0.0), None);
    }
}
