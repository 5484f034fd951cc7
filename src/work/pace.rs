//! How fast a worker works, and how long it waits before it tries again.

use std::time::Duration;

use rand::Rng as _;

/// A worker's times.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Between two looks at the queue.
    pub poll: Duration,
    /// Jobs at a time.
    pub at_once: usize,
    /// A job that takes longer is given up and tried again.
    pub longest: Duration,
    /// How long a job is a worker's own; longer than [`longest`](Self::longest), so that two never
    /// work on one while both live.
    pub lease: Duration,
    /// Before the second attempt; each further pause is four times the one before it.
    pub first_pause: Duration,
    pub longest_pause: Duration,
    /// At least, after an attempt of which nobody knows whether it went out: longer than the carrier's
    /// first report takes, which says so.
    pub unclear_pause: Duration,
}

impl Default for Pace {
    /// Pauses of 15 s, 1 min, 4 min, 16 min, 64 min, 4 h, 4 h: eight attempts span nine hours, five
    /// twenty minutes.
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
            at_once: 8,
            longest: Duration::from_secs(90),
            lease: Duration::from_secs(150),
            first_pause: Duration::from_secs(15),
            longest_pause: Duration::from_hours(4),
            unclear_pause: Duration::from_mins(1),
        }
    }
}

impl Pace {
    /// The pause after an attempt (1 is the first), a fifth more or less by chance, so that what
    /// failed together does not come back together.
    pub(super) fn pause(&self, attempt: i32) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or_default();
        let factor = 4_u32.saturating_pow(doublings.min(12));
        let pause = self
            .first_pause
            .saturating_mul(factor)
            .min(self.longest_pause);
        pause.mul_f64(rand::rng().random_range(0.8..1.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_no_two_are_alike() {
        let pace = Pace::default();
        for (attempt, seconds) in [(1, 15), (2, 60), (3, 240), (7, 14_400), (100, 14_400)] {
            let pause = pace.pause(attempt).as_secs_f64() / f64::from(seconds);
            assert!((0.8..=1.2).contains(&pause), "attempt {attempt}: {pause}");
        }
        let first = pace.pause(1);
        assert!((0..50).any(|_| pace.pause(1) != first));
    }

    #[test]
    fn a_lease_outlasts_the_longest_job() {
        let pace = Pace::default();
        assert!(pace.lease > pace.longest + Duration::from_secs(30));
    }
}
