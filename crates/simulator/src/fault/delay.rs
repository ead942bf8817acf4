//! How long a slow answer takes: always the same, or as chance has it, which a seed makes the same again.

use std::{f64::consts::TAU, fmt, time::Duration};

use humantime::format_duration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How much longer than usual an answer takes.
///
/// In a home file `"300ms"`, `{ from = "100ms", to = "2s" }` or `{ median = "200ms", p99 = "2s" }`, the latter two with a
/// `seed` where the row of delays is to be another one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Delay {
    /// Always as long.
    Exactly(Duration),
    /// Anything between the two, all of it equally likely.
    Between {
        /// The shortest.
        from: Duration,
        /// The longest.
        to: Duration,
        /// Which row of delays.
        seed: u64,
    },
    /// As the delays of real networks are spread: the logarithm of each follows a normal distribution.
    LogNormal {
        /// Half of the answers take less.
        median: Duration,
        /// One answer in a hundred takes longer.
        p99: Duration,
        /// Which row of delays.
        seed: u64,
    },
}

impl Delay {
    /// The delay of one answer, counted from 0.
    pub(super) fn of(self, answer: u64) -> Duration {
        match self {
            Self::Exactly(delay) => delay,
            Self::Between { from, to, seed } => {
                from + to.saturating_sub(from).mul_f64(chance(seed, answer))
            }
            Self::LogNormal { median, p99, seed } => {
                let (median, p99) = (median.as_secs_f64(), p99.as_secs_f64());
                let spread = (p99 / median).ln() / NORMAL_P99;
                let seconds = median * (spread * normal(seed, answer)).exp();
                Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
            }
        }
    }
}

impl From<Duration> for Delay {
    fn from(delay: Duration) -> Self {
        Self::Exactly(delay)
    }
}

/// A value is written as in a home file.
impl fmt::Display for Delay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high, seed) = match *self {
            Self::Exactly(delay) => return format_duration(delay).fmt(formatter),
            Self::Between { from, to, seed } => (("from", from), ("to", to), seed),
            Self::LogNormal { median, p99, seed } => (("median", median), ("p99", p99), seed),
        };
        let [low, high] =
            [low, high].map(|(key, delay)| format!("{key} = \"{}\"", format_duration(delay)));
        if seed == 0 {
            write!(formatter, "{{ {low}, {high} }}")
        } else {
            write!(formatter, "{{ {low}, {high}, seed = {seed} }}")
        }
    }
}

/// Where 99 of 100 values of a normal distribution lie below.
const NORMAL_P99: f64 = 2.326_347_874;

/// A number from a normal distribution, by the method of Box and Muller.
fn normal(seed: u64, answer: u64) -> f64 {
    let radius = chance(seed, 2 * answer);
    let angle = chance(seed, 2 * answer + 1);
    // Not 0, whose logarithm would be endless.
    (-2.0 * (1.0 - radius).ln()).sqrt() * (TAU * angle).cos()
}

/// A number from 0 to 1, without 1, by the method called SplitMix64.
fn chance(seed: u64, index: u64) -> f64 {
    let mut bits = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// The table in a home file.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct Table {
    #[serde(
        with = "crate::duration::optional",
        skip_serializing_if = "Option::is_none"
    )]
    from: Option<Duration>,
    #[serde(
        with = "crate::duration::optional",
        skip_serializing_if = "Option::is_none"
    )]
    to: Option<Duration>,
    #[serde(
        with = "crate::duration::optional",
        skip_serializing_if = "Option::is_none"
    )]
    median: Option<Duration>,
    #[serde(
        with = "crate::duration::optional",
        skip_serializing_if = "Option::is_none"
    )]
    p99: Option<Duration>,
    #[serde(skip_serializing_if = "is_usual")]
    seed: u64,
}

fn is_usual(seed: &u64) -> bool {
    *seed == 0
}

impl Table {
    fn delay(&self) -> Result<Delay, &'static str> {
        let seed = self.seed;
        match (self.from, self.to, self.median, self.p99) {
            (Some(from), Some(to), None, None) if from <= to => {
                Ok(Delay::Between { from, to, seed })
            }
            (Some(_), Some(_), None, None) => Err("`from` is not above `to`"),
            (None, None, Some(median), Some(p99)) if Duration::ZERO < median && median <= p99 => {
                Ok(Delay::LogNormal { median, p99, seed })
            }
            (None, None, Some(_), Some(_)) => Err("`median` is above zero and not above `p99`"),
            _ => Err("a delay has `from` and `to`, or `median` and `p99`"),
        }
    }
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = match *self {
            Self::Exactly(delay) => return crate::duration::serialize(&delay, serializer),
            Self::Between { from, to, seed } => Table {
                from: Some(from),
                to: Some(to),
                seed,
                ..Table::default()
            },
            Self::LogNormal { median, p99, seed } => Table {
                median: Some(median),
                p99: Some(p99),
                seed,
                ..Table::default()
            },
        };
        table.serialize(serializer)
    }
}

// Written out because an untagged enum would not say what is wrong.
impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrTable)
    }
}

struct TextOrTable;

impl<'de> de::Visitor<'de> for TextOrTable {
    type Value = Delay;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "a duration such as `300ms`, or a table such as `{ from = \"100ms\", to = \"2s\" }`",
        )
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Delay, E> {
        crate::duration::parse(text).map(Delay::Exactly)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Delay, A::Error> {
        let table = Table::deserialize(de::value::MapAccessDeserializer::new(map))?;
        table.delay().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEDIAN: Duration = Duration::from_millis(200);
    const P99: Duration = Duration::from_secs(2);

    fn sorted(delay: Delay) -> Vec<Duration> {
        let mut delays: Vec<_> = (0..10_000).map(|answer| delay.of(answer)).collect();
        delays.sort_unstable();
        delays
    }

    #[test]
    fn delays_are_spread_as_said() {
        let delays = sorted(Delay::LogNormal {
            median: MEDIAN,
            p99: P99,
            seed: 7,
        });
        for (place, expected) in [(5000, MEDIAN), (9900, P99)] {
            let ratio = delays[place].as_secs_f64() / expected.as_secs_f64();
            assert!((0.9..1.1).contains(&ratio), "{:?}", delays[place]);
        }
        let delays = sorted(Delay::Between {
            from: MEDIAN,
            to: P99,
            seed: 7,
        });
        assert!(delays[0] >= MEDIAN && delays[9999] <= P99);
        let middle = delays[5000].as_secs_f64();
        assert!((1.0..1.2).contains(&middle), "{middle}");
    }

    #[test]
    fn a_seed_makes_the_same_row_again() {
        let row = |seed| {
            let delay = Delay::Between {
                from: MEDIAN,
                to: P99,
                seed,
            };
            [0, 1, 2].map(|answer| delay.of(answer))
        };
        assert_eq!(row(1), row(1));
        assert_ne!(row(1), row(2));
        assert_ne!(row(1)[0], row(1)[1]);
    }
}
