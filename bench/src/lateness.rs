//! How late the simulator itself was: a measurement is worth no more than the clock behind it.

use std::time::Duration;

/// Lateness of the 20 ms sends against their absolute deadlines, in ms.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Lateness {
    pub sends: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

impl Lateness {
    /// By nearest rank.
    pub fn of(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        let rank = |share: f64| {
            let index = ((samples.len() as f64 * share).ceil() as usize).saturating_sub(1);
            samples
                .get(index)
                .map_or(0.0, |d| d.as_secs_f64() * 1_000.0)
        };
        Self {
            sends: samples.len(),
            p50_ms: rank(0.5),
            p99_ms: rank(0.99),
            max_ms: rank(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_nearest_ranks() {
        let late = Lateness::of((1..=100).rev().map(Duration::from_millis).collect());
        assert_eq!((late.p50_ms, late.p99_ms, late.max_ms), (50.0, 99.0, 100.0));
        assert_eq!(Lateness::of(Vec::new()), Lateness::default());
    }
}
